import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock, everySecond } from "../../static/js/clock.js";
import { FakeTime } from "./support.mjs";

/** A computer: `time` is its monotonic clock, its wall clock is `ahead` of true time, which starts at 1,000,000. */
function computer({ ahead = 0 } = {}) {
  const time = new FakeTime();
  const pc = { time, ahead, trueTime: () => 1_000_000 + time.now };
  pc.clock = new ServerClock({ monotonic: () => time.now, wall: () => pc.trueTime() + pc.ahead });
  return pc;
}

for (const [how, ahead] of [
  ["right", 0],
  ["ten minutes fast", 600_000],
  ["ten minutes slow", -600_000],
]) {
  test(`a computer whose clock is ${how} shows the server's time`, () => {
    const pc = computer({ ahead });
    pc.clock.sample(pc.trueTime());
    pc.time.pass(4_321);
    assert.equal(pc.clock.now(), pc.trueTime());
  });
}

test("the frame that was delayed least counts", () => {
  const pc = computer();
  for (const delay of [900, 40, 2_500, 700]) {
    pc.clock.sample(pc.trueTime() - delay);
    pc.time.pass(1_000);
  }
  assert.equal(pc.trueTime() - pc.clock.now(), 40);
});

test("a difference of less than 0.3 s does not make the timers jump", () => {
  const pc = computer();
  pc.clock.sample(pc.trueTime() - 250);
  pc.clock.sample(pc.trueTime());
  assert.equal(pc.trueTime() - pc.clock.now(), 250);
});

test("somebody setting the computer's clock changes nothing", () => {
  const pc = computer();
  pc.clock.sample(pc.trueTime());
  pc.ahead = -3_600_000;
  assert.equal(pc.clock.now(), pc.trueTime());
});

test("after sleep the next frame puts the clock right", () => {
  const pc = computer();
  pc.clock.sample(pc.trueTime());
  const slept = 70_000;
  const { trueTime } = pc;
  pc.trueTime = () => trueTime() + slept; // the monotonic clock stood still
  pc.clock.now();
  pc.clock.sample(pc.trueTime());
  assert.equal(pc.clock.now(), pc.trueTime());
});

test("samples older than a minute are forgotten, so a clock that drifts is followed", () => {
  const pc = computer();
  pc.clock.sample(pc.trueTime() + 1_000);
  for (let second = 0; second < 62; second += 1) {
    pc.time.pass(1_000);
    pc.clock.sample(pc.trueTime());
  }
  assert.equal(pc.clock.now(), pc.trueTime());
});

test("all timers step together, right after each full second of the server", () => {
  const pc = computer();
  pc.time.pass(377);
  pc.clock.sample(pc.trueTime());
  const steps = [];
  const stop = everySecond(pc.clock, () => steps.push(pc.clock.now() % 1000), pc.time);
  pc.time.pass(5_000);
  assert.deepEqual(steps, [5, 5, 5, 5, 5]);
  stop();
  pc.time.pass(5_000);
  assert.equal(steps.length, 5);
});

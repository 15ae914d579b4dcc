import assert from "node:assert/strict";
import { test } from "node:test";

import { LOGGED_OUT, LiveSocket } from "../../static/js/socket.js";
import { FakeTime } from "./support.mjs";

class FakeSocket {
  sent = [];
  isClosed = false;

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }
}

/** A page's socket, every socket it opened, and the time. `random` is what Math.random would say, or who says it. */
function page(random = 1) {
  const time = new FakeTime();
  const opened = [];
  const open = () => {
    opened.push(new FakeSocket());
    return opened.at(-1);
  };
  const socket = new LiveSocket("ws://x/", { ...time, open, now: () => time.now, random: typeof random === "number" ? () => random : random });
  const frames = [];
  socket.onFrame = (frame) => frames.push(frame);
  socket.connect();
  const welcome = () => opened.at(-1).onopen();
  const hear = (frame = { type: "beat" }) => opened.at(-1).onmessage({ data: JSON.stringify(frame) });
  const lose = (code = 1006) => opened.at(-1).onclose({ code });
  /** Loses the socket and waits for the next; returns how long that took. */
  const comeBack = () => {
    const [before, from] = [opened.length, time.now];
    lose();
    while (opened.length === before) time.pass(1);
    return time.now - from;
  };
  return { socket, time, opened, frames, welcome, hear, lose, comeBack };
}

test("frames are handed on as objects", () => {
  const { frames, welcome, hear, socket } = page();
  welcome();
  hear({ type: "hello" });
  assert.equal(socket.state, "open");
  assert.deepEqual(frames, [{ type: "hello" }]);
});

test("a lost socket comes back, later and later, but never later than 15 s", () => {
  const { comeBack } = page(0.999_999);
  const delays = Array.from({ length: 7 }, comeBack);
  assert.deepEqual(delays, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
});

test("fifty screens do not come back in the same moment", () => {
  const delays = Array.from({ length: 50 }, (_, index) => page(index / 50).comeBack());
  assert.ok(Math.max(...delays) - Math.min(...delays) > 400);
});

test("twenty pages come back from a server's restart over more than two seconds", () => {
  const [restart, pages] = [3_000, 20];
  const cameBack = Array.from({ length: pages }, (_, index) => {
    let dice = index + 1;
    const { time, opened, lose } = page(() => (dice = (dice * 48_271) % 2_147_483_647) / 2_147_483_647);
    lose();
    for (let tries = 1; ; ) {
      while (opened.length === tries) time.pass(1);
      if (time.now >= restart) return time.now;
      tries += 1;
      lose();
    }
  });
  assert.ok(Math.max(...cameBack) - Math.min(...cameBack) > 2_000, String(cameBack));
});

test("only good service makes the page patient anew", () => {
  const { time, welcome, hear, comeBack } = page(0.999_999);
  const shortVisits = Array.from({ length: 4 }, () => {
    welcome();
    return comeBack();
  });
  assert.deepEqual(shortVisits, [500, 1_000, 2_000, 4_000]);
  welcome();
  for (let second = 0; second < 30; second += 1) {
    time.pass(1_000);
    hear();
  }
  assert.equal(comeBack(), 500);
});

test("a socket that says nothing for 10 s is given up, though TCP has not noticed", () => {
  const { socket, time, opened, welcome, hear } = page(0.5);
  welcome();
  time.pass(9_000);
  hear();
  time.pass(9_999);
  assert.equal(socket.state, "open");
  time.pass(1);
  assert.equal(socket.state, "waiting");
  assert.equal(opened[0].isClosed, true);
  time.pass(500);
  assert.equal(opened.length, 2);
});

test("a socket that never opens is given up too", () => {
  const { socket, time } = page(1);
  time.pass(10_000);
  assert.equal(socket.state, "waiting");
});

test("the network's return is used at once", () => {
  const { socket, time, opened, lose, comeBack } = page(0.9);
  for (let round = 0; round < 6; round += 1) comeBack();
  lose();
  const before = opened.length;
  socket.hurry();
  time.pass(500);
  assert.equal(opened.length, before + 1);
  socket.hurry();
  time.pass(500);
  assert.equal(opened.length, before + 1, "while it connects there is nothing to hurry");
});

test("a login that has ended is no reason to try again", () => {
  const { socket, time, opened, welcome, lose } = page();
  let isToldSo = false;
  socket.onLoggedOut = () => {
    isToldSo = true;
  };
  welcome();
  lose(LOGGED_OUT);
  time.pass(60_000);
  assert.equal(isToldSo, true);
  assert.equal(socket.state, "closed");
  assert.equal(opened.length, 1);
});

test("a whole board is asked for once in 5 s, not at once", () => {
  const { socket, time, opened, welcome, hear } = page(0.5);
  welcome();
  const asked = () => opened[0].sent.filter((frame) => frame.type === "resync");
  socket.resync("main");
  socket.resync("main");
  assert.deepEqual(asked(), []);
  time.pass(1_000);
  assert.deepEqual(asked(), [{ type: "resync", pbx: "main" }]);
  time.pass(3_900);
  hear();
  socket.resync("main");
  time.pass(2_000);
  assert.equal(asked().length, 1);
  socket.resync("main");
  time.pass(1_000);
  assert.equal(asked().length, 2);
});

test("what was to be asked on the old socket is not asked on the new one, which brings it anyway", () => {
  const { socket, time, opened, welcome, lose } = page(1);
  welcome();
  socket.resync("main");
  lose();
  time.pass(500);
  welcome();
  time.pass(5_000);
  assert.deepEqual(opened[1].sent, []);
});

test("how far the page has come is told when it is news, and once a second at most", () => {
  const { socket, time, opened, welcome } = page();
  welcome();
  for (let seq = 1; seq <= 20; seq += 1) {
    socket.acknowledge("main", { epoch: 1, seq });
    time.pass(100);
  }
  socket.acknowledge("main", { epoch: 1, seq: 20 });
  time.pass(1_000);
  socket.acknowledge("main", { epoch: 1, seq: 20 });
  const told = opened[0].sent.map((frame) => frame.seq);
  assert.deepEqual(told, [1, 10, 19, 20]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { brokenBy, levelOf, secondsToRed, shadeOf, shadeOfWait } from "../../static/js/limits.js";

const LIMITS = [["waiting", 3.5, 5], ["longest_wait", 14, 20], ["service_level", 80, 60], ["free_agents", null, 1]];
const AT = Date.parse("2026-03-02T09:00:00Z");

function queue(changes) {
  const day = { today_answered: 0, today_abandoned: 0, today_flowed_out: 0, today_service_level: null };
  return { limits: LIMITS, waiting: 0, oldest_joined_at: null, ...day, ...changes };
}

test("too much is broken above a limit, too little below it", () => {
  assert.deepEqual([3, 4, 5, 6].map((n) => levelOf(LIMITS, "waiting", n)), ["", "amber", "amber", "red"]);
  assert.deepEqual([80, 79, 60, 59].map((n) => levelOf(LIMITS, "service_level", n)), ["", "amber", "amber", "red"]);
  assert.deepEqual([0, 1].map((n) => levelOf(LIMITS, "free_agents", n)), ["red", ""]);
});

test("what nobody knows, or nobody limits, is not broken", () => {
  assert.equal(levelOf(LIMITS, "waiting", null), "");
  assert.equal(levelOf(LIMITS, "abandoned_percent", 100), "");
  assert.equal(shadeOf(undefined, "waiting", 99), "");
});

test("a queue tells all that it breaks", () => {
  const oldest = new Date(AT - 15_000).toISOString();
  const line = { queue: queue({ waiting: 6, oldest_joined_at: oldest, today_service_level: 50 }), free: 0 };
  assert.deepEqual(brokenBy(line, AT), { waiting: "red", longest_wait: "amber", service_level: "red", free_agents: "red" });
  assert.deepEqual(brokenBy({ queue: queue(), free: 1 }, AT), {});
});

test("a wait is amber, then counts down, then is red", () => {
  const shades = [14, 15, 20, 21].map((n) => shadeOfWait(queue(), n * 1000));
  assert.deepEqual(shades, ["", "warn", "warn", "bad"]);
  assert.deepEqual([14, 15, 20, 21, 30].map((n) => secondsToRed(queue(), n * 1000)), [null, 6, 1, 0, 0]);
  assert.equal(secondsToRed(queue({ limits: [] }), 99_000), null);
  assert.equal(secondsToRed(undefined, 99_000), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  abandonedShare,
  agentsOf,
  averageSpeed,
  averageTalk,
  callerLine,
  headline,
  queueLines,
  serviceLevel,
  talkingCallers,
  waitingCallers,
} from "../../static/js/figures.js";
import { Store } from "../../static/js/store.js";
import { story } from "./support.mjs";

/** The story's board with rows added or replaced. */
function board(rows = {}) {
  const { snapshot } = story();
  const store = new Store();
  store.apply(snapshot);
  store.apply({ type: "delta", pbx: "main", epoch: 7, seq: 41, set: rows, removed: {} });
  return store;
}

const { snapshot, deltas } = story();
const [ada, bob] = snapshot.rows.agents;
const [adaInSales] = snapshot.rows.members;
const [sales] = snapshot.rows.queues;
const [call] = deltas[0].set.callers;
const member = (queue, changes) => ({ ...adaInSales, queue, key: `${queue}/${adaInSales.interface}`, ...changes });
const headlineOf = (store) => headline(store.rows("queues"), store.rows("agents"));
const caller = (key, changes) => ({ ...call, key, uniqueid: key, ...changes });

test("an agent in two queues counts once in the headline and once in each queue", () => {
  const support = { ...sales, number: "6501", key: "6501", name: "Support" };
  const store = board({ queues: [support], members: [member("6501")] });
  assert.equal(headlineOf(store).free, 1);
  assert.equal(headlineOf(store).loggedIn, 2);
  assert.deepEqual(
    queueLines(store).map((line) => [line.queue.number, line.free, line.loggedIn]),
    [
      ["6500", 1, 2],
      ["6501", 1, 1],
    ],
  );
});

test("who is paused in one queue only is not free there, but free elsewhere", () => {
  const support = { ...sales, number: "6501", key: "6501" };
  const store = board({ queues: [support], members: [member("6501", { paused: true })] });
  const [inSales, inSupport] = queueLines(store);
  assert.deepEqual([inSales.free, inSales.paused], [1, 1]);
  assert.deepEqual([inSupport.free, inSupport.paused], [0, 1]);
});

test("who talks counts as on a call even when paused, whatever the call is", () => {
  for (const state of ["on_call", "other_call"]) {
    const [line] = queueLines(board({ agents: [{ ...bob, state }] }));
    assert.deepEqual([line.onCall, line.paused, line.free], [1, 0, 1], state);
  }
});

for (const state of ["ringing", "wrap_up", "unreachable"]) {
  test(`an agent who is ${state} is neither free nor on a call`, () => {
    const [line] = queueLines(board({ agents: [{ ...ada, state }] }));
    assert.deepEqual([line.free, line.onCall, line.loggedIn], [0, 0, 2]);
  });
}

test("the longest wait is the oldest of all queues", () => {
  const waiting = (number, at) => ({ ...sales, number, key: number, waiting: 1, oldest_joined_at: at });
  const store = board({ queues: [waiting("a", "2026-03-02T09:05:00Z"), waiting("b", "2026-03-02T09:01:00Z")] });
  const { longest, waiting: count, waitingQueues } = headlineOf(store);
  assert.equal(longest.queue.number, "b");
  assert.equal(longest.at, Date.parse("2026-03-02T09:01:00Z"));
  assert.deepEqual([count, waitingQueues], [2, 2]);
});

test("when no one waits there is no longest wait", () => {
  assert.equal(headlineOf(board()).longest, null);
});

test("callers stand longest first, those who talk apart from those who wait", () => {
  const store = board({
    callers: [
      caller("1.2", { joined_at: "2026-03-02T09:03:00Z" }),
      caller("1.1", { joined_at: "2026-03-02T09:02:00Z", state: "connecting" }),
      caller("1.3", { state: "talking", answered_at: "2026-03-02T09:04:00Z", agent_interface: "PJSIP/1000" }),
    ],
  });
  assert.deepEqual(waitingCallers(store).map((caller) => caller.key), ["1.1", "1.2"]);
  const talking = callerLine(store, talkingCallers(store)[0]);
  assert.equal(talking.agent, "Ada");
  assert.equal(talking.since, Date.parse("2026-03-02T09:04:00Z"));
});

test("whose phone rings is told by name, or by interface when the agent is unknown", () => {
  const store = board({ callers: [caller("1.1", { ringing: ["PJSIP/1000", "PJSIP/9999"] })] });
  assert.deepEqual(callerLine(store, waitingCallers(store)[0]).ringing, ["Ada", "PJSIP/9999"]);
});

test("a caller of a queue that is not on the board is still shown", () => {
  const store = board({ callers: [caller("1.1", { queue: "gone" })] });
  assert.equal(callerLine(store, waitingCallers(store)[0]).queue, undefined);
});

test("who is a member of two of the queues is one agent", () => {
  const support = { ...sales, number: "6501", key: "6501" };
  const store = board({ queues: [support], members: [member("6501"), member("6501", { interface: "gone", key: "x" })] });
  assert.deepEqual(agentsOf(store, [support]).map((agent) => agent.name), ["Ada"]);
  assert.equal(agentsOf(store, store.rows("queues")).length, 2);
});

test("lists are computed once for each state of their rows", () => {
  const store = board();
  assert.equal(queueLines(store), queueLines(store));
  const before = queueLines(store);
  store.apply({ type: "delta", pbx: "main", epoch: 7, seq: 42, set: { agents: [{ ...ada, state: "paused" }] }, removed: {} });
  assert.notEqual(queueLines(store), before);
  assert.equal(queueLines(store)[0].free, before[0].free - 1);
});

const day = {
  target_percent: 80,
  target_formula: "a",
  today_offered: 24,
  today_answered: 15,
  today_in_time: 12,
  today_abandoned: 4,
  today_short_abandoned: 1,
  today_abandoned_in_time: 2,
  today_flowed_out: 1,
  today_lost: 1,
  today_talked: 15,
  today_wait_seconds: 300,
  today_talk_seconds: 1500,
};

for (const [formula, met, counted] of [
  ["a", 12, 19],
  ["b", 12, 15],
  ["c", 12, 19],
  ["d", 12, 18],
  ["e", 14, 19],
]) {
  test(`definition ${formula} of the service level`, () => {
    const level = serviceLevel([{ ...day, target_formula: formula }]);
    assert.deepEqual([level.met, level.counted, level.target], [met, counted, 80]);
    assert.equal(level.percent, (100 * met) / counted);
  });
}

test("queues together have the service level of their calls, and a target by their calls", () => {
  const busy = { ...day, today_answered: 55, today_in_time: 55, target_percent: 100 };
  const level = serviceLevel([day, busy]);
  assert.deepEqual([level.met, level.counted], [67, 78]);
  assert.equal(Math.round(level.target), Math.round((19 * 80 + 59 * 100) / 78));
});

test("nothing divided by nothing is no number", () => {
  const none = Object.fromEntries(Object.keys(day).map((name) => [name, 0]));
  assert.equal(serviceLevel([{ ...none, target_formula: "a" }]), null);
  assert.deepEqual([averageSpeed(none), averageTalk(none), averageTalk(undefined), abandonedShare([none])], [null, null, null, null]);
});

test("speed and talk are means of the answered, in ms; abandoned is a share of those whose fate is known", () => {
  assert.deepEqual([averageSpeed(day), averageTalk(day), abandonedShare([day])], [20_000, 100_000, 20]);
});

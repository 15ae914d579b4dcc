import assert from "node:assert/strict";
import { test } from "node:test";

import { headline, membershipsByAgent, queueLines, talkingCallers, waitingCallers } from "../../static/js/figures.js";
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
const caller = (key, changes) => ({ ...call, key, uniqueid: key, ...changes });

test("an agent in two queues counts once in the headline and once in each queue", () => {
  const support = { ...sales, number: "6501", key: "6501", name: "Support" };
  const store = board({ queues: [support], members: [member("6501")] });
  assert.equal(headline(store).free, 1);
  assert.equal(headline(store).loggedIn, 2);
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
  const { longest, waiting: count, waitingQueues } = headline(store);
  assert.equal(longest.queue.number, "b");
  assert.equal(longest.at, Date.parse("2026-03-02T09:01:00Z"));
  assert.deepEqual([count, waitingQueues], [2, 2]);
});

test("when no one waits there is no longest wait", () => {
  assert.equal(headline(board()).longest, null);
});

test("callers stand longest first, those who talk apart from those who wait", () => {
  const store = board({
    callers: [
      caller("1.2", { joined_at: "2026-03-02T09:03:00Z" }),
      caller("1.1", { joined_at: "2026-03-02T09:02:00Z", state: "connecting" }),
      caller("1.3", { state: "talking", answered_at: "2026-03-02T09:04:00Z", agent_interface: "PJSIP/1000" }),
    ],
  });
  assert.deepEqual(waitingCallers(store).map((line) => line.caller.key), ["1.1", "1.2"]);
  const [talking] = talkingCallers(store);
  assert.equal(talking.agent, "Ada");
  assert.equal(talking.since, Date.parse("2026-03-02T09:04:00Z"));
});

test("whose phone rings is told by name, or by interface when the agent is unknown", () => {
  const store = board({ callers: [caller("1.1", { ringing: ["PJSIP/1000", "PJSIP/9999"] })] });
  assert.deepEqual(waitingCallers(store)[0].ringing, ["Ada", "PJSIP/9999"]);
});

test("a caller of a queue that is not on the board is still shown", () => {
  const [line] = waitingCallers(board({ callers: [caller("1.1", { queue: "gone" })] }));
  assert.equal(line.queue, undefined);
});

test("an agent's memberships come in the order of the queues", () => {
  const store = board({ members: [member("7"), member("10")] });
  const queues = membershipsByAgent(store).get("main PJSIP/1000").map((row) => row.queue);
  assert.deepEqual(queues, ["10", "6500", "7"]);
});

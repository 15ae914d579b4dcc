import assert from "node:assert/strict";
import { test } from "node:test";

import { nextFree, reasonsFor } from "../../static/js/reasons.js";
import { Store } from "../../static/js/store.js";

const NOW = Date.parse("2026-03-02T10:00:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
const pbx = "main";
const queues = [
  { pbx, key: "6500", number: "6500", name: "Sales", today_talked: 4, today_talk_seconds: 400 },
  { pbx, key: "6501", number: "6501", name: "Support", today_talked: 0, today_talk_seconds: 0 },
];
const caller = { pbx, key: "1.1", queue: "6500", state: "waiting", position: 1, ringing: [], joined_at: at(-30) };

const agent = (name, state = "available", changes = {}) => ({
  pbx,
  key: name,
  interface: name,
  name,
  state,
  state_since: at(-60),
  queue: "",
  wrap_up_until: null,
  ...changes,
});

/** A board of Sales with these agents, each a member of it; `member` changes their membership. */
function board(agents, member = {}) {
  const store = new Store();
  const members = agents.map(({ name }) => ({
    pbx,
    key: `6500/${name}`,
    queue: "6500",
    interface: name,
    name: "",
    penalty: 0,
    paused: false,
    paused_at: null,
    pause_until: null,
    ...member[name],
  }));
  const rows = { links: [], queues, members, callers: [caller], agents };
  store.apply({ type: "snapshot", pbx, epoch: 1, seq: 1, rows });
  return store;
}

const said = (store, call = caller) => reasonsFor(store, call, NOW).map(({ name, text }) => `${name}: ${text}`);

test("each state says what keeps the agent", () => {
  const agents = [
    agent("a", "on_call", { queue: "6501" }),
    agent("b", "on_call"),
    agent("c", "other_call"),
    agent("d", "wrap_up", { wrap_up_until: at(6) }),
    agent("e", "unreachable"),
    agent("f", "ringing", { queue: "6501" }),
    agent("g", "ringing"),
  ];
  assert.deepEqual(said(board(agents)), [
    "d: wrap-up, 6 s left",
    "f: rings for another caller (Support)",
    "g: phone rings for another call",
    "a: on a call of Support, 1:00",
    "b: on another queue's call, 1:00",
    "c: on a call outside the queues, 1:00",
    "e: phone unreachable",
  ]);
});

test("a pause says why, since when, by whom and until when, even beside another state", () => {
  const paused = { paused: true, pause_reason: "Lunch", paused_at: at(-240), paused_by: "Sue", pause_until: at(360) };
  const store = board([agent("a", "on_call"), agent("b")], { a: paused, b: { paused: true } });
  assert.deepEqual(said(store), ["a: paused: Lunch, 4 min, by Sue, back in 6 min", "b: paused"]);
});

test("who is free rings next, after those with a lower penalty and for callers ahead first", () => {
  const store = board([agent("a"), agent("b")], { b: { penalty: 3 } });
  assert.deepEqual(said(store), [
    "a: free: should ring any moment",
    "b: free, but penalty 3: after those with a lower one",
  ]);
  assert.match(said(store, { ...caller, position: 2 })[0], /^a: free, for the callers ahead/);
});

test("a penalty counts for nothing while everybody with a lower one is busy", () => {
  const store = board([agent("a", "on_call"), agent("b")], { b: { penalty: 3 } });
  assert.equal(said(store)[0], "b: free: should ring any moment");
});

test("whose phone rings for this caller comes first, paused or not", () => {
  const store = board([agent("a"), agent("b", "ringing")], { b: { paused: true } });
  assert.equal(said(store, { ...caller, ringing: ["b"] })[0], "b: rings for this caller");
});

test("a member who is no agent of the board is named all the same", () => {
  const store = board([agent("a")]);
  store.apply({ type: "delta", pbx, epoch: 1, seq: 2, set: {}, removed: { agents: ["a"] } });
  assert.deepEqual(said(store), ["a: unknown: no such agent on the board"]);
});

test("the next to be free is free already, else the end of a wrap-up, else of a call of usual length", () => {
  const next = (agents, member) => nextFree(board(agents, member), caller, NOW)?.text;
  const call = agent("a", "on_call", { queue: "6500" });
  const wrapUp = agent("b", "wrap_up", { wrap_up_until: at(50) });
  assert.equal(next([call, wrapUp, agent("c")]), "c, free now");
  assert.equal(next([call, wrapUp]), "a, by the length of today's calls in about 40 s");
  assert.equal(next([call, { ...wrapUp, wrap_up_until: at(5) }]), "b, whose wrap-up ends in 5 s");
  const long = { ...call, state_since: at(-500) };
  assert.equal(next([long]), "a, perhaps: that call is longer already than today's usually are");
  assert.equal(next([long, wrapUp]), "b, whose wrap-up ends in 50 s");
});

test("nobody is promised when nothing says who will be free", () => {
  const agents = [agent("a", "on_call", { queue: "6501" }), agent("b", "unreachable"), agent("c")];
  assert.equal(nextFree(board(agents, { c: { paused: true } }), caller, NOW), null);
  assert.equal(nextFree(board([]), caller, NOW), null);
});

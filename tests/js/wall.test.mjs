import assert from "node:assert/strict";
import { test } from "node:test";

import { Store } from "../../static/js/store.js";
import { brokenBy, levelOf } from "../../static/js/limits.js";
import { alertsOf, callersOf, linesOf, rowOf, tilesOf } from "../../static/js/wall/board.js";
import { coverOf } from "../../static/js/wall/cover.js";
import { curveOf, finished, roundTop } from "../../static/js/wall/curve.js";
import { fitting, pageAt } from "../../static/js/wall/paging.js";

const AT = Date.parse("2026-01-05T09:00:00Z");
const iso = (seconds) => new Date(AT + seconds * 1000).toISOString();
const now = () => AT;

const QUEUE = {
  pbx: "main",
  key: "sales",
  number: "sales",
  name: "Sales",
  waiting: 0,
  oldest_joined_at: null,
  limits: [],
  staff_needed: null,
  staff_present: 0,
  target_seconds: 20,
  target_percent: 80,
  target_formula: "a",
  today_offered: 0,
  today_answered: 0,
  today_in_time: 0,
  today_abandoned: 0,
  today_short_abandoned: 0,
  today_abandoned_in_time: 0,
  today_flowed_out: 0,
  today_wait_seconds: 0,
  today_talk_seconds: 0,
  today_talked: 0,
  today_service_level: null,
};

function storeOf(rows) {
  const store = new Store();
  store.apply({ type: "snapshot", pbx: "main", epoch: 1, seq: 1, rows });
  return store;
}

const wallOf = (...numbers) => ({ queues: numbers.map((number) => ({ pbx: "main", number })), figures: [] });
const queue = (number, fields) => ({ ...QUEUE, key: number, number, name: number, ...fields });
const agent = (key, state) => ({ pbx: "main", key, state, name: key, state_since: null });
const member = (queueNumber, interface_) => ({
  pbx: "main",
  key: `${queueNumber} ${interface_}`,
  queue: queueNumber,
  interface: interface_,
  paused: false,
});

// --- limits -----------------------------------------------------------------------------------------------------

test("too much is broken above a limit, too little below it", () => {
  const limits = [["waiting", 3, 5], ["free_agents", 2, 1], ["longest_wait", 14, null]];
  assert.deepEqual([3, 4, 5, 6].map((value) => levelOf(limits, "waiting", value)), ["", "amber", "amber", "red"]);
  assert.deepEqual([2, 1, 0].map((value) => levelOf(limits, "free_agents", value)), ["", "amber", "red"]);
  assert.equal(levelOf(limits, "longest_wait", 1000), "amber");
});

test("a figure without a limit or without a value breaks none", () => {
  assert.equal(levelOf([], "waiting", 99), "");
  assert.equal(levelOf([["service_level", 80, 60]], "service_level", null), "");
  assert.equal(levelOf([["waiting", null, null]], "waiting", 99), "");
});

test("a queue is judged by the wait of now, and by its share of abandoned callers", () => {
  const limits = [["longest_wait", 14, 20], ["abandoned_percent", 5, 10]];
  const row = queue("sales", { limits, oldest_joined_at: iso(-21), today_answered: 9, today_abandoned: 1 });
  assert.deepEqual(brokenBy({ queue: row, free: 0 }, AT), { longest_wait: "red", abandoned_percent: "amber" });
  assert.deepEqual(brokenBy({ queue: row, free: 0 }, AT - 7000), { abandoned_percent: "amber" });
});

// --- what the wall says -----------------------------------------------------------------------------------------

test("queues stand in the board's order, and one that the PBX has no more is left out", () => {
  const store = storeOf({ queues: [queue("a"), queue("b"), queue("c")] });
  const lines = linesOf(store, wallOf("c", "gone", "a"), now);
  assert.deepEqual(lines.map((line) => line.queue.number), ["c", "a"]);
});

test("figures are those of the board's queues only, an agent in two queues counted once", () => {
  const store = storeOf({
    queues: [queue("a", { waiting: 2, today_answered: 7, today_offered: 9 }), queue("b", { waiting: 1 }), queue("x", { waiting: 50 })],
    members: [member("a", "1"), member("b", "1"), member("b", "2"), member("x", "3")],
    agents: [agent("1", "available"), agent("2", "on_call"), agent("3", "available")],
  });
  const wall = { ...wallOf("a", "b"), figures: ["waiting", "free_agents", "answered", "unknown"] };
  const tiles = tilesOf(store, wall, now).map(({ key, value, note }) => [key, value, note]);
  assert.deepEqual(tiles, [
    ["waiting", 3, "in 2 queues"],
    ["free_agents", 1, "of 2 logged in"],
    ["answered", 7, "of 9 today"],
  ]);
});

test("a large figure has the worst mark of its queues, with a sign, a word and which queue", () => {
  const limits = [["waiting", 1, 3]];
  const store = storeOf({ queues: [queue("a", { waiting: 2, limits }), queue("b", { waiting: 4, limits })] });
  const [tile] = tilesOf(store, { ...wallOf("a", "b"), figures: ["waiting"] }, now);
  assert.deepEqual([tile.level, tile.sign, tile.word], ["red", "▲", "too many: b"]);
  const [alone] = tilesOf(store, { ...wallOf("a"), figures: ["waiting"] }, now);
  assert.deepEqual([alone.level, alone.sign, alone.word], ["amber", "!", "many"]);
});

test("the longest wait is marked with the queue whose wait it is", () => {
  const limits = [["longest_wait", 14, 20]];
  const rows = [["a", -25], ["b", -40], ["c", null]];
  const queues = rows.map(([number, at]) => queue(number, { limits, oldest_joined_at: at && iso(at) }));
  const [tile] = tilesOf(storeOf({ queues }), { ...wallOf("a", "b", "c"), figures: ["longest_wait"] }, now);
  assert.deepEqual([tile.value, tile.word, tile.note], ["0:40", "too long: b", "b, target 20 s"]);
});

test("every figure there is says something on an empty board and on a full one", () => {
  const figures = [
    "waiting", "longest_wait", "service_level", "answered", "abandoned", "free_agents",
    "on_call", "paused", "offered", "average_speed", "average_talk", "staffing",
  ];
  const empty = tilesOf(storeOf({ queues: [queue("a")] }), { ...wallOf("a"), figures }, now);
  assert.deepEqual(empty.map((tile) => tile.value), [0, "–", "–", 0, 0, 0, 0, 0, 0, "–", "–", "–"]);
  const full = queue("a", {
    waiting: 1,
    oldest_joined_at: iso(-65),
    staff_needed: 5,
    staff_present: 3,
    today_offered: 11,
    today_answered: 8,
    today_in_time: 6,
    today_abandoned: 2,
    today_wait_seconds: 80,
    today_talk_seconds: 720,
    today_talked: 6,
  });
  const tiles = tilesOf(storeOf({ queues: [full] }), { ...wallOf("a"), figures }, now);
  assert.deepEqual(
    tiles.map((tile) => tile.value),
    [1, "1:05", "60 %", 8, 2, 0, 0, 0, 11, "0:10", "2:00", 5],
  );
  assert.deepEqual(
    tiles.map((tile) => tile.note),
    [
      "in 1 queue", "a, target 20 s", "target 80 % in 20 s", "of 11 today", "20 %", "of 0 logged in",
      "and 0 on other calls", "of 0 logged in", "callers today", "target 20 s", "of today's calls", "2 more than there are",
    ],
  );
});

test("targets that differ are not told as one", () => {
  const store = storeOf({ queues: [queue("a", { target_seconds: 10 }), queue("b", { target_percent: 90 })] });
  const [level, speed] = tilesOf(store, { ...wallOf("a", "b"), figures: ["service_level", "average_speed"] }, now);
  assert.deepEqual([level.note, speed.note], ["", ""]);
});

test("a queue's line says its values, and marks the cells that break a limit", () => {
  const limits = [["free_agents", 2, 1], ["longest_wait", 14, 20]];
  const row = queue("a", { waiting: 2, oldest_joined_at: iso(-15), limits, today_service_level: 87.6 });
  const [line] = linesOf(storeOf({ queues: [row] }), wallOf("a"), now);
  const { name, cells } = rowOf(line, now, false);
  assert.equal(name, "a");
  assert.deepEqual(
    Object.entries(cells).map(([figure, { value, sign, word }]) => [figure, value, `${sign} ${word}`.trim()]),
    [
      ["waiting", 2, ""],
      ["longest_wait", "0:15", "! long"],
      ["service_level", "88 %", ""],
      ["answered", 0, ""],
      ["abandoned", 0, ""],
      ["free_agents", "0 of 0", "▼ too few"],
    ],
  );
});

test("callers of the board's queues are listed longest first, by what the server left of their number", () => {
  const caller = (key, fields) => ({ pbx: "main", key, state: "waiting", name: "", number: "", ...fields });
  const store = storeOf({
    queues: [queue("a", { limits: [["longest_wait", 14, 20]] }), queue("x")],
    callers: [
      caller("1", { queue: "a", joined_at: iso(-5), number: "…567" }),
      caller("2", { queue: "a", joined_at: iso(-30), number: "…" }),
      caller("3", { queue: "x", joined_at: iso(-90), number: "…111" }),
      caller("4", { queue: "a", joined_at: iso(-16) }),
      caller("5", { queue: "a", joined_at: iso(-1), name: "Eve", number: "0301234567" }),
    ],
  });
  const callers = callersOf(store, linesOf(store, wallOf("a"), now), now, new Map([["main", AT]]));
  assert.deepEqual(
    callers.map(({ who, wait, level, isOld }) => [who, wait, level, isOld]),
    [
      ["short number", "0:30", "red", true],
      ["withheld", "0:16", "amber", true],
      ["…567", "0:05", "", true],
      ["Eve", "0:01", "", true],
    ],
  );
});

test("alerts of the board's queues and of the PBX stand red first, oldest first", () => {
  const incident = (key, queueNumber, severity, opened, by = "") => ({
    pbx: "main", key, queue: queueNumber, severity, title: key, opened_at: iso(opened), acknowledged_by: by,
  });
  const store = storeOf({
    queues: [queue("a"), queue("x")],
    incidents: [
      incident("one", "a", "amber", -90),
      incident("two", "a", "red", -10),
      incident("three", "", "red", -60, "Grace"),
      incident("other", "x", "red", -600),
    ],
  });
  const alerts = alertsOf(store, wallOf("a"));
  assert.deepEqual(alerts.map(({ text, level }) => [text, level]), [["three", "red"], ["a: two", "red"], ["a: one", "amber"]]);
  assert.match(alerts[0].since, /^since .*\d\d:\d\d · seen by Grace$/);
});

// --- pages ------------------------------------------------------------------------------------------------------

test("only whole rows fit, at least one, and half a pixel is the browser's", () => {
  assert.deepEqual([99, 100, 99.6, 149, 10].map((space) => fitting(space, 50)), [1, 2, 2, 2, 1]);
});

test("pages take turns every twelve seconds and begin again", () => {
  const pages = [0, 11_999, 12_000, 24_000, 36_000].map((at) => pageAt(at, 7, 3).page);
  assert.deepEqual(pages, [0, 0, 1, 2, 0]);
  assert.deepEqual(pageAt(99_000, 0, 3), { page: 0, pages: 1, first: 0, last: 0 });
  assert.deepEqual(pageAt(99_000, 3, 3), { page: 0, pages: 1, first: 0, last: 3 });
});

test("pages are about as full as each other, and all items have their turn", () => {
  const shown = (count, most) =>
    [0, 1, 2].map((turn) => pageAt(turn * 12_000, count, most)).map(({ first, last }) => [first, last]);
  assert.deepEqual(shown(6, 5), [[0, 3], [3, 6], [0, 3]]);
  assert.deepEqual(shown(7, 3), [[0, 3], [3, 6], [6, 7]]);
});

// --- the day ----------------------------------------------------------------------------------------------------

test("the scale ends at a round number that nothing exceeds", () => {
  assert.deepEqual([0, 4, 5, 7, 9, 11, 23, 149, 801].map(roundTop), [4, 4, 5, 8, 10, 20, 40, 200, 1000]);
});

test("the curve goes from the box's left to its right, from its bottom for none to its top for the most", () => {
  const slots = [[0, 0], [10, 1], [5, 5]].map(([offered, abandoned], index) => ({ at: iso(index * 900), offered, abandoned }));
  const { top, offered, abandoned, ground } = curveOf(slots, { left: 10, top: 5, width: 100, height: 50 }, 40);
  assert.equal(top, 10);
  assert.equal(offered, "10.0,55.0 60.0,5.0 110.0,30.0");
  assert.equal(abandoned, "10.0,55.0 60.0,50.0 110.0,30.0");
  assert.equal(ground, "10,55 10.0,55.0 60.0,5.0 110.0,30.0 110.0,55");
});

test("the slot that is not over yet is not drawn once there are others", () => {
  assert.deepEqual(finished([1, 2, 3, 4]), [1, 2, 3]);
  assert.deepEqual(finished([1, 2]), [1, 2]);
  assert.deepEqual(finished([]), []);
});

test("hours stand below full hours, and only as many as have room", () => {
  const slots = Array.from({ length: 49 }, (_, index) => ({ at: iso(index * 1800), offered: 1, abandoned: 0 }));
  const box = { left: 0, top: 0, width: 480, height: 50 };
  assert.equal(curveOf(slots, box, 10).hours.length, 25);
  const few = curveOf(slots, box, 100).hours;
  assert.ok(few.length >= 2 && few.length <= 5, String(few.length));
  assert.ok(few.every(({ text }) => /^\d\d:00$/.test(text)));
});

// --- whether it may be believed ---------------------------------------------------------------------------------

const facts = (fields) => ({ pbxs: ["main"], isEmpty: false, now: AT, waited: 60_000, ...fields });
const verdict = (kind, bars = [], frozenAt = new Map()) => ({ kind, bars, frozenAt });

test("nothing covers a board that is live, that stumbles, or that was opened a moment ago", () => {
  assert.equal(coverOf(verdict("live"), facts()), null);
  assert.equal(coverOf(verdict("reconnecting"), facts()), null);
  assert.equal(coverOf(verdict("loading"), facts({ waited: 1000 })), null);
});

test("old data is covered with since when it is old, and why", () => {
  const bars = [{ text: "Data is 70 s old: no word.", spoken: "no word." }];
  const cover = coverOf(verdict("stale", bars, new Map([["main", AT - 70_000]])), facts());
  assert.match(cover.title, /^No data since .*\d\d:\d\d:\d\d$/);
  assert.equal(cover.reason, "For 1:10 now: no word.");
  assert.equal(cover.isWhole, true);
});

test("one lost PBX of two does not cover the other", () => {
  const cover = coverOf(verdict("lost", [{ text: "lost" }], new Map([["main", AT]])), facts({ pbxs: ["main", "branch"] }));
  assert.equal(cover.isWhole, false);
  assert.match(cover.title, /^Not all data is current since/);
});

test("a board without queues and one that never got data say so", () => {
  assert.equal(coverOf(verdict("live"), facts({ isEmpty: true })).title, "No queues on this board");
  assert.equal(coverOf(verdict("loading"), facts()).title, "No data yet");
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { matches, readFilters, writeFilters } from "../../static/js/filters.js";
import { age, clockTime, duration, instant, percent } from "../../static/js/format.js";
import { longestRise, sortAgents, sortQueues } from "../../static/js/sorting.js";
import { LIMITATIONS, noticesOf } from "../../static/js/states.js";
import { fill, ngettext } from "../../static/js/text.js";

test("spans read as minutes and seconds, from an hour on with hours", () => {
  const seconds = [0, 5, 65, 3599, 3600, 36_061].map((n) => duration(n * 1000));
  assert.deepEqual(seconds, ["0:00", "0:05", "1:05", "59:59", "1:00:00", "10:01:01"]);
});

test("a span is never negative, and never rounded up", () => {
  assert.equal(duration(-5_000), "0:00");
  assert.equal(duration(1_999), "0:01");
});

test("the age of data is told in its largest unit", () => {
  assert.deepEqual([0, 119, 120, 7200, 172_800].map((n) => age(n * 1000)), ["0 s", "119 s", "2 min", "2 h", "2 d"]);
});

test("an instant that is missing or no instant is null", () => {
  assert.equal(instant(null), null);
  assert.equal(instant("soon"), null);
  assert.equal(instant("1970-01-01T00:00:01+00:00"), 1000);
});

test("a time of another day carries its date", () => {
  const noon = new Date(2026, 2, 2, 12, 0, 5).getTime();
  assert.equal(clockTime(noon, noon + 1000), "12:00:05");
  assert.equal(clockTime(noon, noon + 86_400_000), "2026-03-02 12:00:05");
});

test("a share that was not told is not 0 %", () => {
  assert.deepEqual([percent(null), percent(0), percent(87.25)], ["", "0 %", "87.3 %"]);
});

const quiet = { waiting: 0, oldest_joined_at: null };
const line = (name, changes) => ({ key: name, queue: { name, ...quiet }, free: 0, ...changes });

test("queues sort longest wait first, where nobody waits last, equals by name as people read it", () => {
  const waits = (at) => ({ queue: { name: at, waiting: 1, oldest_joined_at: at } });
  const lines = [
    line("Queue 10"),
    line("x", waits("2026-03-02T09:05:00Z")),
    line("Queue 2"),
    line("y", waits("2026-03-02T09:01:00Z")),
  ];
  const names = sortQueues(lines, "longest", -1).map((one) => one.queue.name);
  assert.deepEqual(names, ["2026-03-02T09:01:00Z", "2026-03-02T09:05:00Z", "Queue 2", "Queue 10"]);
});

test("sorting says the same whatever the order before", () => {
  const lines = [line("b"), line("a"), line("c", { free: 3 })];
  const order = (some) => sortQueues(some, "free", -1).map((one) => one.key);
  assert.deepEqual(order(lines), ["c", "a", "b"]);
  assert.deepEqual(order([...lines].reverse()), ["c", "a", "b"]);
});

test("favourites come first, in the same order among themselves", () => {
  const lines = [line("b"), line("a"), line("c", { free: 3 }), line("d")];
  const order = sortQueues(lines, "free", -1, new Set(["d", "b"])).map((one) => one.key);
  assert.deepEqual(order, ["b", "d", "c", "a"]);
});

test("agents sort by name, then extension", () => {
  const agent = (name, extension) => ({ name, extension, pbx: "main", key: extension });
  const sorted = sortAgents([agent("Zoë", "1"), agent("anna", "20"), agent("Anna", "3")]);
  assert.deepEqual(sorted.map((one) => one.extension), ["3", "20", "1"]);
});

test("of an order that changes, as many as possible stay where they are", () => {
  assert.deepEqual(longestRise([5, 0, 1, 9, 2]), [1, 2, 4]);
  assert.deepEqual(longestRise([1, 2, 3, 0]), [0, 1, 2]);
  assert.deepEqual(longestRise([3, 0, 1, 2]), [1, 2, 3]);
  assert.deepEqual([longestRise([]), longestRise([4]), longestRise([2, 1])], [[], [0], [1]]);
});

test("what the reader chose survives the address", () => {
  const search = "?find=M%C3%BCller+%26&state=paused%2Cringing&group=team&queue=main+6500&team=A+b&hidden=&callers=talking&sort=name";
  assert.equal(writeFilters(readFilters(search)), search);
});

test("nothing chosen leaves the address alone", () => {
  assert.equal(writeFilters(readFilters("")), "");
});

test("nonsense in the address is ignored", () => {
  assert.equal(writeFilters(readFilters("?state=happy,__proto__&group=9&callers=x&sort=constructor")), "");
});

test("agents are found by name, extension, or whom they talk with", () => {
  const party = { party_number: "0301", party_name: "Eve" };
  const agent = { name: "Ada Berg", extension: "1000", interface: "PJSIP/1000", ...party };
  for (const find of ["", " ", "berg", "100", "0301", "EVE"]) assert.ok(matches(agent, find), find);
  assert.ok(!matches(agent, "bob"));
});

test("what a PBX does not offer is told in a sentence, unknown codes as they are", () => {
  const link = { pbx: "main", warnings: ["tls_unverified"], limitations: ["no_pause", "no_magic"] };
  const [unsafe, noPause, unknown] = noticesOf(link);
  assert.equal(unsafe.level, "warn");
  assert.equal(noPause.text, `main ${LIMITATIONS.no_pause}`);
  assert.equal(unknown.text, "main no_magic");
});

test("sentences are filled by name, and text from outside cannot name others", () => {
  assert.equal(fill("%(a)s of %(b)s, %(c)s", { a: "%(b)s", b: 2 }), "%(b)s of 2, %(c)s");
  assert.equal(ngettext("one", "many", 1), "one");
  assert.equal(ngettext("one", "many", 0), "many");
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { judge } from "../../static/js/freshness.js";

const NOW = Date.parse("2026-03-02T10:00:00Z");
const before = (seconds) => new Date(NOW - seconds * 1000).toISOString();
const link = (changes) => ({ pbx: "main", state: "up", since: before(3600), error: "", ...changes });
const heard = (age) => ({ worker_at: before(age), heard_at: before(age) });
const beat = (age = 0) => ({ at: before(0), links: { main: heard(age) } });

function verdict(changes = {}) {
  const all = { now: NOW, frameAge: 200, waited: 60_000, links: [link()], beat: beat(), isComplete: true };
  return judge({ ...all, ...changes });
}

test("while everything speaks the page is live and nothing stands still", () => {
  const { kind, badge, bars, frozenAt } = verdict();
  assert.deepEqual([kind, badge, bars, frozenAt.size], ["live", "Live", [], 0]);
});

test("before the first frame there is nothing to believe, and after 10 s the page says so", () => {
  assert.deepEqual(verdict({ frameAge: null, waited: 9_000, links: [], beat: null, isComplete: false }).bars, []);
  const late = verdict({ frameAge: null, waited: 10_000, links: [], beat: null, isComplete: false });
  assert.equal(late.kind, "loading");
  assert.match(late.bars[0].text, /No answer/);
});

test("greeted but without a board it is loading, not empty", () => {
  assert.equal(verdict({ isComplete: false, links: [], beat: null }).kind, "loading");
});

test("three silent seconds mean reconnecting, with no alarm yet", () => {
  assert.equal(verdict({ frameAge: 2_999 }).kind, "live");
  const { kind, bars, frozenAt } = verdict({ frameAge: 3_000 });
  assert.deepEqual([kind, bars.length, frozenAt.size], ["reconnecting", 0, 0]);
});

test("beats that stop are the socket's trouble, not the worker's", () => {
  const last = { at: before(5), links: { main: heard(5) } };
  assert.deepEqual(verdict({ frameAge: 5_000, beat: last }).bars, []);
});

test("after ten silent seconds the data is old, its age is told, and timers stand still", () => {
  assert.equal(verdict({ frameAge: 9_999 }).kind, "reconnecting");
  const last = { at: before(12), links: { main: heard(12) } };
  const { kind, bars, frozenAt, age } = verdict({ frameAge: 12_000, beat: last });
  assert.equal(kind, "stale");
  assert.match(bars[0].text, /^Data is 12 s old/);
  assert.equal(frozenAt.get("main"), NOW - 12_000);
  assert.equal(age, 12_000);
});

for (const [state, words, badge] of [
  ["down", /connection to the PBX lost since/, "PBX lost"],
  ["refused", /does not let us in since/, "PBX refuses login"],
  ["connecting", /connecting to the PBX since/, "Connecting to PBX"],
]) {
  test(`a link that is ${state} is told in its own words, with the reason, as of when it began`, () => {
    const seen = verdict({ links: [link({ state, since: before(320), error: "Check the port." })] });
    assert.equal(seen.badge, badge);
    assert.match(seen.bars[0].text, words);
    assert.match(seen.bars[0].text, /Check the port\.$/);
    assert.equal(seen.frozenAt.get("main"), NOW - 320_000);
    assert.equal(seen.age, 320_000);
  });
}

test("a worker silent for more than three seconds means not updated since then", () => {
  assert.equal(verdict({ beat: beat(3) }).kind, "live");
  const { kind, bars, frozenAt } = verdict({ beat: beat(95) });
  assert.equal(kind, "silent");
  assert.match(bars[0].text, /not updated since/);
  assert.equal(frozenAt.get("main"), NOW - 95_000);
});

test("a worker never heard leaves the board as of what the database last heard of the PBX", () => {
  const links = { main: { worker_at: null, heard_at: before(700) } };
  assert.equal(verdict({ beat: { at: before(0), links } }).frozenAt.get("main"), NOW - 700_000);
});

test("a dead worker's word that its link is up is not believed", () => {
  const { bars } = verdict({ links: [link({ state: "up" })], beat: beat(60) });
  assert.equal(bars.length, 1);
});

test("of two PBXs only the lost one stands still", () => {
  const links = [link(), link({ pbx: "branch", state: "down", since: before(60) })];
  const { badge, frozenAt } = verdict({ links, beat: { at: before(0), links: { main: heard(0), branch: heard(0) } } });
  assert.equal(badge, "1 of 2 PBXs lost");
  assert.deepEqual([...frozenAt.keys()], ["branch"]);
});

test("a lost link stands still as of its own loss when the socket is lost later", () => {
  const links = [link({ state: "down", since: before(60) })];
  assert.equal(verdict({ frameAge: 15_000, links }).frozenAt.get("main"), NOW - 60_000);
});

test("a server without any PBX says what to do", () => {
  assert.match(verdict({ links: [], beat: { at: before(0), links: {} }, isComplete: false }).bars[0].text, /AMI_URL/);
});

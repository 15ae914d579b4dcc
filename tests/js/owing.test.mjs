import assert from "node:assert/strict";
import test from "node:test";

import * as owing from "../../static/js/owing.js";
import { rightsOf } from "../../static/js/rights.js";
import { agentRow, boardOf } from "./support.mjs";

const AT = Date.parse("2026-01-05T09:00:00Z");
const at = (minutes) => new Date(AT + minutes * 60_000).toISOString();

const ROW = {
  key: "+49301/6500", pbx: "main", queue: "6500", party: "+49301", number: "0301", name: "Eve", tries: 1,
  opened_at: at(0), first_at: at(0), last_at: at(0), last_outcome: "abandoned", last_wait_seconds: 80, due_at: at(60),
  claimed_by: "", claimed_login: "", claimed_interface: "", claimed_at: null, claimed_until: null, attempts: 0,
  attempted_at: null,
};
const CLAIMED = { ...ROW, claimed_by: "Bob Birk", claimed_login: "bob", claimed_until: at(15) };
const QUEUE = { key: "6500", pbx: "main", number: "6500", name: "Sales" };
const MEMBER = { key: "6500/PJSIP/1000", pbx: "main", queue: "6500", interface: "PJSIP/1000" };
const ADA = { username: "ada", agent_ids: [7], supervised: [] };

function context(rows = {}, user = ADA) {
  const store = boardOf({ agents: [agentRow({ id: 7 })], members: [MEMBER], queues: [QUEUE], owed: [ROW], ...rows });
  return { store, rights: rightsOf(user), whyNot: () => "", now: () => AT };
}

test("the most urgent come first, and a queue can be looked at alone", () => {
  const rows = [
    { ...ROW, key: "c", due_at: null },
    { ...ROW, key: "b" },
    { ...ROW, key: "a" },
    { ...ROW, key: "d", queue: "6501", due_at: at(1) },
  ];
  const { store } = context({ owed: rows });
  assert.deepEqual(owing.owedLines(store).map(({ key }) => key), ["d", "a", "b", "c"]);
  assert.deepEqual(owing.owedLines(store, "main 6500").map(({ key }) => key), ["a", "b", "c"]);
  assert.deepEqual(owing.owingQueues(store), [
    { key: "main 6501", name: "6501", count: 1 },
    { key: "main 6500", name: "Sales", count: 3 },
  ]);
});

test("a line warns in the last third of its time and is bad when it is late, in words, too", () => {
  const told = [0, 41, 42, 59, 60, 180].map((minutes) => {
    const now = AT + minutes * 60_000;
    return [owing.owedLevel(ROW, now), owing.dueText(ROW, now)];
  });
  assert.deepEqual(told, [
    ["", "due in 60 min"],
    ["", "due in 19 min"],
    ["warn", "due in 18 min"],
    ["warn", "due in 60 s"],
    ["bad", "0 s late"],
    ["bad", "2 h late"],
  ]);
  assert.deepEqual([owing.owedLevel({ ...ROW, due_at: null }, AT), owing.dueText({ ...ROW, due_at: null }, AT)], ["", ""]);
});

test("how often, when, and how it ended last is one sentence", () => {
  assert.match(owing.triesText(ROW), /^tried once, at .*\d\d:\d\d, hung up after 1:20$/);
  const often = { ...ROW, tries: 3, last_outcome: "timed_out", last_wait_seconds: 300 };
  assert.match(owing.triesText(often), /^tried 3 times, since .*, last at .*, nobody answered within 5:00$/);
  assert.match(owing.instantsText(ROW), /^First tried at .*, last at .*, to be called back by .*$/);
  assert.equal(owing.attemptsText(ROW), "");
  assert.match(owing.attemptsText({ ...ROW, attempts: 1, attempted_at: at(5) }), /^called once, not reached at /);
  assert.match(owing.attemptsText({ ...ROW, attempts: 2, attempted_at: at(5) }), /^called 2 times, last not reached at /);
});

test("a claim says whose it is", () => {
  const { rights } = context();
  assert.equal(owing.claimText(ROW, rights), "");
  assert.match(owing.claimText(CLAIMED, rights), /^Bob Birk is on it until /);
  assert.match(owing.claimText({ ...CLAIMED, claimed_login: "ada" }, rights), /^yours until /);
});

test("an agent settles what queues owe that their phone is in or was logged out of, and no others", () => {
  assert.equal(owing.maySettle(context(), ROW), true);
  assert.equal(owing.maySettle(context({ members: [] }), ROW), false);
  assert.equal(owing.maySettle(context({ members: [], agents: [agentRow({ id: 7, left_queues: ["6500"] })] }), ROW), true);
  assert.equal(owing.maySettle(context({}, { username: "viewer", supervised: [] }), ROW), false);
  assert.equal(owing.maySettle(context({}, { username: "lead", supervised: [{ pbx: "main", number: "6500" }] }), ROW), true);
});

test("what somebody else has claimed can be overruled by a supervisor, and called back by nobody else", () => {
  const mine = owing.choicesOf(context(), { ...CLAIMED, claimed_login: "ada" });
  assert.deepEqual([mine.isMine, mine.isTaken, mine.whyNoCall, mine.phone.id], [true, false, "", 7]);
  const taken = owing.choicesOf(context(), CLAIMED);
  assert.deepEqual([taken.isTaken, taken.overrule, taken.whyNoCall], [true, false, "Bob Birk is on it."]);
  const lead = owing.choicesOf(context({}, { ...ADA, username: "lead", supervised: "all" }), CLAIMED);
  assert.deepEqual([lead.overrule, lead.whyNoCall], [true, "Bob Birk is on it."]);
});

test("why nobody can be called is said", () => {
  assert.match(owing.choicesOf(context({}, { username: "x", supervised: "all" }), ROW).whyNoCall, /needs a phone of yours/);
  assert.equal(owing.choicesOf({ ...context(), whyNot: () => "No." }, ROW).whyNoCall, "No.");
  const caller = { key: "1", pbx: "main", queue: "6500", number: "0301", state: "waiting" };
  assert.match(owing.choicesOf(context({ callers: [caller] }), ROW).whyNoCall, /they wait in Sales/);
  assert.equal(owing.waitingIn(context({ callers: [{ ...caller, number: "" }] }).store, { pbx: "main", number: "" }), "");
});

test("requests name the line and nothing else", () => {
  assert.deepEqual(owing.claim(ROW), {
    path: "owed/claim",
    body: { pbx: "main", queue: "6500", party: "+49301" },
    label: "Take on the call to 0301 · Eve",
  });
  assert.equal(owing.release(ROW).path, "owed/release");
  assert.equal(owing.close(ROW, "Wrong number").body.note, "Wrong number");
  assert.equal(owing.callBack({ ...ROW, number: "", name: "" }, { id: 7 }).label, "Call +49301 back");
  assert.equal(owing.callBack(ROW, { id: 7 }).body.agent, 7);
});

test("a settled line says how", () => {
  assert.equal(owing.closedText({ closed_how: "came_again", closed_by: "" }), "They called again and were answered.");
  assert.equal(owing.closedText({ closed_how: "called_back", closed_by: "Ada" }), "Ada reached them.");
  assert.equal(owing.closedText({ closed_how: "by_hand", closed_by: "Ada" }), "Closed by Ada.");
  assert.equal(owing.closedText({ closed_how: "later", closed_by: "" }), "");
});

test("what the list cannot have is said, and nothing else", () => {
  assert.deepEqual(owing.unlistedNotes({ anonymous: 0, short: 0, lost: 0, outages: [] }, false), []);
  const outages = [{ pbx: "main", began_at: at(0), ended_at: at(7) }, { pbx: "main", began_at: at(9), ended_at: null }];
  const told = owing.unlistedNotes({ anonymous: 1, short: 2, lost: 3, outages }, true);
  assert.match(told[0], /^main: Calls between .* and .* could not be seen\.$/);
  assert.match(told[1], /^main: Calls since .* cannot be seen: there is no connection to the PBX\.$/);
  assert.deepEqual(told.slice(2), [
    "One caller today gave no number.",
    "2 callers today hung up at once.",
    "Of 3 calls today nobody saw how they ended.",
  ]);
});

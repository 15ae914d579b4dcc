import assert from "node:assert/strict";
import test from "node:test";

import {
  callKey, callOf, changeText, chosenPhone, deskOf, isProlonged, lineText, ownPhones, returnText, shownState, stateDetail,
  stateLevel, stateTimer, waitText,
} from "../../static/js/desk.js";
import { rightsOf } from "../../static/js/rights.js";
import { boardOf, agentRow } from "./support.mjs";

const AT = Date.parse("2026-01-05T09:00:00Z");
const ago = (seconds) => new Date(AT - seconds * 1000).toISOString();
const ahead = (seconds) => ago(-seconds);

const CALLER = {
  key: "17.2", pbx: "main", uniqueid: "17.2", queue: "6500", state: "talking", number: "0301", name: "Eve",
  agent_interface: "PJSIP/1000", ringing: [], joined_at: ago(50), answered_at: ago(20), tries: 2,
};

function context(rows, user = { agent_ids: [7] }) {
  return { store: boardOf(rows), rights: rightsOf(user), whyNot: () => "", now: () => AT, frozenAt: new Map() };
}

test("one's phones are those the server names, whatever else the board shows", () => {
  const rows = { agents: [agentRow({ id: 7 }), agentRow({ id: 8, interface: "PJSIP/1001" })] };
  assert.deepEqual(ownPhones(context(rows)).map(({ id }) => id), [7]);
});

test("the chosen phone is shown, without a choice the first one that takes calls of queues", () => {
  const [idle, busy] = [agentRow({ interface: "PJSIP/1", member_count: 0 }), agentRow({ interface: "PJSIP/2" })];
  assert.equal(chosenPhone([idle, busy], ""), busy);
  assert.equal(chosenPhone([idle, busy], "main PJSIP/1"), idle);
  assert.equal(chosenPhone([idle], "main PJSIP/9"), idle);
  assert.equal(chosenPhone([], ""), undefined);
});

test("a queue's caller in hand is told with the queue, the wait and the earlier tries", () => {
  const agent = agentRow({ state: "on_call", queue: "6500", party_number: "0301", call_uniqueid: "17.2" });
  const store = boardOf({ agents: [agent], callers: [CALLER], queues: [{ key: "6500", pbx: "main", name: "Sales" }] });
  const call = callOf(store, agent);
  assert.deepEqual([call.queueName, call.uniqueid, call.tries, call.name], ["Sales", "17.2", 2, "Eve"]);
  assert.equal(waitText(call, AT), "waited 0:30");
});

test("a caller whose call rings here is told while they wait", () => {
  const agent = agentRow({ state: "ringing" });
  const caller = { ...CALLER, state: "waiting", agent_interface: "", answered_at: null, ringing: ["PJSIP/1000"] };
  const call = callOf(boardOf({ agents: [agent], callers: [caller] }), agent);
  assert.equal(call.isRinging, true);
  assert.equal(call.number, "0301");
  assert.equal(waitText(call, AT), "waiting for 0:50");
});

test("another PBX's caller with the same interface is not mine", () => {
  const agent = agentRow({ state: "on_call", party_number: "22" });
  const store = boardOf({ agents: [agent] });
  const elsewhere = boardOf({ callers: [{ ...CALLER, pbx: "other" }] }, "other");
  store.rows = (table) => [...boardOf({ agents: [agent] }).rows(table), ...elsewhere.rows(table)];
  assert.equal(callOf(store, agent).number, "22");
});

test("a call outside the queues has a number and no wait", () => {
  const agent = agentRow({ state: "other_call", party_number: "1005", call_uniqueid: "18.1" });
  const call = callOf(boardOf({ agents: [agent] }), agent);
  assert.deepEqual([call.number, call.queue, waitText(call, AT)], ["1005", "", ""]);
  assert.equal(callOf(boardOf({}), agentRow({ state: "available" })), null);
});

test("two calls of one number in one queue are two calls", () => {
  const call = { uniqueid: "1", number: "0301", queue: "6500" };
  assert.notEqual(callKey(call), callKey({ ...call, uniqueid: "2" }));
  assert.equal(callKey(null), "");
});

test("a desk knows its agent by the name people read, its members and what the PBX offers", () => {
  const rows = {
    agents: [agentRow({ id: 7, name: "PJSIP/1000", extension: "1000" })],
    members: [{ key: "6500/PJSIP/1000", pbx: "main", queue: "6500", interface: "PJSIP/1000", paused: false }],
    links: [{ key: "main", pbx: "main", actions: ["pause", "park"] }],
  };
  const facts = context(rows);
  const desk = deskOf(facts, ownPhones(facts)[0]);
  assert.equal(desk.agent.name, "1000");
  assert.deepEqual(desk.members.map(({ queue }) => queue), ["6500"]);
  assert.deepEqual(desk.actions, ["pause", "park"]);
  assert.equal(desk.possible.pause.why, "");
});

test("a wrap-up counts down, every other state up, and one that began unseen lasts at least so long", () => {
  assert.deepEqual(stateTimer(agentRow({ state: "wrap_up", wrap_up_until: ahead(9) }), AT), { text: "0:09", isCountdown: true });
  assert.equal(stateTimer(agentRow({ state_since: ago(65) }), AT).text, "1:05");
  assert.equal(stateTimer(agentRow({ state_since: ago(65), is_since_exact: false }), AT).text, "≥ 1:05");
  assert.equal(stateTimer(agentRow({ state_since: null }), AT).text, "");
});

test("a prolonged wrap-up is a pause of the PBX and shown as what it is", () => {
  const agent = agentRow({ state: "paused", pause_reason: "Wrap-up", paused_count: 1, pause_until: ahead(61) });
  assert.equal(isProlonged(agent), true);
  assert.equal(shownState(agent), "wrap_up");
  assert.deepEqual(stateTimer(agent, AT), { text: "1:01", isCountdown: true });
  assert.equal(returnText(agent, AT), "");
  assert.equal(stateTimer({ ...agent, state: "wrap_up", wrap_up_until: ahead(5) }, AT).text, "1:01");
  assert.equal(shownState(agentRow({ state: "paused", paused_count: 1, pause_reason: "Lunch" })), "paused");
});

test("limits colour a state from their instants on", () => {
  const agent = agentRow({ amber_at: ago(0), red_at: ahead(10) });
  assert.equal(stateLevel(agent, AT), "warn");
  assert.equal(stateLevel(agent, AT + 10_000), "bad");
  assert.equal(stateLevel(agent, AT - 1), "");
  assert.equal(stateLevel(agentRow({}), AT), "");
});

test("a pause tells its reason and how it stands against its budget", () => {
  const agent = agentRow({ state: "paused", pause_reason: "Lunch", paused_count: 1, member_count: 1, state_since: ago(600) });
  assert.equal(stateDetail(agent, AT, 30), "Lunch · 20:00 left of 30 minutes");
  assert.equal(stateDetail(agent, AT, 9), "Lunch · 1:00 over the 9 minutes it may take");
  assert.equal(stateDetail(agent, AT), "Lunch");
});

test("a pause in some queues says in how many", () => {
  const agent = agentRow({ pause_reason: "Drill", paused_count: 1, member_count: 3 });
  assert.equal(stateDetail(agent, AT, 30), "Drill · paused in 1 of 3 queues");
  assert.equal(stateDetail(agentRow({}), AT), "");
});

for (const [state, words] of [["logged_out", "Logged in to no queue"], ["unreachable", "is it on?"], ["wrap_up", "Time to finish"]]) {
  test(`what to do about ${state} is said`, () => assert.match(stateDetail(agentRow({ state }), AT), new RegExp(words.replace("?", "\\?"))));
}

test("a timed pause says when it ends by itself", () => {
  assert.match(returnText(agentRow({ paused_count: 1, pause_until: ahead(90) }), AT), /in 1:30\.$/);
  assert.equal(returnText(agentRow({ paused_count: 1 }), AT), "");
  assert.equal(returnText(agentRow({ paused_count: 0, pause_until: ahead(90) }), AT), "");
});

test("who else changed my state is told with the reason, while it is news or their pause lasts", () => {
  const agent = agentRow({ changed_by: "Grace", changed_at: ago(30), change: "pause", pause_reason: "Drill", paused_count: 1 });
  assert.match(changeText(agent, AT), /^Grace paused you at .*\. Reason: Drill\.$/);
  assert.match(changeText(agent, AT + 3_600_000), /^Grace paused you/);
  const back = agentRow({ changed_by: "Grace", changed_at: ago(30), change: "unpause" });
  assert.match(changeText(back, AT), /^Grace ended your pause at/);
  assert.equal(changeText(back, AT + 3_600_000), "");
  assert.match(changeText({ ...back, change: "something" }, AT), /changed your state/);
  assert.equal(changeText(agentRow({}), AT), "");
});

test("a place in the line for a pause is told", () => {
  assert.match(lineText(agentRow({ pause_line_reason: "Lunch", pause_line_place: 1 })), /^You are next for Lunch/);
  assert.match(lineText(agentRow({ pause_line_reason: "Lunch", pause_line_place: 3 })), /number 3 in line/);
  assert.equal(lineText(agentRow({})), "");
});

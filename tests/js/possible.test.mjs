import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsOf, isShown, shownAgents } from "../../static/js/groups.js";
import { ownPhone, possibleActions, whyNoLogout } from "../../static/js/possible.js";
import { readFilters } from "../../static/js/filters.js";
import { rightsOf, whyNot } from "../../static/js/rights.js";
import { Store } from "../../static/js/store.js";

const ALL = ["pause", "unpause", "originate", "hangup", "transfer", "log_in", "log_out", "penalty", "listen", "barge"];
const OWN = ["pause", "unpause", "transfer", "hangup", "dial", "login", "logout"];

function agent(id, extension, changes = {}) {
  const face = `PJSIP/${extension}`;
  const row = { pbx: "main", id, extension, name: `Agent ${id}`, key: face, interface: face, state: "available" };
  const call = { party_number: "", party_name: "", queue: "", call_uniqueid: "" };
  return { ...row, ...call, paused_count: 0, member_count: 1, ...changes };
}

const member = (queue, extension) => ({
  pbx: "main", key: `${queue}/PJSIP/${extension}`, queue, interface: `PJSIP/${extension}`, membership: "static",
});

function world(user, { agents, members, dialect = "asterisk", actions = ALL }) {
  const store = new Store();
  const queues = ["sales", "night"].map((number) => ({ pbx: "main", key: number, number, name: number }));
  const links = [{ pbx: "main", key: "main", actions, dialect }];
  store.apply({ type: "snapshot", pbx: "main", epoch: 1, seq: 1, rows: { links, queues, agents, members, callers: [] } });
  const rights = rightsOf(user);
  const say = (pbx, kind) => whyNot(rights, { pbx, link: store.row("links", pbx, pbx), isLive: true }, kind);
  const context = { store, rights, whyNot: say, spyCodes: { listen: "*54" }, filters: readFilters(""), isMany: false };
  const possible = (id) => {
    const row = agents.find((one) => one.id === id);
    return possibleActions(row, store.membersOf(row.pbx, row.interface), context);
  };
  return { store, rights, context, possible };
}

const BOSS = { is_supervisor: true, supervised: "all", agent_ids: [2] };
const TEAM = { is_supervisor: true, supervised: [{ pbx: "main", number: "sales" }], agent_ids: [] };
const SALES = [member("sales", "1000"), member("sales", "1001"), member("night", "1002")];
const FLOOR = { agents: [agent(1, "1000"), agent(2, "1001"), agent(3, "1002")], members: SALES };

test("a supervisor is offered everything, and what is impossible now says why", () => {
  const offered = world(BOSS, FLOOR).possible(1);
  const why = Object.fromEntries(Object.entries(offered).map(([action, offer]) => [action, offer.why]));
  assert.deepEqual(why, {
    pause: "",
    unpause: "Not paused.",
    transfer: "No call now.",
    hangup: "No call now.",
    call: "",
    dial: "",
    listen: "No call now.",
    whisper: "main, or our user on it, does not offer this.",
    barge: "No call now.",
    login: "",
    logout: "",
    penalty: "",
  });
});

test("for one's own phone there is no listening and no calling oneself", () => {
  const boss = Object.keys(world(BOSS, FLOOR).possible(2));
  assert.ok(!boss.includes("listen") && !boss.includes("call") && boss.includes("penalty"));
  const own = world({ role: "agent", agent_ids: [1] }, FLOOR);
  assert.deepEqual(Object.keys(own.possible(1)), OWN);
  assert.deepEqual(own.possible(3), {});
});

test("a team's supervisor acts for members of its queues only, a viewer for nobody", () => {
  const team = world(TEAM, FLOOR);
  assert.ok(team.possible(1).pause);
  assert.deepEqual(team.possible(3), {});
  assert.equal(team.possible(1).call.why, "No phone is linked to your login.");
  assert.deepEqual(world({ role: "viewer" }, FLOOR).possible(1), {});
});

test("a call that is ringing cannot be transferred, one of other queues not touched", () => {
  const ringing = { ...FLOOR, agents: [agent(1, "1000", { state: "ringing", call_uniqueid: "1.1" })] };
  assert.equal(world(BOSS, ringing).possible(1).transfer.why, "Not answered yet.");
  assert.equal(world(BOSS, ringing).possible(1).hangup.why, "");
  const hidden = { ...FLOOR, agents: [agent(1, "1000", { state: "on_call" })] };
  assert.equal(world(TEAM, hidden).possible(1).hangup.why, "This call is not of your queues.");
});

test("a UCM that cannot join calls names the code to dial", () => {
  const agents = [agent(1, "1000", { state: "on_call", call_uniqueid: "1.1" })];
  const ucm = world(BOSS, { ...FLOOR, agents, dialect: "ucm", actions: ["pause"] });
  assert.deepEqual(ucm.possible(1).listen, { why: "", dial: "On your phone dial *54, then 1000." });
  assert.match(ucm.possible(1).barge.why, /does not offer/);
});

test("the phone one acts from can be reached and is on the same PBX", () => {
  const { store, rights } = world(BOSS, FLOOR);
  assert.equal(ownPhone(store, rights, "main").id, 2);
  assert.equal(ownPhone(store, rights, "other"), undefined);
  const dead = world(BOSS, { ...FLOOR, agents: [agent(2, "1001", { state: "unreachable" })] });
  assert.equal(ownPhone(dead.store, dead.rights, "main"), undefined);
});

test("members of the configuration cannot be logged out of a stock Asterisk", () => {
  assert.match(whyNoLogout(SALES[0], world(BOSS, FLOOR).context), /configuration/);
  assert.equal(whyNoLogout({ ...SALES[0], membership: "dynamic" }, world(BOSS, FLOOR).context), "");
  assert.equal(whyNoLogout(SALES[0], world(BOSS, { ...FLOOR, dialect: "ucm" }).context), "");
});

const teams = [{ name: "Day", queues: [{ pbx: "main", number: "sales" }] }];

test("agents stand in the groups they belong to, the others at the end", () => {
  const { context } = world({ ...BOSS, teams }, { ...FLOOR, members: [...SALES, member("night", "1000")] });
  const by = (group) => {
    const filters = { ...context.filters, group };
    const shown = shownAgents({ ...context, filters });
    return groupsOf(shown, { ...context, filters }).map(({ title, agents }) => [title, agents.map(({ id }) => id)]);
  };
  assert.deepEqual(by("queue"), [["night", [1, 3]], ["sales", [1, 2]]]);
  assert.deepEqual(by("team"), [["Day", [1, 2]], ["In no team", [3]]]);
  assert.deepEqual(by("state"), [["Free", [1, 2, 3]]]);
  assert.deepEqual(by("name"), [["", [1, 2, 3]]]);
});

test("who is logged out is shown only when asked for; queue and team narrow", () => {
  const { rights } = world({ ...BOSS, teams }, FLOOR);
  const filters = readFilters("");
  const out = agent(9, "1009", { state: "logged_out" });
  assert.equal(isShown(out, [], filters, rights), false);
  assert.equal(isShown(out, [], { ...filters, states: new Set(["logged_out"]) }, rights), true);
  const one = agent(1, "1000");
  assert.equal(isShown(one, [SALES[0]], { ...filters, team: "Day" }, rights), true);
  assert.equal(isShown(one, [SALES[2]], { ...filters, team: "Day" }, rights), false);
  assert.equal(isShown(one, [SALES[2]], { ...filters, queue: "main sales" }, rights), false);
});

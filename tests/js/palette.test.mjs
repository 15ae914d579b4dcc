import assert from "node:assert/strict";
import { test } from "node:test";

import { suggest } from "../../static/js/palette.js";
import { rightsOf, whyNot } from "../../static/js/rights.js";
import { Store } from "../../static/js/store.js";
import { plain, rankOf } from "../../static/js/words.js";

const KINDS = ["pause", "unpause", "originate", "hangup", "transfer", "log_in", "log_out", "penalty", "listen"];
const blank = { pbx: "main", queue: "", call_uniqueid: "", paused_count: 0, member_count: 1, state: "available" };

function agent(id, extension, name, changes = {}) {
  const face = `PJSIP/${extension}`;
  return { ...blank, id, extension, name, key: face, interface: face, party_number: "", party_name: "", ...changes };
}

const AGENTS = [
  agent(1, "1000", "Ada Berg"),
  agent(2, "1001", "Adam Cole", { state: "on_call", call_uniqueid: "1.1" }),
  agent(3, "1002", "Zoë Łuczak", { paused_count: 1, state: "paused" }),
  agent(4, "10021", "José Pérez"),
];
const QUEUES = [["sales", "Sales"], ["6500", "Support Nord"]].map(([number, name]) => ({
  pbx: "main", key: number, number, name,
}));
const MEMBERS = AGENTS.map((row) => ({
  pbx: "main", key: `sales/${row.interface}`, queue: "sales", interface: row.interface, penalty: 1, paused: row.paused_count > 0,
}));

function context({ user = { is_supervisor: true, supervised: "all", agent_ids: [1] }, actions = KINDS } = {}) {
  const store = new Store();
  const links = [{ pbx: "main", key: "main", actions, dialect: "ucm", state: "up" }];
  const rows = { links, queues: QUEUES, members: MEMBERS, callers: [], agents: AGENTS };
  store.apply({ type: "snapshot", pbx: "main", epoch: 1, seq: 1, rows });
  const rights = rightsOf({ role: "supervisor", ...user });
  return {
    store,
    rights,
    filters: { queue: "" },
    reasons: ["Lunch", "Break", "Léger"],
    spyCodes: { whisper: "*55" },
    whyNot: (pbx, kind) => whyNot(rights, { pbx, link: store.row("links", pbx, pbx), isLive: true }, kind),
  };
}

const meant = (text, given) => suggest(text, context(given));
const first = (text, given) => meant(text, given).suggestions[0];

/** What Enter does: the request's path and body. */
function asked(text, given) {
  const { suggestions, isSure } = meant(text, given);
  assert.ok(isSure, `${text}: ${JSON.stringify(suggestions.map(({ title, rank }) => [title, rank]))}`);
  const { path, body } = suggestions[0].run.ask;
  return [path, body];
}

test("sentences are requests", () => {
  const cases = {
    "pause 1000 lunch": ["agents/1/pause", { queue: null, reason: "Lunch", minutes: null }],
    "pause ada berg 15 lunch": ["agents/1/pause", { queue: null, reason: "Lunch", minutes: 15 }],
    "PAUSE 1000 lunch 15 min": ["agents/1/pause", { queue: null, reason: "Lunch", minutes: 15 }],
    "pause 1000 leger": ["agents/1/pause", { queue: null, reason: "Léger", minutes: null }],
    "pause 1000 Fire drill": ["agents/1/pause", { queue: null, reason: "Fire drill", minutes: null }],
    "pause 1000 9999 h": ["agents/1/pause", { queue: null, reason: "9999 h", minutes: null }],
    "unpause zoe": ["agents/3/unpause", { queue: null }],
    "unpause luczak": ["agents/3/unpause", { queue: null }],
    "call jose perez": ["calls/originate", { agent: 1, number: "10021" }],
    "dial 0301234": ["calls/originate", { agent: 1, number: "0301234" }],
    "call 030 12-34": ["calls/originate", { agent: 1, number: "03012-34" }],
    "hang up 1001": ["calls/hangup", { pbx: "main", uniqueid: "1.1" }],
    "login 1000 nord": ["agents/1/login", { queue: "6500" }],
    "log in 1000 support nord 3": ["agents/1/login", { queue: "6500", penalty: 3 }],
    "login 1000": ["agents/1/login", { queue: null }],
    "logout 1000 sales": ["agents/1/logout", { queue: "sales" }],
    "penalty 1000 sales 5": ["agents/1/penalty", { queue: "sales", penalty: 5 }],
    "penalty 1000 5": ["agents/1/penalty", { queue: null, penalty: 5 }],
    "transfer 1001 6500": ["agents/2/transfer", { number: "6500" }],
    "transfer 1001 ada": ["agents/2/transfer", { number: "1000" }],
    "transfer 1001 0305555": ["agents/2/transfer", { number: "0305555" }],
    "listen 1001": ["agents/2/supervise", { mode: "listen", phone: 1 }],
  };
  for (const [text, wanted] of Object.entries(cases)) assert.deepEqual(asked(text), wanted, text);
});

test("what will happen is said in words", () => {
  assert.equal(first("pause 1000 15 lun").title, "Pause Ada Berg: Lunch for 15 min");
  assert.equal(first("transfer 1001 nord").title, "Transfer the caller of Adam Cole to Support Nord");
});

test("one whole name comes before those that only begin so, an extension before all", () => {
  assert.equal(first("pause ada").title, "Pause Ada Berg");
  assert.ok(meant("pause ada").isSure);
  assert.deepEqual(asked("pause 1002")[0], "agents/3/pause");
});

test("what may mean several is not done before one is chosen", () => {
  const { suggestions, isSure } = meant("pause 100");
  assert.equal(isSure, false);
  assert.equal(suggestions.length, 4);
});

test("what is impossible says why and does nothing", () => {
  const cases = {
    "hang up ada berg": "No call now.",
    "unpause 1000": "Not paused.",
    "whisper 1001": "On your phone dial *55, then 1001.",
    "pause nobody": "Write a name or an extension.",
  };
  for (const [text, why] of Object.entries(cases)) {
    assert.equal(first(text).why, why, text);
    assert.equal(first(text).run, null, text);
  }
  assert.equal(first("dial 0301234", { user: { is_supervisor: true } }).why, "No phone is linked to your login.");
});

test("verbs are completed, and without a name those are offered for whom it is possible", () => {
  assert.deepEqual(first("pau").run, { complete: "pause " });
  assert.equal(meant("pau").isSure, false);
  assert.deepEqual(meant("unpause ").suggestions.map(({ run }) => run.complete), ["unpause 1002 "]);
  assert.ok(meant("").suggestions.length > 3);
});

test("agents, queues and the page itself", () => {
  assert.equal(first("zoe").run.agent.id, 3);
  assert.deepEqual(first("queue sales").run.filters, { queue: "main sales" });
  assert.ok(meant("sales").suggestions.some(({ run }) => run.queue?.number === "sales"));
  assert.deepEqual(first("theme dark").run, { command: "theme", value: "dark" });
  assert.deepEqual([...first("show paused").run.filters.states], ["paused"]);
  assert.ok(meant("freeze").isSure);
});

test("who may do nothing is offered nothing, an agent only what is theirs", () => {
  const viewer = { user: { role: "viewer", is_supervisor: false, agent_ids: [] } };
  assert.deepEqual(meant("pause ada lunch", viewer).suggestions, []);
  assert.equal(first("ada berg", viewer).run.agent.id, 1);
  const own = { user: { role: "agent", is_supervisor: false, agent_ids: [1] } };
  assert.deepEqual(asked("pause ada lunch", own)[0], "agents/1/pause");
  assert.equal(first("pause adam lunch", own).run, null);
  assert.deepEqual(meant("penalty ada 5", own).suggestions, []);
});

test("names are found without their accents, in any order", () => {
  assert.equal(plain("Łuczak Øst ẞ Ünal"), "luczak ost ss unal");
  assert.equal(rankOf(["berg", "ada"], "Ada Berg", "1000"), 2);
  assert.equal(rankOf(["be"], "Ada Berg", "1000"), 1);
  assert.equal(rankOf(["1000"], "Ada Berg", "1000"), 3);
  assert.equal(rankOf(["ada", "ada"], "Ada Berg", "1000"), 0);
  assert.equal(rankOf(["…"], "Ada Berg", "1000"), 0);
});

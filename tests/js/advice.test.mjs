import assert from "node:assert/strict";
import { test } from "node:test";

import { whoCouldHelp } from "../../static/js/advice.js";
import { Store } from "../../static/js/store.js";

const NOW = Date.parse("2026-03-02T10:00:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
const QUEUE = { pbx: "main", key: "6500", number: "6500", name: "Sales" };

function agent(name, state, changes = {}) {
  const times = { state_since: at(-60), red_at: null, wrap_up_until: null };
  return { pbx: "main", key: name, interface: name, name, state, device_state: "not_in_use", left_queues: [], ...times, ...changes };
}

function helpers(members, others) {
  const store = new Store();
  const rows = {
    links: [], queues: [QUEUE], callers: [], owed: [], incidents: [],
    agents: [...members, ...others],
    members: members.map(({ name }) => ({ pbx: "main", key: `6500/${name}`, queue: "6500", interface: name })),
  };
  store.apply({ type: "snapshot", pbx: "main", epoch: 1, seq: 1, rows });
  return whoCouldHelp(store, QUEUE, NOW).map(({ agent: { name }, kind, text }) => [name, kind, text]);
}

test("members who could be back at once come before who was logged out and who is free elsewhere", () => {
  const members = [
    agent("Wanda", "wrap_up", { wrap_up_until: at(9) }),
    agent("Otto", "paused", { red_at: at(-240) }),
    agent("Pia", "paused", { red_at: at(240) }),
    agent("Fred", "available"),
    agent("Tom", "on_call"),
  ];
  const others = [
    agent("Late", "available", { state_since: at(-5) }),
    agent("Idle", "available", { state_since: at(-500) }),
    agent("Lea", "logged_out", { left_queues: ["6500"] }),
    agent("Gone", "logged_out", { left_queues: ["6500"], device_state: "unavailable" }),
    agent("Else", "logged_out"),
    agent("Busy", "on_call"),
  ];
  assert.deepEqual(helpers(members, others), [
    ["Otto", "overdue", "paused 4 min too long"],
    ["Wanda", "wrap_up", "wraps up, 9 s left"],
    ["Lea", "left", "was logged out of this queue, the phone is there"],
    ["Idle", "elsewhere", ""],
    ["Late", "elsewhere", ""],
  ]);
});

test("another PBX's people cannot help", () => {
  assert.deepEqual(helpers([], [agent("Far", "available", { pbx: "branch" })]), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { Store, TABLES } from "../../static/js/store.js";
import { story } from "./support.mjs";

function rowsOf(store) {
  const byKey = (a, b) => (a.key < b.key ? -1 : 1);
  return Object.fromEntries(TABLES.map((table) => [table, store.rows(table).sort(byKey)]));
}

function sorted(rows) {
  const byKey = (a, b) => (a.key < b.key ? -1 : 1);
  return Object.fromEntries(TABLES.map((table) => [table, [...rows[table]].sort(byKey)]));
}

function started() {
  const { snapshot, ...rest } = story();
  const store = new Store();
  store.apply(snapshot);
  return { store, snapshot, ...rest };
}

test("a snapshot is the board it says", () => {
  const { store, first } = started();
  assert.deepEqual(rowsOf(store), sorted(first));
  assert.equal(store.isComplete, true);
});

test("old board and changes make the new board", () => {
  const { store, deltas, last } = started();
  for (const delta of deltas) assert.deepEqual(store.apply(delta), { changed: true, resync: null });
  assert.deepEqual(rowsOf(store), sorted(last));
  assert.deepEqual(store.position("main"), { epoch: 7, seq: 40 + deltas.length });
});

test("a repeated delta changes nothing", () => {
  const { store, deltas, last } = started();
  for (const delta of deltas) {
    store.apply(delta);
    assert.deepEqual(store.apply(delta), { changed: false, resync: null });
  }
  assert.deepEqual(rowsOf(store), sorted(last));
});

test("a missing delta leaves the board as it was and asks for all of it", () => {
  const { store, deltas, first } = started();
  assert.deepEqual(store.apply(deltas[1]), { changed: false, resync: "main" });
  assert.deepEqual(store.apply(deltas[2]), { changed: false, resync: "main" });
  assert.deepEqual(rowsOf(store), sorted(first));
});

test("a delta of another worker run asks for all of the board", () => {
  const { store, deltas, first } = started();
  assert.deepEqual(store.apply({ ...deltas[0], epoch: 8 }), { changed: false, resync: "main" });
  assert.deepEqual(rowsOf(store), sorted(first));
});

test("the snapshot after a gap puts the board right", () => {
  const { store, deltas, snapshot, last } = started();
  store.apply(deltas[3]);
  store.apply({ ...snapshot, epoch: 8, seq: 2, rows: last });
  assert.deepEqual(rowsOf(store), sorted(last));
  assert.deepEqual(store.position("main"), { epoch: 8, seq: 2 });
});

test("a snapshot in parts shows nothing until its last part, in whatever order they come", () => {
  const { snapshot, first } = story();
  const store = new Store();
  const { agents, ...others } = snapshot.rows;
  const part = (number, rows) => ({ ...snapshot, part: number, parts: 3, rows });
  store.apply(part(3, { agents: agents.slice(1) }));
  store.apply(part(1, others));
  assert.equal(store.isComplete, false);
  assert.deepEqual(store.rows("queues"), []);
  assert.deepEqual(store.apply(part(2, { agents: agents.slice(0, 1) })), { changed: true, resync: null });
  assert.deepEqual(rowsOf(store), sorted(first));
});

test("deltas between the parts of a snapshot are applied after it, older ones not at all", () => {
  const { snapshot, deltas, last } = story();
  const store = new Store();
  store.apply({ ...snapshot, part: 1, parts: 2 });
  store.apply({ ...deltas[0], seq: 40, set: {}, removed: { queues: ["6500"] } });
  for (const delta of deltas) store.apply(delta);
  store.apply({ ...snapshot, part: 2, parts: 2, rows: {} });
  assert.deepEqual(rowsOf(store), sorted(last));
});

test("half a snapshot that the socket cut off is forgotten, the board before it stays", () => {
  const { store, snapshot, first } = started();
  store.apply({ ...snapshot, seq: 90, part: 1, parts: 2, rows: { agents: [] } });
  store.disconnected();
  store.apply({ ...snapshot, seq: 90, part: 2, parts: 2, rows: {} });
  assert.deepEqual(rowsOf(store), sorted(first));
});

test("a beat that is ahead of the board means that something was lost", () => {
  const { store } = started();
  const beat = (epoch, seq) => store.apply({ type: "beat", links: { main: { epoch, seq } } }).resync;
  assert.equal(beat(7, 40), null);
  assert.equal(beat(7, 41), "main");
  assert.equal(beat(8, 1), "main");
});

test("boards of several PBXs stand side by side, equal keys and all", () => {
  const { store, snapshot } = started();
  const branch = JSON.parse(JSON.stringify(snapshot).replaceAll('"main"', '"branch"'));
  store.apply(branch);
  assert.deepEqual(store.names, ["branch", "main"]);
  assert.equal(store.rows("agents").length, 2 * snapshot.rows.agents.length);
  assert.equal(store.row("agents", "branch", "PJSIP/1000").pbx, "branch");
});

test("the board is whole only when that of every PBX is", () => {
  const { store, snapshot } = started();
  store.apply({ ...snapshot, pbx: "branch", part: 1, parts: 2 });
  assert.equal(store.isComplete, false);
});

test("a row's key may be any text", () => {
  const { store, deltas } = started();
  const row = { pbx: "main", key: "__proto__", name: "constructor" };
  store.apply({ ...deltas[0], set: { queues: [row] }, removed: {} });
  assert.equal(store.row("queues", "main", "__proto__").name, "constructor");
});

test("what changed since the last look is told by row, first of all everything", () => {
  const { store, deltas } = started();
  assert.equal(store.takeChanges().all, true);
  assert.equal(store.takeChanges().touch(...TABLES), false);
  store.apply(deltas[0]);
  store.apply(deltas[1]);
  const changes = store.takeChanges();
  assert.deepEqual([changes.all, [...changes.agents]], [false, ["main PJSIP/1000"]]);
  assert.deepEqual([...changes.queues], ["main 6500"]);
  assert.equal(changes.touch("members"), false);
  assert.equal(changes.touch("members", "callers"), true);
});

test("rows that went are among the changes, and a snapshot changes everything", () => {
  const { store, snapshot, deltas } = started();
  store.takeChanges();
  store.apply({ ...deltas[0], set: {}, removed: { members: ["6500/PJSIP/1001"] } });
  assert.deepEqual([...store.takeChanges().members], ["main 6500/PJSIP/1001"]);
  store.apply({ ...snapshot, seq: 90 });
  assert.equal(store.takeChanges().all, true);
});

test("a version is another one only when its table is", () => {
  const { store, deltas } = started();
  const before = TABLES.map((table) => store.version(table));
  store.apply({ ...deltas[0], set: { agents: deltas[1].set.agents }, removed: {} });
  const isOther = TABLES.filter((table, index) => store.version(table) !== before[index]);
  assert.deepEqual(isOther, ["agents"]);
});

test("members are found by queue and by agent, through deltas and snapshots", () => {
  const { store, deltas, snapshot } = started();
  const facesIn = () => store.membersIn("main", "6500").map((row) => row.interface).sort();
  assert.deepEqual(facesIn(), ["PJSIP/1000", "PJSIP/1001"]);
  const [member] = snapshot.rows.members;
  const second = { ...member, queue: "10", key: `10/${member.interface}` };
  store.apply({ ...deltas[0], set: { members: [second] }, removed: { members: ["6500/PJSIP/1001", "never/there"] } });
  assert.deepEqual(facesIn(), ["PJSIP/1000"]);
  assert.deepEqual(store.membersOf("main", "PJSIP/1000").map((row) => row.queue), ["10", "6500"]);
  assert.deepEqual(store.membersOf("main", "PJSIP/1001"), []);
  store.apply({ ...snapshot, seq: 90 });
  assert.deepEqual(facesIn(), ["PJSIP/1000", "PJSIP/1001"]);
  assert.deepEqual(store.membersIn("main", "none"), []);
});

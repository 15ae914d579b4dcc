import assert from "node:assert/strict";
import test from "node:test";

import { ofBoard, search } from "../../static/js/directory.js";
import { agentRow, boardOf } from "./support.mjs";

const STORE = boardOf({
  agents: [
    agentRow({ name: "Bob Cole", extension: "1001", interface: "PJSIP/1001" }),
    agentRow({ name: "Bobby", extension: "Local/x", interface: "Local/x" }),
  ],
  queues: [{ key: "6500", pbx: "main", number: "6500", name: "Bobsleigh sales" }],
});

test("the server's directory is told in words, eight entries at most", async () => {
  const entries = Array.from({ length: 12 }, (_, n) => ({ kind: "agent", name: `A${n}`, number: `10${n}`, display: "", state: "busy" }));
  const asked = [];
  const commands = { get: async (path) => (asked.push(path), { entries }) };
  const found = await search(commands, STORE, "main", "a b");
  assert.deepEqual(asked, ["directory?q=a+b&pbx=main"]);
  assert.equal(found.length, 8);
  assert.equal(found[0].state, "busy");
});

test("without the server those of the page are found, as far as a PBX can dial them", async () => {
  const found = await search({ get: async () => null }, STORE, "main", "bob");
  assert.deepEqual(found.map(({ name, number }) => [name, number]), [["Bob Cole", "1001"], ["Bobsleigh sales", "6500"]]);
});

test("nothing typed finds nobody on the page, nor does another PBX", () => {
  assert.deepEqual(ofBoard(STORE, "main", " "), []);
  assert.deepEqual(ofBoard(STORE, "other", "bob"), []);
});

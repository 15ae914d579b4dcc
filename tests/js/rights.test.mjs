import assert from "node:assert/strict";
import { test } from "node:test";

import { rightsOf, whyNot } from "../../static/js/rights.js";

const sales = { pbx: "main", number: "6500" };
const link = { pbx: "main", actions: ["hangup"] };
const place = { pbx: "main", link, isLive: true };

test("a team's supervisor may act in the team's queues only", () => {
  const rights = rightsOf({ role: "supervisor", is_supervisor: true, supervised: [sales] });
  assert.equal(rights.supervises("main", "6500"), true);
  assert.equal(rights.supervises("branch", "6500"), false);
  assert.equal(whyNot(rights, place, "hangup", "6500"), "");
  assert.match(whyNot(rights, place, "hangup", "6501"), /^Only supervisors of this queue/);
});

test("who supervises everything may act in queues nobody has named", () => {
  assert.equal(rightsOf({ is_supervisor: true, supervised: "all" }).supervises("any", "queue"), true);
});

test("a viewer may act nowhere, and knows their teams", () => {
  const rights = rightsOf({ role: "viewer", teams: [{ name: "Sales", queues: [sales] }], supervised: [] });
  assert.equal(rights.isSupervisor, false);
  assert.equal(rights.supervises("main", "6500"), false);
  assert.deepEqual(rights.teams, [{ name: "Sales", keys: new Set(["main 6500"]) }]);
});

test("what a PBX does not offer, and a board that is old, come before what a person may not", () => {
  const rights = rightsOf({ supervised: [] });
  assert.match(whyNot(rights, place, "redirect", "6500"), /does not offer this/);
  assert.match(whyNot(rights, { ...place, isLive: false }, "hangup", "6500"), /no connection to main/);
  assert.match(whyNot(rights, { pbx: "main", link: undefined, isLive: true }, "hangup"), /does not offer/);
});

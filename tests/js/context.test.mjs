import assert from "node:assert/strict";
import { test } from "node:test";

import { contextOf } from "../../static/js/context.js";
import { readFilters } from "../../static/js/filters.js";
import { rightsOf } from "../../static/js/rights.js";
import { Store } from "../../static/js/store.js";
import { story } from "./support.mjs";

const { snapshot } = story();
const [sales] = snapshot.rows.queues;
const [adaInSales, bobInSales] = snapshot.rows.members;
const support = { ...sales, number: "6501", key: "6501" };
const NOW = Date.parse("2026-03-02T09:10:00Z");
const LEADER = { is_supervisor: true, supervised: "all" };
const teams = [{ name: "Support", queues: [{ pbx: "main", number: "6501" }] }];

/** The context of a page that shows this part of a board with two queues; `hidden` are keys of hidden queues. */
function context({ search = "", hidden = [], link = {}, frameAge = 0, user = LEADER, clockNow = NOW }) {
  const store = new Store();
  const rows = {
    ...snapshot.rows,
    links: snapshot.rows.links.map((row) => ({ ...row, ...link })),
    queues: [sales, support],
    members: [adaInSales, { ...bobInSales, queue: "6501", key: "6501/PJSIP/1001" }],
  };
  store.apply({ ...snapshot, rows });
  const preferences = { keys: () => new Set(hidden) };
  const rights = rightsOf({ teams, ...user });
  return contextOf({
    store,
    preferences,
    rights,
    filters: readFilters(search),
    beat: null,
    clockNow,
    frameAge,
    waited: 0,
  });
}

const numbers = ({ shown }) => shown.queues.map((queue) => queue.number);
const agents = ({ shown }) => shown.agents.map((agent) => agent.interface);

test("all queues and agents are shown unless a team is picked or queues are hidden", () => {
  assert.deepEqual(numbers(context({})), ["6500", "6501"]);
  assert.equal(agents(context({})).length, 2);
  const ofTeam = context({ search: "?team=Support" });
  assert.deepEqual([numbers(ofTeam), agents(ofTeam)], [["6501"], ["PJSIP/1001"]]);
  const hidden = context({ hidden: ["main 6501"] });
  assert.deepEqual([numbers(hidden), agents(hidden)], [["6500"], ["PJSIP/1000"]]);
  assert.deepEqual(numbers(context({ hidden: ["main 6501"], search: "?hidden" })), ["6500", "6501"]);
});

test("a team that is not one's own shows everything", () => {
  assert.deepEqual(numbers(context({ search: "?team=Secret" })), ["6500", "6501"]);
});

test("timers go by the server's clock, and stand still with a PBX that is lost", () => {
  assert.equal(context({}).now("main"), NOW);
  const lost = context({ link: { state: "down", since: "2026-03-02T09:05:00Z" } });
  assert.equal(lost.now("main"), NOW - 300_000);
  assert.equal(lost.standing, "main");
  assert.match(lost.whyNot("main", "pause"), /no connection to main/);
});

test("between two steps the timers stand where the last one left them", () => {
  assert.equal(context({ clockNow: NOW + 999 }).now("main"), NOW);
  assert.equal(context({ clockNow: NOW + 1_000 }).now("main"), NOW + 1_000);
});

test("what the PBX offers and the person may, may be asked", () => {
  assert.equal(context({}).mayAct("main", "pause", "6500"), true);
  assert.equal(context({}).mayAct("main", "redirect"), false);
  assert.equal(context({ user: {} }).mayAct("main", "pause", "6500"), false);
});

test("an empty list is nothing only while everything is known", () => {
  assert.equal(context({}).emptyText("No one"), "No one");
  assert.match(context({ frameAge: 20_000 }).emptyText("No one"), /see the bar/);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { Preferences } from "../../static/js/preferences.js";
import { FakeTime, settle } from "./support.mjs";

const sales = { pbx: "main", number: "6500" };
const kept = { favourites: [sales], hidden: [], order: "", filters: "?group=state", density: "compact",
  alerts: { banner: true, badge: true, sound: false, notify: false } };

/** Preferences of a server that answers with `told` (null: it does not), and what it was sent. */
function started(told) {
  const time = new FakeTime();
  const sent = [];
  const fetch = async (url, options) => {
    if (options.method === "PUT") sent.push(JSON.parse(options.body));
    if (!told) throw new TypeError("no network");
    return { ok: true, json: async () => told };
  };
  const preferences = new Preferences("/p", () => "token", { fetch, later: time.later, cancel: time.cancel });
  return { preferences, sent, time };
}

test("what the server kept is found again", async () => {
  const { preferences } = started(kept);
  let heard = 0;
  preferences.onChange = () => (heard += 1);
  await preferences.load();
  assert.equal(preferences.has("favourites", "main 6500"), true);
  assert.deepEqual([preferences.filters, preferences.density, heard], ["?group=state", "compact", 1]);
});

test("changes are shown at once and kept together a little later", async () => {
  const { preferences, sent, time } = started(kept);
  await preferences.load();
  preferences.toggle("hidden", sales);
  preferences.toggle("favourites", sales);
  preferences.set("density", "normal");
  assert.deepEqual([...preferences.keys("hidden")], ["main 6500"]);
  assert.deepEqual(sent, []);
  time.pass(1_000);
  await settle();
  assert.deepEqual(sent, [{ ...kept, favourites: [], hidden: [sales], density: "normal" }]);
});

test("the same again is no change", async () => {
  const { preferences, sent, time } = started(kept);
  await preferences.load();
  preferences.set("density", "compact");
  time.pass(5_000);
  assert.deepEqual(sent, []);
});

test("without the server they hold for this page, and nothing is sent that would wipe what is kept", async () => {
  const { preferences, sent, time } = started(null);
  await preferences.load();
  preferences.toggle("favourites", sales);
  assert.equal(preferences.has("favourites", "main 6500"), true);
  time.pass(5_000);
  assert.deepEqual(sent, []);
});

test("nonsense from the server is left out", async () => {
  const { preferences } = started({ density: "huge" });
  await preferences.load();
  assert.deepEqual([preferences.density, preferences.filters, preferences.keys("favourites").size], ["normal", "", 0]);
});

test("each way of being told of an alert is kept by itself", async () => {
  const { preferences, sent, time } = started(kept);
  await preferences.load();
  preferences.setAlert("sound", true);
  preferences.setAlert("badge", true);
  assert.deepEqual(preferences.alerts, { banner: true, badge: true, sound: true, notify: false });
  time.pass(1_000);
  await settle();
  assert.deepEqual(sent, [{ ...kept, alerts: { ...kept.alerts, sound: true } }]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { Preferences } from "../../static/js/preferences.js";
import { FakeTime, settle } from "./support.mjs";

const sales = { pbx: "main", number: "6500" };
const kept = { favourites: [sales], hidden: [], order: "", filters: "?group=state", density: "compact",
  alerts: { banner: true, badge: true, sound: false, notify: false } };

/** Preferences of a page that came with `told`, and what its server was sent. */
function started(told) {
  const time = new FakeTime();
  const sent = [];
  const fetch = async (url, options) => {
    sent.push(JSON.parse(options.body));
    return { ok: true };
  };
  const preferences = new Preferences(told, "/p", () => "token", { fetch, later: time.later, cancel: time.cancel });
  return { preferences, sent, time };
}

test("what the server kept is found again", () => {
  const { preferences } = started(kept);
  assert.equal(preferences.has("favourites", "main 6500"), true);
  assert.deepEqual([preferences.filters, preferences.density], ["?group=state", "compact"]);
});

test("changes are shown at once and kept together a little later", async () => {
  const { preferences, sent, time } = started(kept);
  preferences.toggle("hidden", sales);
  preferences.toggle("favourites", sales);
  preferences.set("density", "normal");
  assert.deepEqual([...preferences.keys("hidden")], ["main 6500"]);
  assert.deepEqual(sent, []);
  time.pass(1_000);
  await settle();
  assert.deepEqual(sent, [{ ...kept, favourites: [], hidden: [sales], density: "normal" }]);
});

test("the same again is no change", () => {
  const { preferences, sent, time } = started(kept);
  preferences.set("density", "compact");
  time.pass(5_000);
  assert.deepEqual(sent, []);
});

test("a change that waits to be kept is kept when the page is left, and only once", () => {
  const { preferences, sent, time } = started(kept);
  preferences.leave();
  assert.deepEqual(sent, []);
  preferences.set("density", "normal");
  preferences.leave();
  preferences.leave();
  time.pass(5_000);
  assert.deepEqual(sent, [{ ...kept, density: "normal" }]);
});

test("nonsense that was kept is left out", () => {
  const { preferences } = started({ density: "huge" });
  assert.deepEqual([preferences.density, preferences.filters, preferences.keys("favourites").size], ["normal", "", 0]);
});

test("each way of being told of an alert is kept by itself", async () => {
  const { preferences, sent, time } = started(kept);
  preferences.setAlert("sound", true);
  preferences.setAlert("badge", true);
  assert.deepEqual(preferences.alerts, { banner: true, badge: true, sound: true, notify: false });
  time.pass(1_000);
  await settle();
  assert.deepEqual(sent, [{ ...kept, alerts: { ...kept.alerts, sound: true } }]);
});

import assert from "node:assert/strict";
import test from "node:test";

import { featuresOf } from "../../static/js/browser_features.js";
import { isOver, progressOutcome, progressText, ringsMyPhone } from "../../static/js/progress.js";
import { RingWatch, ringOf } from "../../static/js/ringing.js";
import { agentRow, boardOf } from "./support.mjs";

const AT = Date.parse("2026-01-05T09:00:00Z");
const CALLER = {
  key: "17.1", pbx: "main", uniqueid: "17.1", queue: "6500", state: "waiting", number: "0301", name: "Eve",
  agent_interface: "", ringing: ["PJSIP/1000"], joined_at: new Date(AT - 12_000).toISOString(), answered_at: null, tries: 1,
};

function context(rows) {
  return { store: boardOf(rows), frozenAt: new Map(), now: () => AT };
}

test("what rings is told with its queue, who it is and how long they wait", () => {
  const phone = agentRow({ state: "ringing" });
  const facts = context({ agents: [phone], callers: [CALLER], queues: [{ key: "6500", pbx: "main", name: "Sales" }] });
  const ring = ringOf(facts, [phone]);
  assert.deepEqual([ring.title, ring.body], ["Sales: 0301", "Eve · waiting for 0:12 · call 2 today"]);
});

test("nothing is told to ring that does not, or of a PBX that stands still", () => {
  const phone = agentRow({ state: "ringing" });
  assert.equal(ringOf(context({}), [agentRow({ state: "on_call" })]), null);
  assert.equal(ringOf({ ...context({}), frozenAt: new Map([["main", AT]]) }, [phone]), null);
});

test("a hidden number rings, too", () => {
  assert.equal(ringOf(context({}), [agentRow({ state: "ringing" })]).title, "withheld number");
});

test("a ring is shown once, heard every three seconds, and over when it is", () => {
  const watch = new RingWatch();
  const ring = { key: "a" };
  assert.deepEqual(watch.look(null, 0), { begun: null, isOver: false, isHeard: false });
  assert.deepEqual(watch.look(ring, 1_000), { begun: ring, isOver: false, isHeard: true });
  assert.deepEqual(watch.look({ key: "a" }, 2_000), { begun: null, isOver: false, isHeard: false });
  assert.deepEqual(watch.look({ key: "a" }, 4_000), { begun: null, isOver: false, isHeard: true });
  const next = { key: "b" };
  assert.deepEqual(watch.look(next, 4_500), { begun: next, isOver: true, isHeard: true });
  assert.deepEqual(watch.look(null, 5_000), { begun: null, isOver: true, isHeard: false });
});

// --- how a call gets on that was asked for ---

const placed = (state, progress = "", message = "") => ({ state, progress, message });

test("the steps of a call that was placed, in words", () => {
  const words = (...step) => progressText(placed(...step), "1000");
  assert.equal(words("sending"), "Your phone 1000 is about to ring…");
  assert.equal(words("sent", "own_phone"), "Your phone 1000 rings: pick it up.");
  assert.equal(words("done", "theirs"), "It rings there.");
  assert.equal(words("done", "connected"), "Connected.");
  assert.equal(words("done", "busy"), "Busy.");
  assert.equal(words("done", "failed", "No such number."), "No such number.");
  assert.equal(words("refused", "", "Extension does not exist."), "Extension does not exist.");
  assert.equal(words("done"), "Done.");
});

test("a call that was placed is under way until it is over, and fails or not", () => {
  assert.deepEqual([isOver(placed("sent")), progressOutcome(placed("sent"))], [false, "pending"]);
  assert.deepEqual([isOver(placed("done", "connected")), progressOutcome(placed("done", "connected"))], [false, "done"]);
  assert.deepEqual([isOver(placed("done", "ended")), progressOutcome(placed("done", "ended"))], [true, "done"]);
  // The PBX tells nothing of calls, or too much at once.
  assert.deepEqual([isOver(placed("done")), progressOutcome(placed("done"))], [true, "done"]);
  for (const step of [placed("done", "busy"), placed("done", "no_answer"), placed("done", "failed"), placed("expired")]) {
    assert.deepEqual([isOver(step), progressOutcome(step)], [true, "failed"]);
  }
});

test("one's own phone rings for a call one asked for until it is picked up", () => {
  assert.equal(ringsMyPhone(placed("sent")), true);
  assert.equal(ringsMyPhone(placed("done", "own_phone")), true);
  assert.equal(ringsMyPhone(placed("done", "theirs")), false);
  assert.equal(ringsMyPhone(placed("refused")), false);
});

// --- what this browser can ---

const ALL = { isSecure: true, hasProtocol: true, hasWindow: true, isInstalled: false, canInstall: true };

test("everything can be had with https in a browser that has it", () => {
  const features = featuresOf(ALL);
  assert.deepEqual(Object.values(features).map(({ can }) => can), [true, true, true]);
});

test("by plain http only the small window is left, and each says why", () => {
  const features = featuresOf({ isSecure: false, hasProtocol: false, hasWindow: false, isInstalled: false, canInstall: false });
  assert.deepEqual(Object.values(features).map(({ can }) => can), [false, true, false]);
  for (const { words } of Object.values(features)) assert.match(words, /https/);
});

test("what a browser lacks is not blamed on http, and what is installed is not offered again", () => {
  const features = featuresOf({ ...ALL, hasProtocol: false, hasWindow: false, isInstalled: true });
  assert.deepEqual([features.links.can, features.window.can, features.install.can], [false, true, false]);
  for (const { words } of Object.values(features)) assert.doesNotMatch(words, /https/);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { AlertWatch, alertsOf, unseen, worstOf } from "../../static/js/alerts.js";
import { Sound } from "../../static/js/sound.js";
import { Store } from "../../static/js/store.js";

const at = (minute) => `2026-03-02T09:${String(minute).padStart(2, "0")}:00Z`;

function incident(cause, minute, more = {}) {
  const row = { pbx: "main", cause, queue: "6500", interface: "", opened_at: at(minute), breached_at: at(minute) };
  return { ...row, key: `${cause}\n6500\n`, severity: "red", title: cause, acknowledged_by: "", ...more };
}

function agent(extension, raisedAt = null) {
  const face = `PJSIP/${extension}`;
  return { pbx: "main", key: face, interface: face, extension, name: `Agent ${extension}`, hand_raised_at: raisedAt };
}

function alerts(incidents, agents = []) {
  const store = new Store();
  const rows = { links: [], queues: [], agents, members: [], callers: [], owed: [], incidents };
  store.apply({ type: "snapshot", pbx: "main", epoch: 1, seq: 1, rows });
  return alertsOf(store);
}

test("what nobody has seen comes first, then the worst, then the oldest", () => {
  const shown = alerts(
    [
      incident("amber", 1, { severity: "amber" }),
      incident("seen", 0, { acknowledged_by: "Ada" }),
      incident("late", 5),
      incident("early", 3),
    ],
    [agent("1000", at(4)), agent("1001")],
  );
  assert.deepEqual(
    shown.map(({ title }) => title),
    ["early", "late", "Agent 1000 asks for help with a call", "amber", "seen"],
  );
  assert.equal(unseen(shown), 4);
  assert.equal(worstOf(shown), "red");
  assert.equal(worstOf([]), "");
});

test("an alert begins once and is over once", () => {
  const watch = new AlertWatch();
  const amber = incident("waiting", 1, { severity: "amber" });
  const keys = (list) => list.map(({ title }) => title);
  assert.deepEqual(watch.look(alerts([amber])), { begun: [], over: [] });
  assert.deepEqual(keys(watch.look(alerts([amber, incident("link", 2)])).begun), ["link"]);
  assert.deepEqual(watch.look(alerts([amber, incident("link", 2)])), { begun: [], over: [] });
  // Worse is told again, better is not.
  assert.deepEqual(keys(watch.look(alerts([{ ...amber, severity: "red" }, incident("link", 2)])).begun), ["waiting"]);
  const { begun, over } = watch.look(alerts([amber]));
  assert.deepEqual([keys(begun), keys(over)], [[], ["link"]]);
});

class Audio extends EventTarget {
  state = "suspended";
  currentTime = 0;
  destination = {};
  started = [];

  async resume() {
    this.state = "running";
  }

  createGain() {
    const gain = { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
    return { gain, connect: (to) => to };
  }

  createOscillator() {
    const frequency = { value: 0 };
    return { frequency, connect: (to) => to, start: () => this.started.push(frequency.value), stop: () => {} };
  }
}

test("sound is blocked until somebody clicks, and silent where there is none", async () => {
  const audio = new Audio();
  const sound = new Sound(() => audio);
  assert.equal(sound.isBlocked, true);
  assert.equal(sound.play("red"), false);
  let told = 0;
  sound.onChange = () => told++;
  await sound.unlock();
  assert.deepEqual([sound.isBlocked, told], [false, 1]);
  assert.equal(sound.play("amber"), true);
  assert.equal(audio.started.length, 2);

  const none = new Sound(() => null);
  await none.unlock();
  assert.deepEqual([none.isBlocked, none.play("red")], [false, false]);
});

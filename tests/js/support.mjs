/** Stand-ins for what a browser gives: clocks that a test turns, timers that fire when it does. */

import { readFileSync } from "node:fs";

import { Store } from "../../static/js/store.js";

/** The story of frames that pytest checks, see tests/support/board_frames.py. A new copy each time. */
export function story() {
  return JSON.parse(readFileSync(new URL("../data/board_frames.json", import.meta.url), "utf8"));
}

/** Time that stands still until `pass` is called. */
export class FakeTime {
  #timers = new Map();
  #last = 0;
  now = 1_000;

  later = (run, delay) => {
    this.#last += 1;
    this.#timers.set(this.#last, { run, at: this.now + delay });
    return this.#last;
  };

  cancel = (timer) => {
    this.#timers.delete(timer);
  };

  /** Lets `span` ms pass; timers fire in their order, at their time. */
  pass(span) {
    const end = this.now + span;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      const [timer, { run, at }] = due;
      this.#timers.delete(timer);
      this.now = at;
      run();
    }
    this.now = end;
  }
}

/** Lets promises that are ready go on. */
export const settle = () => new Promise((done) => setImmediate(done));

/** A store with a whole board of these rows by table; each has at least its `key`. */
export function boardOf(rows, pbx = "main") {
  const store = new Store();
  store.apply({ type: "snapshot", pbx, epoch: 1, seq: 1, rows });
  return store;
}

/** The row of an agent who is free, unless `fields` say otherwise. */
export function agentRow(fields = {}) {
  const row = {
    pbx: "main", interface: "PJSIP/1000", id: 7, extension: "1000", name: "Ada", state: "available", state_since: null,
    is_since_exact: true, queue: "", party_number: "", party_name: "", call_uniqueid: "", pause_reason: "",
    paused_count: 0, member_count: 1, wrap_up_until: null, paused_by: "", pause_until: null, left_queues: [],
    amber_at: null, red_at: null, changed_by: "", changed_at: null, change: "", hand_raised_at: null,
    pause_line_reason: "", pause_line_place: null, recording_since: null, ...fields,
  };
  return { key: row.interface, ...row };
}

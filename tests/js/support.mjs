/** Stand-ins for what a browser gives: clocks that a test turns, timers that fire when it does. */

import { readFileSync } from "node:fs";

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

/** Which call rings at one's phones, and what to say of it where the page is not in sight. Pure. */

import { callKey, callOf, waitText } from "./desk.js";
import { fill, gettext } from "./text.js";

/**
 * The first call that rings at one of these phones (agent rows): {key, title, body}; null when none does. Of a PBX that
 * stands still in `frozenAt` nobody knows.
 */
export function ringOf({ store, frozenAt, now }, phones) {
  for (const phone of phones) {
    if (phone.state !== "ringing" || frozenAt.has(phone.pbx)) continue;
    const call = callOf(store, phone);
    const who = call.number || call.name || gettext("withheld number");
    const name = call.number && call.name !== call.number ? call.name : "";
    const tries = call.tries ? fill(gettext("call %(n)s today"), { n: call.tries + 1 }) : "";
    return {
      key: `${phone.pbx} ${phone.interface} ${callKey(call)}`,
      title: call.queueName ? `${call.queueName}: ${who}` : who,
      body: [name, waitText(call, now(phone.pbx)), tries].filter(Boolean).join(" · "),
    };
  }
  return null;
}

/** So often a call that goes on ringing is heard (ms). */
const EVERY = 3_000;

/** Remembers what rings, to tell its beginning from its going on. */
export class RingWatch {
  #ring = null;
  #heardAt = -Infinity;

  /**
   * Takes what rings at `at` (ms of any clock). Out: {begun: the ring or null, isOver: whether the one before ended,
   * isHeard: whether it is to be heard now}.
   */
  look(ring, at) {
    const before = this.#ring;
    this.#ring = ring;
    const begun = ring && ring.key !== before?.key ? ring : null;
    const isHeard = Boolean(ring) && (Boolean(begun) || at - this.#heardAt >= EVERY);
    if (isHeard) this.#heardAt = at;
    return { begun, isOver: Boolean(before) && before.key !== ring?.key, isHeard };
  }
}

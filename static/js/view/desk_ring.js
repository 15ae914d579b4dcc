/** A call at one's phone is heard and shown where the page is not in sight, each as the reader wants it. */

import { notify } from "../notifications.js";
import { RingWatch, ringOf } from "../ringing.js";
import { recall } from "./memory.js";

export class RingAlert {
  #sound;
  #watch = new RingWatch();
  #notification = null;
  #isOwnDial = false;

  constructor(sound) {
    this.#sound = sound;
  }

  /** Whether the reader wants "sound" or "notification"; both until they say no. */
  static wants(what) {
    return recall(`desk-${what}`) !== "off";
  }

  /** Whether my phone rings, or is about to, because I asked for it. */
  expectOwnDial(isExpected) {
    this.#isOwnDial = isExpected;
  }

  /** To be called at every frame, in hidden tabs too, whose timers rest. */
  look(context, phones) {
    const ring = this.#isOwnDial ? null : ringOf(context, phones);
    const { begun, isOver, isHeard } = this.#watch.look(ring, performance.now());
    if (isHeard && RingAlert.wants("sound")) this.#sound.play("ring");
    if (isOver) this.#notification?.close();
    if (begun && document.hidden && RingAlert.wants("notification")) {
      this.#notification = notify(begun.title, begun.body, "ring");
    }
  }
}

/** Speaks to screen readers: polite for results of one's own requests, assertive for trouble with the data. */

import { setText } from "./dom.js";

/** Says a sentence, even one that was said before. */
export function announce(sentence) {
  const place = document.getElementById("polite");
  setText(place, "");
  requestAnimationFrame(() => setText(place, sentence));
}

/** Says what is wrong, once for as long as it is; "" when nothing is. */
export function alarm(sentence) {
  setText(document.getElementById("assertive"), sentence);
}

/** Speaks to screen readers: polite for results, assertive for trouble with the data. Never twice the same in a row. */

import { setText } from "./dom.js";

function speaker(id) {
  const place = document.getElementById(id);
  return (sentence) => setText(place, sentence);
}

export const announce = speaker("polite");
export const alarm = speaker("assertive");

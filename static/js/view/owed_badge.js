/** How many calls we owe, beside the name of their page in the navigation of every live page. */

import { setHidden, setText } from "./dom.js";

export function showOwedCount(store) {
  const badge = document.getElementById("owed-count");
  if (!badge || !store.isComplete) return;
  const count = store.rows("owed").length;
  setText(badge, count);
  setHidden(badge, count === 0);
}

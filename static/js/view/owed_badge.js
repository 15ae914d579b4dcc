/** How many calls we owe, beside the name of their page in the navigation and the menu of every live page. */

import { setHidden, setText } from "./dom.js";

export function showOwedCount(store) {
  if (!store.isComplete) return;
  const count = store.rows("owed").length;
  for (const badge of document.querySelectorAll(".owed-count")) {
    setText(badge, count);
    setHidden(badge, count === 0);
  }
}

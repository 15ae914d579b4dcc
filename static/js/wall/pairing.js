/**
 * The page on which a TV shows its code: asks every two seconds how the code stands, and goes on when somebody has
 * approved it or it is too old. The token comes as a cookie that no script can read.
 */

import { gettext } from "../text.js";
import { stayAwake } from "./awake.js";
import { setText } from "./dom.js";

const EVERY = 2_000;

const main = document.getElementById("pairing");
const note = document.getElementById("pairing-note");

async function ask() {
  try {
    const answer = await fetch(location.href, { method: "POST", headers: { "X-CSRFToken": main.dataset.csrf } });
    const { state } = answer.ok ? await answer.json() : { state: "expired" };
    // Either there is a board to show now, or a new code.
    if (state !== "waiting") {
      location.reload();
      return;
    }
    setText(note, gettext("Waiting for a supervisor to connect it."));
  } catch {
    setText(note, gettext("The UCM Dash server does not answer. Trying again."));
  }
  setTimeout(ask, EVERY);
}

stayAwake();
setTimeout(ask, EVERY);

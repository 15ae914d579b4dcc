/** The dialog that closes a call we owe by hand: how it ended, and a note. */

import { partyText } from "../owing.js";
import { fill, gettext } from "../text.js";
import { closeOnBackdrop, partsOf, setText, showOnTop } from "./dom.js";

export class CloseDialog {
  #dialog = document.getElementById("owed-close");
  #form = this.#dialog.querySelector("form");
  #parts = partsOf(this.#dialog);
  #row = null;

  /** `close(row, note)` is called once the reader has decided. */
  constructor(close) {
    closeOnBackdrop(this.#dialog);
    this.#parts.cancel.addEventListener("click", () => this.#dialog.close());
    this.#form.addEventListener("submit", () => {
      const { outcome, note } = this.#form.elements;
      close(this.#row, [outcome.value, note.value.trim()].filter(Boolean).join(": "));
    });
  }

  open(row) {
    this.#row = row;
    this.#form.reset();
    setText(this.#parts.title, fill(gettext("Close the call to %(who)s"), { who: partyText(row) }));
    showOnTop(this.#dialog);
  }
}

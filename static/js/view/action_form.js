/**
 * A form that asks something of a PBX: its button waits while the request is under way, then the server's sentence
 * stands beside it. Nothing on the board changes here; that is the PBX's business.
 */

import { isFinal, outcomeOf, sentenceOf } from "../outcomes.js";
import { partsOf, setAttribute, setHidden, setText } from "./dom.js";

export class ActionForm {
  #form;
  #parts;
  #button;
  #why = "";
  #request = null;

  /** `ask(fields)` sends the request and returns it; `fields` is the form's FormData. */
  constructor(form, ask) {
    this.#form = form;
    this.#parts = partsOf(form);
    this.#button = form.querySelector("[type=submit]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#why || this.isPending) return;
      this.#request = ask(new FormData(form));
      this.show();
    });
  }

  get isPending() {
    return this.#request !== null && !isFinal(this.#request);
  }

  get request() {
    return this.#request;
  }

  /** Forgets the last request, for another agent or call. */
  reset() {
    this.#request = null;
    this.show();
  }

  /** `why` is the reason why this cannot be asked now, "" when it can. */
  allow(why) {
    this.#why = why;
    this.show();
  }

  show() {
    const request = this.#request;
    setHidden(this.#parts.why, !this.#why);
    setText(this.#parts.why, this.#why);
    // Not `disabled`: the button would lose the focus, and a keyboard its place.
    setAttribute(this.#button, "aria-disabled", this.#why || this.isPending ? "true" : null);
    setAttribute(this.#button, "data-pending", this.isPending);
    setHidden(this.#parts.result, !request);
    setAttribute(this.#parts.result, "data-outcome", request && outcomeOf(request));
    setText(this.#parts.result, request ? sentenceOf(request) : "");
    setAttribute(this.#form, "aria-busy", this.isPending ? "true" : null);
  }
}

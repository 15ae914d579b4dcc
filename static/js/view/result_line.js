/** A line that says how what was asked here stands: the server's own sentence, until the next is asked. */

import { outcomeOf, sentenceOf } from "../outcomes.js";
import { setAttribute, setHidden, setText } from "./dom.js";

export class ResultLine {
  #element;
  #request = null;

  constructor(element) {
    this.#element = element;
  }

  get request() {
    return this.#request;
  }

  follow(request) {
    this.#request = request;
    this.show();
  }

  /** `words` and `outcome` in place of the usual ones. */
  show(words = sentenceOf, outcome = outcomeOf) {
    const request = this.#request;
    setHidden(this.#element, !request);
    setAttribute(this.#element, "data-outcome", request && outcome(request));
    setText(this.#element, request ? words(request) : "");
  }

  clear() {
    this.#request = null;
    this.show();
  }
}

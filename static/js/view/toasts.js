/** What became of requests whose form is closed by now, at the corner of the page. */

import { outcomeOf, sentenceOf } from "./action_form.js";
import { clone, setAttribute, setText } from "./dom.js";

const SHOWN = 8_000;
const MOST = 5;

export class Toasts {
  #root = document.getElementById("toasts");
  #views = new Map();

  /** Shows a request, or its next step. What failed stays until it is dismissed. */
  show(request) {
    const view = this.#views.get(request) ?? this.#create(request);
    const outcome = outcomeOf(request);
    setAttribute(view.root, "data-outcome", outcome);
    setText(view.parts.label, request.label);
    setText(view.parts.message, sentenceOf(request));
    if (outcome === "done") setTimeout(() => this.dismiss(request), SHOWN);
  }

  dismiss(request) {
    this.#views.get(request)?.root.remove();
    this.#views.delete(request);
  }

  #create(request) {
    const view = clone("toast");
    view.parts.close.addEventListener("click", () => this.dismiss(request));
    this.#views.set(request, view);
    this.#root.append(view.root);
    if (this.#views.size > MOST) this.dismiss(this.#views.keys().next().value);
    return view;
  }
}

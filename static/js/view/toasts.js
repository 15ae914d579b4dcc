/**
 * Requests at the corner of the page: those that can still be taken back, with the seconds that are left for it, and
 * what became of those whose form is closed by now.
 */

import { isFinal, outcomeOf, sentenceOf } from "../outcomes.js";
import { fill, gettext } from "../text.js";
import { announce } from "./announce.js";
import { clone, setAttribute, setHidden, setProperty, setText } from "./dom.js";

const SHOWN = 8_000;
const MOST = 5;
const STEP = 250;

export class Toasts {
  #root = document.getElementById("toasts");
  #commands;
  #views = new Map();
  #isTicking = false;

  constructor(commands) {
    this.#commands = commands;
    // Behind an open dialog nothing can be clicked: toasts follow it, and come back when it closes.
    document.addEventListener("close", () => this.#goToTop(), true);
  }

  /** Takes a request's step. `isShown`: its form is open and says how it ended. */
  follow(request, isShown) {
    const left = this.#commands.undoLeft(request);
    if (left && !isFinal(request) && !this.#views.has(request)) announce(undoHint(request, left));
    if (isFinal(request) && !request.isTold) announce(outcomeSentence(request, left));
    request.isTold = isFinal(request);
    const isReversed = request.state === "done" && request.inverse && !left;
    if (isFinal(request) && !left && (isShown || isReversed)) this.dismiss(request);
    else if (isFinal(request) || left || this.#views.has(request)) this.#show(request);
  }

  /** Takes back what was asked last. Returns false when there is nothing to take back. */
  undoLast() {
    const request = this.#commands.lastUndoable;
    if (request) this.#commands.undo(request);
    return Boolean(request);
  }

  dismiss(request) {
    this.#views.get(request)?.root.remove();
    this.#views.delete(request);
  }

  #show(request) {
    const view = this.#views.get(request) ?? this.#create(request);
    setAttribute(view.root, "data-outcome", outcomeOf(request));
    setText(view.parts.label, request.label);
    this.#count(view, request);
    this.#tick();
    const isOver = request.state === "done" || request.state === "undone";
    if (isOver) setTimeout(() => this.dismiss(request), SHOWN);
  }

  #create(request) {
    const view = clone("toast");
    view.parts.close.addEventListener("click", () => this.dismiss(request));
    view.parts.undo.addEventListener("click", () => this.#commands.undo(request));
    this.#views.set(request, view);
    this.#goToTop();
    this.#root.append(view.root);
    if (this.#views.size > MOST) this.dismiss(this.#views.keys().next().value);
    return view;
  }

  /** Counts down while there is something to take back. */
  #tick() {
    if (this.#isTicking) return;
    const open = [...this.#views].filter(([request]) => this.#commands.undoLeft(request));
    if (!open.length) return;
    this.#isTicking = true;
    setTimeout(() => {
      this.#isTicking = false;
      this.#goToTop();
      for (const [request, view] of open) this.#count(view, request);
      this.#tick();
    }, STEP);
  }

  #count({ parts }, request) {
    const left = this.#commands.undoLeft(request);
    setHidden(parts.undo, !left);
    setHidden(parts.bar, !left);
    setProperty(parts.bar, "--left", left / (request.undoSpan || 1));
    const isHeld = left && !isFinal(request);
    setText(parts.message, isHeld ? fill(gettext("in %(n)s s"), { n: Math.ceil(left / 1000) }) : sentenceOf(request));
  }

  #goToTop() {
    const home = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    if (this.#root.parentElement === home) return;
    const focused = this.#root.contains(document.activeElement) ? document.activeElement : null;
    home.append(this.#root);
    focused?.focus();
  }
}

function outcomeSentence(request, left) {
  const sentence = `${request.label}: ${sentenceOf(request)}`;
  return left ? `${sentence} ${gettext("U undoes it.")}` : sentence;
}

function undoHint({ label }, left) {
  const seconds = Math.ceil(left / 1000);
  return fill(gettext("%(label)s: in %(n)s seconds. Ctrl+Z or U undoes it."), { label, n: seconds });
}

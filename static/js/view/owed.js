/**
 * The list of calls we owe, one line for a person and queue: on a page of its own, or as a small list on another. The
 * page has `templates/queues/_owed_templates.html` and gives the `<ul>` it is to be in.
 *
 * While the pointer or the keyboard is in the list no line takes another's place, or somebody else would be called: what
 * is settled meanwhile stays, and its buttons do nothing any more, until both have left.
 */

import * as owing from "../owing.js";
import { isOver, progressOutcome, progressText } from "../progress.js";
import { fill, gettext } from "../text.js";
import { announce } from "./announce.js";
import { Hold, KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";
import { recall } from "./memory.js";
import { CloseDialog } from "./owed_close.js";
import { ResultLine } from "./result_line.js";

/** The phone that the reader has chosen at their desk. */
const PHONE = "desk-phone";

export class OwedList {
  #commands;
  #most;
  #rows;
  #hold;
  #dialog;
  #context = null;
  #queue = "";
  #order = [];

  /** `most`: no more lines than these are shown. */
  constructor(list, commands, { most = Infinity } = {}) {
    this.#commands = commands;
    this.#most = most;
    this.#dialog = new CloseDialog((row, note) => this.#ask(row, owing.close(row, note)));
    this.#hold = new Hold(list, () => this.#context && this.render(this.#context, this.#queue));
    this.#rows = new KeyedRows(list, {
      create: () => this.#create(),
      update: (view, line) => this.#fill(view, line),
    });
  }

  /** Draws anew; `queue` ("pbx number") shows the lines of one. Returns how many lines there are, shown or not. */
  render(context, queue = "") {
    this.#context = context;
    const isHeld = this.#hold.isHeld && queue === this.#queue;
    this.#queue = queue;
    const rows = owing.owedLines(context.store, queue);
    const lines = new Map(rows.slice(0, this.#most).map((row) => [owing.lineKey(row), { row, isGone: false }]));
    if (isHeld) this.#keepPlaces(lines);
    this.#order = [...lines].map(([key, line]) => ({ key, ...line }));
    if (isHeld) this.#order.sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity));
    this.#rows.show(this.#order);
    this.tick(context);
    return rows.length;
  }

  /** Lets a second pass. */
  tick(context) {
    this.#context = context;
    for (const { parts, row } of this.#rows.views) {
      const at = context.now(row.pbx);
      setText(parts.due, owing.dueText(row, at));
      setAttribute(parts.due, "data-level", owing.owedLevel(row, at) || null);
    }
  }

  /** Takes a request's step. Whether it was asked here, and stands there. */
  heard(request) {
    for (const view of this.#rows.views) {
      if (view.result.request !== request) continue;
      this.#showResult(view);
      return true;
    }
    return false;
  }

  #keepPlaces(lines) {
    for (const [place, { key, row }] of this.#order.entries()) {
      const line = lines.get(key);
      if (line) line.place = place;
      else lines.set(key, { row, isGone: true, place });
    }
  }

  #create() {
    const view = clone("owed-row");
    const { parts } = view;
    view.result = new ResultLine(parts.result);
    const offer = (button, act) => button.addEventListener("click", () => view.isGone || act(view.choices));
    offer(parts.call, ({ phone, whyNoCall }) => {
      if (!whyNoCall) this.#ask(view.row, owing.callBack(view.row, phone));
    });
    offer(parts.claim, ({ isMine, isTaken }) => {
      this.#ask(view.row, isMine || isTaken ? owing.release(view.row) : owing.claim(view.row));
    });
    offer(parts.close, () => this.#dialog.open(view.row));
    return view;
  }

  #ask(row, request) {
    const view = [...this.#rows.views].find((shown) => owing.lineKey(shown.row) === owing.lineKey(row));
    const given = this.#commands.give(request);
    view?.result.follow(given);
    if (view) this.#showResult(view);
  }

  #showResult(view) {
    const { request } = view.result;
    const isCall = request.path === "owed/call";
    // The line itself says whose it is.
    if (!isCall && request.state === "done") {
      view.result.clear();
      return;
    }
    const phone = view.choices.phone?.extension || view.choices.phone?.interface || "";
    const words = isCall ? progressText(request, phone) : undefined;
    view.result.show(words === undefined ? undefined : () => words, isCall ? progressOutcome : undefined);
    if (isCall && view.spoken !== words) announce(words);
    view.spoken = words;
    setAttribute(view.root, "aria-busy", isCall && !isOver(request) ? "true" : null);
  }

  #fill(view, { row, isGone }) {
    const { parts, root } = view;
    const { store, rights } = this.#context;
    const choices = owing.choicesOf(this.#context, row, recall(PHONE));
    Object.assign(view, { row, choices, isGone });
    const who = owing.partyText(row);
    setText(parts.number, row.number || row.party);
    setText(parts.name, row.name === row.number ? "" : row.name);
    setText(parts.queue, owing.queueName(store, row.pbx, row.queue));
    setText(parts.tries, owing.triesText(row));
    setText(parts.attempts, owing.attemptsText(row));
    setText(parts.whose, isGone ? gettext("settled") : owing.claimText(row, rights));
    setAttribute(root, "data-claim", choices.isMine ? "mine" : choices.isTaken ? "taken" : null);
    setAttribute(root, "data-gone", isGone);
    setAttribute(parts.facts, "title", owing.instantsText(row));
    // A button that went away would take the focus with it, and with the focus the line.
    for (const button of [parts.claim, parts.close]) setAttribute(button, "aria-disabled", isGone ? "true" : null);
    setAttribute(parts.call, "aria-disabled", isGone || choices.whyNoCall ? "true" : null);
    setHidden(parts.acts, !choices.settle);
    setAttribute(parts.call, "title", choices.whyNoCall || null);
    setText(parts.why, choices.settle && !isGone ? choices.whyNoCall : "");
    const isRelease = choices.isMine || choices.isTaken;
    setText(parts.claimWord, isRelease ? gettext("Leave it") : gettext("Take it on"));
    setHidden(parts.claim, choices.isTaken && !choices.overrule);
    setHidden(parts.close, choices.isTaken && !choices.overrule);
    setAttribute(parts.call, "aria-label", fill(gettext("Call %(who)s back"), { who }));
    setAttribute(parts.claim, "aria-label", fill(isRelease ? gettext("Leave it: %(who)s") : gettext("Take it on: %(who)s"), { who }));
    setAttribute(parts.close, "aria-label", fill(gettext("Close: %(who)s"), { who }));
  }
}

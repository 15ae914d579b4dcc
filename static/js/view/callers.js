/** The callers: those in line and those who talk, in two tabs, longest first, each with a menu of what may be done. */

import { callerKey, callerLine, queueKey, talkingCallers, waitingCallers } from "../figures.js";
import { duration } from "../format.js";
import { secondsToRed, shadeOfWait } from "../limits.js";
import { fill, gettext } from "../text.js";
import { Hold, clone, setAttribute, setHidden, setText } from "./dom.js";
import { RowWindow } from "./row_window.js";
import { TableKeys } from "./table_keys.js";

const TABS = ["waiting", "talking"];

/** Whom a call is of, for a sentence: the number, the name, or both. */
export function partyOf(number, name) {
  if (!number && !name) return gettext("withheld number");
  return name && name !== number ? `${number} ${name}`.trim() : number || name;
}

/** How often the same number called before today, as a word for its next call; "" for the first. */
export function triesOf({ tries }) {
  return tries ? fill(gettext("call %(n)s today"), { n: tries + 1 }) : "";
}

export class CallersView {
  #lists = {};

  /** `openCaller(caller, part)` shows all of a call, `callerMenu(opener, caller, point)` what may be done with it. */
  constructor(wiring) {
    for (const tab of TABS) this.#lists[tab] = new CallerList(tab, wiring);
    const tabs = document.querySelector(".panel-callers [role=tablist]");
    tabs.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) wiring.change({ callers: tab.id.replace("tab-", "") });
    });
    tabs.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = tabs.querySelector("[role=tab][aria-selected=false]");
      other.focus();
      other.click();
    });
  }

  render(context) {
    this.#show("waiting", waitingCallers(context.store), context);
    this.#show("talking", talkingCallers(context.store), context);
  }

  tick(context) {
    this.#lists[context.filters.callers].tick(context);
  }

  #show(tab, callers, context) {
    const { queue, callers: shown } = context.filters;
    const keyOf = (caller) => queueKey(caller.pbx, caller.queue);
    const wanted = callers.filter((caller) =>
      queue ? keyOf(caller) === queue : context.shown.has(keyOf(caller)),
    );
    const isShown = tab === shown;
    const button = document.getElementById(`tab-${tab}`);
    setAttribute(button, "aria-selected", String(isShown));
    setAttribute(button, "tabindex", isShown ? null : "-1");
    setHidden(document.getElementById(`${tab}-panel`), !isShown);
    setText(document.getElementById(`${tab}-count`), context.isKnown ? wanted.length : "");
    this.#lists[tab].render(wanted, context, isShown);
  }
}

class CallerList {
  #tab;
  #rows;
  #hold;
  #keys;
  #empty;
  #held = document.getElementById("callers-held");

  constructor(tab, { refresh, openCaller, callerMenu }) {
    this.#tab = tab;
    this.#empty = document.getElementById(`${tab}-empty`);
    const table = document.getElementById(tab);
    const [body] = table.tBodies;
    this.#rows = new RowWindow(body, {
      keyOf: callerKey,
      lineOf: (caller) => callerLine(this.context.store, caller),
      create: () => {
        const view = clone(`${tab}-row`);
        view.root.callerView = view;
        return view;
      },
      update: (view, line) => this.#fill(view, line),
    });
    this.#hold = new Hold(body, refresh);
    this.#keys = new TableKeys(table, this.#rows);
    body.addEventListener("click", ({ target }) => {
      const { line, parts } = target.closest("tr").callerView;
      if (target.closest("[data-part=menu]")) callerMenu(parts.menu, line.caller, null);
      else if (target.closest("[data-part=tries]")) openCaller(line.caller, "visits");
      else if (target.closest("[data-part=open]")) openCaller(line.caller);
    });
    body.addEventListener("contextmenu", (event) => {
      const { line, parts } = event.target.closest("tr").callerView;
      event.preventDefault();
      const point = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : null;
      callerMenu(parts.menu, line.caller, point);
    });
  }

  render(callers, context, isShown) {
    this.context = context;
    const isInOrder = this.#rows.show(isShown ? callers : [], isShown && this.#hold.isHeld && !context.isAsked);
    if (!isShown) return;
    this.#keys.settle();
    setHidden(this.#held, isInOrder);
    setHidden(this.#empty, callers.length > 0);
    setText(this.#empty, context.emptyText(this.#emptyText(context.filters)));
    this.tick(context);
  }

  tick({ now }) {
    for (const { parts, line } of this.#rows.views) {
      const span = now(line.caller.pbx) - line.since;
      setText(parts.timer, duration(span));
      if (this.#tab === "talking") continue;
      setAttribute(parts.timer, "data-level", shadeOfWait(line.queue, span) || null);
      const left = secondsToRed(line.queue, span);
      // Who is rung stands there, and as long as nobody is, how long there is left for it.
      const isUnrung = !line.ringing.length && line.caller.state === "waiting";
      if (isUnrung) setText(parts.ringing, left ? fill(gettext("%(n)s s left"), { n: left }) : "");
    }
  }

  #emptyText({ queue }) {
    if (this.#tab === "talking") return queue ? gettext("No one talks in this queue") : gettext("No one is talking");
    return queue ? gettext("No one is waiting in this queue") : gettext("No one is waiting");
  }

  #fill(view, line) {
    const { caller, queue } = line;
    const { parts, root } = view;
    const { frozenAt, isMany, changes } = this.context;
    const before = view.line;
    view.line = line;
    if (!changes.all && before && isSame(before, line)) return;
    const who = partyOf(caller.number, caller.name);
    setText(parts.open, caller.number || caller.name || gettext("withheld"));
    setAttribute(parts.open, "title", who);
    setText(parts.name, caller.number && caller.name !== caller.number ? caller.name : "");
    const name = queue?.name || caller.queue;
    setText(parts.queue, name);
    setText(parts.pbx, isMany ? caller.pbx : "");
    setText(parts.queueBelow, isMany ? `${name} ${caller.pbx}` : name);
    setAttribute(parts.queue, "title", name);
    if (this.#tab === "waiting") fillWaiting(parts, line);
    else fillTalking(parts, line);
    setAttribute(root, "data-old", frozenAt.has(caller.pbx));
    setAttribute(parts.menu, "aria-label", fill(gettext("What may be done with the call of %(who)s"), { who }));
  }
}

const isSame = (before, line) =>
  before.caller === line.caller &&
  before.queue === line.queue &&
  before.agent === line.agent &&
  before.ringing.join() === line.ringing.join();

function fillWaiting(parts, { caller, ringing }) {
  const isLeaving = caller.state === "connecting";
  setText(parts.position, isLeaving ? "" : caller.position || "");
  setHidden(parts.tries, !caller.tries);
  setText(parts.tries, `${caller.tries + 1}×`);
  setAttribute(parts.tries, "title", fill(gettext("%(tries)s: show the earlier ones"), { tries: triesOf(caller) }));
  const ring = ringing.length > 1 ? fill(gettext("%(n)s phones"), { n: ringing.length }) : (ringing[0] ?? "");
  setText(parts.ringing, isLeaving ? gettext("connecting") : ring);
  setAttribute(parts.ringing, "title", ringing.join(", ") || null);
}

function fillTalking(parts, { caller, agent }) {
  setText(parts.agent, agent);
  setAttribute(parts.agent, "title", agent || null);
  setText(parts.waited, caller.hold_seconds === null ? "" : duration(caller.hold_seconds * 1000));
}

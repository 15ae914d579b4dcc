/** The callers: those in line and those who talk, in two tabs, longest first, each with a way to hang up. */

import { queueKey, talkingCallers, waitingCallers } from "../figures.js";
import { duration, level } from "../format.js";
import { fill, gettext } from "../text.js";
import { Hold, KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";

const TABS = ["waiting", "talking"];

/** Whom a call is of, for a sentence: the number, the name, or both. */
export function partyOf(number, name) {
  if (!number && !name) return gettext("withheld number");
  return name && name !== number ? `${number} ${name}`.trim() : number || name;
}

export class CallersView {
  #lists = {};

  /** `hangUp(caller)` asks before it ends a call. */
  constructor({ change, refresh, hangUp }) {
    for (const tab of TABS) this.#lists[tab] = new CallerList(tab, { refresh, hangUp });
    const tabs = document.querySelector(".panel-callers [role=tablist]");
    tabs.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) change({ callers: tab.id.replace("tab-", "") });
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
    const wanted = callers.filter((line) => !queue || queueKey(line.caller.pbx, line.caller.queue) === queue);
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
  #empty;
  #held = document.getElementById("callers-held");

  constructor(tab, { refresh, hangUp }) {
    this.#tab = tab;
    this.#empty = document.getElementById(`${tab}-empty`);
    const body = document.getElementById(tab).tBodies[0];
    this.#rows = new KeyedRows(body, {
      create: () => {
        const view = clone(`${tab}-row`);
        view.parts.hangup.addEventListener("click", () => hangUp(view.line));
        return view;
      },
      update: (view, line) => this.#fill(view, line),
    });
    this.#hold = new Hold(body, refresh);
  }

  render(lines, context, isShown) {
    this.context = context;
    const isInOrder = this.#rows.show(isShown ? lines : [], isShown && this.#hold.isHeld && !context.isAsked);
    if (!isShown) return;
    setHidden(this.#held, isInOrder);
    setHidden(this.#empty, lines.length > 0);
    setText(this.#empty, context.emptyText(this.#emptyText(context.filters)));
    this.tick(context);
  }

  tick({ now }) {
    for (const { parts, line } of this.#rows.views) {
      const span = now(line.caller.pbx) - line.since;
      setText(parts.timer, duration(span));
      if (this.#tab === "talking") continue;
      setAttribute(parts.timer, "data-level", level(span, line.queue?.service_level_seconds) || null);
    }
  }

  #emptyText({ queue }) {
    if (this.#tab === "talking") return queue ? gettext("No one talks in this queue") : gettext("No one is talking");
    return queue ? gettext("No one is waiting in this queue") : gettext("No one is waiting");
  }

  #fill(view, line) {
    const { caller, queue } = line;
    const { parts, root } = view;
    const { frozenAt, isMany, isSupervisor, mayAct } = this.context;
    view.line = line;
    setText(parts.number, caller.number || (caller.name ? "" : gettext("withheld")));
    setText(parts.name, caller.name === caller.number ? "" : caller.name);
    setAttribute(parts.name, "title", caller.name || null);
    const name = queue?.name || caller.queue;
    setText(parts.queue, name);
    setText(parts.pbx, isMany ? caller.pbx : "");
    setText(parts.queueBelow, isMany ? `${name} ${caller.pbx}` : name);
    setAttribute(parts.queue, "title", name);
    if (this.#tab === "waiting") fillWaiting(parts, line);
    else fillTalking(parts, line);
    setAttribute(root, "data-old", frozenAt.has(caller.pbx));
    setHidden(parts.hangup, !isSupervisor || !mayAct(caller.pbx, "hangup"));
    const label = fill(gettext("Hang up the call of %(who)s"), { who: partyOf(caller.number, caller.name) });
    setAttribute(parts.hangup, "aria-label", label);
    setAttribute(parts.hangup, "title", label);
  }
}

function fillWaiting(parts, { caller, ringing }) {
  const isLeaving = caller.state === "connecting";
  setText(parts.position, isLeaving ? "" : caller.position || "");
  const ring = ringing.length > 1 ? fill(gettext("%(n)s phones"), { n: ringing.length }) : (ringing[0] ?? "");
  setText(parts.ringing, isLeaving ? gettext("connecting") : ring);
  setAttribute(parts.ringing, "title", ringing.join(", ") || null);
}

function fillTalking(parts, { caller, agent }) {
  setText(parts.agent, agent);
  setAttribute(parts.agent, "title", agent || null);
  setText(parts.waited, caller.hold_seconds === null ? "" : duration(caller.hold_seconds * 1000));
}

/** What I do: one word with its shape and timer, why, who says so, and what I may change about it. */

import * as asks from "../asks.js";
import {
  changeText, isProlonged, lineText, returnText, shownState, stateDetail, stateLevel, stateTimer,
} from "../desk.js";
import { awaitPause, forgoPause, moreWrapUp, ready } from "../desk_asks.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext } from "../text.js";
import { partsOf, setAttribute, setHidden, setText } from "./dom.js";
import { ResultLine } from "./result_line.js";

/** The server's word for a reason that as many as may are on already. */
const FULL = 409;

/** What needs no further word. */
const DIRECT = {
  unpause: asks.unpause,
  ready,
  more: moreWrapUp,
  login: asks.logIn,
  logout: asks.logOut,
  forgo: forgoPause,
};

export class StateCard {
  #root = document.getElementById("state-card");
  #parts = partsOf(this.#root);
  #form = document.getElementById("pause-form");
  #formParts = partsOf(this.#form);
  #buttons = new Map();
  #commands;
  #result;
  #desk = null;
  #reasons = [];
  /** The pause that was refused because its reason is full: {reason, minutes}. */
  #full = null;

  constructor(commands) {
    this.#commands = commands;
    this.#result = new ResultLine(this.#parts.result);
    for (const button of this.#root.querySelectorAll("[data-act]")) {
      this.#buttons.set(button.dataset.act, button);
      button.addEventListener("click", () => this.#press(button.dataset.act));
    }
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#pause(this.#form.elements.reason.value.trim());
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#show(false);
    });
    this.#formParts.reasons.addEventListener("click", (event) => {
      const button = event.target.closest("[data-reason]");
      if (button) this.#pause(button.dataset.reason);
    });
    this.#loadReasons();
  }

  /** Opens the reasons, or ends the pause: what the key P does. */
  pauseOrNot() {
    this.#press(this.#isOffered("unpause") ? "unpause" : "pause");
  }

  /** Takes a request's step. Returns whether it was asked here. */
  heard(request) {
    if (request !== this.#result.request) return false;
    // What was done shows in the word above.
    if (request.state === "done") this.#result.clear();
    else this.#result.show();
    const isPause = request.path.endsWith("/pause");
    this.#full = isPause && request.status === FULL ? request.body : null;
    setHidden(this.#parts.wait, !this.#full);
    return true;
  }

  render(desk, context) {
    this.#desk = desk;
    const { agent } = desk;
    const state = shownState(agent);
    setAttribute(this.#root, "data-state", state);
    setAttribute(this.#root, "data-old", context.frozenAt.has(agent.pbx));
    setText(this.#parts.word, AGENT_STATES[state] ?? state);
    setText(this.#parts.line, lineText(agent));
    setHidden(this.#parts.lineRow, !agent.pause_line_reason);
    this.#offerButtons();
    // Not while the PBX is out of sight: that may be over before a reason is chosen, and if not, the server says so.
    if (isPausedEverywhere(agent)) this.#show(false);
    this.tick(context);
  }

  tick({ now }) {
    if (!this.#desk) return;
    const { agent } = this.#desk;
    const at = now(agent.pbx);
    const timer = stateTimer(agent, at);
    setText(this.#parts.timer, timer.text);
    setText(this.#parts.timerWord, timer.isCountdown ? gettext("left") : "");
    setAttribute(this.#parts.timer, "data-level", stateLevel(agent, at) || null);
    this.#say("detail", stateDetail(agent, at, this.#budgetOf(agent.pause_reason)));
    this.#say("back", returnText(agent, at));
    this.#say("changed", changeText(agent, at));
  }

  #say(part, sentence) {
    setHidden(this.#parts[part], !sentence);
    setText(this.#parts[part], sentence);
  }

  /** At the start, and whenever the reasons are opened: the page is open all day, and people change them. */
  async #loadReasons() {
    const reasons = (await this.#commands.get("pause-reasons")) ?? this.#reasons;
    if (JSON.stringify(reasons) === JSON.stringify(this.#reasons)) return;
    const { reasons: list } = this.#formParts;
    const { activeElement: focused } = this.#form.getRootNode();
    const isEmptyField = focused === this.#form.elements.reason && !focused.value && !this.#reasons.length;
    const hadFocus = list.contains(focused) || isEmptyField;
    const name = focused?.dataset.reason;
    this.#reasons = reasons;
    list.replaceChildren(...reasons.map(reasonButton));
    if (hadFocus) ([...list.children].find(({ dataset }) => dataset.reason === name) ?? this.#firstReason()).focus();
  }

  /** Where the keyboard begins: the first reason, or the field where there are none (yet). */
  #firstReason() {
    return this.#formParts.reasons.firstElementChild ?? this.#form.elements.reason;
  }

  #budgetOf(name) {
    return this.#reasons.find((reason) => reason.name === name)?.budget_minutes ?? null;
  }

  /** Which buttons there are now: this card is small, so what makes no sense is not there. */
  #isOffered(act) {
    const { agent, members, possible, actions } = this.#desk;
    const may = (action) => possible[action]?.why === "";
    const isWrapUp = shownState(agent) === "wrap_up";
    switch (act) {
      case "pause":
        return may("pause") && !isPausedEverywhere(agent);
      case "unpause":
        return may("unpause") && !isProlonged(agent);
      case "ready":
        // The PBX itself ends a wrap-up only for who may be a member anew.
        if (agent.state === "paused" && isProlonged(agent)) return may("unpause");
        return isWrapUp && actions.includes("ready") && members.every(({ membership }) => membership !== "static");
      case "more":
        return isWrapUp && actions.includes("pause");
      case "login":
        return may("login") && agent.left_queues.length > 0;
      case "logout":
        return may("logout") && !isWrapUp;
      default:
        return true;
    }
  }

  #offerButtons() {
    const focused = this.#root.getRootNode().activeElement;
    for (const [act, button] of this.#buttons) {
      if (this.#parts.acts.contains(button)) setHidden(button, !this.#isOffered(act));
    }
    if (focused?.hidden && this.#parts.acts.contains(focused)) this.#focusFirst();
  }

  /** Somebody who works by keyboard stays in the card when a button goes. */
  #focusFirst() {
    (this.#parts.acts.querySelector("button:not([hidden])") ?? this.#root).focus();
  }

  #press(act) {
    if (!this.#isOffered(act)) return;
    const { agent } = this.#desk;
    if (act === "pause") this.#show(this.#form.hidden);
    else if (act === "wait") this.#ask(awaitPause(agent, this.#full));
    else this.#ask(DIRECT[act](agent));
  }

  #ask(ask) {
    setHidden(this.#parts.wait, true);
    this.#result.follow(this.#commands.give(ask));
  }

  #pause(reason) {
    const { agent, members } = this.#desk;
    const { minutes, span } = this.#form.elements;
    const wanted = Number(minutes.value || span.value) || null;
    this.#ask({ ...asks.pause(agent, members, { reason, minutes: wanted }), inverse: null });
    this.#show(false);
  }

  #show(isOpen) {
    const wasOpen = !this.#form.hidden;
    if (wasOpen === isOpen) return;
    const button = this.#buttons.get("pause");
    const hadFocus = this.#form.contains(this.#form.getRootNode().activeElement);
    setHidden(this.#form, !isOpen);
    setAttribute(button, "aria-expanded", String(isOpen));
    if (isOpen) {
      this.#form.reset();
      this.#loadReasons();
      this.#firstReason().focus();
    } else if (hadFocus) this.#focusFirst();
  }
}

const isPausedEverywhere = (agent) => agent.paused_count >= agent.member_count;

function reasonButton({ name, budget_minutes: budget }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.dataset.reason = name;
  button.append(name);
  if (!budget) return button;
  const length = document.createElement("small");
  length.className = "muted";
  length.append(fill(gettext("%(n)s min"), { n: budget }));
  button.append(length);
  return button;
}

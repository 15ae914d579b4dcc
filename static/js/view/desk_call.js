/** The call in hand: who it is, how long they waited, and what I may do with them. */

import { callKey, crmLink, waitText } from "../desk.js";
import { consult, hangUpNow, lowerHand, park, raiseHand, record, transferNow } from "../desk_asks.js";
import { KINDS, search } from "../directory.js";
import { gettext } from "../text.js";
import { partyOf, triesOf } from "./callers.js";
import { partsOf, setAttribute, setHidden, setText } from "./dom.js";
import { NumberBox } from "./number_box.js";
import { ResultLine } from "./result_line.js";

export class CallCard {
  #root = document.getElementById("call-card");
  #parts = partsOf(this.#root);
  #form = document.getElementById("transfer-form");
  #formParts = partsOf(this.#form);
  #buttons = new Map();
  #commands;
  #box;
  #result;
  #crm;
  #desk = null;
  #shown = "";

  /** `store` finds colleagues and queues to transfer to; `crm` is the template of the address of a caller, or "". */
  constructor(commands, store, crm) {
    this.#commands = commands;
    this.#crm = crm;
    this.#result = new ResultLine(this.#parts.result);
    this.#box = new NumberBox(this.#form, (text) => search(commands, store, this.#desk.agent.pbx, text), KINDS);
    for (const button of this.#root.querySelectorAll("[data-act]")) {
      this.#buttons.set(button.dataset.act, button);
      button.addEventListener("click", () => this.#press(button.dataset.act));
    }
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#transfer(event.submitter?.value === "consult" ? consult : transferNow);
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.#show(false);
    });
  }

  /** Raises my hand, or lowers it: what the key H does. */
  hand() {
    this.#press("hand");
  }

  heard(request) {
    if (request === this.#result.request) this.#result.show();
  }

  render(desk, context) {
    this.#desk = desk;
    const { agent, call } = desk;
    setHidden(this.#root, !call);
    const key = callKey(call);
    if (key !== this.#shown) {
      this.#shown = key;
      this.#result.clear();
      this.#show(false);
    }
    if (!call) return;
    setAttribute(this.#root, "data-old", context.frozenAt.has(agent.pbx));
    setAttribute(this.#root, "data-state", agent.state);
    setText(this.#parts.title, call.isRinging ? gettext("Calling you") : gettext("My call"));
    setText(this.#parts.partyNumber, call.number || partyOf(call.number, call.name));
    setText(this.#parts.partyName, call.number && call.name !== call.number ? call.name : "");
    setText(this.#parts.queue, call.queueName || gettext("outside the queues"));
    setText(this.#parts.tries, triesOf(call));
    setHidden(this.#parts.handUp, !agent.hand_raised_at);
    for (const [act, button] of this.#buttons) this.#offer(act, button);
    if (!this.#isOffered("transfer")) this.#show(false);
    this.#showWords();
    this.tick(context);
  }

  tick({ now }) {
    if (!this.#desk?.call) return;
    const { agent, call } = this.#desk;
    setText(this.#parts.waited, waitText(call, now(agent.pbx)));
  }

  #showWords() {
    const { agent, call, actions } = this.#desk;
    setText(this.#parts.handWord, agent.hand_raised_at ? gettext("Lower hand") : gettext("Raise hand"));
    setAttribute(this.#buttons.get("hand"), "aria-pressed", String(Boolean(agent.hand_raised_at)));
    setText(this.#parts.recordWord, agent.recording_since ? gettext("Stop recording") : gettext("Record"));
    setAttribute(this.#buttons.get("record"), "aria-pressed", String(Boolean(agent.recording_since)));
    setHidden(this.#formParts.consult, !actions.includes("consult"));
    const link = this.#crm && call.number ? crmLink(this.#crm, call) : "";
    setHidden(this.#parts.crm, !link);
    setAttribute(this.#parts.crm, "href", link || null);
  }

  #isOffered(act) {
    const { call, possible, actions } = this.#desk;
    const isTalk = !call.isRinging;
    if (act === "hangup" || act === "transfer") return possible[act]?.why === "";
    return isTalk && (act === "hand" || actions.includes(act));
  }

  #offer(act, button) {
    const isOffered = this.#isOffered(act);
    if (!isOffered && button === button.getRootNode().activeElement) this.#root.focus();
    setHidden(button, !isOffered);
  }

  #press(act) {
    if (!this.#desk?.call || !this.#isOffered(act)) return;
    const { agent } = this.#desk;
    if (act === "transfer") this.#show(this.#form.hidden);
    else if (act === "hangup") this.#ask(hangUpNow(agent));
    else if (act === "park") this.#ask(park(agent));
    else if (act === "record") this.#ask(record(agent, !agent.recording_since));
    else this.#ask((agent.hand_raised_at ? lowerHand : raiseHand)(agent));
  }

  #transfer(make) {
    if (!this.#box.value) {
      this.#box.focus();
      return;
    }
    this.#ask(make(this.#desk.agent, this.#box.value, this.#box.name));
    this.#show(false);
  }

  #ask(ask) {
    this.#result.follow(this.#commands.give(ask));
  }

  #show(isOpen) {
    if (this.#form.hidden !== isOpen) return;
    const button = this.#buttons.get("transfer");
    const hadFocus = this.#form.contains(this.#form.getRootNode().activeElement);
    setHidden(this.#form, !isOpen);
    setAttribute(button, "aria-expanded", String(isOpen));
    if (isOpen) {
      this.#box.set("");
      this.#box.focus();
    } else if (hadFocus) (button.hidden ? this.#root : button).focus();
  }
}

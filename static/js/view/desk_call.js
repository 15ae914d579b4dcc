/** The call in hand: who it is, how long they waited, and what I may do with them. */

import { callKey, waitText } from "../desk.js";
import { consult, hangUpNow, lowerHand, park, raiseHand, record, transferNow } from "../desk_asks.js";
import { KINDS, search } from "../directory.js";
import { gettext } from "../text.js";
import { partyOf, triesOf } from "./callers.js";
import { partsOf, setAttribute, setHidden, setText } from "./dom.js";
import { PartyNotes } from "./desk_party.js";
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
  #party;
  #desk = null;
  /** The call that is shown, which may be over: {key, call, pbx}. */
  #shown = { key: "", call: null, pbx: "" };

  /** `store` finds colleagues and queues to transfer to. */
  constructor(commands, store) {
    this.#commands = commands;
    this.#party = new PartyNotes(this.#root, commands);
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

  /** Takes a request's step. Returns whether it was asked here. */
  heard(request) {
    if (request !== this.#result.request) return false;
    this.#result.show();
    return true;
  }

  render(desk, context) {
    this.#desk = desk;
    const { agent } = desk;
    const call = desk.call ?? this.#lastCall(agent);
    setHidden(this.#root, !call);
    this.#turnTo(call, context);
    if (!call) return;
    const isOver = !desk.call;
    setAttribute(this.#root, "data-old", context.frozenAt.has(agent.pbx));
    setAttribute(this.#root, "data-state", agent.state);
    setText(this.#parts.title, isOver ? gettext("Your last call") : titleOf(call));
    setText(this.#parts.partyNumber, call.number || partyOf(call.number, call.name));
    setText(this.#parts.partyName, call.number && call.name !== call.number ? call.name : "");
    setText(this.#parts.queue, call.queueName || gettext("outside the queues"));
    setText(this.#parts.tries, triesOf(call));
    setHidden(this.#parts.handUp, isOver || !agent.hand_raised_at);
    for (const [act, button] of this.#buttons) this.#offer(act, button);
    // Not while the PBX is out of sight: what was typed is wanted again in a moment.
    if (isOver || call.isRinging) this.#show(false);
    this.#showWords();
    this.tick(context);
  }

  /** The call that has just ended stays for its notes: while they are being written, and through the wrap-up. */
  #lastCall({ pbx, state }) {
    const { call } = this.#shown;
    if (!call || call.isRinging || this.#shown.pbx !== pbx) return null;
    return state === "wrap_up" || this.#party.hasDraft ? call : null;
  }

  /** Another call than before: nothing asked yet, and other notes. */
  #turnTo(call, { store }) {
    const key = callKey(call);
    const isOther = key !== this.#shown.key;
    const { pbx } = this.#desk.agent;
    this.#shown = { key, call, pbx };
    if (!isOther) return;
    this.#result.clear();
    this.#show(false);
    this.#party.show(call, pbx, (number) => store.row("queues", pbx, number)?.name || number);
  }

  tick({ now }) {
    const { call, pbx } = this.#shown;
    if (call) setText(this.#parts.waited, waitText(call, now(pbx)));
  }

  #showWords() {
    const { agent, actions } = this.#desk;
    setText(this.#parts.handWord, agent.hand_raised_at ? gettext("Lower hand") : gettext("Raise hand"));
    setAttribute(this.#buttons.get("hand"), "aria-pressed", String(Boolean(agent.hand_raised_at)));
    setText(this.#parts.recordWord, agent.recording_since ? gettext("Stop recording") : gettext("Record"));
    setAttribute(this.#buttons.get("record"), "aria-pressed", String(Boolean(agent.recording_since)));
    setHidden(this.#formParts.consult, !actions.includes("consult"));
  }

  #isOffered(act) {
    const { call, possible, actions } = this.#desk;
    // What rings at my phone is not mine yet: others may take it.
    if (!call || call.isRinging) return false;
    if (act === "hangup" || act === "transfer") return possible[act]?.why === "";
    return act === "hand" || actions.includes(act);
  }

  #offer(act, button) {
    const isOffered = this.#isOffered(act);
    if (!isOffered && button === button.getRootNode().activeElement) this.#root.focus();
    setHidden(button, !isOffered);
  }

  #press(act) {
    if (!this.#desk || !this.#isOffered(act)) return;
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

const titleOf = (call) => (call.isRinging ? gettext("Calling you") : gettext("My call"));

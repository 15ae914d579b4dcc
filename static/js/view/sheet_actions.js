/**
 * The actions of an agent's sheet: a button for each, saying why it is impossible now, and below them the fields of
 * the one that is open. Nothing on the board changes here; that is the PBX's business.
 */

import * as asks from "../asks.js";
import { nameOf } from "../names.js";
import { isFinal, outcomeOf, sentenceOf } from "../outcomes.js";
import { ownPhone } from "../possible.js";
import { byName } from "../sorting.js";
import { fill, gettext } from "../text.js";
import { setAttribute, setHidden, setText } from "./dom.js";
import { PauseFields } from "./pause_fields.js";

export class SheetActions {
  #root;
  #commands;
  #buttons = new Map();
  #panels = new Map();
  #result;
  #dialHint;
  #loginPenalty;
  #pauseFields;
  #open = "";
  #wanted = "";
  #queueChoices = "";
  #facts = null;

  request = null;

  constructor(dialog, commands) {
    this.#commands = commands;
    this.#root = dialog.querySelector("[data-part=actions]");
    this.#result = this.#root.querySelector("[data-part=result]");
    this.#dialHint = this.#root.querySelector("[data-part=dial-hint]");
    this.#loginPenalty = this.#root.querySelector("[data-part=login-penalty]");
    for (const button of this.#root.querySelectorAll("[data-act]")) {
      this.#buttons.set(button.dataset.act, button);
      button.addEventListener("click", () => this.run(button.dataset.act));
    }
    for (const form of this.#root.querySelectorAll("[data-panel]")) {
      const { panel } = form.dataset;
      form.id = `panel-${panel}`;
      this.#panels.set(panel, form);
      setAttribute(this.#buttons.get(panel), "aria-controls", form.id);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#submit(panel, form);
      });
    }
    this.#pauseFields = new PauseFields(this.#panels.get("pause"));
  }

  /** For another agent: nothing asked yet; `action` is the one whose fields are wanted, if any. */
  async begin(action) {
    this.request = null;
    this.#open = "";
    this.#wanted = action || "pause";
    this.#queueChoices = "";
    for (const form of this.#panels.values()) form.reset();
    this.#pauseFields.offer([]);
    this.#pauseFields.offer(await this.#commands.pauseReasons());
  }

  /** Puts the keyboard where the open action goes on, or at its button. */
  focus() {
    const field = this.#panels.get(this.#open)?.querySelector("input:not([type=radio]), select");
    (field ?? this.#buttons.get(this.#wanted))?.focus();
  }

  render(agent, members, possible, context) {
    this.#facts = { agent, members, possible, context };
    setHidden(this.#root, !Object.keys(possible).length);
    for (const [action, button] of this.#buttons) this.#showButton(action, button);
    // The usual action lies open, unless it is impossible; what somebody opened stays.
    if (this.#wanted && possible[this.#wanted]) {
      if (this.#panels.has(this.#wanted) && !possible[this.#wanted].why) this.#show(this.#wanted);
      this.#wanted = "";
    }
    this.#offerQueues();
    this.#showHints();
    this.#showResult();
  }

  /** Does what a button is for: at once, or by opening its fields, with `queue` chosen. */
  run(action, queue = "") {
    const { possible, members } = this.#facts;
    if (!possible[action] || possible[action].why || possible[action].dial) return;
    const isDirect = !this.#panels.has(action) || (queue && action !== "penalty");
    if (isDirect) {
      this.#ask(action, queue ? this.#inQueue(queue) : {});
      return;
    }
    const isClosing = this.#open === action && !queue;
    this.#show(isClosing ? "" : action);
    if (isClosing) return;
    const { elements } = this.#panels.get(action);
    if (action === "penalty") {
      elements.queue.value = queue;
      elements.penalty.value = members.find((member) => member.queue === queue)?.penalty ?? 0;
      elements.penalty.select();
    }
    this.focus();
  }

  #submit(panel, form) {
    const { queue, number, penalty } = form.elements;
    if (this.#facts.possible[panel]?.why) return;
    this.#ask(panel, {
      ...this.#inQueue(queue?.value ?? ""),
      ...(panel === "pause" ? this.#pauseFields.values : {}),
      number: number?.value.trim(),
      penalty: penalty && penalty.value !== "" ? Number(penalty.value) : null,
    });
  }

  #inQueue(queue) {
    return queue ? { queue, queueName: this.#queueName(queue) } : {};
  }

  #ask(action, fields) {
    if (this.#isPending(action)) return;
    this.request = this.#commands.give(this.#askOf(action, fields));
    this.request.action = action;
    this.#showResult();
  }

  #askOf(action, fields) {
    const { agent, members, context } = this.#facts;
    switch (action) {
      case "pause":
        return asks.pause(agent, members, fields);
      case "unpause":
        return asks.unpause(agent, fields);
      case "login":
        return asks.logIn(agent, fields);
      case "logout":
        return asks.logOut(agent, fields);
      case "penalty":
        return asks.penalty(agent, members, fields);
      case "hangup":
        return asks.hangUp(agent);
      case "transfer":
        return asks.transfer(agent, fields.number, this.#nameOfNumber(fields.number));
      case "dial":
        return asks.dial(agent, fields.number);
      case "call":
        return asks.call(ownPhone(context.store, context.rights, agent.pbx), agent);
      default:
        return asks.supervise(ownPhone(context.store, context.rights, agent.pbx), agent, action);
    }
  }

  #isPending(action) {
    return this.request?.action === action && !isFinal(this.request);
  }

  #show(action) {
    this.#open = action;
    for (const [panel, form] of this.#panels) setHidden(form, panel !== action);
    for (const [act, button] of this.#buttons) {
      setAttribute(button, "aria-expanded", this.#panels.has(act) ? String(act === action) : null);
    }
    if (action === "transfer") this.#offerNumbers();
  }

  #showButton(action, button) {
    const offer = this.#facts.possible[action];
    setHidden(button, !offer);
    if (!offer) return;
    const isBlocked = Boolean(offer.why || offer.dial);
    // Not `disabled`: the button would lose the focus, and nobody could read why.
    setAttribute(button, "aria-disabled", isBlocked || this.#isPending(action) ? "true" : null);
    setAttribute(button, "data-pending", this.#isPending(action));
    setAttribute(button, "data-code", Boolean(offer.dial && !offer.why));
    setText(button.querySelector("small"), offer.why || offer.dial);
    if (this.#panels.has(action)) setAttribute(button, "aria-expanded", String(this.#open === action));
    if (this.#open === action && offer.why) this.#show("");
  }

  #showHints() {
    const { agent, context } = this.#facts;
    const isOwn = context.rights.ownIds.has(agent.id);
    const hint = isOwn
      ? gettext("Your phone %(phone)s rings first; when you answer, the number is called.")
      : gettext("Their phone %(phone)s rings first; when they answer, the number is called.");
    setText(this.#dialHint, fill(hint, { phone: agent.extension || agent.interface }));
    setHidden(this.#loginPenalty, !context.rights.isSupervisor);
  }

  #showResult() {
    const { request } = this;
    setHidden(this.#result, !request);
    if (!request) return;
    setAttribute(this.#result, "data-outcome", outcomeOf(request));
    const isHeld = this.#commands.undoLeft(request) > 0 && !isFinal(request);
    setText(this.#result, `${request.label}: ${isHeld ? gettext("in a moment") : sentenceOf(request)}`);
  }

  /** Fills the choices of queues, when the agent's queues have changed. */
  #offerQueues() {
    const { agent, members, context } = this.#facts;
    const own = members.map(({ queue }) => queue);
    const others = context.store
      .rows("queues")
      .filter(({ pbx, number }) => pbx === agent.pbx && !own.includes(number) && context.rights.supervises(pbx, number))
      .sort((a, b) => byName(a.name, b.name))
      .map(({ number }) => number);
    const key = JSON.stringify([own, others]);
    if (key === this.#queueChoices) return;
    this.#queueChoices = key;
    const all = own.length === 1 ? this.#queueName(own[0]) : fill(gettext("all queues (%(n)s)"), { n: own.length });
    for (const panel of ["pause", "logout"]) this.#fillSelect(panel, all, own.length === 1 ? [] : own);
    this.#fillSelect("penalty", gettext("all queues"), own);
    this.#fillSelect("login", gettext("their usual queues"), others);
  }

  #fillSelect(panel, all, numbers) {
    const select = this.#panels.get(panel).elements.queue;
    const chosen = select.value;
    const options = numbers.map((number) => new Option(this.#queueName(number), number));
    select.replaceChildren(new Option(all, ""), ...options);
    select.value = numbers.includes(chosen) ? chosen : "";
  }

  /** Suggests where a call may go: queues and agents of the same PBX. */
  #offerNumbers() {
    const { agent, context } = this.#facts;
    const isHere = (row, number) => row.pbx === agent.pbx && row.key !== agent.key && asks.isDialable(number);
    const queues = context.store.rows("queues").filter((queue) => isHere(queue, queue.number));
    const others = context.store.rows("agents").filter((other) => isHere(other, other.extension));
    const options = [
      ...queues.map((queue) => [queue.number, fill(gettext("%(name)s (queue)"), queue)]),
      ...others.map((other) => [other.extension, nameOf(other).name]),
    ].sort(([, a], [, b]) => byName(a, b));
    const list = document.getElementById("transfer-choices");
    list.replaceChildren(...options.map(([number, name]) => new Option(name, number)));
  }

  #nameOfNumber(number) {
    const { agent, context } = this.#facts;
    const queue = context.store.row("queues", agent.pbx, number);
    const other = context.store.rows("agents").find(({ pbx, extension }) => pbx === agent.pbx && extension === number);
    const name = queue?.name ?? (other ? nameOf(other).name : "");
    return name && name !== number ? `${name} (${number})` : number;
  }

  #queueName(number) {
    const { agent, context } = this.#facts;
    return context.store.row("queues", agent.pbx, number)?.name || number;
  }
}

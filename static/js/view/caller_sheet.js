/** The sheet of one call: who, how long, why nobody answers, what may be done, and the number's earlier calls today. */

import { callerLine } from "../figures.js";
import { clockTime, duration, instant } from "../format.js";
import { shadeOfWait } from "../limits.js";
import { fill, gettext } from "../text.js";
import { ActionForm } from "./action_form.js";
import { partyOf, triesOf } from "./callers.js";
import { askToHangUp, askToPickUp, askToRaise, askToRedirect, ownPhone } from "./call_actions.js";
import { KeyedRows, clone, closeOnBackdrop, partsOf, setAttribute, setHidden, setText, showOnTop } from "./dom.js";
import { callRow } from "./explain.js";
import { WhyView } from "./why.js";

const KINDS = { pickup: "pickup", redirect: "redirect", priority: "priority", hangup: "hangup" };

/** What a PBX can send a call to: a queue may have a name that no phone can dial. */
const DIALLED = /^[0-9*#+]+$/;

export class CallerSheet {
  #dialog = document.getElementById("caller-sheet");
  #parts = partsOf(this.#dialog);
  #commands;
  #forms = {};
  #why;
  #visits;
  #caller = null;
  #context = null;

  constructor(commands, { openAgent, openQueue }) {
    this.#commands = commands;
    this.#why = new WhyView({ openAgent });
    const asks = {
      pickup: () => askToPickUp(commands, this.#caller, ownPhone(this.#context, this.#caller.pbx)),
      redirect: (fields) => askToRedirect(commands, this.#caller, fields.get("number").trim()),
      priority: () => askToRaise(commands, this.#caller),
      hangup: () => askToHangUp(commands, this.#caller),
    };
    for (const form of this.#dialog.querySelectorAll("form[data-action]")) {
      const { action } = form.dataset;
      this.#forms[action] = { form, control: new ActionForm(form, asks[action]) };
    }
    this.#visits = new KeyedRows(this.#parts.visits, { create: () => clone("call-row"), update: callRow });
    this.#parts.agent.addEventListener("click", () => openAgent(this.#agent));
    this.#parts.queue.addEventListener("click", () => {
      const queue = this.#context.store.row("queues", this.#caller.pbx, this.#caller.queue);
      if (queue) openQueue(queue);
    });
    closeOnBackdrop(this.#dialog);
  }

  /** Whether this request's outcome is being shown here. */
  shows(request) {
    return this.#dialog.open && Object.values(this.#forms).some(({ control }) => control.request === request);
  }

  /** Shows a call, with the keyboard at one of the actions, or the earlier "visits", if `part` names them. */
  async open(caller, context, part = "") {
    this.#caller = caller;
    for (const { control, form } of Object.values(this.#forms)) {
      form.reset();
      control.reset();
    }
    this.#visits.show([]);
    setHidden(this.#parts.earlier, !caller.tries);
    showOnTop(this.#dialog);
    this.#offerTargets(context);
    this.render(context);
    this.#dialog.querySelector(".sheet-body").scrollTop = 0;
    if (part === "visits") this.#parts.earlier.focus();
    else if (part) this.#forms[part].form.querySelector("input, button").focus();
    if (caller.tries) await this.#loadVisits(caller);
  }

  render(context) {
    if (!this.#dialog.open) return;
    this.#context = context;
    const { store, frozenAt } = context;
    const row = store.row("callers", this.#caller.pbx, this.#caller.key);
    if (row) this.#caller = row;
    const line = callerLine(store, this.#caller);
    const parts = this.#parts;
    setText(parts.title, partyOf(this.#caller.number, this.#caller.name));
    setText(parts.queue, line.queue?.name || this.#caller.queue);
    setText(parts.tries, triesOf(this.#caller));
    setHidden(parts.gone, Boolean(row));
    setAttribute(this.#dialog, "data-old", frozenAt.has(this.#caller.pbx));
    const talks = this.#caller.state === "talking";
    setText(parts["since-label"], talks ? gettext("Talk") : gettext("Wait"));
    setHidden(parts["place-row"], talks);
    setText(parts.place, placeText(this.#caller));
    setText(parts["agent-label"], talks ? gettext("With") : gettext("Ringing"));
    setText(parts.agent, line.agent);
    setHidden(parts.agent, !talks);
    setText(parts.ringing, talks ? "" : line.ringing.join(", ") || gettext("nobody"));
    this.#showForms(context, Boolean(row));
    this.tick(context);
  }

  tick(context) {
    if (!this.#dialog.open) return;
    const { store, now } = context;
    const line = callerLine(store, this.#caller);
    const isThere = store.row("callers", this.#caller.pbx, this.#caller.key) !== undefined;
    const span = now(this.#caller.pbx) - line.since;
    if (isThere) setText(this.#parts.timer, duration(span));
    const mark = this.#caller.state === "talking" ? "" : shadeOfWait(line.queue, span);
    setAttribute(this.#parts.timer, "data-level", mark || null);
    this.#why.show(isThere ? this.#caller : null, context);
  }

  get #agent() {
    return this.#context.store.row("agents", this.#caller.pbx, this.#caller.agent_interface);
  }

  #showForms(context, isThere) {
    const { pbx, queue, state } = this.#caller;
    const phone = ownPhone(context, pbx);
    for (const [action, { form, control }] of Object.entries(this.#forms)) {
      const isOffered = isThere && (action === "hangup" || state !== "talking");
      setHidden(form, !context.isSupervisor || !(isOffered || control.request));
      const noPhone = action === "pickup" && !phone ? gettext("No phone is linked to your login.") : "";
      control.allow(context.whyNot(pbx, KINDS[action], queue) || noPhone);
    }
    const word = phone
      ? fill(gettext("Pick up on my phone %(phone)s"), { phone: phone.extension || phone.interface })
      : gettext("Pick up on my phone");
    setText(this.#parts.pickup, word);
  }

  /** Where a caller may be sent: the PBX's queues, and agents who are logged in. */
  #offerTargets({ store }) {
    const { pbx, queue } = this.#caller;
    const isOther = (row) => row.pbx === pbx && row.number !== queue && DIALLED.test(row.number);
    const queues = store.rows("queues").filter(isOther);
    const agents = store.rows("agents").filter((row) => row.pbx === pbx && row.extension && row.member_count);
    const options = [
      ...queues.map(({ number, name }) => option(number, fill(gettext("Queue %(name)s"), { name }))),
      ...agents.map(({ extension, name }) => option(extension, name)),
    ];
    this.#parts.targets.replaceChildren(...options);
  }

  async #loadVisits({ pbx, uniqueid }) {
    const query = new URLSearchParams({ pbx, uniqueid });
    const told = await this.#commands.get(`calls/visits?${query}`);
    if (this.#caller.uniqueid !== uniqueid) return;
    const calls = told?.calls ?? told ?? [];
    setText(this.#parts["visits-note"], calls.length ? "" : gettext("The server could not tell them just now."));
    this.#visits.show(calls.map((call) => ({ ...call, key: call.uniqueid + call.joined_at })));
  }
}

function placeText({ state, position, priority }) {
  if (state === "connecting") return gettext("being connected");
  const place = position ? fill(gettext("number %(n)s in line"), { n: position }) : gettext("in line");
  return priority ? fill(gettext("%(place)s, priority %(priority)s"), { place, priority }) : place;
}

function option(value, label) {
  const element = new Option(label, value);
  element.label = label;
  return element;
}

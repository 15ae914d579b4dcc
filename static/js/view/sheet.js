/** The sheet of one agent: what they do now, what may be asked for them, and their queues. */

import { membershipsByAgent } from "../figures.js";
import { clockTime, duration, instant } from "../format.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext } from "../text.js";
import { ActionForm } from "./action_form.js";
import { partyOf } from "./callers.js";
import { KeyedRows, clone, partsOf, setAttribute, setHidden, setText } from "./dom.js";
import { isCall, nameOf, timing } from "./tile.js";

const KINDS = { hangup: "hangup", unpause: "unpause", pause: "pause", dial: "originate" };

export class AgentSheet {
  #dialog = document.getElementById("agent-sheet");
  #parts = partsOf(this.#dialog);
  #forms = {};
  #memberships;
  #commands;
  #agent = null;
  #call = "";
  #queueChoices = "";

  constructor(commands) {
    this.#commands = commands;
    const asks = {
      hangup: () => commands.hangUp(this.#agent.pbx, this.#agent.call_uniqueid, nameOf(this.#agent).name),
      unpause: (fields) => commands.unpause(this.#named, fields.get("queue") || null),
      pause: (fields) => commands.pause(this.#named, fields.get("queue") || null, fields.get("reason").trim()),
      dial: (fields) => commands.dial(this.#named, fields.get("number").trim()),
    };
    for (const form of this.#dialog.querySelectorAll("form[data-action]")) {
      const { action } = form.dataset;
      this.#forms[action] = { form, control: new ActionForm(form, asks[action]) };
    }
    this.#memberships = new KeyedRows(this.#dialog.querySelector(".memberships tbody"), {
      create: () => clone("membership-row"),
      update: fillMembership,
    });
    this.#parts.reasons.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-reason]");
      if (chip) this.#choose(chip.dataset.reason);
    });
    this.#reason.addEventListener("input", () => this.#markReason());
    closeOnBackdrop(this.#dialog);
  }

  /** Whether this request's outcome is being shown here. */
  shows(request) {
    return this.#dialog.open && Object.values(this.#forms).some(({ control }) => control.request === request);
  }

  /** Shows an agent, with the keyboard at one of the actions if one is named. */
  async open(agent, context, action = "") {
    this.#agent = agent;
    this.#call = agent.call_uniqueid;
    this.#queueChoices = "";
    for (const { control, form } of Object.values(this.#forms)) {
      form.reset();
      control.reset();
    }
    this.#dialog.showModal();
    this.render(context);
    this.#dialog.querySelector(".sheet-body").scrollTop = 0;
    if (action) this.#forms[action].form.querySelector("input, select, button").focus();
    const reasons = await this.#commands.pauseReasons();
    this.#parts.reasons.replaceChildren(...reasons.map(reasonChip));
    this.#markReason();
  }

  render(context) {
    if (!this.#dialog.open) return;
    const row = context.store.row("agents", this.#agent.pbx, this.#agent.key);
    setHidden(this.#parts.gone, Boolean(row));
    if (row) this.#agent = row;
    this.#showState(context);
    this.#showMemberships(context);
    this.#showForms(context, Boolean(row));
    this.tick(context);
  }

  tick({ now }) {
    if (!this.#dialog.open) return;
    const { sinceAt, untilAt } = timing(this.#agent);
    const at = now(this.#agent.pbx);
    let text = sinceAt === null ? "–" : duration(at - sinceAt);
    if (sinceAt !== null && !this.#agent.is_since_exact) text = fill(gettext("at least %(time)s"), { time: text });
    if (untilAt !== null) text = fill(gettext("%(time)s left"), { time: duration(untilAt - at) });
    setText(this.#parts.timer, text);
  }

  get #named() {
    return { ...this.#agent, name: nameOf(this.#agent).name };
  }

  get #reason() {
    return this.#forms.pause.form.elements.reason;
  }

  #showState({ store, frozenAt }) {
    const agent = this.#agent;
    const { name, extension } = nameOf(agent);
    setText(this.#parts.name, name);
    setText(this.#parts.identity, [extension, agent.interface, agent.pbx].filter(Boolean).join(" · "));
    setAttribute(this.#parts.state, "data-state", agent.state);
    setAttribute(this.#dialog, "data-old", frozenAt.has(agent.pbx));
    const reason = agent.state === "paused" && agent.pause_reason ? `: ${agent.pause_reason}` : "";
    setText(this.#parts.word, AGENT_STATES[agent.state] + reason);
    setHidden(this.#parts["party-row"], !isCall(agent) || !(agent.queue || agent.party_number || agent.party_name));
    setText(this.#parts.party, partyOf(agent.party_number, agent.party_name));
    setHidden(this.#parts["queue-row"], !isCall(agent) || !agent.queue);
    setText(this.#parts.queue, store.row("queues", agent.pbx, agent.queue)?.name || agent.queue);
  }

  #showForms({ mayAct, whyNot, isSupervisor, ownIds }, isOnBoard) {
    const agent = this.#agent;
    const mayTouch = isSupervisor || ownIds.has(agent.id);
    const isShown = {
      hangup: isCall(agent) && Boolean(agent.call_uniqueid),
      unpause: agent.paused_count > 0,
      pause: agent.member_count > 0,
      dial: true,
    };
    for (const [action, { form, control }] of Object.entries(this.#forms)) {
      const isUseful = isShown[action] || control.request !== null;
      setHidden(form, !mayTouch || !isOnBoard || !isUseful);
      control.allow(mayAct(agent.pbx, KINDS[action]) ? "" : whyNot(agent.pbx));
    }
    if (!this.#forms.hangup.control.isPending && agent.call_uniqueid && agent.call_uniqueid !== this.#call) {
      this.#call = agent.call_uniqueid;
      this.#forms.hangup.control.reset();
    }
    const title = agent.state === "paused" ? gettext("Pause for another reason") : gettext("Pause");
    setText(this.#parts["pause-title"], title);
    const hint = isSupervisor
      ? gettext("Their phone %(phone)s rings first; when they answer, the number is called.")
      : gettext("Your phone %(phone)s rings first; when you answer, the number is called.");
    setText(this.#parts["dial-hint"], fill(hint, { phone: agent.extension || agent.interface }));
  }

  #showMemberships({ store }) {
    const members = membershipsByAgent(store).get(`${this.#agent.pbx} ${this.#agent.interface}`) ?? [];
    const nameOfQueue = (number) => store.row("queues", this.#agent.pbx, number)?.name || number;
    this.#memberships.show(members.map((member) => ({ key: member.key, member, name: nameOfQueue(member.queue) })));
    this.#offerQueues(members, nameOfQueue);
  }

  /** Fills the two queue choices, when the agent's queues have changed. */
  #offerQueues(members, nameOfQueue) {
    const choices = JSON.stringify(members.map(({ queue, paused }) => [queue, paused]));
    if (choices === this.#queueChoices) return;
    this.#queueChoices = choices;
    const paused = members.filter((member) => member.paused);
    const all = fill(gettext("all queues (%(n)s)"), { n: members.length });
    for (const [action, offered] of [["pause", members], ["unpause", paused]]) {
      const select = this.#forms[action].form.elements.queue;
      const chosen = select.value;
      const options = offered.map(({ queue }) => new Option(nameOfQueue(queue), queue));
      select.replaceChildren(new Option(all, ""), ...options);
      select.value = offered.some(({ queue }) => queue === chosen) ? chosen : "";
    }
  }

  #choose(reason) {
    this.#reason.value = this.#reason.value === reason ? "" : reason;
    this.#markReason();
  }

  #markReason() {
    for (const chip of this.#parts.reasons.children) {
      setAttribute(chip, "aria-pressed", String(chip.dataset.reason === this.#reason.value));
    }
  }
}

function reasonChip(name) {
  const chip = document.createElement("button");
  chip.type = "button";
  chip.className = "chip";
  chip.dataset.reason = name;
  chip.append(name);
  return chip;
}

function fillMembership({ parts }, { member, name }) {
  setText(parts.queue, name);
  const pausedAt = instant(member.paused_at);
  const since = pausedAt === null ? "" : fill(gettext(" since %(time)s"), { time: clockTime(pausedAt) });
  setText(parts.paused, member.paused ? (member.pause_reason || gettext("yes")) + since : gettext("no"));
  setText(parts.taken, member.calls_taken);
  const last = instant(member.last_call_at);
  setText(parts.last, last === null ? "–" : clockTime(last));
}

/** A click beside a dialog closes it, as Escape does. */
export function closeOnBackdrop(dialog) {
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target !== dialog) return;
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (!isInside) dialog.close();
  });
}

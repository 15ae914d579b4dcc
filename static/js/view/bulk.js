/**
 * The bar at the bottom for the agents that are selected: how many, who, and what may be done for all of them at once.
 * Those for whom it is impossible now are left out, and the button says how many remain.
 */

import { UNDO_SECONDS } from "../asks.js";
import { nameOf } from "../names.js";
import { possibleActions } from "../possible.js";
import { byName } from "../sorting.js";
import { fill, gettext, ngettext } from "../text.js";
import { closeOnBackdrop, partsOf, setAttribute, setHidden, setText } from "./dom.js";
import { PauseFields } from "./pause_fields.js";

const NAMED = 3;
const WITH_FIELDS = new Set(["pause", "logout", "penalty"]);

const LABELS = {
  pause: [gettext("Pause %(n)s agent"), gettext("Pause %(n)s agents")],
  unpause: [gettext("Unpause %(n)s agent"), gettext("Unpause %(n)s agents")],
  logout: [gettext("Log out %(n)s agent"), gettext("Log out %(n)s agents")],
  penalty: [gettext("Set the penalty of %(n)s agent"), gettext("Set the penalty of %(n)s agents")],
  hangup: [gettext("Hang up the call of %(n)s agent"), gettext("Hang up the calls of %(n)s agents")],
};

export class BulkBar {
  #root = document.getElementById("bulk");
  #parts = partsOf(this.#root);
  #buttons = [...this.#root.querySelectorAll("[data-act]")];
  #begin = document.getElementById("select-agents");
  #dialog = document.getElementById("bulk-question");
  #question = partsOf(this.#dialog);
  #form = this.#dialog.querySelector("form");
  #pauseFields = new PauseFields(this.#form);
  #commands;
  #selection;
  #selectable;
  #context = null;
  #action = "";

  /** Whether a plain click selects instead of opening. */
  isSelecting = false;

  /** `selectable()` gives the keys of all that are shown and may be selected. */
  constructor(commands, selection, selectable) {
    this.#commands = commands;
    this.#selection = selection;
    this.#selectable = selectable;
    this.#parts.all.addEventListener("click", () => selection.set(selectable()));
    this.#parts.clear.addEventListener("click", () => this.#switch(false));
    this.#root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#switch(false);
    });
    for (const button of this.#buttons) button.addEventListener("click", () => this.#press(button));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#question.cancel.addEventListener("click", () => this.#dialog.close());
    closeOnBackdrop(this.#dialog);
  }

  /** The reader begins to select, or ends it. */
  turn(context) {
    this.#context = context;
    this.#switch(!this.isSelecting);
  }

  render(context) {
    this.#context = context;
    setAttribute(this.#begin, "aria-pressed", String(this.isSelecting || this.#selection.size > 0));
    const isOpen = this.isSelecting || this.#selection.size > 0;
    setHidden(this.#root, !isOpen);
    setAttribute(document.body, "data-bulk", isOpen);
    if (!isOpen) return;
    const agents = this.#agents();
    const { size } = this.#selection;
    setText(this.#parts.count, fill(ngettext("%(n)s agent selected", "%(n)s agents selected", size), { n: size }));
    setText(this.#parts.names, size ? namesOf(agents) : gettext("Click agents to select them."));
    const all = this.#selectable().length;
    setText(this.#parts.all, fill(gettext("Select all %(n)s shown"), { n: all }));
    for (const button of this.#buttons) this.#showButton(button, agents);
  }

  #showButton(button, agents) {
    const possible = agents.map((line) => line.possible[button.dataset.act]);
    const able = possible.filter((offer) => offer && !offer.why).length;
    const why = able ? "" : (possible.find((offer) => offer?.why)?.why ?? gettext("Nobody is selected."));
    setAttribute(button, "aria-disabled", able ? null : "true");
    setAttribute(button, "title", why || fill(gettext("for %(n)s of %(m)s"), { n: able, m: agents.length }));
  }

  #switch(isSelecting) {
    this.isSelecting = isSelecting;
    if (!isSelecting) this.#selection.clear();
    if (!isSelecting && this.#root.contains(document.activeElement)) this.#begin.focus();
    this.render(this.#context);
  }

  /** The selected agents: [{agent, members, possible}], by name. */
  #agents() {
    const { store } = this.#context;
    return store
      .rows("agents")
      .filter(({ pbx, key }) => this.#selection.has(`${pbx} ${key}`))
      .map((row) => {
        const agent = { ...row, name: nameOf(row).name };
        const members = store.membersOf(agent.pbx, agent.interface);
        return { agent, members, possible: possibleActions(agent, members, { ...this.#context, spyCodes: {} }) };
      })
      .sort((a, b) => byName(a.agent.name, b.agent.name));
  }

  /** Those for whom the action is possible now. */
  #able(action) {
    return this.#agents().filter(({ possible }) => possible[action] && !possible[action].why);
  }

  #press(button) {
    if (button.getAttribute("aria-disabled")) return;
    const { act } = button.dataset;
    if (WITH_FIELDS.has(act)) this.#open(act);
    else this.#ask(act, {});
  }

  async #open(action) {
    this.#action = action;
    const able = this.#able(action);
    this.#form.reset();
    setText(this.#question.title, labelOf(action, able.length));
    setText(this.#question.who, namesOf(able));
    setText(this.#question.submit, this.#root.querySelector(`[data-act=${action}]`).textContent.trim());
    setHidden(this.#question["pause-fields"], action !== "pause");
    setHidden(this.#question["penalty-field"], action !== "penalty");
    this.#offerQueues(able);
    this.#dialog.showModal();
    const first = { pause: "reason", penalty: "penalty", logout: "queue" }[action];
    this.#form.elements[first].focus();
    if (action === "pause") this.#pauseFields.offer(await this.#commands.pauseReasons());
  }

  #offerQueues(able) {
    const names = new Map();
    for (const { members } of able) {
      for (const { pbx, queue } of members) {
        names.set(queue, this.#context.store.row("queues", pbx, queue)?.name || queue);
      }
    }
    const options = [...names].sort(([, a], [, b]) => byName(a, b)).map(([number, name]) => new Option(name, number));
    this.#form.elements.queue.replaceChildren(new Option(gettext("all their queues"), ""), ...options);
  }

  #submit() {
    const { queue, penalty } = this.#form.elements;
    const fields = { queue: queue.value || null };
    if (this.#action === "pause") Object.assign(fields, this.#pauseFields.values);
    if (this.#action === "penalty") fields.penalty = Number(penalty.value);
    this.#dialog.close();
    this.#ask(this.#action, fields);
  }

  #ask(action, fields) {
    const able = this.#able(action);
    if (!able.length) return;
    const agents = able.map(({ agent }) => agent);
    const reason = fields.reason ? `: ${fields.reason}` : "";
    const label = labelOf(action, agents.length) + reason;
    this.#commands.askAll(agents, action, fields, label, { undo: UNDO_SECONDS });
    this.#switch(false);
  }
}

function labelOf(action, count) {
  const [one, many] = LABELS[action];
  return fill(ngettext(one, many, count), { n: count });
}

function namesOf(lines) {
  const names = lines.slice(0, NAMED).map(({ agent }) => agent.name);
  const more = lines.length - names.length;
  return names.join(", ") + (more > 0 ? fill(gettext(" and %(n)s more"), { n: more }) : "");
}

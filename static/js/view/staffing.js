/** How many agents a queue needs now, in words, and what that follows from, which the API tells. */

import { percent } from "../format.js";
import { fill, gettext, ngettext } from "../text.js";
import { setHidden, setText } from "./dom.js";

export class Staffing {
  #root;
  #words;
  #lines;
  #commands;
  #queue = null;

  /** `parts` of the dialog: staffing (a <details>), staff-words, staff-lines. */
  constructor(parts, commands) {
    this.#root = parts.staffing;
    this.#words = parts["staff-words"];
    this.#lines = parts["staff-lines"];
    this.#commands = commands;
    this.#root.addEventListener("toggle", () => this.#explain());
  }

  /** Says how many agents the traffic of the last half hour needs; nothing while that is too little to tell. */
  show(queue) {
    if (this.#queue?.key !== queue.key || this.#queue.pbx !== queue.pbx) this.#root.open = false;
    this.#queue = queue;
    const { staff_needed: needed, staff_present: present, target_percent: share, target_seconds: seconds } = queue;
    setHidden(this.#root, needed === null);
    if (needed === null) return;
    const n = needed - present;
    const words =
      n > 0
        ? ngettext("%(n)s more agent for %(share)s/%(seconds)s", "%(n)s more agents for %(share)s/%(seconds)s", n)
        : gettext("%(present)s agents are enough for %(share)s/%(seconds)s");
    setText(this.#words, fill(words, { n, present, share, seconds }));
  }

  async #explain() {
    if (!this.#root.open) return;
    const { pbx, number } = this.#queue;
    const told = await this.#commands.get(`queues/${encodeURIComponent(pbx)}/${encodeURIComponent(number)}/staffing`);
    const lines = told ? linesOf(told) : [gettext("It cannot be had just now.")];
    const items = lines.map((text) => Object.assign(document.createElement("li"), { textContent: text }));
    this.#lines.replaceChildren(...items);
  }
}

/** What the API says, in sentences. */
function linesOf({ formula, needed, present, erlang_a: patient, patience_seconds: patience, service_level: level }) {
  const lines = [formula];
  if (needed !== null) lines.push(fill(gettext("Needed: %(needed)s. Here now: %(present)s."), { needed, present }));
  if (level !== null) lines.push(fill(gettext("Those here answer %(level)s in time."), { level: percent(level) }));
  if (patient !== null) {
    const values = { n: patient, seconds: Math.round(patience) };
    lines.push(fill(gettext("Counting callers who give up after %(seconds)s s on average (Erlang A): %(n)s."), values));
  }
  return lines;
}

/** An agent's queues in their sheet: paused or not, penalty, calls taken, and what may be asked for one of them. */

import { instant, timeOfDay } from "../format.js";
import { whyNoLogout } from "../possible.js";
import { fill, gettext } from "../text.js";
import { KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";

const ROW_ACTIONS = {
  pause: gettext("Pause in %(queue)s"),
  unpause: gettext("Unpause in %(queue)s"),
  logout: gettext("Log out of %(queue)s"),
  penalty: gettext("Penalty in %(queue)s: %(n)s. Change it"),
};

const PENALTY = gettext("Penalty in %(queue)s: %(n)s");

export class SheetQueues {
  #rows;
  #none;
  #context;

  /** `run(action, member)` asks for one membership. */
  constructor(dialog, run) {
    this.#none = dialog.querySelector("[data-part=no-queues]");
    this.#rows = new KeyedRows(dialog.querySelector(".memberships tbody"), {
      create: () => {
        const view = clone("membership-row");
        view.root.addEventListener("click", (event) => {
          const button = event.target.closest("[data-act]");
          if (button && button.getAttribute("aria-disabled") === null) run(button.dataset.act, view.member);
        });
        return view;
      },
      update: (view, item) => this.#fill(view, item),
    });
  }

  render(agent, members, possible, context) {
    this.#context = context;
    const nameOfQueue = (number) => context.store.row("queues", agent.pbx, number)?.name || number;
    const items = members.map((member) => ({ key: member.key, member, possible, name: nameOfQueue(member.queue) }));
    this.#rows.show(items);
    setHidden(this.#none, members.length > 0);
    setHidden(this.#none.previousElementSibling, !members.length);
  }

  #fill(view, { member, possible, name }) {
    const { parts } = view;
    const { rights } = this.#context;
    view.member = member;
    setText(parts.queue, name);
    setText(parts.paused, stateOf(member));
    setText(parts.penalty, member.penalty);
    setText(parts.taken, member.calls_taken);
    // One's own queues are one's own business; of others only those that one supervises.
    const isTheirs = possible.pause && (possible.call === undefined || rights.supervises(member.pbx, member.queue));
    for (const [action, label] of Object.entries(ROW_ACTIONS)) {
      const offer = isTheirs ? possible[action] : undefined;
      const isOther = (action === "pause" && member.paused) || (action === "unpause" && !member.paused);
      if (action !== "penalty") setHidden(parts[action], !offer || isOther);
      const why = offer?.why || (action === "logout" ? whyNoLogout(member, this.#context) : "");
      const words = fill(offer || action !== "penalty" ? label : PENALTY, { queue: name, n: member.penalty });
      setAttribute(parts[action], "aria-disabled", !offer || why ? "true" : null);
      setAttribute(parts[action], "aria-label", why ? `${words}: ${why}` : words);
      setAttribute(parts[action], "title", why ? `${words}: ${why}` : words);
    }
  }
}

function stateOf(member) {
  if (!member.paused) return gettext("takes calls");
  const since = instant(member.paused_at);
  const until = instant(member.pause_until);
  const parts = [member.pause_reason || gettext("paused")];
  if (since !== null) parts.push(fill(gettext("since %(time)s"), { time: timeOfDay(since) }));
  if (until !== null) parts.push(fill(gettext("until %(time)s"), { time: timeOfDay(until) }));
  if (member.paused_by) parts.push(fill(gettext("by %(name)s"), { name: member.paused_by }));
  return parts.join(" ");
}

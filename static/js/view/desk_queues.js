/** My queues, in three numbers each: who waits, how long, who is free. With log-in and log-out for one of them. */

import { logIn, logOut } from "../asks.js";
import { duration, instant } from "../format.js";
import { shadeOf, shadeOfWait } from "../limits.js";
import { whyNoLogout } from "../possible.js";
import { byName } from "../sorting.js";
import { fill, gettext } from "../text.js";
import { KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";

export class DeskQueues {
  #body = document.getElementById("desk-queues");
  #empty = document.getElementById("desk-queues-empty");
  #rows;
  #commands;
  #desk = null;

  constructor(commands) {
    this.#commands = commands;
    this.#rows = new KeyedRows(this.#body, { create: () => this.#create(), update: (view, line) => this.#fill(view, line) });
  }

  render(desk, context) {
    this.#desk = desk;
    const lines = queuesOf(desk, context);
    this.#rows.show(lines);
    setHidden(this.#empty, lines.length > 0);
    setHidden(this.#body.closest("table"), !lines.length);
    this.tick(context);
  }

  tick({ now }) {
    for (const { parts, line } of this.#rows.views) {
      const at = instant(line.queue?.oldest_joined_at);
      const span = at === null ? null : now(line.pbx) - at;
      setText(parts.longest, span === null ? "–" : duration(span));
      setAttribute(parts.longest, "data-level", (span !== null && shadeOfWait(line.queue, span)) || null);
    }
  }

  #create() {
    const view = clone("desk-queue-row");
    view.parts.act.addEventListener("click", () => {
      const { line } = view;
      const { agent } = this.#desk;
      const fields = { queue: line.number, queueName: line.name };
      if (!line.why) this.#commands.give(line.member ? logOut(agent, fields) : logIn(agent, fields));
    });
    return view;
  }

  #fill(view, line) {
    const { root, parts } = view;
    const { name, queue, member } = line;
    view.line = line;
    setText(parts.name, name);
    setText(parts.note, noteOf(line, this.#desk.agent));
    setAttribute(root, "data-out", !member);
    setText(parts.waiting, queue ? queue.waiting : "–");
    setAttribute(parts.waiting, "data-zero", !queue?.waiting);
    setAttribute(parts.waiting, "data-level", shadeOf(queue, "waiting", queue?.waiting) || null);
    setText(parts.free, queue ? queue.staff_free : "–");
    setAttribute(parts.free, "data-level", shadeOf(queue, "free_agents", queue?.staff_free) || null);
    const words = member ? gettext("Log out of %(queue)s") : gettext("Log in to %(queue)s");
    const label = fill(words, { queue: name });
    setAttribute(parts.act, "aria-label", label);
    setAttribute(parts.act, "title", line.why ? `${label}: ${line.why}` : label);
    setAttribute(parts.act, "aria-disabled", line.why ? "true" : null);
    setText(parts.act, member ? gettext("Log out") : gettext("Log in"));
  }
}

/** What is otherwise here than in one's other queues. */
function noteOf({ member }, { paused_count: paused, member_count: all }) {
  if (!member) return gettext("logged out");
  return member.paused && paused < all ? gettext("paused here") : "";
}

/** A line for each queue that this phone is or lately was a member of. */
function queuesOf({ agent, members, possible }, context) {
  const { store } = context;
  const lineOf = (number, member) => {
    const queue = store.row("queues", agent.pbx, number);
    const action = member ? "logout" : "login";
    return {
      key: number,
      pbx: agent.pbx,
      number,
      name: queue?.name || number,
      queue,
      member,
      why: possible[action]?.why || (member ? whyNoLogout(member, context) : ""),
    };
  };
  const left = agent.left_queues.filter((number) => !members.some(({ queue }) => queue === number));
  const lines = [...members.map((member) => lineOf(member.queue, member)), ...left.map((number) => lineOf(number, null))];
  return lines.sort((a, b) => byName(a.name, b.name));
}

/** The five headline numbers beside their targets; each opens what it is made of. */

import { headline } from "../figures.js";
import { duration, percent } from "../format.js";
import { shadeOf, shadeOfWait } from "../limits.js";
import { fill, gettext, ngettext } from "../text.js";
import { setAttribute, setText } from "./dom.js";

export class HeadlineView {
  #root = document.getElementById("figures");
  #places = {};
  #longest = null;

  /** `explain(figure, queue)` opens where a number comes from; without a queue, of all that are shown. */
  constructor({ explain }) {
    for (const place of this.#root.querySelectorAll("[data-figure]")) this.#places[place.dataset.figure] = place;
    this.#root.addEventListener("click", (event) => {
      const figure = event.target.closest("[data-explain]")?.dataset.explain;
      if (figure) explain(figure, null);
    });
  }

  render(context) {
    if (!context.isKnown) return;
    if (!context.changes.touch("links", "queues", "members", "agents")) {
      this.tick(context);
      return;
    }
    const { queues, agents } = context.shown;
    const figures = headline(queues, agents);
    this.#longest = figures.longest;
    setAttribute(this.#root, "data-old", context.frozenAt.size > 0);
    this.#set("waiting", figures.waiting, waitingNote(figures));
    this.#set("free", figures.free, freeNote(figures));
    this.#set("abandoned", figures.abandoned, abandonedNote(figures));
    this.#showLevel(figures.level, queues);
    this.tick(context);
  }

  tick({ isKnown, now }) {
    if (!isKnown) return;
    const longest = this.#longest;
    const wait = longest ? now(longest.queue.pbx) - longest.at : null;
    this.#set("longest", longest ? duration(wait) : "–", longest ? longestNote(longest) : gettext("no one is waiting"));
    this.#mark("longest", longest ? shadeOfWait(longest.queue, wait) : "");
  }

  #showLevel(reached, queues) {
    const seconds = new Set(queues.map((queue) => queue.target_seconds));
    const target = reached ? Math.round(reached.target) : commonOf(queues.map((queue) => queue.target_percent));
    const values = { target: target === null ? "" : percent(target), seconds: [...seconds][0] };
    const words = seconds.size === 1 ? gettext("target %(target)s within %(seconds)s s") : gettext("target %(target)s");
    this.#set("service_level", reached ? percent(reached.percent) : "–", values.target && fill(words, values));
    this.#mark("service_level", reached && reached.percent < reached.target ? "bad" : "");
  }

  #set(name, value, note) {
    setText(this.#places[name], value);
    setText(this.#places[`${name}-note`], note);
  }

  #mark(name, mark) {
    setAttribute(this.#places[name], "data-level", mark || null);
  }
}

const commonOf = (values) => (new Set(values).size === 1 ? values[0] : null);

function waitingNote({ waiting, waitingQueues }) {
  if (!waiting) return gettext("no one is waiting");
  return fill(ngettext("in %(n)s queue", "in %(n)s queues", waitingQueues), { n: waitingQueues });
}

function longestNote({ queue }) {
  return fill(gettext("%(name)s, target %(seconds)s s"), { name: queue.name, seconds: queue.target_seconds });
}

function freeNote({ loggedIn, onQueueCall, onOtherCall, paused }) {
  const values = { n: loggedIn, calls: onQueueCall + onOtherCall, paused };
  return fill(gettext("of %(n)s logged in, %(calls)s on calls, %(paused)s paused"), values);
}

function abandonedNote({ abandonedShare, answered }) {
  if (abandonedShare === null) return gettext("no calls yet today");
  return fill(gettext("%(share)s today, %(answered)s answered"), { share: percent(abandonedShare), answered });
}

/** The five headline numbers. */

import { headline } from "../figures.js";
import { duration, level, percent } from "../format.js";
import { fill, gettext, ngettext } from "../text.js";
import { setAttribute, setText } from "./dom.js";

export class HeadlineView {
  #root;
  #places = {};
  #longest = null;

  constructor(root) {
    this.#root = root;
    for (const place of root.querySelectorAll("[data-figure]")) this.#places[place.dataset.figure] = place;
  }

  /** `context` is {store, frozenAt, now(pbx)}: see live.js. */
  render(context) {
    if (!context.isKnown) return;
    const figures = headline(context.store);
    this.#longest = figures.longest;
    setAttribute(this.#root, "data-old", context.frozenAt.size > 0);
    this.#set("waiting", figures.waiting, waitingNote(figures));
    this.#set("free", figures.free, freeNote(figures));
    this.#set("on-calls", figures.onQueueCall, callsNote(figures));
    this.#set("abandoned", figures.abandoned, abandonedNote(figures));
    this.tick(context);
  }

  tick({ isKnown, now }) {
    if (!isKnown) return;
    const longest = this.#longest;
    const wait = longest ? now(longest.queue.pbx) - longest.at : null;
    this.#set("longest", longest ? duration(wait) : "–", longest ? longest.queue.name : gettext("no one is waiting"));
    const mark = longest ? level(wait, longest.queue.service_level_seconds) : "";
    setAttribute(this.#places.longest, "data-level", mark || null);
  }

  #set(name, value, note) {
    setText(this.#places[name], value);
    setText(this.#places[`${name}-note`], note);
  }
}

function waitingNote({ waiting, waitingQueues }) {
  if (!waiting) return gettext("no one is waiting");
  return fill(ngettext("in %(n)s queue", "in %(n)s queues", waitingQueues), { n: waitingQueues });
}

function freeNote({ loggedIn, paused }) {
  return fill(gettext("of %(n)s logged in, %(paused)s paused"), { n: loggedIn, paused });
}

function callsNote({ ringing, onOtherCall }) {
  return fill(gettext("%(ringing)s ringing, %(other)s on other calls"), { ringing, other: onOtherCall });
}

function abandonedNote({ abandoned, completed }) {
  const all = abandoned + completed;
  if (!all) return gettext("no calls counted yet");
  const share = percent((100 * abandoned) / all);
  return fill(gettext("%(share)s, %(completed)s answered"), { share, completed });
}

/** The queue table: sortable, and a queue's name filters callers and agents. */

import { queueLines } from "../figures.js";
import { duration, instant, level, percent } from "../format.js";
import { sortQueues } from "../sorting.js";
import { fill, gettext } from "../text.js";
import { Hold, KeyedRows, clone, setAttribute, setHidden, setProperty, setText } from "./dom.js";

const COUNTS = ["waiting", "free", "onCall", "paused", "loggedIn", "completed"];

export class QueuesView {
  #panels = document.getElementById("panels");
  #table = document.getElementById("queues");
  #held = document.getElementById("queues-held");
  #empty = document.getElementById("queues-empty");
  #count = document.getElementById("queues-count");
  #rows;
  #hold;

  /** `change(filters)` takes the filters that a click changes; `refresh()` draws the page again. */
  constructor({ change, refresh, filters }) {
    this.#rows = new KeyedRows(this.#table.tBodies[0], {
      create: () => clone("queue-row"),
      update: (view, line) => this.#fill(view, line),
    });
    this.#hold = new Hold(this.#table.tBodies[0], refresh);
    this.#table.addEventListener("click", (event) => {
      const column = event.target.closest("th[data-sort]")?.dataset.sort;
      if (column) change(nextSort(filters, column));
      const key = event.target.closest("[data-part=pick]")?.dataset.key;
      if (key) change({ queue: filters.queue === key ? "" : key });
    });
  }

  render(context) {
    const { filters } = context;
    const lines = sortQueues(queueLines(context.store), filters.sort, filters.direction);
    this.context = context;
    const isInOrder = this.#rows.show(lines, this.#hold.isHeld);
    setHidden(this.#held, isInOrder);
    setText(this.#count, context.isKnown ? lines.length : "");
    setProperty(this.#panels, "--queues", lines.length);
    setHidden(this.#empty, lines.length > 0);
    setText(this.#empty, context.emptyText(gettext("This PBX has no queues that we may see.")));
    for (const head of this.#table.tHead.rows[0].cells) {
      const direction = filters.direction > 0 ? "ascending" : "descending";
      setAttribute(head, "aria-sort", head.dataset.sort === filters.sort ? direction : null);
    }
    this.tick(context);
  }

  tick({ now }) {
    for (const { parts, queue, joinedAt } of this.#rows.views) {
      const wait = joinedAt === null ? null : now(queue.pbx) - joinedAt;
      setText(parts.longest, wait === null ? "" : duration(wait));
      const mark = wait === null ? "" : level(wait, queue.service_level_seconds);
      setAttribute(parts.longest, "data-level", mark || null);
    }
  }

  #fill(view, line) {
    const { parts, root } = view;
    const { queue } = line;
    const { filters, frozenAt, isMany } = this.context;
    view.queue = queue;
    view.joinedAt = instant(queue.oldest_joined_at);
    setText(parts.pick, queue.name);
    setText(parts.number, numberOf(queue, isMany));
    for (const part of COUNTS) {
      const value = part in line ? line[part] : queue[part];
      setText(parts[part], value);
      setAttribute(parts[part], "data-zero", value === 0);
    }
    setText(parts.abandoned, queue.abandoned);
    setAttribute(parts.abandoned, "data-zero", queue.abandoned === 0);
    setText(parts.abandonedShare, queue.abandoned ? percent(queue.abandoned_percent) : "");
    fillServiceLevel(parts, queue);
    setAttribute(parts.pick, "data-key", line.key);
    setAttribute(parts.pick, "aria-pressed", String(filters.queue === line.key));
    setAttribute(parts.pick, "title", fill(gettext("Show only callers and agents of %(name)s"), queue));
    setAttribute(root, "data-old", frozenAt.has(queue.pbx));
    setAttribute(root, "data-picked", filters.queue === line.key);
  }
}

function numberOf(queue, isMany) {
  const number = queue.number === queue.name.toLowerCase() ? "" : queue.number;
  return isMany ? `${number} ${queue.pbx}`.trim() : number;
}

/** A queue without any call has no service level, whatever a PBX makes of 0 in 0. */
function fillServiceLevel(parts, queue) {
  const hasCalls = queue.completed + queue.abandoned > 0;
  const share = hasCalls ? percent(queue.service_level_percent) : "";
  const seconds = queue.service_level_seconds;
  setText(parts.level, share || (hasCalls && queue.service_level_text) || "–");
  setText(parts.levelWithin, share && seconds ? fill(gettext("in %(n)s s"), { n: seconds }) : "");
}

/** A column sorts from its largest first (names from A), a second click turns it round. */
function nextSort(filters, column) {
  if (filters.sort === column) return { direction: -filters.direction };
  return { sort: column, direction: column === "name" ? 1 : -1 };
}

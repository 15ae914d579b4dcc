/** The queue table: sortable, favourites first; a queue's name opens its sheet, a figure what it is made of. */

import { abandonedShare, averageSpeed, queueLines } from "../figures.js";
import { duration, instant, percent } from "../format.js";
import { shadeOf, shadeOfWait } from "../limits.js";
import { sortQueues } from "../sorting.js";
import { fill, gettext } from "../text.js";
import { Hold, clone, setAttribute, setHidden, setProperty, setText } from "./dom.js";
import { RowWindow } from "./row_window.js";
import { TableKeys } from "./table_keys.js";

/** Parts of a row that are plain numbers, and where they come from. */
const COUNTS = {
  waiting: ({ queue }) => queue.waiting,
  answered: ({ queue }) => queue.today_answered,
  abandoned: ({ queue }) => queue.today_abandoned,
  free: ({ free }) => free,
  onCall: ({ onCall }) => onCall,
  paused: ({ paused }) => paused,
  loggedIn: ({ loggedIn }) => loggedIn,
};

export class QueuesView {
  #panels = document.getElementById("panels");
  #table = document.getElementById("queues");
  #held = document.getElementById("queues-held");
  #empty = document.getElementById("queues-empty");
  #count = document.getElementById("queues-count");
  #hiddenChip = document.getElementById("hidden-queues");
  #wiring;
  #rows;
  #hold;
  #keys;

  /**
   * `wiring`: `change(filters)` takes the filters that a click changes, `refresh()` draws the page again,
   * `openQueue(queue)` and `explain(figure, queue)` open dialogs, `menu` offers what may be done with a row.
   */
  constructor(wiring) {
    this.#wiring = wiring;
    this.#rows = new RowWindow(this.#table.tBodies[0], {
      keyOf: ({ key }) => key,
      lineOf: (line) => line,
      create: () => {
        const view = clone("queue-row");
        view.root.queueView = view;
        return view;
      },
      update: (view, line) => this.#fill(view, line),
    });
    this.#hold = new Hold(this.#table.tBodies[0], wiring.refresh);
    this.#keys = new TableKeys(this.#table, this.#rows);
    this.#table.addEventListener("click", (event) => this.#click(event.target));
    this.#table.tBodies[0].addEventListener("contextmenu", (event) => this.#offer(event));
    this.#hiddenChip.addEventListener("click", () => wiring.change({ hidden: !wiring.filters.hidden }));
  }

  render(context) {
    const { filters, preferences, shown, store, changes } = context;
    this.context = context;
    const favourites = preferences.keys("favourites");
    const all = queueLines(store);
    const lines = all.filter(({ key }) => shown.has(key));
    const sorted = sortQueues(lines, filters.sort, filters.direction, favourites);
    const isInOrder = this.#rows.show(sorted, this.#hold.isHeld && !context.isAsked);
    this.#keys.settle();
    setHidden(this.#held, isInOrder);
    setText(this.#count, context.isKnown ? lines.length : "");
    setProperty(this.#panels, "--queues", lines.length);
    setHidden(this.#empty, lines.length > 0);
    setText(this.#empty, context.emptyText(emptyText(all)));
    this.#showHidden(all, context);
    if (changes.all) this.#showOrder(filters);
    this.tick(context);
  }

  tick({ now }) {
    for (const { parts, line, joinedAt } of this.#rows.views) {
      const wait = joinedAt === null ? null : now(line.queue.pbx) - joinedAt;
      setText(parts.longest, wait === null ? "" : duration(wait));
      setAttribute(parts.longest, "data-level", wait === null ? null : shadeOfWait(line.queue, wait) || null);
    }
  }

  #click(target) {
    const { change, filters, explain, openQueue, preferences } = this.#wiring;
    const column = target.closest("th[data-sort]")?.dataset.sort;
    if (column) change(nextSort(filters, column));
    const queue = target.closest("tbody tr")?.queueView.line.queue;
    if (!queue) return;
    if (target.closest("[data-part=star]")) preferences.toggle("favourites", queue);
    else if (target.closest("[data-part=open]")) openQueue(queue);
    else if (target.closest("[data-figure]")) explain(target.closest("[data-figure]").dataset.figure, queue);
  }

  /** The menu of a row, by the right mouse button or the keyboard's menu key. */
  #offer(event) {
    const { line, parts } = event.target.closest("tr").queueView;
    event.preventDefault();
    const point = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : null;
    const items = queueChoices(line, this.#wiring);
    this.#wiring.menu.open(parts.open, line.queue.name, items, point);
  }

  #showHidden(all, { preferences, filters }) {
    const hidden = all.filter(({ key }) => preferences.has("hidden", key));
    const waiting = hidden.reduce((sum, { queue }) => sum + queue.waiting, 0);
    setHidden(this.#hiddenChip, !hidden.length);
    setAttribute(this.#hiddenChip, "aria-pressed", String(filters.hidden));
    const words = waiting ? gettext("%(n)s hidden, %(waiting)s waiting") : gettext("%(n)s hidden");
    setText(this.#hiddenChip, fill(words, { n: hidden.length, waiting }));
  }

  #showOrder(filters) {
    for (const head of this.#table.tHead.rows[0].cells) {
      const direction = filters.direction > 0 ? "ascending" : "descending";
      setAttribute(head, "aria-sort", head.dataset.sort === filters.sort ? direction : null);
    }
  }

  #fill(view, line) {
    const { parts, root } = view;
    const { frozenAt, isMany, filters, preferences, changes } = this.context;
    if (!changes.all && isSame(view.line, line)) return;
    const { queue } = line;
    view.line = line;
    view.joinedAt = instant(queue.oldest_joined_at);
    setText(parts.open, queue.name);
    setAttribute(parts.open, "title", queue.name);
    setText(parts.number, numberOf(queue, isMany));
    for (const [part, valueOf] of Object.entries(COUNTS)) {
      const value = valueOf(line);
      setText(parts[part], value);
      setAttribute(parts[part], "data-zero", value === 0);
    }
    setAttribute(parts.waiting, "data-level", shadeOf(queue, "waiting", queue.waiting) || null);
    setAttribute(parts.free, "data-level", shadeOf(queue, "free_agents", line.free) || null);
    fillToday(parts, queue);
    const isFavourite = preferences.has("favourites", line.key);
    setAttribute(parts.star, "aria-pressed", String(isFavourite));
    setAttribute(parts.star, "aria-label", fill(gettext("%(name)s is a favourite"), queue));
    setAttribute(root, "data-old", frozenAt.has(queue.pbx));
    setAttribute(root, "data-picked", filters.queue === line.key);
    setAttribute(root, "data-hidden", preferences.has("hidden", line.key));
  }
}

/** What may be done with a queue's row, for the menu. */
export function queueChoices({ key, queue }, { change, filters, openQueue, preferences }) {
  const isPicked = filters.queue === key;
  const isFavourite = preferences.has("favourites", key);
  const isHidden = preferences.has("hidden", key);
  return [
    { label: gettext("Open this queue"), run: () => openQueue(queue) },
    {
      label: isPicked ? gettext("Show all queues' callers and agents") : gettext("Show only its callers and agents"),
      run: () => change({ queue: isPicked ? "" : key }),
    },
    {
      label: isFavourite ? gettext("No favourite any more") : gettext("Make it a favourite"),
      run: () => preferences.toggle("favourites", queue),
    },
    {
      label: isHidden ? gettext("Hide it no more") : gettext("Hide this queue"),
      run: () => preferences.toggle("hidden", queue),
    },
  ];
}

const isSame = (before, line) =>
  before?.queue === line.queue &&
  ["free", "onCall", "paused", "loggedIn"].every((count) => before[count] === line[count]);

function fillToday(parts, queue) {
  const reached = queue.today_service_level;
  // Rounded down: what is below its target must not read like it.
  setText(parts.level, reached === null ? "–" : percent(Math.floor(reached)));
  setAttribute(parts.level, "data-level", shadeOf(queue, "service_level", reached) || null);
  setText(parts.target, `/ ${queue.target_percent}`);
  const abandoned = abandonedShare([queue]);
  setText(parts.abandonedShare, queue.today_abandoned ? percent(Math.round(abandoned)) : "");
  setAttribute(parts.abandoned, "data-level", shadeOf(queue, "abandoned_percent", abandoned) || null);
  const speed = averageSpeed(queue);
  setText(parts.speed, speed === null ? "–" : duration(speed));
}

function emptyText(all) {
  if (all.length) return gettext("No queue to show: loosen the filter, or show the hidden ones.");
  return gettext("This PBX has no queues that we may see.");
}

function numberOf(queue, isMany) {
  const number = queue.number === queue.name.toLowerCase() ? "" : queue.number;
  return isMany ? `${number} ${queue.pbx}`.trim() : number;
}

/** A column sorts from its largest first (names from A), a second click turns it round. */
function nextSort(filters, column) {
  if (filters.sort === column) return { direction: -filters.direction };
  return { sort: column, direction: column === "name" ? 1 : -1 };
}

/** What was settled last, newest first. Asked anew whenever a line has gone from the board. */

import { instant, timeOfDay } from "../format.js";
import { closedText, lineKey, queueName, triesText } from "../owing.js";
import { gettext } from "../text.js";
import { KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";

const MOST = 50;
/** The worker saves before it tells, so what has gone is there to be asked for; several at once are asked for once. */
const SOON = 300;

export class ClosedList {
  #commands;
  #note = document.getElementById("closed-note");
  #rows;
  #store = null;
  #open = null;
  #queue = "";
  #timer = null;

  constructor(list, commands) {
    this.#commands = commands;
    this.#rows = new KeyedRows(list, {
      create: () => clone("closed-row"),
      update: (view, row) => this.#fill(view, row),
    });
  }

  render({ store }, queue = "") {
    if (!store.isComplete) return;
    this.#store = store;
    const open = new Set(store.rows("owed").map((row) => `${lineKey(row)} ${row.opened_at}`));
    const hasGone = this.#open === null || [...this.#open].some((key) => !open.has(key)) || queue !== this.#queue;
    this.#open = open;
    this.#queue = queue;
    if (!hasGone) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(queue), SOON);
  }

  async #load(queue) {
    const [pbx, number] = queue.split(" ");
    const asked = new URLSearchParams({ limit: MOST, ...(queue && { pbx, queue: number }) });
    const told = await this.#commands.get(`owed/closed?${asked}`);
    if (queue !== this.#queue) return;
    const rows = told?.closed ?? [];
    this.#rows.show(rows.map((row) => ({ ...row, row: row.key, key: `${lineKey(row)} ${row.opened_at}` })));
    setText(this.#note, told ? gettext("Nothing was settled yet.") : gettext("This cannot be had just now."));
    setHidden(this.#note, rows.length > 0);
  }

  #fill({ parts }, row) {
    const at = instant(row.closed_at);
    setText(parts.at, at === null ? "" : timeOfDay(at));
    setAttribute(parts.at, "datetime", row.closed_at);
    setText(parts.number, row.number || row.party);
    setText(parts.name, row.name === row.number ? "" : row.name);
    setText(parts.queue, queueName(this.#store, row.pbx, row.queue));
    setText(parts.tries, triesText(row));
    setText(parts.how, closedText(row));
    setText(parts.note, row.note);
  }
}

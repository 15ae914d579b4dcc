/**
 * The rows of a long table in a scroll box: those in sight and a few more are in the document, room stands for the
 * others. All rows are of one height, which is the style sheet's. What changes elsewhere costs nothing, however long
 * the table is. The rows say which they are of how many, and the keyboard reaches each (table_keys.js).
 */

import { KeyedRows, setAttribute } from "./dom.js";

/** Rows beyond what is in sight, on either side: a step of the keyboard or of the wheel finds them there. */
const BEYOND = 6;
/** Until the box has been measured. */
const AT_FIRST = 30;

export class RowWindow {
  #body;
  #scroller;
  #rows;
  #keyOf;
  #lineOf;
  /** What the table shows, in its order; what is gone and waits for the pointer to leave is among it. */
  #items = [];
  #gone = new Set();
  #height = 0;
  #first = 0;
  #end = AT_FIRST;

  /**
   * `keyOf(item)` is a text of its own for each item. `lineOf(item)` is asked for what `update(view, line)` fills a
   * row from, and only for rows that are drawn; `create(line)` makes a view {root, …}.
   */
  constructor(body, { keyOf, lineOf, create, update }) {
    this.#body = body;
    this.#scroller = body.closest(".scroll");
    this.#keyOf = keyOf;
    this.#lineOf = lineOf;
    this.#rows = new KeyedRows(body, { create, update });
    this.#scroller.addEventListener("scroll", () => this.#look(), { passive: true });
    // The box with its panel, the rows with the density that the reader chose.
    const seen = new ResizeObserver(() => this.#look());
    seen.observe(this.#scroller);
    seen.observe(body);
  }

  /** Views of the rows that are drawn. */
  get views() {
    return this.#rows.views;
  }

  /**
   * Shows `items` in their order. While `isHeld`, nothing under the pointer moves: known rows stay where they are, new
   * ones come last, and those that are gone are marked `data-gone`. Returns whether all is in the order asked for.
   */
  show(items, isHeld = false) {
    const isInOrder = isHeld ? this.#hold(items) : this.#replace(items);
    setAttribute(this.#body.parentElement, "aria-rowcount", this.#items.length + 1);
    this.#draw();
    return isInOrder;
  }

  /** Scrolls to the first row, or to the last, and draws it. */
  reveal(isLast) {
    this.#scroller.scrollTop = isLast ? this.#scroller.scrollHeight : 0;
    this.#look();
  }

  #replace(items) {
    this.#items = items;
    this.#gone.clear();
    return true;
  }

  #hold(items) {
    const wanted = new Map(items.map((item) => [this.#keyOf(item), item]));
    this.#gone.clear();
    const kept = this.#items.map((item) => {
      const key = this.#keyOf(item);
      const now = wanted.get(key);
      wanted.delete(key);
      if (!now) this.#gone.add(key);
      return now ?? item;
    });
    this.#items = [...kept, ...wanted.values()];
    return !this.#gone.size && this.#items.every((item, index) => item === items[index]);
  }

  /** Measures, when the layout is done: after a scroll or a new size, never while rows are being written. */
  #look() {
    const row = this.#body.firstElementChild;
    if (!row) return;
    const height = row.offsetHeight;
    if (!height) return;
    const top = Math.floor(this.#scroller.scrollTop / height);
    const seen = Math.ceil(this.#scroller.clientHeight / height);
    const [first, end] = [Math.max(0, top - BEYOND), top + seen + BEYOND];
    if (height === this.#height && first === this.#first && end === this.#end) return;
    [this.#height, this.#first, this.#end] = [height, first, end];
    this.#draw();
  }

  #draw() {
    const { length } = this.#items;
    const end = Math.min(this.#end, length);
    // Fewer than there were: the box scrolls up by itself, and says so later.
    const first = Math.min(this.#first, Math.max(0, end - 1));
    const lines = this.#items.slice(first, end).map(this.#lineOf);
    const focused = document.activeElement;
    this.#rows.show(lines);
    // The keyboard stays in this table though its row went.
    if (focused !== document.body && !focused.isConnected) this.#scroller.focus({ preventScroll: true });
    let place = first;
    for (const { root } of this.#rows.views) {
      setAttribute(root, "aria-rowindex", place + 2);
      setAttribute(root, "data-gone", this.#gone.has(lines[place - first].key));
      place += 1;
    }
    this.#body.style.paddingBlock = `${first * this.#height}px ${(length - end) * this.#height}px`;
  }
}

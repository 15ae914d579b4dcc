/**
 * One list of the wallboard: as many whole rows as its place has room for, by measured height; what does not fit has
 * its turn later, and dots say where we are. Where all fit with room to spare the rows grow.
 */

import { Rows, setAttribute, setHidden, setProperty } from "./dom.js";
import { fitting, pageAt } from "./paging.js";

/** A row may grow to so much of its least height. */
const MOST_GROWTH = 1.5;

export class PagedList {
  #place;
  #list;
  #dots;
  #rows;
  #items = [];

  /**
   * `place` has the height; `list` in it gets copies of the template `id`, filled by `update(view, item)`; `dots` shows
   * the pages. The style sheet gives rows the height `--row`, which is at least the list's `--least-row`.
   */
  constructor({ place, list, dots, id, update }) {
    this.#place = place;
    this.#list = list;
    this.#dots = dots;
    this.#rows = new Rows(list, id, update);
  }

  show(items, now) {
    this.#items = items;
    this.draw(now);
  }

  /** Draws the page whose turn it is at `now` (ms). */
  draw(now) {
    const { space, least, columns } = this.#measure();
    const count = this.#items.length;
    const { page, pages, first, last } = pageAt(now, count, fitting(space, least) * columns);
    this.#rows.show(this.#items.slice(first, last));
    const lines = Math.ceil(count / pages / columns);
    const height = Math.min(least * MOST_GROWTH, space / Math.max(1, lines));
    setProperty(this.#list, "--row", `${Math.floor(Math.max(least, height) * 4) / 4}px`);
    this.#showDots(page, pages);
  }

  /** The room for rows, a row's least height (pixels), and how many stand beside each other. */
  #measure() {
    const style = getComputedStyle(this.#list);
    const least = parseFloat(style.getPropertyValue("--least-row")) * parseFloat(style.fontSize);
    const above = this.#list.getBoundingClientRect().top - this.#place.getBoundingClientRect().top;
    const columns = style.display === "grid" ? style.gridTemplateColumns.split(" ").length : 1;
    return { space: this.#place.clientHeight - above, least, columns };
  }

  #showDots(page, pages) {
    setHidden(this.#dots, pages < 2);
    while (this.#dots.children.length < pages) this.#dots.append(document.createElement("i"));
    while (this.#dots.children.length > pages) this.#dots.lastElementChild.remove();
    Array.from(this.#dots.children).forEach((dot, index) => setAttribute(dot, "data-now", index === page));
  }
}

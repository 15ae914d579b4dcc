/**
 * The keyboard of a table: one tab stop, arrows from cell to cell, Home and End, with Ctrl to the first and last row,
 * as role=grid promises. The focus is on a cell's button if it has one, else on the cell itself; Enter and Space are
 * clicks there. Columns that the style sheet hides are stepped over.
 */

const placeOf = (cell) => cell.querySelector("button:not([hidden])") ?? cell;
const isShown = (cell) => cell.getClientRects().length > 0;

export class TableKeys {
  #table;
  #rows;
  #stop = null;

  /** `rows`: the table's RowWindow, of which not all rows are there. */
  constructor(table, rows) {
    this.#table = table;
    this.#rows = rows;
    // A column that goes away must not take the tab stop with it.
    window.addEventListener("resize", () => {
      if (this.#stop && !isShown(this.#stop)) this.#begin();
    });
    table.addEventListener("focusin", ({ target }) => this.#stopAt(target));
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("th, td");
      if (!cell || event.altKey || event.metaKey) return;
      if ((event.key === "Enter" || event.key === " ") && event.target === cell) cell.click();
      else if (!this.#move(cell, event)) return;
      event.preventDefault();
    });
  }

  /** After rows came and went: keeps exactly one tab stop. */
  settle() {
    if (!this.#stop?.isConnected) this.#begin();
  }

  #begin() {
    const head = this.#table.tBodies[0].rows[0]?.querySelector("th");
    if (head) this.#stopAt(placeOf(head));
  }

  #stopAt(place) {
    if (place === this.#stop) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    place.tabIndex = 0;
    this.#stop = place;
  }

  #move(cell, event) {
    const target = this.#target(cell, event);
    if (!target) return false;
    const place = placeOf(target);
    place.focus();
    place.scrollIntoView({ block: "nearest" });
    return true;
  }

  #target(cell, { key, ctrlKey }) {
    if (ctrlKey && (key === "Home" || key === "End")) return this.#edge(cell.cellIndex, key === "End");
    const rows = [...this.#table.rows];
    const row = cell.parentElement;
    const cells = [...row.cells].filter(isShown);
    const place = cells.indexOf(cell);
    switch (key) {
      case "ArrowRight":
        return cells[place + 1];
      case "ArrowLeft":
        return cells[place - 1];
      case "ArrowDown":
        return rows[rows.indexOf(row) + 1]?.cells[cell.cellIndex];
      case "ArrowUp":
        return rows[rows.indexOf(row) - 1]?.cells[cell.cellIndex];
      case "Home":
        return cells[0];
      case "End":
        return cells.at(-1);
      default:
        return undefined;
    }
  }

  /** The same column in the first row, or the last. */
  #edge(column, isLast) {
    this.#rows.reveal(isLast);
    return [...this.#table.tBodies[0].rows].at(isLast ? -1 : 0)?.cells[column];
  }
}

/**
 * The keyboard of the agents: one tab stop for all tiles, arrows, Home, End, Enter, as a grid promises. Tiles are
 * `.tile` elements in `.tiles` rows that wrap; up and down go by the columns that are on the screen.
 */

const FIRST = "Home";
const LAST = "End";

export class GridKeys {
  #root;
  #columns;
  #current = null;

  /** `columns()` is how many tiles stand side by side; `open(tile)` is what Enter and a click do. */
  constructor(root, { columns, open }) {
    this.#root = root;
    this.#columns = columns;
    root.addEventListener("click", (event) => {
      const tile = event.target.closest(".tile");
      if (!tile) return;
      this.#stop(tile);
      open(tile);
    });
    root.addEventListener("focusin", (event) => {
      const tile = event.target.closest(".tile");
      if (tile) this.#stop(tile);
    });
    root.addEventListener("keydown", (event) => {
      const tile = event.target.closest(".tile");
      if (!tile) return;
      if (event.key === "Enter" || event.key === " ") open(tile);
      else if (!this.#move(tile, event)) return;
      event.preventDefault();
    });
  }

  /** After tiles came and went: keeps exactly one tab stop. */
  settle() {
    if (this.#current?.isConnected) return;
    this.#current = null;
    const first = this.#root.querySelector(".tile");
    if (first) this.#stop(first);
  }

  #stop(tile) {
    if (tile === this.#current) return;
    if (this.#current) this.#current.tabIndex = -1;
    tile.tabIndex = 0;
    this.#current = tile;
  }

  #move(tile, event) {
    const target = this.#target(tile, event);
    if (!target) return false;
    target.focus();
    target.scrollIntoView({ block: "nearest" });
    return true;
  }

  #target(tile, { key, ctrlKey }) {
    const tiles = [...this.#root.querySelectorAll(".tile")];
    const index = tiles.indexOf(tile);
    const row = [...tile.parentElement.children];
    const column = row.indexOf(tile) % this.#columns();
    switch (key) {
      case "ArrowRight":
        return tiles[index + 1];
      case "ArrowLeft":
        return tiles[index - 1];
      case "ArrowDown":
        return this.#below(tiles, row, row.indexOf(tile), column, 1);
      case "ArrowUp":
        return this.#below(tiles, row, row.indexOf(tile), column, -1);
      case FIRST:
        return ctrlKey ? tiles[0] : row[row.indexOf(tile) - column];
      case LAST:
        return ctrlKey ? tiles.at(-1) : row[Math.min(row.length - 1, row.indexOf(tile) - column + this.#columns() - 1)];
      default:
        return undefined;
    }
  }

  /** The tile one line further in `step`'s direction; at the edge of a group, of the next group. */
  #below(tiles, row, place, column, step) {
    const columns = this.#columns();
    const line = Math.floor(place / columns) + step;
    const lastLine = Math.floor((row.length - 1) / columns);
    if (line >= 0 && line <= lastLine) return row[Math.min(line * columns + column, row.length - 1)];
    const edge = step > 0 ? tiles[tiles.indexOf(row.at(-1)) + 1] : tiles[tiles.indexOf(row[0]) - 1];
    if (!edge) return undefined;
    const next = [...edge.parentElement.children];
    if (step > 0) return next[Math.min(column, next.length - 1)];
    const start = Math.floor((next.length - 1) / columns) * columns;
    return next[Math.min(start + column, next.length - 1)];
  }
}

/**
 * Keyboard and pointer among the agents, as a grid promises: one tab stop for all tiles, arrows, Home, End, Enter;
 * Space, Shift with arrows or a click, Ctrl with a click or A select. Tiles are `.tile` elements in `.tiles` rows that
 * wrap; up and down go by the columns that are on the screen.
 */

export class GridKeys {
  #root;
  #columns;
  #actions;
  #current = null;

  /**
   * `columns()` is how many tiles stand side by side. `actions`: `open(tile)` is what Enter and a click do,
   * `toggle(tile)`, `extend(tile, from)`, `selectAll()` and `clear()` change the selection; `isSelecting()` says
   * whether a plain click selects. Those about the selection return false when nothing may be selected here.
   */
  constructor(root, { columns, ...actions }) {
    this.#root = root;
    this.#columns = columns;
    this.#actions = actions;
    root.addEventListener("pointerdown", (event) => {
      // Shift would select text.
      if (event.shiftKey && event.target.closest(".tile")) event.preventDefault();
    });
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("focusin", (event) => {
      const tile = event.target.closest(".tile");
      if (tile) this.#stop(tile);
    });
    root.addEventListener("keydown", (event) => {
      const tile = event.target.closest(".tile");
      if (tile && this.#press(tile, event)) event.preventDefault();
    });
  }

  /** After tiles came and went: keeps exactly one tab stop. */
  settle() {
    if (this.#current?.isConnected) return;
    this.#current = null;
    const first = this.#root.querySelector(".tile");
    if (first) this.#stop(first);
  }

  #click(event) {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    const from = this.#current;
    this.#stop(tile);
    const { open, toggle, extend, isSelecting } = this.#actions;
    if (event.shiftKey) {
      tile.focus({ focusVisible: false });
      extend(tile, from ?? tile);
    } else if (event.ctrlKey || event.metaKey || isSelecting()) toggle(tile);
    else open(tile);
  }

  /** Returns whether the key was meant for the grid. */
  #press(tile, event) {
    const { open, toggle, extend, selectAll, clear } = this.#actions;
    const isControl = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "Enter":
        open(tile);
        return true;
      case " ":
        if (event.shiftKey) extend(tile, tile);
        else toggle(tile);
        return true;
      case "Escape":
        return clear() !== false;
      case "a":
      case "A":
        return isControl && selectAll() !== false;
      default: {
        const target = this.#target(tile, event);
        if (!target) return false;
        target.focus();
        target.scrollIntoView({ block: "nearest" });
        if (event.shiftKey) extend(target, tile);
        return true;
      }
    }
  }

  #stop(tile) {
    if (tile === this.#current) return;
    if (this.#current) this.#current.tabIndex = -1;
    tile.tabIndex = 0;
    this.#current = tile;
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
      case "Home":
        return ctrlKey ? tiles[0] : row[row.indexOf(tile) - column];
      case "End":
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

/**
 * The one menu of the page: what may be done with a row, at the place where it was asked for. Arrows, Home, End and
 * Escape as a menu promises; what cannot be done now is there with the reason, and does nothing.
 */

import { clone, setAttribute, setHidden, setText } from "./dom.js";

export class Menu {
  #root = document.getElementById("row-menu");
  #title = document.getElementById("row-menu-title");
  #items = document.getElementById("row-menu-items");
  #opener = null;

  constructor() {
    this.#items.addEventListener("keydown", (event) => this.#key(event));
    // Closed by a click elsewhere it must not pull the focus back; the browser says so by leaving it where it is.
    this.#root.addEventListener("toggle", ({ newState }) => {
      if (newState === "closed") setAttribute(this.#opener, "aria-expanded", null);
    });
  }

  /**
   * Opens below `opener`, or at `point` {x, y}. Items: {label, icon, why: reason why not, isDanger, run}; where the
   * reader goes back to afterwards is `opener`.
   */
  open(opener, title, items, point = null) {
    this.#opener = opener;
    // Behind an open dialog nothing can be reached: the menu opens in it.
    (opener.closest("dialog") ?? document.body).append(this.#root);
    setAttribute(opener, "aria-expanded", "true");
    setText(this.#title, title);
    this.#items.replaceChildren(...items.map((item) => this.#item(item)));
    this.#root.showPopover();
    this.#place(point);
    this.#items.firstElementChild?.focus();
  }

  #item({ label, why, isDanger, run }) {
    const { root, parts } = clone("menu-item");
    setText(parts.label, label);
    setText(parts.why, why ?? "");
    setHidden(parts.why, !why);
    setAttribute(root, "aria-disabled", why ? "true" : null);
    setAttribute(root, "data-danger", Boolean(isDanger));
    root.addEventListener("click", () => {
      if (why) return;
      this.#close();
      run();
    });
    return root;
  }

  #place(point) {
    const opener = this.#opener.getBoundingClientRect();
    const { width, height } = this.#root.getBoundingClientRect();
    // At the pointer a corner of the menu lies under it: released beside it, its button would close the menu.
    const x = point ? point.x - 2 : opener.right - width;
    const below = point ? point.y - 2 : opener.bottom + 2;
    const above = (point ? point.y + 2 : opener.top - 2) - height;
    this.#root.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
    this.#root.style.top = `${Math.max(8, below + height > innerHeight - 8 ? above : below)}px`;
  }

  #close() {
    this.#root.hidePopover();
    this.#opener.focus();
  }

  #key(event) {
    const items = [...this.#items.children];
    const place = items.indexOf(document.activeElement);
    const steps = {
      ArrowDown: (place + 1) % items.length,
      ArrowUp: (place + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    if (event.key in steps) items[steps[event.key]].focus();
    else if (event.key === "Escape" || event.key === "Tab") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

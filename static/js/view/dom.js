/**
 * The few ways in which views touch the document. Text goes in as text nodes only; an unchanged value is not
 * written, because a write costs a layout even when nothing differs.
 */

import { longestRise } from "../sorting.js";

/** A copy of the template `id`, and its parts by their `data-part` name. */
export function clone(id) {
  const root = document.getElementById(id).content.firstElementChild.cloneNode(true);
  return { root, parts: partsOf(root) };
}

export function partsOf(root) {
  return Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

/** Makes `text` the only content of an element that holds nothing else. */
export function setText(element, text) {
  const node = element.firstChild;
  const wanted = String(text);
  if (node === null) element.append(wanted);
  else if (node.data !== wanted) node.data = wanted;
}

/** Sets an attribute; null or false takes it away, true is the empty value. */
export function setAttribute(element, name, value) {
  if (value === null || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const wanted = value === true ? "" : String(value);
  if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}

/** Sets a custom property of an element for its style sheet. */
export function setProperty(element, name, value) {
  const wanted = String(value);
  if (element.style.getPropertyValue(name) !== wanted) element.style.setProperty(name, wanted);
}

export function setHidden(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

/** Opens a dialog above whatever is open; one that the reader is in stays as it is. */
export function showOnTop(dialog) {
  if (dialog.open && dialog.contains(document.activeElement)) return;
  dialog.close();
  dialog.showModal();
}

/** A click beside a dialog closes it, as Escape does. */
export function closeOnBackdrop(dialog) {
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target !== dialog) return;
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (!isInside) dialog.close();
  });
}

/**
 * Makes `elements`, in this order, the children of `parent`. As few as possible are moved: whoever is moved is styled,
 * laid out and painted anew, and loses the focus.
 */
export function arrange(parent, elements) {
  const places = new Map(elements.map((element, index) => [element, index]));
  for (const child of [...parent.children]) if (!places.has(child)) child.remove();
  const before = [...parent.children];
  const staying = new Set(longestRise(before.map((child) => places.get(child))).map((index) => before[index]));
  let next = null;
  for (const element of elements.toReversed()) {
    if (!staying.has(element)) parent.insertBefore(element, next);
    next = element;
  }
}

/** Rows of a list by key. `create(item)` makes a view {root, …} for a new key, `update(view, item)` fills it. */
export class KeyedRows {
  #parent;
  #create;
  #update;
  #views = new Map();

  constructor(parent, { create, update }) {
    this.#parent = parent;
    this.#create = create;
    this.#update = update;
  }

  /** In their order. */
  get views() {
    return this.#views.values();
  }

  /** Shows `items`, each with a unique `key`. */
  show(items) {
    const wanted = new Map();
    for (const item of items) {
      const view = this.#views.get(item.key) ?? this.#create(item);
      this.#update(view, item);
      wanted.set(item.key, view);
    }
    this.#views = wanted;
    arrange(this.#parent, [...wanted.values()].map((view) => view.root));
  }
}

/** A pointer or a focus that has not stirred for so long was left behind and holds nothing any more. */
const LEFT_BEHIND = 30_000;

/**
 * Whether the pointer or the keyboard is at work inside an element, so that its rows must not move. `onRelease` is
 * called when both have left. A focus that a click left behind does not count: its pointer may be far away.
 */
export class Hold {
  #element;
  #isPointed = false;
  #stirredAt = -Infinity;

  constructor(element, onRelease) {
    this.#element = element;
    for (const stirring of ["pointerenter", "pointermove", "keydown", "focusin"]) {
      element.addEventListener(stirring, () => {
        this.#stirredAt = performance.now();
      });
    }
    element.addEventListener("pointerenter", (event) => {
      this.#isPointed = event.pointerType !== "touch";
    });
    element.addEventListener("pointerleave", () => {
      this.#isPointed = false;
      if (!this.isHeld) onRelease();
    });
    element.addEventListener("focusout", (event) => {
      if (!this.#isPointed && !element.contains(event.relatedTarget)) onRelease();
    });
  }

  get isHeld() {
    if (performance.now() - this.#stirredAt > LEFT_BEHIND) return false;
    return this.#isPointed || this.#element.querySelector(":focus-visible") !== null;
  }
}

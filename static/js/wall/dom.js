/**
 * The few ways in which the wallboard touches the document. Text goes in as text nodes only; an unchanged value is not
 * written. Like all modules of this page it must run in Chromium 85, so it shares none with the other pages that may
 * use what is newer.
 */

/** The elements of the page by their `data-part` name. */
export function partsOf(root) {
  const parts = {};
  for (const part of root.querySelectorAll("[data-part]")) parts[part.dataset.part] = part;
  return parts;
}

/** A copy of the template `id`, {root, and its parts by name}. */
export function clone(id) {
  const root = document.getElementById(id).content.firstElementChild.cloneNode(true);
  return { ...partsOf(root), root };
}

export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

/** Sets an attribute; null, false and "" take it away, true is the empty value. */
export function setAttribute(element, name, value) {
  if (value === null || value === false || value === "") {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const wanted = value === true ? "" : String(value);
  if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
}

export function setHidden(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

/** Sets a custom property of an element for its style sheet. */
export function setProperty(element, name, value) {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

/** As many copies of the template `id` in `list` as there are `items`, each filled by `update(view, item)`. */
export class Rows {
  #list;
  #id;
  #update;
  #views = [];

  constructor(list, id, update) {
    this.#list = list;
    this.#id = id;
    this.#update = update;
  }

  show(items) {
    while (this.#views.length < items.length) {
      const view = clone(this.#id);
      this.#views.push(view);
      this.#list.append(view.root);
    }
    while (this.#views.length > items.length) this.#views.pop().root.remove();
    items.forEach((item, index) => this.#update(this.#views[index], item));
  }
}

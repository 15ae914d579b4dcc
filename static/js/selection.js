/** Which agents are selected, by key, and where a range begins. Pure; `onChange` is called after each change. */

export class Selection {
  #keys = new Set();
  #anchor = "";

  onChange = () => {};

  get keys() {
    return this.#keys;
  }

  get size() {
    return this.#keys.size;
  }

  has(key) {
    return this.#keys.has(key);
  }

  toggle(key) {
    if (!this.#keys.delete(key)) this.#keys.add(key);
    this.#anchor = key;
    this.onChange();
  }

  /** Adds all from the anchor to `key`, in the order of `keys`; a range without an anchor begins at `from`. */
  extend(keys, key, from = key) {
    const start = keys.indexOf(keys.includes(this.#anchor) ? this.#anchor : from);
    const end = keys.indexOf(key);
    this.#anchor = keys[start];
    const [low, high] = start < end ? [start, end] : [end, start];
    for (const one of keys.slice(low, high + 1)) this.#keys.add(one);
    this.onChange();
  }

  /** Selects exactly these. */
  set(keys) {
    this.#keys = new Set(keys);
    this.onChange();
  }

  clear() {
    this.#anchor = "";
    if (this.#keys.size) this.set([]);
  }

  /** Forgets those who are not there any more. */
  keep(isThere) {
    const left = [...this.#keys].filter(isThere);
    if (left.length === this.#keys.size) return;
    this.set(left);
  }
}

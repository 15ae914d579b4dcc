/**
 * What a person wants to find again wherever they log in: favourite and hidden queues, density, the last view, how they
 * want to be told of alerts. The page comes with what the server keeps, so that nobody can choose before it is there.
 * Out: `onChange()` after each change.
 */

import { queueKey } from "./figures.js";

const SAVE_AFTER = 800;
const LISTS = ["favourites", "hidden"];
const DENSITIES = ["compact", "normal", "comfortable"];

export class Preferences {
  #url;
  #token;
  #fetch;
  #later;
  #cancel;
  #timer = null;
  #lists;
  #texts = { order: "", filters: "", density: "normal" };
  #alerts = { banner: true, badge: true, sound: true, notify: false };

  onChange = () => {};

  /** `told` is what the API answers, `url` where it keeps them, `token()` the CSRF token of this moment. */
  constructor(
    told,
    url,
    token,
    {
      fetch = (address, options) => globalThis.fetch(address, options),
      later = (run, delay) => setTimeout(run, delay),
      cancel = (timer) => clearTimeout(timer),
    } = {},
  ) {
    this.#url = url;
    this.#token = token;
    this.#fetch = fetch;
    this.#later = later;
    this.#cancel = cancel;
    const keyed = (queues) => new Map(queues.map((queue) => [queueKey(queue.pbx, queue.number), queue]));
    this.#lists = Object.fromEntries(LISTS.map((name) => [name, keyed(told[name] ?? [])]));
    for (const name of Object.keys(this.#texts)) this.#texts[name] = told[name] ?? this.#texts[name];
    if (!DENSITIES.includes(this.#texts.density)) this.#texts.density = "normal";
    this.#alerts = { ...this.#alerts, ...told.alerts };
  }

  /** The queue keys of "favourites" or "hidden". */
  keys(list) {
    return new Set(this.#lists[list].keys());
  }

  has(list, key) {
    return this.#lists[list].has(key);
  }

  get density() {
    return this.#texts.density;
  }

  /** The view that was left last, as a query of the address. */
  get filters() {
    return this.#texts.filters;
  }

  /** By what an alert is told: {banner, badge, sound, notify}, each true or false. */
  get alerts() {
    return this.#alerts;
  }

  setAlert(way, isOn) {
    if (this.#alerts[way] === isOn) return;
    this.#alerts = { ...this.#alerts, [way]: isOn };
    this.#changed();
  }

  /** Puts a queue on a list, or takes it off. */
  toggle(list, { pbx, number }) {
    const key = queueKey(pbx, number);
    if (!this.#lists[list].delete(key)) this.#lists[list].set(key, { pbx, number });
    this.#changed();
  }

  /** Sets `filters` or `density`. */
  set(name, text) {
    if (this.#texts[name] === text) return;
    this.#texts[name] = text;
    this.#changed();
  }

  #changed() {
    this.onChange();
    this.#cancel(this.#timer);
    this.#timer = this.#later(() => this.#save(), SAVE_AFTER);
  }

  /** Saves at once what waits to be saved: the page is being left. */
  leave() {
    if (this.#timer !== null) this.#save();
  }

  async #save() {
    this.#cancel(this.#timer);
    this.#timer = null;
    const lists = Object.fromEntries(LISTS.map((name) => [name, [...this.#lists[name].values()]]));
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.#token() };
    try {
      await this.#fetch(this.#url, {
        method: "PUT",
        headers,
        body: JSON.stringify({ ...lists, ...this.#texts, alerts: this.#alerts }),
        keepalive: true,
      });
    } catch {
      // This page keeps them until it is left; the next change tries again.
    }
  }
}

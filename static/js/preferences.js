/**
 * What a person wants to find again wherever they log in: favourite and hidden queues, density, the last view, how they
 * want to be told of alerts. Kept
 * by the server; while it cannot be reached, by this page alone. Out: `onChange()` after each change, one's own too.
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
  #lists = Object.fromEntries(LISTS.map((name) => [name, new Map()]));
  #texts = { order: "", filters: "", density: "normal" };
  #alerts = { banner: true, badge: true, sound: true, notify: false };
  #isKept = false;

  onChange = () => {};

  /** `url` is where the API keeps them, `token()` the CSRF token of this moment. */
  constructor(
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

  /** Asks the server for them, once. */
  async load() {
    try {
      const answer = await this.#fetch(this.#url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const told = await answer.json();
      for (const name of LISTS) {
        this.#lists[name] = new Map((told[name] ?? []).map((queue) => [queueKey(queue.pbx, queue.number), queue]));
      }
      for (const name of Object.keys(this.#texts)) this.#texts[name] = told[name] ?? this.#texts[name];
      if (!DENSITIES.includes(this.#texts.density)) this.#texts.density = "normal";
      this.#alerts = { ...this.#alerts, ...told.alerts };
      this.#isKept = true;
    } catch {
      return;
    }
    this.onChange();
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
    if (!this.#isKept) return;
    this.#cancel(this.#timer);
    this.#timer = this.#later(() => this.#save(), SAVE_AFTER);
  }

  async #save() {
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

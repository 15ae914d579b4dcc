/** The most urgent of the calls we owe in my queues, and where the others are. */

import { fill, ngettext } from "../text.js";
import { setHidden, setText } from "./dom.js";
import { OwedList } from "./owed.js";

const MOST = 4;

export class DeskOwed {
  #list;
  #empty = document.getElementById("desk-owed-empty");
  #all = document.getElementById("desk-owed-all");

  constructor(commands) {
    this.#list = new OwedList(document.getElementById("desk-owed"), commands, { most: MOST });
  }

  /** Takes a request's step. Returns whether it was asked here. */
  heard(request) {
    return this.#list.heard(request);
  }

  render(desk, context) {
    const count = this.#list.render(context);
    setHidden(this.#empty, count > 0);
    setHidden(this.#all, count <= MOST);
    const more = count - MOST;
    setText(this.#all, fill(ngettext("and %(n)s more", "and %(n)s more", more), { n: more }));
  }

  tick(context) {
    this.#list.tick(context);
  }
}

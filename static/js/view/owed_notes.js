/**
 * What the list cannot have, in sentences: callers who hide their number or hung up at once, and when nobody saw the PBX.
 * Asked for when the page opens, when a connection comes or goes, and now and then.
 */

import { unlistedNotes } from "../owing.js";
import { KeyedRows, setHidden, setText } from "./dom.js";

const OFTEN = 60_000;

export class OwedNotes {
  #root;
  #commands;
  #rows;
  #standing = null;
  #askedAt = -Infinity;

  constructor(list, commands) {
    this.#root = list;
    this.#commands = commands;
    this.#rows = new KeyedRows(list, {
      create: () => ({ root: document.createElement("li") }),
      update: ({ root }, { text }) => setText(root, text),
    });
  }

  render({ store }) {
    const links = store.rows("links");
    const standing = links.map(({ pbx, state, since }) => `${pbx} ${state} ${since}`).join();
    const isNews = standing !== this.#standing || performance.now() - this.#askedAt > OFTEN;
    if (!store.isComplete || !isNews) return;
    this.#standing = standing;
    this.#askedAt = performance.now();
    this.#load(links.length > 1);
  }

  async #load(isMany) {
    const told = await this.#commands.get("owed/unlisted");
    if (!told) return;
    const notes = unlistedNotes(told, isMany);
    this.#rows.show(notes.map((text) => ({ key: text, text })));
    setHidden(this.#root, !notes.length);
  }
}

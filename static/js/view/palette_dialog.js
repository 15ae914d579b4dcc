/** Ctrl+K: what is written is understood while one types (../palette.js), shown in words, and done at Enter. */

import { suggest } from "../palette.js";
import { gettext, ngettext, fill } from "../text.js";
import { KeyedRows, clone, closeOnBackdrop, setAttribute, setHidden, setText } from "./dom.js";

export class PaletteDialog {
  #dialog = document.getElementById("palette");
  #input = document.getElementById("palette-text");
  #hint = document.getElementById("palette-hint");
  #page = document.getElementById("live").dataset;
  #list = document.getElementById("palette-list");
  #rows;
  #commands;
  #wiring;
  #pageCommands;
  #context = null;
  #reasons = [];
  #suggestions = [];
  #isSure = false;
  #chosen = -1;

  /** `wiring` as for all views; `pageCommands` are what the page itself can do: {freeze, help, theme(value)}. */
  constructor(wiring, pageCommands) {
    this.#commands = wiring.commands;
    this.#wiring = wiring;
    this.#pageCommands = pageCommands;
    this.#rows = new KeyedRows(this.#list, { create: () => this.#createItem(), update: fillItem });
    this.#input.addEventListener("input", () => this.#suggest());
    this.#input.addEventListener("keydown", (event) => this.#press(event));
    closeOnBackdrop(this.#dialog);
  }

  async open(context) {
    if (this.#dialog.open) return;
    this.#context = context;
    this.#input.value = "";
    this.#dialog.showModal();
    this.#suggest();
    this.#reasons = await this.#commands.pauseReasons();
    this.#suggest();
  }

  /** What is possible changes with the board; what was chosen stays. */
  render(context) {
    if (!this.#dialog.open) return;
    this.#context = context;
    this.#suggest({ isTyped: false });
  }

  #suggest({ isTyped = true } = {}) {
    const { spyListen: listen, spyWhisper: whisper, spyBarge: barge } = this.#page;
    const facts = { ...this.#context, reasons: this.#reasons, spyCodes: { listen, whisper, barge } };
    const chosen = this.#suggestions[this.#chosen]?.key;
    const { suggestions, isSure } = suggest(this.#input.value, facts);
    this.#suggestions = suggestions;
    this.#isSure = isSure;
    const kept = suggestions.findIndex(({ key }) => key === chosen);
    this.#chosen = !isTyped && kept >= 0 ? kept : isSure ? 0 : -1;
    this.#show();
  }

  #show() {
    const items = this.#suggestions.map((suggestion, index) => ({ ...suggestion, isChosen: index === this.#chosen }));
    this.#rows.show(items);
    [...this.#list.children].forEach((item, index) => {
      item.id = `palette-${index}`;
    });
    setAttribute(this.#input, "aria-activedescendant", this.#chosen < 0 ? null : `palette-${this.#chosen}`);
    setText(this.#hint, this.#hintText());
  }

  #hintText() {
    const count = this.#suggestions.length;
    if (!this.#input.value.trim()) return gettext("Write what to do, or a name. Arrow keys choose, Enter does it.");
    if (!count) return gettext("That is not understood. Try “pause 1001 lunch” or a name.");
    if (this.#isSure || this.#chosen >= 0) return gettext("Enter does it.");
    return fill(ngettext("%(n)s choice: arrow keys choose.", "%(n)s choices: arrow keys choose.", count), { n: count });
  }

  #press(event) {
    const count = this.#suggestions.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (count) this.#chosen = this.#chosen < 0 && step < 0 ? count - 1 : (this.#chosen + step + count) % count;
      this.#show();
      this.#list.children[this.#chosen]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      this.#run(this.#suggestions[this.#chosen]);
    } else if (event.key === "Tab" && count) {
      const { run } = this.#suggestions[Math.max(0, this.#chosen)];
      if (!run?.complete) return;
      this.#run({ run });
    } else return;
    event.preventDefault();
  }

  #run(suggestion) {
    const run = suggestion?.run;
    if (!run) return;
    if (run.complete) {
      this.#input.value = run.complete;
      this.#suggest();
      this.#input.focus();
      return;
    }
    this.#dialog.close();
    if (run.ask) this.#commands.give(run.ask);
    if (run.filters) this.#wiring.change(run.filters);
    if (run.agent) this.#wiring.openAgent(run.agent);
    if (run.queue) this.#wiring.openQueue(run.queue);
    if (run.command) this.#pageCommands[run.command](run.value);
  }

  #createItem() {
    const view = clone("palette-item");
    view.root.addEventListener("click", () => this.#run(view.suggestion));
    return view;
  }
}

function fillItem(view, suggestion) {
  const { root, parts } = view;
  view.suggestion = suggestion;
  setText(parts.title, suggestion.title);
  setText(parts.note, suggestion.note);
  setText(parts.why, suggestion.why);
  setHidden(parts.why, !suggestion.why);
  setAttribute(root, "aria-selected", String(suggestion.isChosen));
  setAttribute(root, "aria-disabled", suggestion.run ? null : "true");
}

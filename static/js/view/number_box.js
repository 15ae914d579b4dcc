/**
 * A field for a number, with the directory below it while one types: a combobox as the ARIA patterns have it. Arrows
 * choose, Enter takes what is chosen, Escape closes the list and then empties the field. It dials nothing.
 */

import { partsOf, setAttribute, setHidden, setText } from "./dom.js";

/** So long after the last key the directory is asked. */
const PAUSE = 150;

export class NumberBox {
  #input;
  #list;
  #search;
  #entries = [];
  #chosen = -1;
  #timer = null;
  #asked = 0;
  /** What an arrow asked for before there was a list. */
  #step = 0;
  /** The entry that was taken, while the field still says its number. */
  #taken = null;

  onChange = () => {};

  /**
   * `root` holds the parts "number" and "choices"; `search(text)` is a promise of [{kind, name, number, display,
   * state}]; `words` are the kinds in words.
   */
  constructor(root, search, words) {
    const { number, choices } = partsOf(root);
    this.#input = number;
    this.#list = choices;
    this.#search = search;
    this.words = words;
    number.addEventListener("input", () => this.#typed());
    number.addEventListener("focus", () => this.#lookUp(0));
    number.addEventListener("blur", () => this.#close());
    number.addEventListener("keydown", (event) => this.#press(event));
    // Before the field loses the focus, which would close the list.
    choices.addEventListener("pointerdown", (event) => event.preventDefault());
    choices.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#take(this.#entries[Number(option.dataset.index)]);
    });
  }

  get value() {
    return this.#input.value.trim();
  }

  /** What the number is called, for sentences. */
  get name() {
    return this.#taken ? `${this.#taken.name} (${this.value})` : this.value;
  }

  set(number) {
    this.#input.value = number;
    this.#taken = null;
    this.#close();
    this.onChange(this.value, null);
  }

  focus() {
    this.#input.focus();
  }

  #typed() {
    this.#taken = null;
    this.#choose(-1);
    this.#lookUp(PAUSE);
    this.onChange(this.value, null);
  }

  #lookUp(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), delay);
  }

  async #ask() {
    const asked = ++this.#asked;
    const entries = await this.#search(this.value);
    const isLate = asked !== this.#asked || this.#input.getRootNode().activeElement !== this.#input;
    // While somebody chooses, the list stays as it is: what they look at must not move away from Enter.
    if (isLate || this.#taken || this.#chosen >= 0) return;
    this.#entries = entries;
    this.#show();
    if (this.#step) this.#move(this.#step);
    this.#step = 0;
  }

  #show() {
    const options = this.#entries.map((entry, index) => this.#option(entry, index));
    this.#list.replaceChildren(...options);
    setHidden(this.#list, !options.length);
    setAttribute(this.#input, "aria-expanded", String(options.length > 0));
    this.#mark();
  }

  #option(entry, index) {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${index}`;
    option.dataset.index = index;
    option.setAttribute("role", "option");
    const [name, number, kind] = ["b", "span", "small"].map((tag) => document.createElement(tag));
    setText(name, entry.name || entry.display || entry.number);
    setText(number, entry.name ? entry.display || entry.number : "");
    setText(kind, [this.words[entry.kind], entry.state].filter(Boolean).join(" · "));
    name.className = "name";
    number.className = "phone muted";
    kind.className = "muted";
    option.append(name, " ", number, " ", kind);
    return option;
  }

  #mark() {
    [...this.#list.children].forEach((option, index) => {
      setAttribute(option, "aria-selected", String(index === this.#chosen));
    });
    const chosen = this.#list.children[this.#chosen];
    setAttribute(this.#input, "aria-activedescendant", chosen?.id ?? null);
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #press(event) {
    const count = this.#list.hidden ? 0 : this.#entries.length;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const step = key === "ArrowDown" ? 1 : -1;
      if (count) this.#move(step);
      else {
        this.#step = step;
        this.#lookUp(0);
      }
    } else if (key === "Enter" && this.#chosen >= 0) {
      this.#take(this.#entries[this.#chosen]);
    } else if (key === "Escape" && (count || this.value)) {
      if (count) this.#close();
      else this.set("");
    } else return;
    event.preventDefault();
  }

  /** Beyond the last comes the text itself again, and then the first. */
  #move(step) {
    const places = this.#entries.length + 1;
    this.#choose(((this.#chosen + 1 + step + places) % places) - 1);
  }

  #choose(index) {
    this.#chosen = index;
    this.#mark();
  }

  #take(entry) {
    this.#input.value = entry.number;
    this.#taken = entry;
    this.#close();
    this.#input.focus();
    this.onChange(this.value, entry);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#entries = [];
    this.#chosen = -1;
    this.#step = 0;
    this.#show();
  }
}

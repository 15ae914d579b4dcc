/** The dial box: a number or a name, what is wrong with it in words, and how the call gets on. */

import { dial } from "../asks.js";
import { KINDS, search } from "../directory.js";
import { isOver, progressOutcome, progressText } from "../progress.js";
import { fill, gettext } from "../text.js";
import { announce } from "./announce.js";
import { partsOf, setAttribute, setHidden, setText } from "./dom.js";
import { NumberBox } from "./number_box.js";
import { ResultLine } from "./result_line.js";

/** So long after the last key the server is asked what it thinks of a number. */
const PAUSE = 300;

export class DialBox {
  #form = document.getElementById("dial-form");
  #parts = partsOf(this.#form);
  #commands;
  #box;
  #result;
  #desk = null;
  #timer = null;
  #spoken = "";

  constructor(commands, store) {
    this.#commands = commands;
    this.#result = new ResultLine(this.#parts.result);
    this.#box = new NumberBox(this.#form, (text) => search(commands, store, this.#desk?.agent.pbx ?? "", text), KINDS);
    this.#box.onChange = (number, entry) => this.#check(number, entry);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#dial();
    });
    this.#parts.forget.addEventListener("click", () => {
      setHidden(this.#parts.reminder, true);
      this.focus();
    });
  }

  /** Keeps a sentence that says what to dial later, until the reader is done with it or the next one comes. */
  remind(sentence) {
    setText(this.#parts.reminded, sentence);
    setHidden(this.#parts.reminder, false);
  }

  focus() {
    this.#box.focus();
  }

  /** Calls a number that stands elsewhere on the page. */
  call(number) {
    this.#box.set(number);
    this.#dial();
  }

  /** Takes a request's step. Returns whether it was asked here. */
  heard(request) {
    if (request !== this.#result.request) return false;
    const words = progressText(request, this.#phone);
    this.#result.show(() => words, progressOutcome);
    setAttribute(this.#form, "aria-busy", isOver(request) ? null : "true");
    if (words !== this.#spoken) announce(words);
    this.#spoken = words;
    return true;
  }

  render(desk) {
    this.#desk = desk;
    const { why } = desk.possible.dial ?? { why: "" };
    setHidden(this.#parts.why, !why);
    setText(this.#parts.why, why);
    setAttribute(this.#parts.call, "aria-disabled", why ? "true" : null);
    setText(this.#parts.hint, fill(gettext("Your phone %(phone)s rings first; when you answer, the number is called."), { phone: this.#phone }));
  }

  get #phone() {
    const { agent } = this.#desk;
    return agent.extension || agent.interface;
  }

  #dial() {
    if (!this.#desk || this.#desk.possible.dial?.why) return;
    if (!this.#box.value) {
      this.#box.focus();
      return;
    }
    this.#result.follow(this.#commands.give(dial(this.#desk.agent, this.#box.value)));
    this.heard(this.#result.request);
  }

  /** Says what is known of a number that was typed by hand. */
  #check(number, entry) {
    clearTimeout(this.#timer);
    setText(this.#parts.words, entry ? entry.name : "");
    const { request } = this.#result;
    if (request && isOver(request)) this.#result.clear();
    if (entry || !/\d/.test(number)) return;
    this.#timer = setTimeout(async () => {
      const told = await this.#commands.get(`numbers?${new URLSearchParams({ number, pbx: this.#desk.agent.pbx })}`);
      if (!told || number !== this.#box.value) return;
      const shown = told.display !== number ? told.display : "";
      setText(this.#parts.words, [shown, told.words].filter(Boolean).join(" · "));
    }, PAUSE);
  }
}

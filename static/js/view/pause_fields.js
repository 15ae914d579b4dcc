/** The fields of a pause: reasons to choose from or one's own words, and how long. In the sheet and for many agents. */

import { partsOf, setAttribute } from "./dom.js";

export class PauseFields {
  #form;
  #chips;

  constructor(form) {
    this.#form = form;
    this.#chips = partsOf(form).reasons;
    this.#chips.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-reason]");
      if (!chip) return;
      this.#reason.value = this.#reason.value === chip.dataset.reason ? "" : chip.dataset.reason;
      this.#mark();
    });
    this.#reason.addEventListener("input", () => this.#mark());
    const { minutes } = form.elements;
    minutes.addEventListener("input", () => this.#choose(""));
    for (const radio of form.elements.span) {
      radio.addEventListener("change", () => {
        minutes.value = "";
      });
    }
  }

  /** Names of reasons to choose from. */
  offer(reasons) {
    this.#chips.replaceChildren(...reasons.map(chipOf));
    this.#mark();
  }

  /** {reason, minutes: a number or null}. */
  get values() {
    const { minutes, span } = this.#form.elements;
    return { reason: this.#reason.value.trim(), minutes: Number(minutes.value || span.value) || null };
  }

  get #reason() {
    return this.#form.elements.reason;
  }

  /** Minutes of one's own take the place of the choices. */
  #choose(value) {
    const isOwn = this.#form.elements.minutes.value !== "";
    for (const radio of this.#form.elements.span) radio.checked = !isOwn && radio.value === value;
  }

  #mark() {
    for (const chip of this.#chips.children) {
      setAttribute(chip, "aria-pressed", String(chip.dataset.reason === this.#reason.value));
    }
  }
}

function chipOf(name) {
  const chip = document.createElement("button");
  chip.type = "button";
  chip.className = "chip";
  chip.dataset.reason = name;
  chip.append(name);
  return chip;
}

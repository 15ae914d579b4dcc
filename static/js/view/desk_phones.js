/** Which of several phones of mine the desk is of. With one there is nothing to choose. */

import { phoneKey } from "../desk.js";
import { nameOf } from "../names.js";
import { KeyedRows, setAttribute, setHidden, setText } from "./dom.js";

export class PhoneChoice {
  #root = document.getElementById("phone-choice");
  #rows;

  /** What is shown instead of the desk while none of one's phones is on the board. */
  empty = document.getElementById("desk-empty");

  /** `choose(key)` is told which. */
  constructor(choose) {
    this.#rows = new KeyedRows(this.#root, {
      create: () => {
        const root = document.createElement("button");
        root.type = "button";
        const view = { root };
        root.addEventListener("click", () => choose(view.key));
        return view;
      },
      update: (view, { key, text, isChosen }) => {
        view.key = key;
        setText(view.root, text);
        setAttribute(view.root, "aria-pressed", String(isChosen));
      },
    });
  }

  render(phones, chosen) {
    setHidden(this.#root, phones.length < 2);
    const isMany = new Set(phones.map(({ pbx }) => pbx)).size > 1;
    this.#rows.show(
      phones.map((phone) => {
        const { name, extension } = nameOf(phone);
        const key = phoneKey(phone);
        return { key, text: [extension || name, isMany && phone.pbx].filter(Boolean).join(" · "), isChosen: key === chosen };
      }),
    );
  }
}

/** The choice of light, dark, or what the computer says. Applied before the first paint by ../theme.js. */

import { gettext } from "../text.js";
import { setText } from "./dom.js";
import { remember } from "./memory.js";

const WORDS = { "": gettext("as this computer"), light: gettext("light"), dark: gettext("dark") };
const NEXT = { "": "light", light: "dark", dark: "" };

/** Lets `button` go round the themes, with the present one in `word`. Returns how to choose one: "", light or dark. */
export function offerThemes(button, word) {
  const root = document.documentElement;
  const show = () => {
    const name = WORDS[root.dataset.theme ?? ""];
    setText(word, name);
    button.title = `${gettext("Light or dark:")} ${name}`;
  };
  const choose = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    remember("theme", theme);
    show();
  };
  button.addEventListener("click", () => choose(NEXT[root.dataset.theme ?? ""]));
  show();
  return choose;
}

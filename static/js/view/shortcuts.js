/** Single keys for the whole page. They can be switched off, and never fire in fields or dialogs. */

import { recall, remember } from "./memory.js";

const SETTING = "shortcuts";

/** `actions` maps a key to what it does; `checkbox` switches all of them. */
export function offerShortcuts(checkbox, actions) {
  checkbox.checked = recall(SETTING) !== "off";
  checkbox.addEventListener("change", () => remember(SETTING, checkbox.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const isElsewhere = event.target.closest?.("input, select, textarea, dialog[open]");
    if (!checkbox.checked || isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actions[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

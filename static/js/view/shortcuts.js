/** Keys for the whole page. Single ones can be switched off; none fires while somebody writes, except Ctrl+K. */

import { recall, remember } from "./memory.js";

const SETTING = "shortcuts";
const IN_DIALOGS = new Set(["u", "ctrl+z"]);
const EVERYWHERE = new Set(["ctrl+k"]);

/**
 * `actions` maps a key ("f", "ctrl+z") to what it does; one that returns false leaves the key to the browser.
 * `checkbox` switches all single keys.
 */
export function offerShortcuts(checkbox, actions) {
  checkbox.checked = recall(SETTING) !== "off";
  checkbox.addEventListener("change", () => remember(SETTING, checkbox.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const key = nameOf(event);
    if (!Object.hasOwn(actions, key) || !isFree(event.target, key)) return;
    if (!key.startsWith("ctrl+") && !checkbox.checked) return;
    if (actions[key]() !== false) event.preventDefault();
  });
}

function nameOf({ key, ctrlKey, metaKey, altKey }) {
  if (altKey) return "";
  return `${ctrlKey || metaKey ? "ctrl+" : ""}${key.toLowerCase()}`;
}

function isFree(target, key) {
  if (EVERYWHERE.has(key)) return true;
  if (target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea")) return false;
  return IN_DIALOGS.has(key) || !target.closest?.("dialog[open]");
}

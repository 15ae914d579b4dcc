/** The pages about wallboards: everything on them works without this, but for the order of what is chosen. */

import { offerThemes } from "./view/theme.js";

offerThemes(document.getElementById("theme"), document.getElementById("theme-word"));

for (const list of document.querySelectorAll(".chooser ol")) offerOrder(list);

/** Lets the items of a list be moved by their buttons; the focus stays on the button. */
function offerOrder(list) {
  for (const button of list.querySelectorAll("[data-move]")) button.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    if (button.dataset.move === "up") item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    button.focus();
  });
}

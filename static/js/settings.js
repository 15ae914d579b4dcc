/** The settings pages: all of it works without this, but for the choice of light or dark. Adds asking before what cannot
 * be taken back, copying a secret, and copying Monday's hours. */

import { offerThemes } from "./view/theme.js";

offerThemes(document.getElementById("theme"), document.getElementById("theme-word"));

for (const button of document.querySelectorAll("[data-confirm]")) {
  button.addEventListener("click", (event) => {
    if (!window.confirm(button.dataset.confirm)) event.preventDefault();
  });
}

/* Only where the browser lets a page copy: not by plain http. */
for (const button of document.querySelectorAll("[data-copy-from]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copyFrom);
    await navigator.clipboard.writeText(field.value);
    button.querySelector("span").textContent = gettext("Copied");
  });
}

for (const week of document.querySelectorAll("[data-week]")) {
  const [monday, ...others] = [...week.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input")]);
  const button = week.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const day of others.slice(0, 4)) day.forEach((field, number) => (field.value = monday[number].value));
  });
}

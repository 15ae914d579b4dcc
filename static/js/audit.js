/** The audit page: everything on it works without this, but for the choice of light or dark. */

import { offerThemes } from "./view/theme.js";

offerThemes(document.getElementById("theme"), document.getElementById("theme-word"));

const form = document.querySelector(".audit-filters");

/* Filters nobody set have no place in an address that people keep and pass on. */
form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

/* Days chosen mean the period between them. */
form.addEventListener("change", (event) => {
  if (event.target.type === "date" && event.target.value) form.elements.period.value = "days";
});

/** Lets people see the password they type. */

const button = document.getElementById("show-password");
const field = document.getElementById(button.getAttribute("aria-controls"));
button.hidden = false;
button.addEventListener("click", () => {
  const isShown = field.type === "text";
  field.type = isShown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!isShown));
});

/* Applies the theme chosen on this computer before the first paint. A classic script on purpose: modules run
   after the page is painted, which would flash. Chosen and saved by view/theme.js. */
(() => {
  let theme = "";
  try {
    theme = localStorage.getItem("theme") ?? "";
  } catch {
    return; // storage is switched off: the browser's own setting applies
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();

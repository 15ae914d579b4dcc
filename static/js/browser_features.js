/** What this browser can do for the desk, and why not where it cannot, in words. Pure. */

import { gettext } from "./text.js";

/** Why a page that was opened by plain http cannot have these. */
export const PLAIN_HTTP = gettext(
  "This page was opened by plain http. Browsers then switch off desktop notifications, telephone links, the window on top and installing. Everything else works. With https they come back: the README says how, under “TLS on a LAN”.",
);

/**
 * In: {isSecure, hasProtocol, hasWindow, isInstalled, canInstall}, what the browser has. Out: {links, window, install},
 * each {can: whether there is something to press, words: what it is, or why it is not there}.
 */
export function featuresOf({ isSecure, hasProtocol, hasWindow, isInstalled, canInstall }) {
  return {
    links: linksOf(isSecure, hasProtocol),
    window: windowOf(isSecure, hasWindow),
    install: installOf(isSecure, isInstalled, canInstall),
  };
}

function linksOf(isSecure, hasProtocol) {
  if (!isSecure) return { can: false, words: gettext("Needs https.") };
  if (!hasProtocol) return { can: false, words: gettext("This browser lets no page take telephone links.") };
  return { can: true, words: gettext("A telephone number on any web page then opens here, with one button to call it.") };
}

/** Without the window on top a small one does, which other windows cover. */
function windowOf(isSecure, hasWindow) {
  if (hasWindow) return { can: true, words: gettext("Your state and your call, above all other windows.") };
  const words = gettext("A small window. This browser cannot keep it above the others.");
  const plain = gettext("A small window. To stay above the others it needs https.");
  return { can: true, words: isSecure ? words : plain };
}

function installOf(isSecure, isInstalled, canInstall) {
  if (isInstalled) return { can: false, words: gettext("The desk is open as an app of its own.") };
  if (canInstall) return { can: true, words: gettext("The desk then has a window and an icon of its own.") };
  if (!isSecure) return { can: false, words: gettext("Needs https.") };
  return { can: false, words: gettext("Where the browser offers it, it is in its menu: “Install” or “Add to home screen”.") };
}

/**
 * Desktop notifications: what there is to say about them, and showing one. Browsers have them on https and on one's
 * own machine only, and after a click only.
 */

import { gettext } from "./text.js";

/** Why none can be shown, in a sentence; "" when they can, or can once they are asked for. */
export function whyNoNotifications() {
  if (!globalThis.isSecureContext) return gettext("Desktop notifications need https: the browser switches them off here.");
  if (!globalThis.Notification) return gettext("This browser has no desktop notifications.");
  if (Notification.permission === "denied") return gettext("Desktop notifications are forbidden in the browser's settings.");
  return "";
}

export const areNotificationsOn = () => !whyNoNotifications() && Notification.permission === "granted";

/** Asks the person, in a click. Returns whether they may be shown now. */
export async function askForNotifications() {
  if (whyNoNotifications()) return false;
  return (await Notification.requestPermission()) === "granted";
}

/**
 * Shows one; another with the same `tag` replaces it. A click on it brings the page to the front and calls `onClick`.
 * Returns it, to be closed; null where none can be shown: browsers of telephones have the word, but no way to do it.
 */
export function notify(title, body, tag, onClick = () => {}) {
  if (!areNotificationsOn()) return null;
  try {
    const shown = new Notification(title, { body, tag });
    shown.onclick = () => {
      window.focus();
      onClick();
      shown.close();
    };
    return shown;
  } catch {
    return null;
  }
}

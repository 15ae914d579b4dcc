/** Keeps the screen of the TV from going dark, where the browser lets us: by https or on the machine itself. */

export function stayAwake() {
  if (!("wakeLock" in navigator)) return;
  const ask = () => {
    // Refused with little battery, or in the background: asked again when the page is seen again.
    if (!document.hidden) navigator.wakeLock.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

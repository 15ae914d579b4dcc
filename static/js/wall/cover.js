/** Whether the wall may be believed, in words that are read from across the room. Pure. */

import { clockTime, duration } from "../format.js";
import { fill, gettext } from "../text.js";

/** So long everything may take to come after the page was opened, or to come back. */
const PATIENCE = 3_000;

/**
 * In: the verdict of freshness.js, `isEmpty` (the board has no queues), the server's time `now`, and `waited` ms since
 * the page was opened. Out: null when all is well, else {title, reason, isWhole}: whether nothing on the wall is of now.
 */
export function coverOf({ kind, bars, frozenAt }, { pbxs, isEmpty, now, waited }) {
  if (isEmpty) {
    return {
      title: gettext("No queues on this board"),
      reason: gettext("Choose some for it on the page Wallboards, or look whether they are gone from the PBX."),
      isWhole: true,
    };
  }
  if (kind === "loading") {
    if (waited < PATIENCE) return null;
    return { title: gettext("No data yet"), reason: bars.length ? bars[0].text : "", isWhole: true };
  }
  if (kind === "live" || kind === "reconnecting") return null;
  const since = Math.min(...frozenAt.values());
  const isWhole = pbxs.every((pbx) => frozenAt.has(pbx));
  const words = isWhole ? gettext("No data since %(time)s") : gettext("Not all data is current since %(time)s");
  const reason = bars.map((bar) => bar.spoken || bar.text).join(" ");
  return {
    title: fill(words, { time: clockTime(since, now) }),
    reason: `${fill(gettext("For %(age)s now:"), { age: duration(now - since) })} ${reason}`,
    isWhole,
  };
}

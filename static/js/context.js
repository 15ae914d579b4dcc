/**
 * What the views need to know beside the rows: how far the board may be believed, what the reader chose, and what they
 * may do. Made anew for each draw and each tick. Pure.
 */

import { shownQueues } from "./filters.js";
import { judge } from "./freshness.js";
import { whyNot } from "./rights.js";
import { gettext } from "./text.js";

/**
 * In: `store`, `filters`, `preferences`, `rights`; `beat`, `frameAge` and `waited` as freshness.js takes them;
 * `clockNow`, the server's time (ms).
 *
 * Out, beside these: the `verdict` of freshness.js with its `frozenAt`; `standing`, a text that is another one when
 * another PBX stands still; `isKnown`, whether there is a whole board; `isMany`, whether of several PBXs; `shown`, see
 * filters.js; `now(pbx)`, the instant its timers go by; `mayAct(pbx, kind, queue)` and `whyNot`, its reason in words:
 * whether the PBX offers it now and, where a queue is named, whether this person may do it there;
 * `emptyText(text)`, what stands in an empty list.
 */
export function contextOf({ store, filters, preferences, rights, beat, clockNow, frameAge, waited }) {
  const links = store.rows("links");
  const { isComplete } = store;
  const verdict = judge({ now: clockNow, frameAge, waited, links, beat, isComplete });
  const { frozenAt } = verdict;
  const why = (pbx, kind, queue) =>
    whyNot(rights, { pbx, link: store.row("links", pbx, pbx), isLive: !frozenAt.has(pbx) }, kind, queue);
  return {
    store,
    filters,
    preferences,
    rights,
    verdict,
    frozenAt,
    standing: [...frozenAt.keys()].join(" "),
    isKnown: isComplete,
    isMany: links.length > 1,
    isSupervisor: rights.isSupervisor,
    ownIds: rights.ownIds,
    shown: shownQueues(store, filters, rights, preferences),
    now: (pbx) => frozenAt.get(pbx) ?? clockNow,
    mayAct: (pbx, kind, queue) => !why(pbx, kind, queue),
    whyNot: why,
    emptyText: (text) => (verdict.kind === "live" ? text : unknownText(verdict)),
  };
}

/** An empty list means that nothing is there only if everything is known. */
function unknownText({ bars }) {
  return bars.length ? gettext("Nothing known: see the bar at the top.") : gettext("Loading the board…");
}

/**
 * What the views need to know beside the rows: how far the board may be believed, what the reader chose, and what they
 * may do. Made anew for each draw and each tick. Pure.
 */

import { beliefOf } from "./belief.js";
import { shownQueues } from "./filters.js";
import { gettext } from "./text.js";

/**
 * In: `filters`, `preferences`, and what belief.js takes.
 *
 * Out, beside these and what belief.js gives: `standing`, a text that is another one when another PBX stands still;
 * `isKnown`, whether there is a whole board; `isMany`, whether of several PBXs; `shown`, see filters.js;
 * `mayAct(pbx, kind, queue)`, whether `whyNot` has no reason; `emptyText(text)`, what stands in an empty list.
 */
export function contextOf({ filters, preferences, ...facts }) {
  const { store, rights } = facts;
  const belief = beliefOf(facts);
  const { verdict, frozenAt } = belief;
  return {
    ...belief,
    filters,
    preferences,
    standing: [...frozenAt.keys()].join(" "),
    isKnown: store.isComplete,
    isMany: store.rows("links").length > 1,
    isSupervisor: rights.isSupervisor,
    ownIds: rights.ownIds,
    shown: shownQueues(store, filters, rights, preferences),
    mayAct: (pbx, kind, queue) => !belief.whyNot(pbx, kind, queue),
    emptyText: (text) => (verdict.kind === "live" ? text : unknownText(verdict)),
  };
}

/** An empty list means that nothing is there only if everything is known. */
function unknownText({ bars }) {
  return bars.length ? gettext("Nothing known: see the bar at the top.") : gettext("Loading the board…");
}

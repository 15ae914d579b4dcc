/** How far the rows of a page may be believed, and so what may be asked. Made anew for each draw and each tick. Pure. */

import { judge } from "./freshness.js";
import { whyNot } from "./rights.js";

const SECOND = 1_000;

/**
 * In: `store`, `rights`; `beat`, `frameAge` and `waited` as freshness.js takes them; `clockNow`, the server's time (ms).
 *
 * Out: `store`, `rights`; the `verdict` of freshness.js with its `frozenAt`; `now(pbx)`, the instant its timers go by,
 * which is the last full second of the server: what is drawn between two steps says the same as all that stepped;
 * `whyNot(pbx, kind, queue)`, why a PBX cannot be asked for this now or, where a queue is named, this person may not; ""
 * when they can.
 */
export function beliefOf({ store, rights, beat, clockNow, frameAge, waited }) {
  const links = store.rows("links");
  const { isComplete } = store;
  const verdict = judge({ now: clockNow, frameAge, waited, links, beat, isComplete });
  const { frozenAt } = verdict;
  const step = Math.floor(clockNow / SECOND) * SECOND;
  const linkOf = (pbx) => ({ pbx, link: store.row("links", pbx, pbx), isLive: !frozenAt.has(pbx) });
  return {
    store,
    rights,
    verdict,
    frozenAt,
    now: (pbx) => frozenAt.get(pbx) ?? step,
    whyNot: (pbx, kind, queue) => whyNot(rights, linkOf(pbx), kind, queue),
  };
}

/**
 * What wants somebody's attention: open incidents and raised hands, the worst first. Pure.
 *
 * An alert: {key, kind: "incident" or "hand", severity: "red", "hand" or "amber", pbx, title, since (ms), seenBy, row}.
 * Its key is the same from the first breach to the recovery, so that each is told once when it begins and once when it
 * is over.
 */

import { instant } from "./format.js";
import { nameOf } from "./names.js";
import { fill, gettext } from "./text.js";

const ORDER = { red: 0, hand: 1, amber: 2 };

/** All alerts of the boards: what nobody has seen yet comes first, then the worst, then the oldest. */
export function alertsOf(store) {
  const incidents = store.rows("incidents").map(ofIncident);
  const hands = store.rows("agents").filter((agent) => agent.hand_raised_at).map(ofHand);
  return [...incidents, ...hands].sort(
    (a, b) =>
      Boolean(a.seenBy) - Boolean(b.seenBy) ||
      ORDER[a.severity] - ORDER[b.severity] ||
      a.since - b.since ||
      (a.key < b.key ? -1 : 1),
  );
}

function ofIncident(row) {
  return {
    key: `incident ${row.pbx} ${row.key} ${row.opened_at}`,
    kind: "incident",
    severity: row.severity,
    pbx: row.pbx,
    title: row.title,
    since: instant(row.breached_at ?? row.opened_at),
    seenBy: row.acknowledged_by,
    row,
  };
}

function ofHand(agent) {
  return {
    key: `hand ${agent.pbx} ${agent.interface} ${agent.hand_raised_at}`,
    kind: "hand",
    severity: "hand",
    pbx: agent.pbx,
    title: fill(gettext("%(name)s asks for help with a call"), nameOf(agent)),
    since: instant(agent.hand_raised_at),
    seenBy: "",
    row: agent,
  };
}

/** How many nobody has seen yet. */
export const unseen = (alerts) => alerts.filter((alert) => !alert.seenBy).length;

/** Notices what begins and what is over between two looks. What is there at the first look is nothing new. */
export class AlertWatch {
  #known = null;

  /** {begun, over}: alerts that came or got worse since the last look, and those that went. */
  look(alerts) {
    const before = this.#known;
    this.#known = new Map(alerts.map((alert) => [alert.key, alert]));
    if (before === null) return { begun: [], over: [] };
    const isWorse = ({ key, severity }) => !before.has(key) || ORDER[severity] < ORDER[before.get(key).severity];
    return {
      begun: alerts.filter(isWorse),
      over: [...before.values()].filter(({ key }) => !this.#known.has(key)),
    };
  }
}

/** The worst severity of some alerts, "" of none. */
export function worstOf(alerts) {
  return alerts.reduce((worst, { severity }) => (worst && ORDER[worst] <= ORDER[severity] ? worst : severity), "");
}

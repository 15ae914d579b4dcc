/**
 * Why a waiting caller's call rings where it does, or nowhere: for each member of the queue the one reason that keeps
 * them from it, and who will probably be free next. In: a `Store`, a caller's row, the server's time (ms). Pure.
 */

import { averageTalk } from "./figures.js";
import { age, duration, instant } from "./format.js";
import { fill, gettext } from "./text.js";

/** Kinds in the order in which a supervisor wants to read them: who rings, who could, who soon can, who cannot. */
const KINDS = ["ringing", "free", "behind", "penalty", "wrap_up", "elsewhere", "on_call", "paused", "unreachable"];

/**
 * [{member, agent, name, kind, text}] of the caller's queue, best first. `agent` is undefined for a member who is no
 * agent of the board.
 */
export function reasonsFor(store, caller, now) {
  const members = store.membersIn(caller.pbx, caller.queue).map((member) => {
    const agent = store.row("agents", caller.pbx, member.interface);
    return { member, agent, name: agent?.name || member.name || member.interface };
  });
  const able = members.filter(({ member, agent }) => isAble(member, agent) || rings(caller, member));
  const lowest = Math.min(...able.map(({ member }) => member.penalty));
  const said = members.map((one) => ({ ...one, ...reason(one, { store, caller, now, lowest }) }));
  return said.sort(
    (a, b) =>
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      a.member.penalty - b.member.penalty ||
      (a.name < b.name ? -1 : Number(a.name > b.name)),
  );
}

/**
 * Who could take the caller next, and when: {name, agent, text}, or null when nobody will by themselves. A wrap-up
 * has an end; a call ends by guess, after as long as calls of its queue take on average today. One that is longer
 * already may end at any time, and is named only where nothing better is known.
 */
export function nextFree(store, caller, now) {
  const candidates = reasonsFor(store, caller, now)
    .map((one) => ({ ...one, left: timeLeft(store, one, now) }))
    .filter(({ left }) => left !== null)
    .sort((a, b) => Number(a.left > b.left) - Number(a.left < b.left));
  if (!candidates.length) return null;
  const [{ name, agent, kind, left }] = candidates;
  const text = left === Infinity ? OVERDUE : SOON[kind] ?? gettext("%(name)s, free now");
  return { name, agent, text: fill(text, { name, time: age(left) }) };
}

const SOON = {
  ringing: gettext("%(name)s, whose phone rings for this caller"),
  wrap_up: gettext("%(name)s, whose wrap-up ends in %(time)s"),
  on_call: gettext("%(name)s, by the length of today's calls in about %(time)s"),
};

const OVERDUE = gettext("%(name)s, perhaps: that call is longer already than today's usually are");

const isAble = (member, agent) => agent?.state === "available" && !member.paused;
const rings = (caller, member) => caller.ringing.includes(member.interface);

function reason({ member, agent }, { store, caller, now, lowest }) {
  if (rings(caller, member)) return { kind: "ringing", text: gettext("rings for this caller") };
  if (!agent) return { kind: "unreachable", text: gettext("unknown: no such agent on the board") };
  if (agent.state === "unreachable") return { kind: "unreachable", text: gettext("phone unreachable") };
  if (agent.state === "logged_out") return { kind: "unreachable", text: gettext("logged out") };
  if (member.paused) return { kind: "paused", text: pauseText(member, now) };
  const busy = BUSY[agent.state]?.(agent, store, caller, now);
  if (busy) return busy;
  if (member.penalty > lowest) {
    const text = gettext("free, but penalty %(penalty)s: after those with a lower one");
    return { kind: "penalty", text: fill(text, member) };
  }
  if (caller.position > 1) return { kind: "behind", text: gettext("free, for the callers ahead of this one") };
  return { kind: "free", text: gettext("free: should ring any moment") };
}

const BUSY = {
  ringing: (agent, store) => ({
    kind: "elsewhere",
    text: agent.queue
      ? fill(gettext("rings for another caller (%(queue)s)"), { queue: queueName(store, agent) })
      : gettext("phone rings for another call"),
  }),
  on_call: (agent, store, caller, now) => ({
    kind: "on_call",
    text: agent.queue
      ? fill(gettext("on a call of %(queue)s, %(time)s"), { queue: queueName(store, agent), time: since(agent, now) })
      : fill(gettext("on another queue's call, %(time)s"), { time: since(agent, now) }),
  }),
  other_call: (agent, store, caller, now) => ({
    kind: "on_call",
    text: fill(gettext("on a call outside the queues, %(time)s"), { time: since(agent, now) }),
  }),
  wrap_up: (agent, store, caller, now) => ({
    kind: "wrap_up",
    text: fill(gettext("wrap-up, %(time)s left"), { time: age((instant(agent.wrap_up_until) ?? now) - now) }),
  }),
};

const queueName = (store, { pbx, queue }) => store.row("queues", pbx, queue)?.name || queue;
const since = (agent, now) => duration(now - (instant(agent.state_since) ?? now));

function pauseText(member, now) {
  const at = instant(member.paused_at);
  const parts = [member.pause_reason ? fill(gettext("paused: %(reason)s"), { reason: member.pause_reason }) : gettext("paused")];
  if (at !== null) parts.push(age(now - at));
  if (member.paused_by) parts.push(fill(gettext("by %(name)s"), { name: member.paused_by }));
  const until = instant(member.pause_until);
  if (until !== null) parts.push(fill(gettext("back in %(time)s"), { time: age(until - now) }));
  return parts.join(", ");
}

/** Milliseconds until a member is probably free: Infinity when that should have been so by now, null when nothing says. */
function timeLeft(store, { kind, agent }, now) {
  if (kind === "ringing" || kind === "free" || kind === "penalty" || kind === "behind") return 0;
  if (kind === "wrap_up") return Math.max(0, (instant(agent.wrap_up_until) ?? now) - now);
  if (kind !== "on_call" || !agent.queue) return null;
  const usual = averageTalk(store.row("queues", agent.pbx, agent.queue));
  const talked = now - (instant(agent.state_since) ?? now);
  if (usual === null) return null;
  return talked < usual ? usual - talked : Infinity;
}

/**
 * An agent's desk, computed from the rows: which phone, what it does, whom it talks with, what may be asked for it, and
 * the sentences about that. In: what feed.js says (`store`, `rights`, `now`, `whyNot`). Pure.
 */

import { duration, instant, timeOfDay } from "./format.js";
import { nameOf } from "./names.js";
import { isCall, possibleActions } from "./possible.js";
import { sortAgents } from "./sorting.js";
import { fill, gettext, ngettext } from "./text.js";

/** What another person did about one's state counts as news for so long. */
const NEWS = 10 * 60_000;

/** The rows of one's own phones, by name. */
export function ownPhones({ store, rights }) {
  return sortAgents(store.rows("agents").filter((agent) => rights.ownIds.has(agent.id)));
}

/** The phone that is chosen ("pbx interface"), else the first one that is used in a queue, else the first. */
export function chosenPhone(phones, key) {
  return phones.find((phone) => phoneKey(phone) === key) ?? phones.find((phone) => phone.member_count > 0) ?? phones[0];
}

export const phoneKey = ({ pbx, interface: face }) => `${pbx} ${face}`;

/**
 * {agent: its row with the name people read, members, call: see callOf, possible: see possibleActions, actions: words
 * that the PBX offers (a link row's `actions`)} of a phone.
 */
export function deskOf(context, phone) {
  const { store } = context;
  const agent = { ...phone, name: nameOf(phone).name };
  const members = store.membersOf(agent.pbx, agent.interface);
  return {
    agent,
    members,
    call: callOf(store, agent),
    possible: possibleActions(agent, members, { ...context, spyCodes: {} }),
    actions: store.row("links", agent.pbx, agent.pbx)?.actions ?? [],
  };
}

/**
 * The call in hand or ringing, null without one: {isRinging, number, name, queue: number or "", queueName, uniqueid,
 * joinedAt, answeredAt: ms or null, tries}. A caller of a queue has a row of their own, which says more.
 */
export function callOf(store, agent) {
  if (!isCall(agent)) return null;
  const isRinging = agent.state === "ringing";
  const caller = store.rows("callers").find((row) => {
    if (row.pbx !== agent.pbx) return false;
    return isRinging ? row.ringing.includes(agent.interface) : row.agent_interface === agent.interface;
  });
  const queue = caller?.queue ?? agent.queue;
  return {
    isRinging,
    number: agent.party_number || caller?.number || "",
    name: agent.party_name || caller?.name || "",
    queue,
    queueName: queue ? store.row("queues", agent.pbx, queue)?.name || queue : "",
    uniqueid: caller?.uniqueid ?? agent.call_uniqueid,
    joinedAt: instant(caller?.joined_at),
    answeredAt: instant(caller?.answered_at),
    tries: caller?.tries ?? 0,
  };
}

/** What tells two calls of a phone apart. */
export const callKey = (call) => (call ? `${call.uniqueid} ${call.number} ${call.queue}` : "");

// --- sentences --------------------------------------------------------------------------------------------------

/** The reason of the pause that a prolonged wrap-up is, as `agents/requests_desk.py` has it. */
const WRAP_UP = "Wrap-up";

/** Whether this is a wrap-up that was prolonged: to the PBX it is a pause, which may begin before its own is over. */
export function isProlonged({ state, paused_count: paused, pause_reason: reason }) {
  return paused > 0 && reason === WRAP_UP && (state === "paused" || state === "wrap_up");
}

/** The state as it is shown: a prolonged wrap-up is one. */
export const shownState = (agent) => (isProlonged(agent) ? "wrap_up" : agent.state);

/** How long the present state lasts, or what is left of it: {text, isCountdown}. */
export function stateTimer(agent, at) {
  const ends = isProlonged(agent) ? agent.pause_until : agent.wrap_up_until;
  const until = shownState(agent) === "wrap_up" ? instant(ends) : null;
  if (until !== null) return { text: duration(until - at), isCountdown: true };
  const since = instant(agent.state_since);
  if (since === null) return { text: "", isCountdown: false };
  return { text: `${agent.is_since_exact ? "" : "≥ "}${duration(at - since)}`, isCountdown: false };
}

/** How the present state stands against its limits: "", "warn" or "bad". */
export function stateLevel(agent, at) {
  const isPast = (iso) => instant(iso) !== null && instant(iso) <= at;
  if (isPast(agent.red_at)) return "bad";
  return isPast(agent.amber_at) ? "warn" : "";
}

/** What stands below the word: in how many queues it is so, why, how a pause stands against its budget (minutes). */
export function stateDetail(agent, at, budget = null) {
  if (agent.state === "logged_out") return gettext("Logged in to no queue: you get no calls of queues.");
  if (agent.state === "unreachable") return gettext("The PBX does not reach your phone: is it on?");
  if (shownState(agent) === "wrap_up") return gettext("Time to finish; then calls come again.");
  if (!agent.paused_count) return "";
  const parts = [agent.pause_reason];
  if (agent.paused_count < agent.member_count) {
    parts.push(fill(gettext("paused in %(n)s of %(m)s queues"), { n: agent.paused_count, m: agent.member_count }));
  }
  const since = agent.state === "paused" ? instant(agent.state_since) : null;
  if (budget && since !== null) parts.push(budgetText(at - since, budget));
  return parts.filter(Boolean).join(" · ");
}

function budgetText(span, budget) {
  const over = span - budget * 60_000;
  const of = fill(ngettext("%(n)s minute", "%(n)s minutes", budget), { n: budget });
  if (over >= 0) return fill(gettext("%(time)s over the %(of)s it may take"), { time: duration(over), of });
  return fill(gettext("%(time)s left of %(of)s"), { time: duration(-over), of });
}

/** When a timed pause ends by itself, "" if it does not. */
export function returnText(agent, at) {
  const until = agent.paused_count && !isProlonged(agent) ? instant(agent.pause_until) : null;
  if (until === null) return "";
  return fill(gettext("You are back by yourself at %(time)s, in %(left)s."), {
    time: timeOfDay(until),
    left: duration(until - at),
  });
}

const CHANGES = {
  pause: gettext("%(name)s paused you at %(time)s."),
  unpause: gettext("%(name)s ended your pause at %(time)s."),
  log_in: gettext("%(name)s logged you in at %(time)s."),
  log_out: gettext("%(name)s logged you out at %(time)s."),
  penalty: gettext("%(name)s changed your penalty at %(time)s."),
};

/** Which other person changed one's state last, how and why, while that is news or the pause of it lasts; else "". */
export function changeText(agent, at) {
  const when = instant(agent.changed_at);
  if (!agent.changed_by || when === null) return "";
  const isPauseOfTheirs = agent.change === "pause" && agent.paused_count > 0;
  if (at - when > NEWS && !isPauseOfTheirs) return "";
  const sentence = CHANGES[agent.change] ?? gettext("%(name)s changed your state at %(time)s.");
  const said = fill(sentence, { name: agent.changed_by, time: timeOfDay(when) });
  const isTold = isPauseOfTheirs && agent.pause_reason;
  return isTold ? `${said} ${fill(gettext("Reason: %(reason)s."), { reason: agent.pause_reason })}` : said;
}

/** The place in the line for a pause, "" when not in one. */
export function lineText({ pause_line_reason: reason, pause_line_place: place }) {
  if (!reason) return "";
  if (place === 1) return fill(gettext("You are next for %(reason)s. The pause begins by itself when a place is free."), { reason });
  return fill(gettext("You wait for %(reason)s: number %(place)s in line. The pause begins by itself."), { reason, place });
}

/** How long the caller waited, or waits while the phone rings; "" where nobody knows. */
export function waitText(call, at) {
  if (call.joinedAt === null) return "";
  if (call.isRinging) return fill(gettext("waiting for %(time)s"), { time: duration(at - call.joinedAt) });
  return call.answeredAt === null ? "" : fill(gettext("waited %(time)s"), { time: duration(call.answeredAt - call.joinedAt) });
}

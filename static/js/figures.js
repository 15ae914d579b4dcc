/**
 * The numbers and lists of the page, computed from the rows: a `Store` in, plain objects out. What is asked for at
 * every frame of the screen is computed once for each state of the rows it comes from; nobody may change it.
 */

import { instant } from "./format.js";

const BUSY = new Set(["on_call", "other_call"]);

export const queueKey = (pbx, number) => `${pbx} ${number}`;

/** `compute(store)`, anew only when a row of these tables is another. */
function kept(tables, compute) {
  const results = new WeakMap();
  return (store) => {
    const versions = tables.map((table) => store.version(table)).join(" ");
    if (results.get(store)?.versions !== versions) results.set(store, { versions, value: compute(store) });
    return results.get(store).value;
  };
}

/**
 * The service level of some queues together: {percent, target, met, counted}, or null when no call counts yet.
 * `met` of `counted` calls were in time, each queue by the definition it is set to; `target` is the queues' own,
 * weighted by their calls.
 */
export function serviceLevel(queues) {
  let [met, counted, wanted] = [0, 0, 0];
  for (const queue of queues) {
    const [top, bottom] = LEVELS[queue.target_formula]?.(queue) ?? [0, 0];
    met += Math.min(top, bottom);
    counted += bottom;
    wanted += bottom * queue.target_percent;
  }
  return counted > 0 ? { percent: (100 * met) / counted, target: wanted / counted, met, counted } : null;
}

/** Callers whose fate is known: who still waits, or was lost sight of, is part of no percentage. */
const decided = (of) => of.today_answered + of.today_abandoned + of.today_flowed_out;

/** What is divided by what, by the letter of the definition, as `queues/live/figures.py` has it. */
const LEVELS = {
  a: (of) => [of.today_in_time, decided(of) - of.today_short_abandoned],
  b: (of) => [of.today_in_time, of.today_answered],
  c: (of) => [of.today_in_time, of.today_answered + of.today_abandoned],
  d: (of) => [of.today_in_time, decided(of) - of.today_abandoned_in_time],
  e: (of) => [of.today_in_time + of.today_abandoned_in_time, of.today_answered + of.today_abandoned],
};

/** Average speed of answer in milliseconds, over answered calls only; null when none is. */
export function averageSpeed({ today_answered: answered, today_wait_seconds: waited }) {
  return answered ? (1000 * waited) / answered : null;
}

/** Mean talk in milliseconds of a queue's answered calls that are over today; null when there is none, or no queue. */
export function averageTalk(queue) {
  return queue?.today_talked ? (1000 * queue.today_talk_seconds) / queue.today_talked : null;
}

/** Which part of the callers of some queues hung up unanswered, in percent; null when no caller's fate is known. */
export function abandonedShare(queues) {
  const all = queues.reduce((sum, queue) => sum + decided(queue), 0);
  return all ? (100 * queues.reduce((sum, queue) => sum + queue.today_abandoned, 0)) / all : null;
}

/**
 * The headline of these queues and agents: {waiting, waitingQueues, longest: {at, queue} or null, free, loggedIn,
 * paused, ringing, onQueueCall, onOtherCall, answered, abandoned, abandonedShare, level: see serviceLevel}. An agent in two
 * queues counts once.
 */
export function headline(queues, agents) {
  const counts = stateCounts(agents);
  const sum = (field) => queues.reduce((total, queue) => total + queue[field], 0);
  const oldest = queues.reduce((first, queue) => (isOlder(queue, first) ? queue : first), null);
  return {
    waiting: sum("waiting"),
    waitingQueues: queues.filter((queue) => queue.waiting > 0).length,
    longest: oldest ? { at: instant(oldest.oldest_joined_at), queue: oldest } : null,
    free: counts.available,
    loggedIn: counts.all - counts.logged_out,
    paused: counts.paused,
    ringing: counts.ringing,
    onQueueCall: counts.on_call,
    onOtherCall: counts.other_call,
    answered: sum("today_answered"),
    abandoned: sum("today_abandoned"),
    abandonedShare: abandonedShare(queues),
    level: serviceLevel(queues),
  };
}

function isOlder({ oldest_joined_at: at }, first) {
  return Boolean(at) && (!first || at < first.oldest_joined_at);
}

/** The agents who are members of one of these queues. */
export function agentsOf(store, queues) {
  const found = new Set();
  for (const { pbx, number } of queues) {
    for (const member of store.membersIn(pbx, number)) found.add(store.row("agents", pbx, member.interface));
  }
  found.delete(undefined);
  return [...found];
}

/** How many agents are in each state, and `all`. */
export function stateCounts(agents) {
  const counts = {
    all: agents.length,
    available: 0,
    ringing: 0,
    on_call: 0,
    other_call: 0,
    wrap_up: 0,
    paused: 0,
    unreachable: 0,
    logged_out: 0,
  };
  for (const agent of agents) counts[agent.state] += 1;
  return counts;
}

/** In which column of its queue's line a member counts: "free", "onCall", "paused" or "" (logged in only). */
export function columnOf(member, state) {
  if (BUSY.has(state)) return "onCall";
  if (member.paused) return "paused";
  return state === "available" ? "free" : "";
}

/**
 * A line of the queue table for each queue: its row, and of its members how many are `free`, `onCall`, `paused`
 * (in this queue) and `loggedIn`. A member on a call counts there even if paused; ringing, in wrap-up or without
 * a phone they are only logged in.
 */
export const queueLines = kept(["queues", "members", "agents"], (store) =>
  store.rows("queues").map((queue) => {
    const line = { key: queueKey(queue.pbx, queue.number), queue, free: 0, onCall: 0, paused: 0, loggedIn: 0 };
    for (const member of store.membersIn(queue.pbx, queue.number)) {
      line.loggedIn += 1;
      const column = columnOf(member, store.row("agents", member.pbx, member.interface)?.state);
      if (column) line[column] += 1;
    }
    return line;
  }),
);

/** Callers in line, longest first; those just leaving it for an agent are neither waiting nor talking. */
export const waitingCallers = kept(["callers"], (store) =>
  sorted(store.rows("callers").filter((caller) => caller.state !== "talking"), "joined_at"),
);

/** Callers who talk with an agent, longest first. */
export const talkingCallers = kept(["callers"], (store) =>
  sorted(store.rows("callers").filter((caller) => caller.state === "talking"), "answered_at"),
);

function sorted(callers, since) {
  const keyed = callers.map((caller) => [instant(caller[since] ?? caller.joined_at), caller]);
  keyed.sort(([a, one], [b, other]) => a - b || (one.key < other.key ? -1 : 1));
  return keyed.map(([, caller]) => caller);
}

export const callerKey = ({ pbx, key }) => `${pbx} ${key}`;

/** A caller with what their row names: {key, caller, queue, since (ms), agent: name, ringing: [names]}. */
export function callerLine(store, caller) {
  const nameOf = (face) => store.row("agents", caller.pbx, face)?.name || face;
  const talksSince = caller.state === "talking" ? instant(caller.answered_at) : null;
  return {
    key: callerKey(caller),
    caller,
    queue: store.row("queues", caller.pbx, caller.queue),
    since: talksSince ?? instant(caller.joined_at),
    agent: caller.agent_interface ? nameOf(caller.agent_interface) : "",
    ringing: caller.ringing.map(nameOf),
  };
}

/**
 * The numbers and lists of the page, computed from the rows. Pure: rows in, plain objects out, nothing kept.
 * `store` is a `Store` (its `rows` and `row` are used).
 */

import { instant } from "./format.js";

const BUSY = new Set(["on_call", "other_call"]);

const agentKey = (row) => `${row.pbx} ${row.interface}`;
export const queueKey = (pbx, number) => `${pbx} ${number}`;

/** Agents by PBX and interface. */
export function agentsByKey(store) {
  return new Map(store.rows("agents").map((agent) => [agentKey(agent), agent]));
}

/**
 * The headline: {waiting, waitingQueues, longest: caller row's queue and instant or null, free, loggedIn, paused,
 * ringing, onQueueCall, onOtherCall, completed, abandoned}. An agent in two queues counts once.
 */
export function headline(store) {
  const queues = store.rows("queues");
  const counts = stateCounts(store.rows("agents"));
  const oldest = queues.filter((queue) => queue.oldest_joined_at).sort(byOldest)[0];
  const sum = (field) => queues.reduce((total, queue) => total + queue[field], 0);
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
    completed: sum("completed"),
    abandoned: sum("abandoned"),
  };
}

const byOldest = (a, b) => (a.oldest_joined_at < b.oldest_joined_at ? -1 : 1);

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

/**
 * A line of the queue table for each queue: its row, and of its members how many are `free`, `onCall`, `paused`
 * (in this queue) and `loggedIn`. A member on a call counts there even if paused; ringing, in wrap-up or without
 * a phone they are only logged in.
 */
export function queueLines(store) {
  const agents = agentsByKey(store);
  const lines = new Map();
  for (const queue of store.rows("queues")) {
    const key = queueKey(queue.pbx, queue.number);
    lines.set(key, { key, queue, free: 0, onCall: 0, paused: 0, loggedIn: 0 });
  }
  for (const member of store.rows("members")) {
    const line = lines.get(queueKey(member.pbx, member.queue));
    if (!line) continue;
    line.loggedIn += 1;
    const state = agents.get(agentKey(member))?.state;
    if (BUSY.has(state)) line.onCall += 1;
    else if (member.paused) line.paused += 1;
    else if (state === "available") line.free += 1;
  }
  return [...lines.values()];
}

/** Callers in line, longest first; those just leaving it for an agent are neither waiting nor talking. */
export function waitingCallers(store) {
  return callers(store, (caller) => caller.state !== "talking", "joined_at");
}

/** Callers who talk with an agent, longest first. */
export function talkingCallers(store) {
  return callers(store, (caller) => caller.state === "talking", "answered_at");
}

function callers(store, wanted, since) {
  const agents = agentsByKey(store);
  const nameOf = (pbx, face) => agents.get(`${pbx} ${face}`)?.name || face;
  return store
    .rows("callers")
    .filter(wanted)
    .map((caller) => ({
      key: `${caller.pbx} ${caller.key}`,
      caller,
      queue: store.row("queues", caller.pbx, caller.queue),
      since: instant(caller[since]) ?? instant(caller.joined_at),
      agent: caller.agent_interface ? nameOf(caller.pbx, caller.agent_interface) : "",
      ringing: caller.ringing.map((face) => nameOf(caller.pbx, face)),
    }))
    .sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
}

/** Memberships by agent: Map from PBX and interface to member rows, by queue. */
export function membershipsByAgent(store) {
  const found = new Map();
  for (const member of store.rows("members")) {
    const key = agentKey(member);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(member);
  }
  for (const members of found.values()) members.sort((a, b) => (a.queue < b.queue ? -1 : 1));
  return found;
}

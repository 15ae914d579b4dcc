/**
 * What may be asked for an agent, as requests for `Commands.give`: {path, body, label} and how to take it back. `undo`:
 * the server waits so many seconds before it tells the PBX. `inverse`: the request that undoes this one once it is
 * done, for what must take effect at once; there is none where the state before could not be restored. Pure.
 *
 * `agent` is an agent row with the `name` people read; `queue` a number, or null for all queues.
 */

import { fill, gettext } from "./text.js";

export const UNDO_SECONDS = 5;

const inQueue = (queueName) => (queueName ? fill(gettext(" in %(queue)s"), { queue: queueName }) : "");

/** `members` are the agent's membership rows; `minutes` null: until somebody ends it. */
export function pause(agent, members, { queue = null, queueName = "", reason = "", minutes = null }) {
  const touched = queue === null ? members : members.filter((member) => member.queue === queue);
  const wasPaused = touched.some((member) => member.paused);
  const why = reason ? `: ${reason}` : "";
  const long = minutes ? fill(gettext(" for %(n)s min"), { n: minutes }) : "";
  return {
    path: `agents/${agent.id}/pause`,
    body: { queue, reason, minutes },
    label: fill(gettext("Pause %(name)s"), agent) + inQueue(queueName) + why + long,
    inverse: wasPaused ? null : unpause(agent, { queue, queueName }),
  };
}

export function unpause(agent, { queue = null, queueName = "" } = {}) {
  return {
    path: `agents/${agent.id}/unpause`,
    body: { queue },
    label: fill(gettext("Unpause %(name)s"), agent) + inQueue(queueName),
  };
}

/** `queue` null: the queues they were logged out of last. */
export function logIn(agent, { queue = null, queueName = "", penalty = null } = {}) {
  return {
    path: `agents/${agent.id}/login`,
    body: penalty === null ? { queue } : { queue, penalty },
    label: queueName
      ? fill(gettext("Log %(name)s in to %(queue)s"), { name: agent.name, queue: queueName })
      : fill(gettext("Log %(name)s in to their usual queues"), agent),
  };
}

export function logOut(agent, { queue = null, queueName = "" } = {}) {
  return {
    path: `agents/${agent.id}/logout`,
    body: { queue },
    label: queueName
      ? fill(gettext("Log %(name)s out of %(queue)s"), { name: agent.name, queue: queueName })
      : fill(gettext("Log %(name)s out of all queues"), agent),
    undo: UNDO_SECONDS,
  };
}

export function penalty(agent, members, { queue = null, queueName = "", penalty: wanted }) {
  const before = members.find((member) => member.queue === queue)?.penalty;
  const ask = (value) => ({
    path: `agents/${agent.id}/penalty`,
    body: { queue, penalty: value },
    label: fill(gettext("Penalty %(n)s for %(name)s"), { n: value, name: agent.name }) + inQueue(queueName),
  });
  return { ...ask(wanted), inverse: before === undefined || before === wanted ? null : ask(before) };
}

export function hangUp(agent) {
  return {
    path: "calls/hangup",
    body: { pbx: agent.pbx, uniqueid: agent.call_uniqueid },
    label: fill(gettext("Hang up the call of %(name)s"), agent),
    undo: UNDO_SECONDS,
  };
}

/** Whether a PBX can dial this: what somebody named by words cannot be transferred to. */
export const isDialable = (number) => /^[\d*#+]+$/.test(number);

/** `to` is what people read where the number leads. */
export function transfer(agent, number, to = number) {
  return {
    path: `agents/${agent.id}/transfer`,
    body: { number },
    label: fill(gettext("Transfer the caller of %(name)s to %(to)s"), { name: agent.name, to }),
    undo: UNDO_SECONDS,
  };
}

/** Rings the agent's phone, then the number. */
export function dial(agent, number) {
  return {
    path: "calls/originate",
    body: { agent: agent.id, number },
    label: fill(gettext("Call %(number)s from the phone of %(name)s"), { number, name: agent.name }),
  };
}

/** Rings my phone, then the agent's. */
export function call(mine, agent) {
  return {
    path: "calls/originate",
    body: { agent: mine.id, number: agent.extension },
    label: fill(gettext("Call %(name)s"), agent),
  };
}

const JOINING = {
  listen: gettext("Listen to the call of %(name)s"),
  whisper: gettext("Whisper to %(name)s"),
  barge: gettext("Join the call of %(name)s"),
};

/** Rings my phone, then joins the agent's call: `mode` listen, whisper or barge. */
export function supervise(mine, agent, mode) {
  return { path: `agents/${agent.id}/supervise`, body: { mode, phone: mine.id }, label: fill(JOINING[mode], agent) };
}

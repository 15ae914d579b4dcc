/**
 * Who could help a queue, in the order in which a supervisor would ask: members who could be back at once, those who
 * were logged out of it, and who is free elsewhere. In: a `Store`, the queue's row, the server's time (ms). Pure; the
 * supervisor decides.
 */

import { age, instant } from "./format.js";
import { fill, gettext } from "./text.js";

const KINDS = ["overdue", "wrap_up", "left", "elsewhere"];
const AWAY = new Set(["logged_out", "unreachable"]);

/**
 * [{agent, kind, text}]: "overdue" is paused for longer than the pause may take, "wrap_up" after a call, "left" was
 * logged out of this queue and is reachable, "elsewhere" is free and no member. `text` says since when or how long.
 */
export function whoCouldHelp(store, queue, now) {
  const members = new Map(store.membersIn(queue.pbx, queue.number).map((member) => [member.interface, member]));
  const found = [];
  for (const agent of store.rows("agents")) {
    if (agent.pbx !== queue.pbx) continue;
    const one = members.has(agent.interface) ? asMember(agent, now) : asOther(agent, queue);
    if (one) found.push({ agent, ...one });
  }
  return found.sort(
    (a, b) =>
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      (instant(a.agent.state_since) ?? now) - (instant(b.agent.state_since) ?? now) ||
      (a.agent.key < b.agent.key ? -1 : 1),
  );
}

function asMember(agent, now) {
  const red = instant(agent.red_at);
  if (agent.state === "paused" && red !== null && now >= red) {
    return { kind: "overdue", text: fill(gettext("paused %(age)s too long"), { age: age(now - red) }) };
  }
  const until = instant(agent.wrap_up_until);
  if (agent.state !== "wrap_up" || until === null) return null;
  return { kind: "wrap_up", text: fill(gettext("wraps up, %(age)s left"), { age: age(until - now) }) };
}

function asOther(agent, queue) {
  const isReachable = agent.device_state === "not_in_use";
  if (agent.left_queues.includes(queue.number) && AWAY.has(agent.state) && isReachable) {
    return { kind: "left", text: gettext("was logged out of this queue, the phone is there") };
  }
  return agent.state === "available" ? { kind: "elsewhere", text: "" } : null;
}

/** One agent's tile: what it says in each state, and its timers. */

import { duration, instant, timeOfDay } from "../format.js";
import { nameOf } from "../names.js";
import { isCall } from "../possible.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext, ngettext } from "../text.js";
import { clone, setAttribute, setText } from "./dom.js";

export function createTile() {
  const view = clone("agent-tile");
  view.root.agentView = view;
  return view;
}

/** What a tile needs to know beside its agent's row. */
export function tileContext({ frozenAt, filters, isMany, store }, agent) {
  return {
    isOld: frozenAt.has(agent.pbx),
    // Groups by queue name the PBX in their title.
    isPbxShown: isMany && filters.group !== "queue",
    queueName: (pbx, number) => store.row("queues", pbx, number)?.name || number,
  };
}

export function fillTile(view, agent, { isOld, isPbxShown, queueName }) {
  if (view.agent === agent && view.isOld === isOld && view.isPbxShown === isPbxShown) return;
  const { root, parts } = view;
  const { name, extension } = nameOf(agent);
  Object.assign(view, { agent, isOld, isPbxShown, ...timing(agent) });
  setAttribute(root, "data-state", agent.state);
  setAttribute(root, "data-old", isOld);
  setText(parts.name, name);
  setText(parts.extension, isPbxShown ? `${extension} ${agent.pbx}`.trim() : extension);
  setText(parts.word, AGENT_STATES[agent.state] ?? agent.state);
  setText(parts.detail, detail(agent, queueName));
  setText(parts.party, partyText(agent));
  const someQueues = agent.paused_count > 0 && agent.paused_count < agent.member_count;
  setText(parts.mark, someQueues ? `${agent.paused_count}/${agent.member_count}` : "");
  setText(parts.more, more(agent));
  setText(parts.calls, callsText(agent));
  setAttribute(root, "title", hover(agent, name, someQueues));
}

/** Writes the timers, where they changed. `now` is the server's, or the instant the data is from. */
export function tickTile(view, now) {
  const { agent, sinceAt, untilAt, backAt, amberAt, redAt, parts } = view;
  const isPast = (at) => at !== null && now >= at;
  setAttribute(parts.timer, "data-level", isPast(redAt) ? "bad" : isPast(amberAt) ? "warn" : null);
  if (untilAt !== null) setText(parts.timer, duration(untilAt - now));
  else if (sinceAt === null) setText(parts.timer, "");
  else setText(parts.timer, (agent.is_since_exact ? "" : "≥ ") + duration(now - sinceAt));
  if (backAt !== null) setText(parts.back, fill(gettext("back in %(time)s"), { time: duration(backAt - now) }));
  else setText(parts.back, "");
}

/** The instants an agent's timers go by: in this state since, wrap-up until, too long from, paused until. */
export function timing(agent) {
  return {
    sinceAt: instant(agent.state_since),
    untilAt: agent.state === "wrap_up" ? instant(agent.wrap_up_until) : null,
    // When the state begins to last too long, by the limits in force.
    amberAt: instant(agent.amber_at),
    redAt: instant(agent.red_at),
    backAt: agent.paused_count > 0 ? instant(agent.pause_until) : null,
  };
}

function partyText(agent) {
  if (!isCall(agent)) return "";
  return agent.party_number || agent.party_name || (agent.queue ? gettext("withheld") : "");
}

function detail(agent, queueName) {
  if (isCall(agent) && agent.queue) return ` · ${queueName(agent.pbx, agent.queue)}`;
  if (agent.state === "wrap_up" && agent.wrap_up_until) return ` · ${gettext("time left")}`;
  if (agent.state === "paused" && agent.pause_reason) return ` · ${agent.pause_reason}`;
  return "";
}

/** The quiet third line: who paused them, or since when they had no call. */
function more(agent) {
  if (agent.state === "paused" && agent.paused_by) return fill(gettext("by %(name)s"), { name: agent.paused_by });
  const last = instant(agent.last_call_at);
  if (agent.state !== "available" || last === null) return "";
  return fill(gettext("idle since %(time)s"), { time: timeOfDay(last) });
}

function callsText(agent) {
  // The line holds no more than who paused them and when they come back.
  if (timing(agent).backAt !== null || (agent.state === "logged_out" && !agent.calls_today)) return "";
  return fill(ngettext("%(n)s call", "%(n)s calls", agent.calls_today), { n: agent.calls_today });
}

function hover(agent, name, someQueues) {
  const lines = [name];
  if (agent.party_name && agent.party_name !== agent.party_number) lines.push(agent.party_name);
  if (someQueues) {
    lines.push(fill(gettext("Paused in %(n)s of %(m)s queues"), { n: agent.paused_count, m: agent.member_count }));
  }
  const until = instant(agent.pause_until);
  if (agent.paused_count && until !== null) lines.push(fill(gettext("Back at %(time)s"), { time: timeOfDay(until) }));
  if (!agent.is_since_exact && agent.state_since) {
    lines.push(gettext("≥: it was already so when we first looked, so it lasts at least this long."));
  }
  return lines.join("\n");
}

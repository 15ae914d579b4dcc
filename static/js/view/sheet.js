/** The sheet of one agent: what they do now, what may be asked for them, their queues, their calls of today. */

import { duration, instant, timeOfDay } from "../format.js";
import { nameOf } from "../names.js";
import { isCall, possibleActions } from "../possible.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext, ngettext } from "../text.js";
import { partyOf } from "./callers.js";
import { closeOnBackdrop, partsOf, setAttribute, setHidden, setText } from "./dom.js";
import { SheetActions } from "./sheet_actions.js";
import { SheetCalls } from "./sheet_calls.js";
import { SheetQueues } from "./sheet_queues.js";
import { timing } from "./tile.js";

export class AgentSheet {
  #dialog = document.getElementById("agent-sheet");
  #parts = partsOf(this.#dialog);
  #page = document.getElementById("live").dataset;
  #actions;
  #queues;
  #calls;
  #agent = null;

  constructor(commands) {
    this.#actions = new SheetActions(this.#dialog, commands);
    this.#queues = new SheetQueues(this.#dialog, (action, member) => this.#actions.run(action, member.queue));
    this.#calls = new SheetCalls(this.#dialog, commands);
    closeOnBackdrop(this.#dialog);
  }

  /** Whether this request's outcome is being shown here. */
  shows(request) {
    return this.#dialog.open && this.#actions.request === request;
  }

  /** Shows an agent, with the keyboard at one of the actions if one is named. */
  open(agent, context, action = "") {
    this.#agent = agent;
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#actions.begin(action);
    this.#calls.begin(agent);
    this.render(context);
    this.#dialog.querySelector(".sheet-body").scrollTop = 0;
    if (action) this.#actions.focus();
  }

  render(context) {
    if (!this.#dialog.open) return;
    const row = context.store.row("agents", this.#agent.pbx, this.#agent.key);
    if (row) this.#agent = row;
    setHidden(this.#parts.gone, Boolean(row));
    const agent = { ...this.#agent, name: nameOf(this.#agent).name };
    const members = context.store.membersOf(agent.pbx, agent.interface);
    const facts = { ...context, spyCodes: this.#spyCodes };
    const possible = row ? possibleActions(agent, members, facts) : {};
    this.#showState(context);
    this.#actions.render(agent, members, possible, facts);
    this.#queues.render(agent, members, possible, facts);
    this.#calls.render(agent);
    this.tick(context);
  }

  tick({ now }) {
    if (!this.#dialog.open) return;
    const at = now(this.#agent.pbx);
    setText(this.#parts.timer, timeInState(this.#agent, at));
    setText(this.#parts["pause-text"], pauseText(this.#agent, at));
    setText(this.#parts.last, lastText(this.#agent, at));
  }

  get #spyCodes() {
    const { spyListen: listen, spyWhisper: whisper, spyBarge: barge } = this.#page;
    return { listen, whisper, barge };
  }

  #showState({ store, frozenAt }) {
    const agent = this.#agent;
    const { name, extension } = nameOf(agent);
    setText(this.#parts.name, name);
    setText(this.#parts.identity, [extension, agent.interface, agent.pbx].filter(Boolean).join(" · "));
    setAttribute(this.#parts.state, "data-state", agent.state);
    setAttribute(this.#dialog, "data-old", frozenAt.has(agent.pbx));
    const reason = agent.state === "paused" && agent.pause_reason ? `: ${agent.pause_reason}` : "";
    setText(this.#parts.word, AGENT_STATES[agent.state] + reason);
    setHidden(this.#parts["pause-row"], !agent.paused_count);
    setHidden(this.#parts["party-row"], !isCall(agent) || !(agent.queue || agent.party_number || agent.party_name));
    setText(this.#parts.party, partyOf(agent.party_number, agent.party_name));
    setHidden(this.#parts["queue-row"], !isCall(agent) || !agent.queue);
    setText(this.#parts.queue, store.row("queues", agent.pbx, agent.queue)?.name || agent.queue);
    setText(this.#parts.today, todayText(agent));
    setHidden(this.#parts["last-row"], !agent.last_call_at);
  }
}

function timeInState(agent, at) {
  const { sinceAt, untilAt } = timing(agent);
  if (untilAt !== null) return fill(gettext("%(time)s left"), { time: duration(untilAt - at) });
  if (sinceAt === null) return "";
  const sentence = agent.is_since_exact ? gettext("for %(time)s") : gettext("for at least %(time)s");
  return fill(sentence, { time: duration(at - sinceAt) });
}

/** By whom, in how many of the queues, and until when. */
function pauseText(agent, at) {
  const { backAt } = timing(agent);
  const parts = [];
  if (agent.paused_by) parts.push(fill(gettext("by %(name)s"), { name: agent.paused_by }));
  if (agent.paused_count < agent.member_count) {
    parts.push(fill(gettext("in %(n)s of %(m)s queues"), { n: agent.paused_count, m: agent.member_count }));
  }
  if (backAt !== null) {
    const values = { time: timeOfDay(backAt), left: duration(backAt - at) };
    parts.push(fill(gettext("until %(time)s, back in %(left)s"), values));
  } else parts.push(gettext("until somebody ends it"));
  return parts.join(", ");
}

function todayText(agent) {
  const calls = fill(ngettext("%(n)s call", "%(n)s calls", agent.calls_today), { n: agent.calls_today });
  if (!agent.calls_today) return calls;
  return fill(gettext("%(calls)s, %(time)s talked"), { calls, time: duration(agent.talk_seconds_today * 1000) });
}

function lastText(agent, at) {
  const last = instant(agent.last_call_at);
  if (last === null) return "";
  const values = { time: timeOfDay(last), ago: duration(at - last) };
  return fill(gettext("%(time)s, %(ago)s ago"), values);
}

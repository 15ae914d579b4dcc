/**
 * What is possible for an agent now, and why not. In: the agent's row, their membership rows, and the page's context
 * (`store`, `rights`, `whyNot`, see live.js). Out: by action {why: "" or a sentence}, without those that this person
 * may never take for this agent. Pure. The server decides again at every request.
 */

import { fill, gettext } from "./text.js";

/** The actions in the order of the sheet, with the word of a link row's `actions` that each needs. */
export const KINDS = {
  pause: "pause",
  unpause: "unpause",
  transfer: "transfer",
  hangup: "hangup",
  call: "originate",
  dial: "originate",
  listen: "listen",
  whisper: "whisper",
  barge: "barge",
  login: "log_in",
  logout: "log_out",
  penalty: "penalty",
};

const FOR_ONESELF = new Set(["pause", "unpause", "transfer", "hangup", "dial", "login", "logout"]);
const TALKING = new Set(["on_call", "other_call"]);
const JOINING = new Set(["listen", "whisper", "barge"]);

/** Whether a call is under way or ringing. */
export const isCall = ({ state }) => TALKING.has(state) || state === "ringing";

/** Whether this person may act for the agent as a supervisor of all, or of one of the agent's queues. */
export function supervisesAgent(agent, members, { rights }) {
  return rights.isEverywhere || members.some(({ queue }) => rights.supervises(agent.pbx, queue));
}

/** The phone this person acts from: the first of theirs on this PBX that can be reached; undefined without one. */
export function ownPhone(store, rights, pbx) {
  const own = store.rows("agents").filter((agent) => agent.pbx === pbx && rights.ownIds.has(agent.id));
  return own.find((agent) => agent.state !== "unreachable");
}

/**
 * {action: {why, dial}} for all that may be offered, in the order of KINDS. `dial`: what to dial instead, in words, where
 * the PBX cannot do it for us; "" elsewhere.
 */
export function possibleActions(agent, members, context) {
  const isOwn = context.rights.ownIds.has(agent.id);
  const isOther = supervisesAgent(agent, members, context);
  const isOffered = (action) => {
    if (isOwn) return FOR_ONESELF.has(action) || (isOther && action === "penalty");
    return isOther;
  };
  const offered = Object.keys(KINDS).filter(isOffered);
  return Object.fromEntries(offered.map((action) => [action, possibility(action, agent, members, context)]));
}

function possibility(action, agent, members, context) {
  const dial = JOINING.has(action) ? howToDial(action, agent, context) : "";
  if (dial) return { why: noTalk(agent), dial };
  return { why: whyNotNow(action, agent, members, context), dial: "" };
}

function whyNotNow(action, agent, members, { store, rights, whyNot }) {
  const pbx = whyNot(agent.pbx, KINDS[action]);
  if (pbx) return pbx;
  return REASONS[action]?.(agent, members, { store, rights }) ?? "";
}

const inNoQueue = (agent) => (agent.member_count ? "" : gettext("Logged in to no queue."));

/** The call in hand, as far as this person may see it. */
function noCall(agent) {
  if (!isCall(agent)) return gettext("No call now.");
  return agent.call_uniqueid ? "" : gettext("This call is not of your queues.");
}

function noTalk(agent) {
  if (agent.state === "ringing") return gettext("Not answered yet.");
  return noCall(agent);
}

function noPhone(agent, members, { store, rights }) {
  return ownPhone(store, rights, agent.pbx) ? "" : gettext("No phone is linked to your login.");
}

function unreachable(agent) {
  return agent.state === "unreachable" ? gettext("The phone cannot be reached.") : "";
}

const join = (agent, members, facts) => noTalk(agent) || noPhone(agent, members, facts);

const REASONS = {
  pause: inNoQueue,
  unpause: (agent) => (agent.paused_count ? "" : gettext("Not paused.")),
  transfer: noTalk,
  hangup: noCall,
  call: (agent, members, facts) =>
    (agent.extension ? unreachable(agent) : gettext("No extension is known.")) || noPhone(agent, members, facts),
  dial: unreachable,
  listen: join,
  whisper: join,
  barge: join,
  logout: inNoQueue,
  penalty: inNoQueue,
};

/** What to dial where the PBX cannot join calls for us, "" when it can or no feature code is set. It asks whom to join. */
function howToDial(mode, agent, { store, spyCodes }) {
  if (store.row("links", agent.pbx, agent.pbx)?.actions.includes(mode) || !agent.extension) return "";
  const code = spyCodes[mode];
  const { extension } = agent;
  return code ? fill(gettext("On your phone dial %(code)s, then %(extension)s."), { code, extension }) : "";
}

/** Why this membership cannot be ended from here, "" when it can. */
export function whyNoLogout(member, { store }) {
  const isStock = store.row("links", member.pbx, member.pbx)?.dialect === "asterisk";
  if (!isStock || member.membership !== "static") return "";
  return fill(gettext("Fixed in the PBX's configuration of %(queue)s."), { queue: member.queue });
}

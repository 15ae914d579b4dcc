/** What only an agent's desk asks for, as requests for `Commands.give` (see asks.js). Pure. */

import { fill, gettext } from "./text.js";

const ask = (agent, action, body, label) => ({ path: `agents/${agent.id}/${action}`, body, label });

/** Ends the wrap-up: calls may come at once. */
export const ready = (agent) => ask(agent, "ready", {}, gettext("Ready for the next call"));

export const moreWrapUp = (agent) => ask(agent, "more-wrap-up", { minutes: 1 }, gettext("A minute more"));

export const raiseHand = (agent) => ask(agent, "hand", { raised: true }, gettext("Raise your hand"));

export const lowerHand = (agent) => ask(agent, "hand", { raised: false }, gettext("Lower your hand"));

/** Waits for a pause that as many as may are on already. */
export function awaitPause(agent, { reason, minutes }) {
  return ask(agent, "await-pause", { reason, minutes }, fill(gettext("Wait in line for %(reason)s"), { reason }));
}

export const forgoPause = (agent) => ask(agent, "forgo-pause", {}, gettext("Leave the line"));

/** Calls `number` while the caller is kept; hanging up afterwards connects the two. */
export function consult(agent, number, to = number) {
  return ask(agent, "consult", { number }, fill(gettext("Ask %(to)s first"), { to }));
}

export const park = (agent) => ask(agent, "park", {}, gettext("Park the caller"));

export function record(agent, on) {
  return ask(agent, "record", { on }, on ? gettext("Record this call") : gettext("Stop recording"));
}

/** Ends the call in hand at once, as the phone itself does. */
export function hangUpNow(agent) {
  return { path: "calls/hangup", body: { pbx: agent.pbx, uniqueid: agent.call_uniqueid }, label: gettext("Hang up") };
}

/** Sends the caller there at once. */
export function transferNow(agent, number, to = number) {
  return ask(agent, "transfer", { number }, fill(gettext("Transfer to %(to)s"), { to }));
}

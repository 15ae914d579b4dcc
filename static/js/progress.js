/** How a call gets on that was asked for, in words. In: a request of commands.js with its `progress`. Pure. */

import { isFinal, sentenceOf } from "./outcomes.js";
import { fill, gettext } from "./text.js";

const WORDS = {
  own_phone: gettext("Your phone %(phone)s rings: pick it up."),
  dialling: gettext("You are in the call; the number is being dialled."),
  theirs: gettext("It rings there."),
  connected: gettext("Connected."),
  busy: gettext("Busy."),
  no_answer: gettext("Nobody answered."),
  ended: gettext("The call is over."),
};

const OVER = new Set(["busy", "no_answer", "failed", "ended"]);
const BAD = new Set(["refused", "expired", "unknown", "failed"]);

/** Whether nothing more is to be expected; of a call nobody follows (any more) nothing is. */
export const isOver = ({ state, progress }) =>
  BAD.has(state) || state === "undone" || OVER.has(progress) || (state === "done" && !progress);

/** Whether one's own phone rings for it, or is about to. */
export const ringsMyPhone = (request) => !isFinal(request) || (request.state === "done" && request.progress === "own_phone");

/** The step in a sentence; `phone` is the extension of one's own phone. The PBX's reason comes before our words. */
export function progressText(request, phone) {
  if (BAD.has(request.state)) return sentenceOf(request);
  if (request.progress === "failed") return request.message || gettext("The PBX could not place this call.");
  if (request.progress) return fill(WORDS[request.progress] ?? request.progress, { phone });
  if (!isFinal(request)) return fill(gettext("Your phone %(phone)s is about to ring…"), { phone });
  return sentenceOf(request);
}

/** "pending", "done" or "failed", as outcomes.js has them. */
export function progressOutcome(request) {
  if (BAD.has(request.state) || ["busy", "no_answer", "failed"].includes(request.progress)) return "failed";
  return isOver(request) || request.progress === "connected" ? "done" : "pending";
}

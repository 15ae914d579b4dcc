/** How requests end, in words: single ones, and what many at once come to. Pure; requests are those of commands.js. */

import { fill, gettext } from "./text.js";

const STEPS = {
  sending: gettext("Asking the server…"),
  queued: gettext("Waiting for the PBX…"),
  sent: gettext("Sent, waiting for the PBX to answer…"),
  done: gettext("Done."),
  refused: gettext("The PBX refused."),
  expired: gettext("Nobody sent it in time. Nothing was done."),
  unknown: gettext("No answer came. Check the phone."),
  failed: gettext("That did not work."),
  undone: gettext("Undone. The PBX was not told."),
};

const COUNTED = {
  done: gettext("%(n)s done"),
  undone: gettext("%(n)s undone"),
  failed: gettext("%(n)s refused"),
  refused: gettext("%(n)s refused by the PBX"),
  expired: gettext("%(n)s not sent in time"),
  unknown: gettext("%(n)s without an answer"),
};

const FINAL = new Set(Object.keys(COUNTED));
/** Of so many agents the reason is told; the board shows the rest. */
const REASONS_TOLD = 3;

export const isFinal = (request) => FINAL.has(request.state);

/** "done", "undone", "failed" or "pending". */
export function outcomeOf(request) {
  if (!isFinal(request)) return "pending";
  return request.state === "done" || request.state === "undone" ? request.state : "failed";
}

/** The sentence of a request: the server's, or ours while it has said nothing. */
export function sentenceOf(request) {
  if (request.isUndoing) return gettext("Undoing…");
  return request.message || STEPS[request.state] || request.state;
}

/** The {state, message} of a request that is made of `parts`: the worst final state once all are final. */
export function combine(parts) {
  const open = parts.filter((part) => !isFinal(part));
  if (open.length) {
    const isOut = parts.some((part) => part.state === "sent" || isFinal(part));
    const message = isOut ? fill(gettext("%(n)s of %(m)s…"), { n: parts.length - open.length, m: parts.length }) : "";
    return { state: isOut ? "sent" : "queued", message };
  }
  const groups = Object.entries(COUNTED)
    .map(([state, words]) => ({ state, words, of: parts.filter((part) => part.state === state) }))
    .filter(({ of }) => of.length);
  const sentences = groups.map(({ state, words, of }) => {
    const counted = fill(words, { n: of.length });
    return outcomeOf({ state }) === "failed" ? `${counted}: ${reasons(of)}` : counted;
  });
  return { state: groups.at(-1).state, message: `${sentences.join("; ")}.` };
}

/** Reasons with the names they are of, the same reason once. */
function reasons(parts) {
  const named = new Map();
  for (const { name, message, state } of parts) {
    const why = (message || STEPS[state]).replace(/\.$/, "");
    named.set(why, [...(named.get(why) ?? []), name]);
  }
  return [...named]
    .map(([why, names]) => {
      const more = names.length > REASONS_TOLD ? ` +${names.length - REASONS_TOLD}` : "";
      return `${names.slice(0, REASONS_TOLD).join(", ")}${more} (${why})`;
    })
    .slice(0, REASONS_TOLD)
    .join(", ");
}

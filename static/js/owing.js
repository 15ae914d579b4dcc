/**
 * Calls we owe, computed from the board's `owed` rows: their order and urgency, the sentences about them, and what the
 * reader may ask for each. In: what feed.js says (`store`, `rights`, `now`, `whyNot`). Pure.
 */

import { chosenPhone, ownPhones } from "./desk.js";
import { age, clockTime, duration, instant, timeOfDay } from "./format.js";
import { fill, gettext, ngettext } from "./text.js";

/** From this share of the time on a line is nearly due. */
const NEARLY = 0.7;

export const lineKey = ({ pbx, key }) => `${pbx} ${key}`;

/** What we owe, the most urgent first; of one queue ("pbx number") or, with "", of all in view. */
export function owedLines(store, queue = "") {
  const rows = store.rows("owed").filter((row) => !queue || `${row.pbx} ${row.queue}` === queue);
  return rows.sort((a, b) => dueOf(a) - dueOf(b) || (lineKey(a) < lineKey(b) ? -1 : 1));
}

const dueOf = (row) => instant(row.due_at) ?? Infinity;

/** The queues that owe somebody, by name: [{key, name, count}]. */
export function owingQueues(store) {
  const queues = new Map();
  for (const { pbx, queue } of store.rows("owed")) {
    const key = `${pbx} ${queue}`;
    const known = queues.get(key) ?? { key, name: queueName(store, pbx, queue), count: 0 };
    queues.set(key, { ...known, count: known.count + 1 });
  }
  return [...queues.values()].sort((a, b) => a.name.localeCompare(b.name) || (a.key < b.key ? -1 : 1));
}

export const queueName = (store, pbx, queue) => store.row("queues", pbx, queue)?.name || queue;

/** "" while there is time, "warn" when it is nearly due, "bad" when it is late. */
export function owedLevel(row, at) {
  const due = instant(row.due_at);
  const since = instant(row.first_at);
  if (due === null || at < since) return "";
  if (at >= due) return "bad";
  return since !== null && at - since >= NEARLY * (due - since) ? "warn" : "";
}

// --- sentences --------------------------------------------------------------------------------------------------

export function dueText(row, at) {
  const due = instant(row.due_at);
  if (due === null) return "";
  if (at >= due) return fill(gettext("%(time)s late"), { time: age(at - due) });
  return fill(gettext("due in %(time)s"), { time: age(due - at) });
}

/** The exact instants behind `dueText` and `triesText`. */
export function instantsText(row) {
  const told = [
    [gettext("First tried at %(time)s"), row.first_at],
    [gettext("last at %(time)s"), row.last_at],
    [gettext("to be called back by %(time)s"), row.due_at],
  ];
  const known = told.filter(([, iso]) => instant(iso) !== null);
  return known.map(([words, iso]) => fill(words, { time: clockTime(instant(iso)) })).join(", ");
}

const ENDS = {
  abandoned: gettext("hung up after %(wait)s"),
  timed_out: gettext("nobody answered within %(wait)s"),
};

/** How often and when they tried, and how it ended last. */
export function triesText(row) {
  const first = instant(row.first_at);
  const last = instant(row.last_at);
  const parts = [fill(ngettext("tried once", "tried %(n)s times", row.tries), { n: row.tries })];
  if (row.tries > 1 && first !== null) parts.push(fill(gettext("since %(time)s"), { time: timeOfDay(first) }));
  if (last !== null) parts.push(fill(row.tries > 1 ? gettext("last at %(time)s") : gettext("at %(time)s"), { time: timeOfDay(last) }));
  if (row.last_outcome in ENDS && row.last_wait_seconds !== null) {
    parts.push(fill(ENDS[row.last_outcome], { wait: duration(row.last_wait_seconds * 1000) }));
  }
  return parts.join(", ");
}

/** Our tries so far, "" before the first. */
export function attemptsText(row) {
  const at = instant(row.attempted_at);
  if (!row.attempts || at === null) return "";
  const words = ngettext("called once, not reached at %(time)s", "called %(n)s times, last not reached at %(time)s", row.attempts);
  return fill(words, { n: row.attempts, time: timeOfDay(at) });
}

/** Whose it is and until when, "" when it is free. */
export function claimText(row, rights) {
  const until = instant(row.claimed_until);
  if (!row.claimed_by || until === null) return "";
  const time = timeOfDay(until);
  if (isMine(row, rights)) return fill(gettext("yours until %(time)s"), { time });
  return fill(gettext("%(name)s is on it until %(time)s"), { name: row.claimed_by, time });
}

const HOW = {
  came_again: gettext("They called again and were answered."),
  called_back: gettext("%(name)s reached them."),
  by_hand: gettext("Closed by %(name)s."),
};

/** How a settled line ended. */
export const closedText = (row) => fill(HOW[row.closed_how] ?? "", { name: row.closed_by });

/** The queue in which this party waits at this moment, as far as the reader sees it; "" if they do not. */
export function waitingIn(store, { pbx, number }) {
  const caller = store.rows("callers").find((row) => row.pbx === pbx && row.number === number && row.state === "waiting");
  return caller && number ? queueName(store, pbx, caller.queue) : "";
}

// --- what may be asked ------------------------------------------------------------------------------------------

export const isMine = (row, rights) => row.claimed_login !== "" && row.claimed_login === rights.login;

/** Whether the reader may settle what this queue owes: as its supervisor, or with a phone that is or was in it. */
export function maySettle({ store, rights }, { pbx, queue }) {
  if (rights.supervises(pbx, queue)) return true;
  const phones = ownPhones({ store, rights }).filter((phone) => phone.pbx === pbx);
  return phones.some(
    (phone) => phone.left_queues.includes(queue) || store.membersOf(pbx, phone.interface).some((m) => m.queue === queue),
  );
}

/**
 * What may be done about a line: {settle, isMine, isTaken: by somebody else, overrule: nevertheless, phone: the own
 * phone it would be called from, whyNoCall: a sentence, "" if it can be}. `chosen` is the phone the reader prefers.
 */
export function choicesOf(context, row, chosen = "") {
  const { store, rights, whyNot } = context;
  const settle = maySettle(context, row);
  const mine = isMine(row, rights);
  const isTaken = !mine && claimText(row, rights) !== "";
  const phone = chosenPhone(ownPhones(context).filter((own) => own.pbx === row.pbx), chosen);
  const waits = waitingIn(store, row);
  const reasons = [
    isTaken && fill(gettext("%(name)s is on it."), { name: row.claimed_by }),
    waits && fill(gettext("They are calling right now: they wait in %(queue)s."), { queue: waits }),
    !phone && gettext("This needs a phone of yours: none is linked to your login."),
    whyNot(row.pbx, "originate"),
  ];
  const overrule = isTaken && rights.supervises(row.pbx, row.queue);
  return { settle, isMine: mine, isTaken, overrule, phone, whyNoCall: reasons.find(Boolean) || "" };
}

/** What people read for this party. */
export const partyText = ({ name, number, party }) => [number || party, name].filter(Boolean).join(" · ");

const ask = (path, row, told, label) => ({
  path: `owed/${path}`,
  body: { pbx: row.pbx, queue: row.queue, party: row.party, ...told },
  label: fill(label, { who: partyText(row) }),
});

export const claim = (row) => ask("claim", row, {}, gettext("Take on the call to %(who)s"));
export const release = (row) => ask("release", row, {}, gettext("Leave the call to %(who)s to others"));
export const close = (row, note) => ask("close", row, { note }, gettext("Close the call to %(who)s"));
export const callBack = (row, phone) => ask("call", row, { agent: phone.id }, gettext("Call %(who)s back"));

// --- what the list cannot have ----------------------------------------------------------------------------------

/** Sentences about what `owed/unlisted` of the API tells; `isMany`: of several PBXs, so that each is named. */
export function unlistedNotes({ anonymous, short, lost, outages }, isMany) {
  const count = (one, many, n) => n && fill(ngettext(one, many, n), { n });
  const notes = outages.map(({ pbx, began_at: began, ended_at: ended }) => {
    const words = ended
      ? gettext("Calls between %(from)s and %(to)s could not be seen.")
      : gettext("Calls since %(from)s cannot be seen: there is no connection to the PBX.");
    const said = fill(words, { from: clockTime(instant(began)), to: ended && clockTime(instant(ended)) });
    return isMany ? `${pbx}: ${said}` : said;
  });
  notes.push(
    count("One caller today gave no number.", "%(n)s callers today gave no number.", anonymous),
    count("One caller today hung up at once.", "%(n)s callers today hung up at once.", short),
    count(
      "Of one call today nobody saw how it ended.",
      "Of %(n)s calls today nobody saw how they ended.",
      lost,
    ),
  );
  return notes.filter(Boolean);
}

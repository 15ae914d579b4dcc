/**
 * Sentences about agents: who is meant by the words behind a verb, and what is to be done with them. Pure.
 *
 * A reader takes the words and the context of palette.js with `verb`, {action, words, example}, and gives suggestions.
 */

import * as asks from "./asks.js";
import { agentKey } from "./groups.js";
import { nameOf } from "./names.js";
import { ownPhone, possibleActions } from "./possible.js";
import { AGENT_STATES } from "./states.js";
import { fill, gettext } from "./text.js";
import { findAgents, findQueues, plain } from "./words.js";

/** A name has at most so many words. */
const NAME_WORDS = 4;

/** The first way to write a verb. */
export const spelled = (verb) => verb.words.split("|")[0];

/** An agent with what a suggestion needs: {key, agent, members, possible}. */
export function lineOf(row, context) {
  const agent = { ...row, name: nameOf(row).name };
  const members = context.store.membersOf(agent.pbx, agent.interface);
  return { key: agentKey(agent), agent, members, possible: possibleActions(agent, members, context) };
}

/** Who is named by the first words: {lines: best first, with their rank, rest: the words behind the name}. */
function who(words, context) {
  const rows = context.store.rows("agents");
  for (let count = Math.min(words.length, NAME_WORDS); count > 0; count -= 1) {
    const found = findAgents(rows, words.slice(0, count));
    const lines = found.map(({ row, rank }) => ({ ...lineOf(row, context), rank }));
    const able = lines.filter(({ possible }) => possible[context.verb.action]);
    if (able.length) return { lines: able, rest: words.slice(count) };
  }
  return { lines: [], rest: words };
}

function suggestion(line, action, ask, note = "") {
  const { why, dial } = line.possible[action];
  const where = [line.agent.extension, AGENT_STATES[line.agent.state]].filter(Boolean).join(" · ");
  return {
    key: `${action} ${line.key} ${JSON.stringify(ask?.body ?? "")}`,
    title: ask?.label ?? line.agent.name,
    note: note || where,
    why: why || dial,
    rank: line.rank,
    run: why || dial || !ask ? null : { ask },
  };
}

const ASKS = {
  unpause: (line) => asks.unpause(line.agent),
  hangup: (line) => asks.hangUp(line.agent),
  call: (line, mine) => asks.call(mine, line.agent),
  listen: (line, mine) => asks.supervise(mine, line.agent, "listen"),
  whisper: (line, mine) => asks.supervise(mine, line.agent, "whisper"),
  barge: (line, mine) => asks.supervise(mine, line.agent, "barge"),
};

export function readPlain(words, context) {
  const { action } = context.verb;
  const { lines, rest } = who(words, context);
  if (rest.length) return [];
  return lines.map((line) => suggestion(line, action, askFor(action, line, context)));
}

function askFor(action, line, { store, rights }) {
  const mine = ownPhone(store, rights, line.agent.pbx);
  const isMineNeeded = !["unpause", "hangup"].includes(action);
  return isMineNeeded && !mine ? null : ASKS[action](line, mine);
}

export function readPause(words, context) {
  const { lines, rest } = who(words, context);
  const { minutes, text } = minutesOf(rest);
  const begun = context.reasons.filter((reason) => text && plain(reason).startsWith(plain(text)));
  const isWhole = begun.some((reason) => plain(reason) === plain(text));
  const reasons = !text || isWhole || (begun.length && text.length < 3) ? [...begun] : [...begun, text];
  const offered = text ? reasons : [""];
  return lines.flatMap((line) =>
    offered.map((reason, index) => {
      const made = suggestion(line, "pause", asks.pause(line.agent, line.members, { reason, minutes }));
      return { ...made, rank: line.rank - index / 10 };
    }),
  );
}

/** "15 lunch" or "lunch 15 min": how long, and the other words as they were written. */
function minutesOf(words) {
  const at = words.findIndex((word) => /^\d{1,3}(m|min)?$/i.test(word) && Number.parseInt(word, 10) >= 1);
  if (at < 0) return { minutes: null, text: words.join(" ") };
  const minutes = Math.min(720, Number.parseInt(words[at], 10));
  const isUnit = /^(m|min|minutes?)$/i.test(words[at + 1] ?? "");
  return { minutes, text: [...words.slice(0, at), ...words.slice(at + (isUnit ? 2 : 1))].join(" ") };
}

export function readCall(words, context) {
  const { lines, rest } = who(words, context);
  const found = rest.length ? [] : lines.map((line) => suggestion(line, "call", askFor("call", line, context)));
  const number = words.join("");
  if (!/^\+?[\d*#().\-/]{2,}$/.test(number) || found.some(({ rank }) => rank === 3)) return found;
  return [dialNumber(number, context), ...found.map((one) => ({ ...one, rank: 0 }))];
}

function dialNumber(number, { store, rights, whyNot }) {
  const mine = store.rows("agents").find(({ id, pbx }) => rights.ownIds.has(id) && ownPhone(store, rights, pbx));
  const why = mine ? whyNot(mine.pbx, "originate") : gettext("No phone is linked to your login.");
  const ask = mine && asks.dial({ ...mine, name: nameOf(mine).name }, number);
  const title = fill(gettext("Call %(number)s from your phone"), { number });
  return { key: `dial ${number}`, title, note: mine?.extension ?? "", why, rank: 2, run: why ? null : { ask } };
}

export function readTransfer(words, context) {
  const { lines, rest } = who(words, context);
  if (!rest.length) return lines.map((line) => needsMore(line, "transfer", context));
  return lines.flatMap((line) => {
    const { agent } = line;
    const isHere = ({ pbx, key }, number) => pbx === agent.pbx && key !== agent.key && asks.isDialable(number);
    const queues = findQueues(context.store.rows("queues").filter((row) => isHere(row, row.number)), rest);
    const others = findAgents(context.store.rows("agents").filter((row) => isHere(row, row.extension)), rest);
    const places = [
      ...queues.map(({ row, rank }) => ({ number: row.number, name: row.name || row.number, rank })),
      ...others.map(({ row, rank }) => ({ number: row.extension, name: nameOf(row).name, rank })),
    ].sort((a, b) => b.rank - a.rank);
    const number = rest.join("");
    if (!places.length && asks.isDialable(number)) places.push({ number, name: number, rank: 2 });
    return places.map((place) => {
      const made = suggestion(line, "transfer", asks.transfer(line.agent, place.number, place.name), place.number);
      return { ...made, rank: line.rank + place.rank / 10 };
    });
  });
}

function needsMore(line, action, { verb }) {
  const { extension, name } = line.agent;
  const complete = `${spelled(verb)} ${extension || name} `;
  const title = `${spelled(verb)} ${name} …`;
  const run = line.possible[action].why ? null : { complete };
  return { ...suggestion(line, action, null, verb.example), title, run };
}

/** A queue of those that `of(line)` allows, and a number behind it; without a queue the usual or all. */
function inQueue(line, rest, queues) {
  const last = rest.at(-1) ?? "";
  const value = rest.length && /^\d{1,3}$/.test(last) ? Number(last) : null;
  const named = value === null ? rest : rest.slice(0, -1);
  if (!rest.length) return [{ queue: null, queueName: "", value: null, rank: 1 }];
  if (!named.length) return [{ queue: null, queueName: "", value, rank: 1 }, ...placesOf(queues, rest, null)];
  return [...placesOf(queues, named, value), ...(value === null ? [] : placesOf(queues, rest, null))];
}

const placesOf = (queues, words, value) =>
  findQueues(queues, words).map(({ row, rank }) => ({
    queue: row.number,
    queueName: row.name || row.number,
    value,
    rank,
  }));

function readInQueue(words, context, queuesOf, make) {
  const { lines, rest } = who(words, context);
  return lines.flatMap((line) =>
    inQueue(line, rest, queuesOf(line)).map((place) => {
      const ask = make(line, place);
      if (!ask) return needsMore(line, context.verb.action, context);
      return { ...suggestion(line, context.verb.action, ask), rank: line.rank + place.rank / 10 };
    }),
  );
}

const queuesOn = ({ store }, pbx) => store.rows("queues").filter((queue) => queue.pbx === pbx);
const isIn = ({ members }, { number }) => members.some((member) => member.queue === number);

export function readLogin(words, context) {
  const mayJoin = ({ pbx, number }) => context.rights.supervises(pbx, number);
  return readInQueue(
    words,
    context,
    (line) => queuesOn(context, line.agent.pbx).filter((queue) => !isIn(line, queue) && mayJoin(queue)),
    (line, { value, ...place }) => asks.logIn(line.agent, { ...place, penalty: value }),
  );
}

export function readLogout(words, context) {
  return readInQueue(
    words,
    context,
    (line) => queuesOn(context, line.agent.pbx).filter((queue) => isIn(line, queue)),
    (line, place) => asks.logOut(line.agent, place),
  );
}

export function readPenalty(words, context) {
  return readInQueue(
    words,
    context,
    (line) => queuesOn(context, line.agent.pbx).filter((queue) => isIn(line, queue)),
    ({ agent, members }, { value, ...place }) =>
      value !== null && asks.penalty(agent, members, { ...place, penalty: value }),
  );
}

/**
 * What somebody means who writes "pause ada 15 lunch": suggestions with what will happen in words, best first. Pure.
 *
 * In: the text, and the page's context (store, rights, whyNot, filters; see live.js) with `reasons`, the names of pause
 * reasons, and `spyCodes`. Out: {suggestions, isSure}. A suggestion: {key, title, note, why, run}; `why` says why it
 * cannot be done now ("" when it can), `run` is one of {ask}, {agent}, {queue}, {filters}, {command}, {complete: text
 * that goes on}. `isSure`: the first one is what was written, so Enter may do it; otherwise one must be chosen.
 */

import * as asks from "./asks.js";
import { queueKey } from "./figures.js";
import { agentKey } from "./groups.js";
import { nameOf } from "./names.js";
import { ownPhone, possibleActions } from "./possible.js";
import { byName } from "./sorting.js";
import { AGENT_STATES } from "./states.js";
import { fill, gettext } from "./text.js";
import { findAgents, findQueues, plain, wordsOf } from "./words.js";

const MOST = 8;
/** A name has at most so many words. */
const NAME_WORDS = 4;

/** Verbs by what they do; several ways to write one are parted by "|". The rest is read by `read`. */
const VERBS = [
  { words: gettext("pause"), example: gettext("pause 1001 15 lunch"), action: "pause", read: readPause },
  { words: gettext("unpause|resume"), example: gettext("unpause 1001"), action: "unpause", read: readPlain },
  { words: gettext("call"), example: gettext("call ada, call 0301234"), action: "call", read: readCall },
  { words: gettext("dial"), example: gettext("dial 0301234"), action: "call", read: readCall },
  { words: gettext("hang up|hangup"), example: gettext("hang up 1001"), action: "hangup", read: readPlain },
  { words: gettext("transfer"), example: gettext("transfer 1001 sales"), action: "transfer", read: readTransfer },
  { words: gettext("log in|login"), example: gettext("login 1001 sales"), action: "login", read: readLogin },
  { words: gettext("log out|logout"), example: gettext("logout 1001 sales"), action: "logout", read: readLogout },
  { words: gettext("penalty"), example: gettext("penalty 1001 sales 5"), action: "penalty", read: readPenalty },
  { words: gettext("listen"), example: gettext("listen 1001"), action: "listen", read: readPlain },
  { words: gettext("whisper"), example: gettext("whisper 1001"), action: "whisper", read: readPlain },
  { words: gettext("join|barge"), example: gettext("join 1001"), action: "barge", read: readPlain },
].map((verb) => ({ ...verb, spellings: verb.words.split("|").map((words) => wordsOf(words).map(plain)) }));

/** Words for the page itself, and what they do. */
const PAGE = [
  [gettext("freeze"), gettext("Freeze the page, or let it go on"), { command: "freeze" }],
  [gettext("theme dark"), gettext("Dark colours"), { command: "theme", value: "dark" }],
  [gettext("theme light"), gettext("Light colours"), { command: "theme", value: "light" }],
  [gettext("theme auto"), gettext("Colours as this computer says"), { command: "theme", value: "" }],
  [gettext("group queue"), gettext("Group the agents by queue"), { filters: { group: "queue" } }],
  [gettext("group team"), gettext("Group the agents by team"), { filters: { group: "team" } }],
  [gettext("group state"), gettext("Group the agents by state"), { filters: { group: "state" } }],
  [gettext("group name"), gettext("All agents in one list, A–Z"), { filters: { group: "name" } }],
  [gettext("show all"), gettext("Show all agents and queues again"), { filters: { states: new Set(), queue: "", find: "" } }],
  ...Object.entries(AGENT_STATES).map(([state, word]) => [
    fill(gettext("show %(state)s"), { state: word.toLowerCase() }),
    fill(gettext("Show only agents who are: %(state)s"), { state: word }),
    { filters: { states: new Set([state]) } },
  ]),
  [gettext("help"), gettext("The keys of this page"), { command: "help" }],
];

export function suggest(text, context) {
  const words = wordsOf(text);
  if (!words.length) return { suggestions: examples(context), isSure: false };
  const verb = verbOf(words);
  if (verb && mayEver(verb.action, context)) {
    const rest = words.slice(verb.length);
    const read = rest.length ? verb.read(rest, { ...context, verb }) : whom(verb, context);
    return finish(read.length ? read : [nobody(verb, rest)]);
  }
  return finish([...pageWords(words), ...verbsBegun(words, context), ...things(words, context)]);
}

/** Sure is what stands alone at the top: nothing of the same rank that means another. */
function finish(suggestions) {
  const [first, second] = suggestions;
  const isSure = Boolean(first) && !first.run?.complete && (!second || (second.rank ?? 0) < (first.rank ?? 0));
  return { suggestions: suggestions.slice(0, MOST), isSure };
}

// Verbs

function verbOf(words) {
  const written = words.map(plain);
  for (const verb of VERBS) {
    for (const spelling of verb.spellings) {
      if (spelling.every((word, index) => written[index] === word)) return { ...verb, length: spelling.length };
    }
  }
  return null;
}

function verbsBegun(words, context) {
  const written = words.map(plain).join(" ");
  return VERBS.filter(({ action }) => mayEver(action, context))
    .map((verb) => ({ verb, spelling: verb.spellings.map((one) => one.join(" ")).find((one) => one.startsWith(written)) }))
    .filter(({ spelling }) => spelling)
    .map(({ verb }) => completion(verb));
}

const completion = (verb) => ({
  key: `verb ${verb.action} ${verb.words}`,
  title: verb.words.split("|")[0],
  note: verb.example,
  why: "",
  run: { complete: `${verb.words.split("|")[0]} ` },
});

function examples(context) {
  return VERBS.filter(({ action }) => mayEver(action, context)).map(completion).slice(0, MOST);
}

/** Whether this person may do such a thing for anybody. */
function mayEver(action, { rights }) {
  if (rights.isSupervisor) return true;
  return rights.ownIds.size > 0 && !["penalty", "listen", "whisper", "barge"].includes(action);
}

const nobody = (verb, words) => ({
  key: "nobody",
  title: fill(gettext("Nobody here is called “%(name)s”."), { name: words.join(" ") }),
  note: verb.example,
  why: gettext("Write a name or an extension."),
  run: null,
});

/** A verb without anybody: those for whom it is possible now. */
function whom(verb, context) {
  return context.store
    .rows("agents")
    .map((row) => lineOf(row, context))
    .filter(({ possible }) => possible[verb.action] && !possible[verb.action].why)
    .sort((a, b) => byName(a.agent.name, b.agent.name))
    .map(({ agent, key }) => ({
      key,
      title: `${verb.words.split("|")[0]} ${agent.name}`,
      note: agent.extension,
      why: "",
      rank: 0,
      run: { complete: `${verb.words.split("|")[0]} ${agent.extension || agent.name} ` },
    }));
}

// Agents

/** An agent with what a suggestion needs: {key, agent, members, possible}. */
function lineOf(row, context) {
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
  const { why, code } = line.possible[action];
  const dial = code ? fill(gettext("Dial %(code)s on your phone."), { code }) : "";
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

function readPlain(words, context) {
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

function readPause(words, context) {
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

function readCall(words, context) {
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

function readTransfer(words, context) {
  const { lines, rest } = who(words, context);
  if (!rest.length) return lines.map((line) => needsMore(line, "transfer", context));
  return lines.flatMap((line) => {
    const isHere = ({ pbx, key }, number) => pbx === line.agent.pbx && key !== line.agent.key && asks.isDialable(number);
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

const needsMore = (line, action, { verb }) => ({
  ...suggestion(line, action, null, verb.example),
  title: `${verb.words.split("|")[0]} ${line.agent.name} …`,
  run: line.possible[action].why ? null : { complete: `${verb.words.split("|")[0]} ${line.agent.extension || line.agent.name} ` },
});

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

function readLogin(words, context) {
  const mayJoin = ({ pbx, number }) => context.rights.supervises(pbx, number);
  return readInQueue(
    words,
    context,
    (line) => queuesOn(context, line.agent.pbx).filter((queue) => !isIn(line, queue) && mayJoin(queue)),
    (line, { value, ...place }) => asks.logIn(line.agent, { ...place, penalty: value }),
  );
}

function readLogout(words, context) {
  return readInQueue(
    words,
    context,
    (line) => queuesOn(context, line.agent.pbx).filter((queue) => isIn(line, queue)),
    (line, place) => asks.logOut(line.agent, place),
  );
}

function readPenalty(words, context) {
  return readInQueue(
    words,
    context,
    (line) => queuesOn(context, line.agent.pbx).filter((queue) => isIn(line, queue)),
    (line, { value, ...place }) => value !== null && asks.penalty(line.agent, line.members, { ...place, penalty: value }),
  );
}

// Everything else

function pageWords(words) {
  const written = words.map(plain).join(" ");
  return PAGE.map(([text, title, run]) => ({ text: plain(text), title, run }))
    .filter(({ text }) => text.startsWith(written))
    .map(({ text, title, run }) => ({
      key: `page ${text}`,
      title,
      note: text,
      why: "",
      rank: text === written ? 4 : 1,
      run,
    }));
}

/** Agents and queues by name: to open, to show. */
function things(words, { store, filters }) {
  const isQueueOnly = plain(words[0]) === plain(gettext("queue")) && words.length > 1;
  const named = isQueueOnly ? words.slice(1) : words;
  const agents = isQueueOnly ? [] : findAgents(store.rows("agents"), named);
  const found = agents.map(({ row, rank }) => ({
    key: `open ${agentKey(row)}`,
    title: fill(gettext("Open %(name)s"), { name: nameOf(row).name }),
    note: [row.extension, AGENT_STATES[row.state]].filter(Boolean).join(" · "),
    why: "",
    rank,
    run: { agent: row },
  }));
  const queues = findQueues(store.rows("queues"), named).flatMap(({ row, rank }) => queueThings(row, rank, filters));
  return [...found, ...queues].sort((a, b) => b.rank - a.rank);
}

function queueThings(queue, rank, filters) {
  const name = queue.name || queue.number;
  const key = queueKey(queue.pbx, queue.number);
  const isPicked = filters.queue === key;
  const show = isPicked ? gettext("Show all queues again") : fill(gettext("Show only queue %(name)s"), { name });
  return [
    { key: `show ${key}`, title: show, note: queue.number, why: "", rank, run: { filters: { queue: isPicked ? "" : key } } },
    { key: `open ${key}`, title: fill(gettext("Open queue %(name)s"), { name }), note: queue.number, why: "", rank: rank - 0.5, run: { queue } },
  ];
}

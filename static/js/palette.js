/**
 * What somebody means who writes "pause ada 15 lunch": suggestions with what will happen in words, best first. Pure.
 *
 * In: the text, and the page's context (store, rights, whyNot, filters; see live.js) with `reasons`, the names of pause
 * reasons, and `spyCodes`. Out: {suggestions, isSure}. A suggestion: {key, title, note, why, run}; `why` says why it
 * cannot be done now ("" when it can), `run` is one of {ask}, {agent}, {queue}, {filters}, {command}, {complete: text
 * that goes on}. `isSure`: the first one is what was written, so Enter may do it; otherwise one must be chosen.
 */

import { queueKey } from "./figures.js";
import { agentKey } from "./groups.js";
import { nameOf } from "./names.js";
import {
  lineOf, readCall, readLogin, readLogout, readPause, readPenalty, readPlain, readTransfer, spelled,
} from "./sentences.js";
import { byName } from "./sorting.js";
import { AGENT_STATES } from "./states.js";
import { fill, gettext } from "./text.js";
import { findAgents, findQueues, plain, wordsOf } from "./words.js";

const MOST = 8;
/** Verbs by what they do; several ways to write one are parted by "|". The rest is read by `read` (sentences.js). */
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
  [
    gettext("show all"),
    gettext("Show all agents and queues again"),
    { filters: { states: new Set(), queue: "", team: "", find: "" } },
  ],
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
    .filter(({ spellings }) => spellings.some((spelling) => spelling.join(" ").startsWith(written)))
    .map(completion);
}

const completion = (verb) => ({
  key: `verb ${verb.action} ${verb.words}`,
  title: spelled(verb),
  note: verb.example,
  why: "",
  run: { complete: `${spelled(verb)} ` },
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
      title: `${spelled(verb)} ${agent.name}`,
      note: agent.extension,
      why: "",
      rank: 0,
      run: { complete: `${spelled(verb)} ${agent.extension || agent.name} ` },
    }));
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
  const open = fill(gettext("Open queue %(name)s"), { name });
  const shared = { note: queue.number, why: "" };
  return [
    { ...shared, key: `show ${key}`, title: show, rank, run: { filters: { queue: isPicked ? "" : key } } },
    { ...shared, key: `open ${key}`, title: open, rank: rank - 0.5, run: { queue } },
  ];
}

/**
 * What a wallboard says, worked out from the rows: the large figures, the queue lines, the callers, the agents, the
 * alerts. A store, the board's settings and an instant in; plain objects with texts out. Pure.
 */

import { agentsOf, averageSpeed, averageTalk, headline, queueKey, queueLines, waitingCallers } from "../figures.js";
import { duration, instant, percent, timeOfDay } from "../format.js";
import { brokenBy, isTooLittle } from "../limits.js";
import { fill, gettext, ngettext } from "../text.js";

/** Under a value that breaks its limit, beside a sign: [amber, red]. */
const WORDS = {
  waiting: [gettext("many"), gettext("too many")],
  longest_wait: [gettext("long"), gettext("too long")],
  service_level: [gettext("low"), gettext("too low")],
  free_agents: [gettext("few"), gettext("too few")],
  abandoned_percent: [gettext("many"), gettext("too many")],
};

/** Which of a queue's limits a large figure stands for. */
const LIMIT_OF = {
  waiting: "waiting",
  longest_wait: "longest_wait",
  service_level: "service_level",
  free_agents: "free_agents",
  abandoned: "abandoned_percent",
};

/** {level: "amber", "red" or "", sign, word} of a limit that is broken so. */
export function markOf(limit, level) {
  if (!level) return { level: "", sign: "", word: "" };
  const isRed = level === "red";
  const sign = isRed ? (isTooLittle(limit) ? "▼" : "▲") : "!";
  return { level, sign, word: WORDS[limit][isRed ? 1 : 0] };
}

/** The board's queues that the PBXs have, in the board's order: lines of figures.js with what they break. */
export function linesOf(store, wall, now) {
  const known = new Map(queueLines(store).map((line) => [line.key, line]));
  return wall.queues
    .map(({ pbx, number }) => known.get(queueKey(pbx, number)))
    .filter(Boolean)
    .map((line) => ({ ...line, broken: brokenBy(line, now(line.queue.pbx)) }));
}

/** The large figures in the board's order: [{key, label, value, note, level, sign, word}]. */
export function tilesOf(store, wall, now) {
  const lines = linesOf(store, wall, now);
  const queues = lines.map((line) => line.queue);
  const figures = { queues, now, ...headline(queues, agentsOf(store, queues)) };
  return wall.figures
    .filter((key) => key in TILES)
    .map((key) => {
      const [label, of] = TILES[key];
      const [value, note] = of(figures);
      const { mark, name } = worstOf(lines, LIMIT_OF[key]);
      // With one queue it is clear which one it is.
      const word = name && lines.length > 1 ? `${mark.word}: ${name}` : mark.word;
      return { key, label, value, note, ...mark, word };
    });
}

/** The worst that a limit is broken by any of these queues, and by which; by several waits, the longest's. */
function worstOf(lines, limit) {
  const ranked = limit === "longest_wait" ? byWait(lines) : lines;
  const first = (level) => ranked.find(({ broken }) => broken[limit] === level);
  const worst = limit ? first("red") || first("amber") : undefined;
  if (!worst) return { mark: markOf(limit, ""), name: "" };
  return { mark: markOf(limit, worst.broken[limit]), name: worst.queue.name };
}

/** Queues in which somebody waits, the longest wait first. */
function byWait(lines) {
  const waiting = lines.filter(({ queue }) => queue.oldest_joined_at);
  return waiting.sort((a, b) => instant(a.queue.oldest_joined_at) - instant(b.queue.oldest_joined_at));
}

const NONE = "–";
const ofQueues = (count) => fill(ngettext("in %(n)s queue", "in %(n)s queues", count), { n: count });
const seconds = (span) => (span === null ? NONE : duration(span));
const sum = (queues, field) => queues.reduce((total, queue) => total + queue[field], 0);

/** What all of them have, or null. */
const common = (values) => (new Set(values).size === 1 ? values[0] : null);

function targetTime(queues) {
  const target = common(queues.map((queue) => queue.target_seconds));
  return target === null ? "" : fill(gettext("target %(n)s s"), { n: target });
}

function levelNote({ level, queues }) {
  const within = common(queues.map((queue) => queue.target_seconds));
  const target = level ? Math.round(level.target) : common(queues.map((queue) => queue.target_percent));
  if (target === null) return "";
  const words = within === null ? gettext("target %(target)s") : gettext("target %(target)s in %(within)s s");
  return fill(words, { target: percent(target), within });
}

function staffing({ queues }) {
  const known = queues.filter((queue) => queue.staff_needed !== null && queue.staff_needed !== undefined);
  if (!known.length) return [NONE, gettext("too few calls to tell")];
  const missing = known.reduce((total, queue) => total + Math.max(0, queue.staff_needed - queue.staff_present), 0);
  const note = missing ? fill(gettext("%(n)s more than there are"), { n: missing }) : gettext("enough are there");
  return [sum(known, "staff_needed"), note];
}

function longest({ longest: oldest, now }) {
  if (!oldest) return [NONE, gettext("no one is waiting")];
  const target = fill(gettext("target %(n)s s"), { n: oldest.queue.target_seconds });
  return [duration(now(oldest.queue.pbx) - oldest.at), `${oldest.queue.name}, ${target}`];
}

/** Label, and of the figures of figures.js the value and the note below it. */
const TILES = {
  waiting: [
    gettext("Waiting"),
    (of) => [of.waiting, of.waiting ? ofQueues(of.waitingQueues) : gettext("no one is waiting")],
  ],
  longest_wait: [gettext("Longest wait"), longest],
  service_level: [
    gettext("Service level"),
    (of) => [of.level ? percent(Math.round(of.level.percent)) : NONE, levelNote(of)],
  ],
  answered: [
    gettext("Answered"),
    (of) => [of.answered, fill(gettext("of %(n)s today"), { n: sum(of.queues, "today_offered") })],
  ],
  abandoned: [
    gettext("Abandoned"),
    (of) => [of.abandoned, of.abandonedShare === null ? gettext("no calls yet today") : percent(of.abandonedShare)],
  ],
  free_agents: [gettext("Free agents"), (of) => [of.free, fill(gettext("of %(n)s logged in"), { n: of.loggedIn })]],
  on_call: [
    gettext("On a call"),
    (of) => [of.onQueueCall, fill(gettext("and %(n)s on other calls"), { n: of.onOtherCall })],
  ],
  paused: [gettext("Paused"), (of) => [of.paused, fill(gettext("of %(n)s logged in"), { n: of.loggedIn })]],
  offered: [gettext("Offered"), (of) => [sum(of.queues, "today_offered"), gettext("callers today")]],
  average_speed: [
    gettext("Average speed"),
    (of) => [
      seconds(averageSpeed({ today_answered: of.answered, today_wait_seconds: sum(of.queues, "today_wait_seconds") })),
      targetTime(of.queues),
    ],
  ],
  average_talk: [
    gettext("Average talk"),
    (of) => {
      const talked = sum(of.queues, "today_talked");
      const talk = averageTalk({ today_talked: talked, today_talk_seconds: sum(of.queues, "today_talk_seconds") });
      return [seconds(talk), gettext("of today's calls")];
    },
  ],
  staffing: [gettext("Agents needed"), staffing],
};

/** A line of the queue table as texts: {name, isOld, cells: {figure: {value, level, sign, word}}}. */
export function rowOf({ queue, free, loggedIn, broken }, now, isOld) {
  const oldest = instant(queue.oldest_joined_at);
  const level = queue.today_service_level;
  const cell = (limit, value) => ({ value, ...markOf(limit, broken[limit]) });
  return {
    name: queue.name || queue.number,
    isOld,
    cells: {
      waiting: cell("waiting", queue.waiting),
      longest_wait: cell("longest_wait", oldest === null ? NONE : duration(now(queue.pbx) - oldest)),
      service_level: cell("service_level", level === null ? NONE : percent(Math.round(level))),
      answered: cell("answered", queue.today_answered),
      abandoned: cell("abandoned_percent", queue.today_abandoned),
      free_agents: cell("free_agents", fill(gettext("%(free)s of %(all)s"), { free, all: loggedIn })),
    },
  };
}

/** Callers in line, longest first: [{who, queue, wait, level, sign, word, isOld}]. */
export function callersOf(store, lines, now, frozenAt) {
  const names = new Map(lines.map(({ key, queue }) => [key, queue]));
  return waitingCallers(store)
    .filter((caller) => names.has(queueKey(caller.pbx, caller.queue)))
    .map((caller) => {
      const queue = names.get(queueKey(caller.pbx, caller.queue));
      const span = now(caller.pbx) - instant(caller.joined_at);
      const oldest = { queue: { ...queue, oldest_joined_at: caller.joined_at }, free: 0 };
      const mark = markOf("longest_wait", brokenBy(oldest, now(caller.pbx)).longest_wait);
      const isOld = frozenAt.has(caller.pbx);
      return { who: whoOf(caller), queue: queue.name || queue.number, wait: duration(span), ...mark, isOld };
    });
}

/** What the server has left of a number that it cut; of a short one that is nothing. */
function whoOf({ name, number }) {
  if (name) return name;
  if (!number) return gettext("withheld");
  return number === "…" ? gettext("short number") : number;
}

/** What is wrong now, the red before the amber, the oldest first: [{level, text, since}]. */
export function alertsOf(store, wall) {
  const shown = new Set(wall.queues.map(({ pbx, number }) => queueKey(pbx, number)));
  return store
    .rows("incidents")
    .filter(({ pbx, queue }) => !queue || shown.has(queueKey(pbx, queue)))
    .map((incident) => ({ incident, at: instant(incident.opened_at) }))
    .sort((a, b) => Number(isRed(b)) - Number(isRed(a)) || a.at - b.at)
    .map(({ incident, at }) => ({
      level: incident.severity,
      text: titleOf(store, incident),
      since: sinceOf(incident, at),
    }));
}

const isRed = ({ incident }) => incident.severity === "red";

function titleOf(store, { pbx, queue, title }) {
  const row = store.row("queues", pbx, queue);
  return row ? `${row.name || row.number}: ${title}` : title;
}

function sinceOf({ acknowledged_by: name }, at) {
  const since = fill(gettext("since %(time)s"), { time: timeOfDay(at) });
  return name ? `${since} · ${fill(gettext("seen by %(name)s"), { name })}` : since;
}

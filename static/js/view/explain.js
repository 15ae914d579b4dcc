/**
 * Where a number comes from: its formula in words, its window, and the calls or agents behind it. Numbers of now come
 * from the board, those of today from the server, which also knows what the PBX says for the same.
 */

import { columnOf, headline, queueLines } from "../figures.js";
import { clockTime, duration, instant, percent } from "../format.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext, ngettext } from "../text.js";
import { KeyedRows, clone, closeOnBackdrop, partsOf, setHidden, setText, showOnTop } from "./dom.js";
import { partyOf } from "./callers.js";

/** Names of the figures; those of today are asked for by the same word. */
export const FIGURES = {
  waiting: gettext("Waiting"),
  longest: gettext("Longest wait"),
  free: gettext("Free"),
  onCall: gettext("On call"),
  paused: gettext("Paused"),
  loggedIn: gettext("Logged in"),
  service_level: gettext("Service level"),
  offered: gettext("Offered"),
  answered: gettext("Answered"),
  in_time: gettext("Answered in time"),
  abandoned: gettext("Abandoned"),
  short_abandoned: gettext("Short abandons"),
  flowed_out: gettext("Flowed out"),
  lost: gettext("Lost from sight"),
  average_speed: gettext("Average speed of answer"),
  talk: gettext("Average talk"),
  longest_wait: gettext("Longest wait today"),
};

const NOW_WORDS = {
  waiting: gettext("Callers in line now. Who is connected to an agent counts no more."),
  longest: gettext("Now − joining of the caller who has waited longest. Amber from 70 % of the queue's target, red from all of it."),
  free: gettext("Members who could take a call at once: phone idle, not paused in this queue, no wrap-up."),
  onCall: gettext("Members on a call, of whatever queue or none, even if paused."),
  paused: gettext("Members paused in this queue who are on no call."),
  loggedIn: gettext("All members of the queue now, whatever they do."),
};

const SECONDS = new Set(["average_speed", "talk", "longest_wait"]);

const OUTCOMES = {
  waiting: gettext("waiting"),
  talking: gettext("talking"),
  completed: gettext("answered"),
  abandoned: gettext("abandoned"),
  timed_out: gettext("timed out"),
  redirected: gettext("sent elsewhere"),
  exited: gettext("left by key"),
  lost: gettext("lost from sight"),
};

export class ExplainView {
  #dialog = document.getElementById("explain");
  #parts = partsOf(this.#dialog);
  #commands;
  #calls;
  #lines;
  #wiring;
  #asked = null;

  constructor(commands, wiring) {
    this.#commands = commands;
    this.#wiring = wiring;
    this.#calls = new KeyedRows(this.#parts.calls, { create: () => clone("call-row"), update: callRow });
    this.#lines = new KeyedRows(this.#parts.lines, {
      create: () => {
        const view = clone("explain-line");
        view.parts.open.addEventListener("click", () => view.open());
        return view;
      },
      update: (view, { label, value, open }) => {
        view.open = open;
        setText(view.parts.open, label);
        setText(view.parts.value, value);
      },
    });
    closeOnBackdrop(this.#dialog);
  }

  /** Explains a figure of a queue; without one, of all the queues that are shown. */
  open(figure, queue, context) {
    const asked = (this.#asked = { figure, queue });
    const name = FIGURES[figure];
    const where = queue?.name ?? gettext("all queues shown");
    setText(this.#parts.title, fill(gettext("%(figure)s, %(where)s"), { figure: name, where }));
    for (const part of ["words", "window", "value", "note"]) setText(this.#parts[part], "");
    this.#calls.show([]);
    this.#lines.show([]);
    setHidden(this.#parts.table, true);
    setHidden(this.#parts.pbx, true);
    this.#parts.pbx.open = false;
    showOnTop(this.#dialog);
    this.#dialog.querySelector(".sheet-body").scrollTop = 0;
    if (!queue) this.#showQueues(figure, context);
    else if (figure in NOW_WORDS) this.#showNow(figure, queue, context);
    else this.#showToday(asked);
  }

  /** A number of all queues: what each of them adds to it. */
  #showQueues(figure, { shown, store }) {
    const isNow = figure in NOW_WORDS;
    const { of, all, words } = PER_QUEUE[figure];
    setText(this.#parts.value, all(headline(shown.queues, shown.agents)));
    setText(this.#parts.words, isNow ? NOW_WORDS[figure] : words);
    setText(this.#parts.window, isNow ? gettext("now") : gettext("today, since each queue's reset hour"));
    const lines = queueLines(store).filter(({ key }) => shown.has(key));
    this.#lines.show(
      lines.map((line) => ({
        key: line.key,
        label: line.queue.name,
        value: of(line),
        open: () => this.#wiring.explain(figure, line.queue),
      })),
    );
    const note = gettext("By queue. Who is a member of several of them counts once in the sum.");
    setText(this.#parts.note, figure === "free" ? note : gettext("By queue:"));
  }

  #showNow(figure, queue, { store, now }) {
    setText(this.#parts.words, NOW_WORDS[figure]);
    setText(this.#parts.window, gettext("now"));
    const lines = figure === "waiting" || figure === "longest"
      ? callerLines(store, queue, now(queue.pbx), this.#wiring)
      : memberLines(store, queue, figure, this.#wiring);
    setText(this.#parts.value, figure === "longest" ? (lines[0]?.value ?? "–") : lines.length);
    this.#lines.show(lines);
  }

  async #showToday(asked) {
    const { figure, queue } = asked;
    setText(this.#parts.note, gettext("Asking the server…"));
    const path = `queues/${encodeURIComponent(queue.pbx)}/${encodeURIComponent(queue.number)}/calls`;
    const told = await this.#commands.get(`${path}?figure=${figure}&limit=200`);
    if (asked !== this.#asked) return;
    setText(this.#parts.note, told ? behindNote(told) : gettext("The server could not say. Try again in a moment."));
    if (!told) return;
    setText(this.#parts.words, told.words);
    setText(this.#parts.window, fill(gettext("since %(time)s"), { time: clockTime(instant(told.since)) }));
    setText(this.#parts.value, valueText(figure, told.value));
    setHidden(this.#parts.table, !told.calls.length);
    this.#calls.show(told.calls.map((call) => ({ ...call, key: `${call.uniqueid} ${call.joined_at}` })));
    setHidden(this.#parts.pbx, false);
    setText(this.#parts.pbxValue, pbxText(figure, told.pbx_value));
    setText(this.#parts.pbxWhy, told.pbx_words);
  }
}

/** What a queue adds to a headline number, and how they come to one. */
const PER_QUEUE = {
  waiting: { all: ({ waiting }) => waiting, of: ({ queue }) => queue.waiting },
  longest: {
    all: ({ longest }) => (longest ? sinceText(longest.at) : "–"),
    of: ({ queue }) => (queue.oldest_joined_at ? sinceText(instant(queue.oldest_joined_at)) : "–"),
  },
  free: { all: ({ free }) => free, of: ({ free }) => free },
  service_level: {
    all: ({ level }) => (level ? percent(level.percent) : "–"),
    of: ({ queue }) => (queue.today_service_level === null ? "–" : percent(queue.today_service_level)),
    words: gettext("Calls in time ÷ calls that count, all queues together, each by the definition it is set to."),
  },
  abandoned: {
    all: ({ abandoned, abandonedShare }) => (abandoned ? `${abandoned} · ${percent(abandonedShare)}` : abandoned),
    of: ({ queue }) => queue.today_abandoned,
    words: gettext("Callers who hung up in line. The share is of all whose fate is known: answered, abandoned, flowed out."),
  },
};

const sinceText = (at) => fill(gettext("since %(time)s"), { time: clockTime(at) });

function callerLines(store, queue, now, { openCaller }) {
  return store
    .rows("callers")
    .filter((caller) => caller.pbx === queue.pbx && caller.queue === queue.number && caller.state !== "talking")
    .sort((a, b) => (a.joined_at < b.joined_at ? -1 : 1))
    .map((caller) => ({
      key: caller.key,
      label: partyOf(caller.number, caller.name),
      value: duration(now - instant(caller.joined_at)),
      open: () => openCaller(caller),
    }));
}

function memberLines(store, queue, column, { openAgent }) {
  return store
    .membersIn(queue.pbx, queue.number)
    .map((member) => ({ member, agent: store.row("agents", member.pbx, member.interface) }))
    .filter(({ member, agent }) => column === "loggedIn" || columnOf(member, agent?.state) === column)
    .map(({ member, agent }) => ({
      key: member.key,
      label: agent?.name || member.name || member.interface,
      value: [AGENT_STATES[agent?.state], member.paused && member.pause_reason].filter(Boolean).join(" · "),
      open: () => agent && openAgent(agent),
    }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

function valueText(figure, value) {
  if (value === null || value === undefined) return "–";
  if (figure === "service_level") return percent(value);
  return SECONDS.has(figure) ? duration(value * 1000) : String(value);
}

function pbxText(figure, value) {
  if (value === null || value === undefined) return gettext("The PBX has no figure for this.");
  return fill(gettext("The PBX says %(value)s."), { value: valueText(figure, value) });
}

/** How many calls are behind a number, and how many of them are listed. */
function behindNote({ total, hidden, calls }) {
  if (!total) return gettext("No call is behind this number yet.");
  const all = fill(ngettext("%(n)s call is behind this.", "%(n)s calls are behind this.", total), { n: total });
  if (hidden) return `${all} ${gettext("You see those that are yours.")}`;
  return calls.length < total ? `${all} ${fill(gettext("Here are %(n)s of them."), { n: calls.length })}` : all;
}

/** Fills a row of calls from what the API says of one. */
export function callRow({ parts }, call) {
  setText(parts.time, clockTime(instant(call.joined_at)));
  setText(parts.who, partyOf(call.number, call.name));
  setText(parts.wait, call.wait_seconds === null ? "–" : duration(call.wait_seconds * 1000));
  setText(parts.talk, call.talk_seconds === null ? "–" : duration(call.talk_seconds * 1000));
  setText(parts.outcome, outcomeText(call));
  setText(parts.agent, call.agent || call.agent_interface);
}

function outcomeText({ outcome, counts }) {
  const answered = outcome === null ? "talking" : "completed";
  const word = OUTCOMES[counts.answered ? answered : (outcome ?? "waiting")] ?? outcome;
  return counts.in_time ? fill(gettext("%(outcome)s, in time"), { outcome: word }) : word;
}

/** The sheet of one queue: its numbers now and today, who waits, its members, and who may be borrowed for it. */

import { whoCouldHelp } from "../advice.js";
import { unpause } from "../asks.js";
import { abandonedShare, averageSpeed, averageTalk, columnOf, queueKey, queueLines, waitingCallers } from "../figures.js";
import { age, duration, instant, percent, timeOfDay } from "../format.js";
import { shadeOf, shadeOfWait } from "../limits.js";
import { nameOf } from "../names.js";
import { byName } from "../sorting.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext } from "../text.js";
import { partyOf, triesOf } from "./callers.js";
import { KeyedRows, clone, closeOnBackdrop, partsOf, setAttribute, setHidden, setText, showOnTop } from "./dom.js";
import { FIGURES } from "./explain.js";
import { memberChoices } from "./member_actions.js";
import { queueChoices } from "./queues.js";
import { Staffing } from "./staffing.js";
import { timing } from "./tile.js";

const NOW = ["waiting", "longest", "free", "onCall", "paused", "loggedIn"];
const TODAY = ["service_level", "offered", "answered", "abandoned", "average_speed", "talk", "longest_wait", "flowed_out", "lost"];
/** More could be borrowed than anybody reads through. */
const MOST = 12;

export class QueueSheet {
  #dialog = document.getElementById("queue-sheet");
  #parts = partsOf(this.#dialog);
  #wiring;
  #commands;
  #figures;
  #callers;
  #members;
  #borrowed;
  #staffing;
  #queue = null;
  #context = null;
  #reasons = [];

  constructor(commands, wiring) {
    this.#commands = commands;
    this.#wiring = wiring;
    this.#figures = { now: figureList(this.#parts.now), today: figureList(this.#parts.today) };
    this.#callers = new KeyedRows(this.#parts.callers, { create: () => clone("sheet-caller"), update: fillCaller });
    this.#members = new KeyedRows(this.#parts.members, {
      create: () => withView(clone("sheet-member")),
      update: (view, line) => this.#fillMember(view, line),
    });
    this.#borrowed = new KeyedRows(this.#parts.borrowed, {
      create: () => withView(clone("sheet-borrow")),
      update: (view, line) => this.#fillBorrowed(view, line),
    });
    this.#dialog.addEventListener("click", (event) => this.#click(event.target));
    this.#staffing = new Staffing(this.#parts, commands);
    closeOnBackdrop(this.#dialog);
  }

  async open(queue, context) {
    this.#queue = queue;
    showOnTop(this.#dialog);
    this.render(context);
    this.#dialog.querySelector(".sheet-body").scrollTop = 0;
    if (context.isSupervisor) this.#reasons = await this.#commands.pauseReasons();
  }

  render(context) {
    if (!this.#dialog.open) return;
    this.#context = context;
    const { store, frozenAt, isMany } = context;
    const { pbx, number } = this.#queue;
    const row = store.row("queues", pbx, number);
    if (row) this.#queue = row;
    const parts = this.#parts;
    const { name, strategy } = this.#queue;
    setText(parts.name, name);
    setText(parts.identity, [number === name ? "" : number, isMany ? pbx : "", strategy].filter(Boolean).join(" · "));
    setHidden(parts.gone, Boolean(row));
    setAttribute(this.#dialog, "data-old", frozenAt.has(pbx));
    const since = instant(this.#queue.today_since);
    const today = since === null ? gettext("Today") : fill(gettext("Today since %(time)s"), { time: timeOfDay(since) });
    setText(parts["today-title"], today);
    const line = queueLines(store).find(({ key }) => key === queueKey(pbx, number));
    this.#figures.now.show(NOW.map((figure) => ({ key: figure, value: nowValue(figure, line) })));
    this.#figures.today.show(TODAY.map((figure) => ({ key: figure, ...todayValue(figure, this.#queue) })));
    this.#staffing.show(this.#queue);
    this.#showPeople(context);
    this.tick(context);
  }

  tick({ now }) {
    if (!this.#dialog.open) return;
    const at = now(this.#queue.pbx);
    for (const { parts, caller } of this.#callers.views) {
      const wait = at - instant(caller.joined_at);
      setText(parts.timer, duration(wait));
      setAttribute(parts.timer, "data-level", shadeOfWait(this.#queue, wait) || null);
    }
    const oldest = instant(this.#queue.oldest_joined_at);
    const [, longest] = this.#figures.now.views;
    setText(longest.parts.value, oldest === null ? "–" : duration(at - oldest));
    setAttribute(longest.parts.value, "data-level", (oldest && shadeOfWait(this.#queue, at - oldest)) || null);
    for (const { parts, line } of this.#members.views) setText(parts.timer, timeIn(line.agent, at));
    for (const { parts, line } of this.#borrowed.views) setText(parts.timer, timeIn(line.agent, at));
  }

  #showPeople({ store, isSupervisor, now }) {
    const { pbx, number } = this.#queue;
    const waiting = waitingCallers(store).filter((caller) => caller.pbx === pbx && caller.queue === number);
    this.#callers.show(waiting.map((caller) => ({ key: caller.key, caller })));
    setHidden(this.#parts["callers-empty"], waiting.length > 0);
    const members = store
      .membersIn(pbx, number)
      .map((member) => ({ key: member.key, member, agent: store.row("agents", pbx, member.interface) }))
      .sort((a, b) => a.member.penalty - b.member.penalty || byName(memberName(a), memberName(b)));
    this.#members.show(members);
    setText(this.#parts["members-count"], members.length);
    setHidden(this.#parts["members-empty"], members.length > 0);
    const others = isSupervisor ? whoCouldHelp(store, this.#queue, now(pbx)) : [];
    this.#borrowed.show(others.slice(0, MOST).map((one) => ({ key: one.agent.key, ...one })));
    setHidden(this.#parts["borrow-panel"], !isSupervisor);
    setHidden(this.#parts["borrow-empty"], others.length > 0);
  }

  #fillMember(view, line) {
    const { parts, root } = view;
    const { member, agent } = line;
    view.line = line;
    setAttribute(root, "data-state", columnOf(member, agent?.state) === "paused" ? "paused" : (agent?.state ?? "unreachable"));
    setText(parts.open, memberName(line));
    setText(parts.state, memberState(line, this.#context.store));
    setText(parts.penalty, member.penalty);
    setText(parts.taken, member.calls_taken);
    setHidden(parts.menu, !this.#context.isSupervisor || !agent);
    setAttribute(parts.menu, "aria-label", fill(gettext("What may be done with %(name)s"), { name: memberName(line) }));
  }

  #fillBorrowed(view, line) {
    const { parts, root } = view;
    const { agent, kind, text } = line;
    view.line = line;
    setAttribute(root, "data-state", agent.state);
    setText(parts.open, nameOf(agent).name);
    const queues = this.#context.store.membersOf(agent.pbx, agent.interface);
    const names = queues.map(({ queue }) => this.#context.store.row("queues", agent.pbx, queue)?.name || queue);
    setText(parts.from, text || names.join(", "));
    const [word, needed] = HELP[kind];
    setText(parts.login, word);
    const why = this.#context.whyNot(agent.pbx, needed, this.#queue.number);
    setAttribute(parts.login, "aria-disabled", why ? "true" : null);
    setAttribute(parts.login, "title", why || null);
  }

  #click(target) {
    const { explain, openAgent, openCaller, menu } = this.#wiring;
    const part = target.closest("[data-part]")?.dataset.part;
    const figure = target.closest("[data-figure]")?.dataset.figure;
    const view = target.closest("[data-row]")?.view;
    const line = view?.line;
    if (figure) explain(figure, this.#queue);
    else if (target.closest("[data-call]")) openCaller(target.closest("[data-call]").caller);
    else if (part === "choices") menu.open(this.#parts.choices, this.#queue.name, this.#choices());
    else if (part === "open" && line?.agent) openAgent(line.agent);
    else if (part === "menu") {
      const choices = memberChoices(line, this.#context, this.#commands, this.#reasons);
      menu.open(view.parts.menu, memberName(line), choices);
    } else if (part === "login" && !view.parts.login.hasAttribute("aria-disabled")) this.#help(line);
  }

  #choices() {
    const { pbx, number } = this.#queue;
    return queueChoices({ key: queueKey(pbx, number), queue: this.#queue }, this.#wiring).slice(1);
  }

  #help({ agent, kind }) {
    if (kind === "overdue") {
      this.#commands.give(unpause({ ...agent, name: nameOf(agent).name }));
      return;
    }
    if (kind === "wrap_up") {
      this.#commands.ask(`agents/${agent.id}/ready`, {}, fill(gettext("End the wrap-up of %(name)s"), nameOf(agent)));
      return;
    }
    const values = { name: nameOf(agent).name, queue: this.#queue.name };
    const label = fill(gettext("Log %(name)s in to %(queue)s"), values);
    const queue = this.#queue.number;
    this.#commands.ask(`agents/${agent.id}/login`, kind === "left" ? { queue } : { queue, penalty: 0 }, label);
  }
}

/** What helps, by the kinds of advice.js: the button's word, and the action of the link that it needs. */
const HELP = {
  overdue: [gettext("Unpause"), "unpause"],
  wrap_up: [gettext("Ready now"), "ready"],
  left: [gettext("Log in here"), "log_in"],
  elsewhere: [gettext("Log in here"), "log_in"],
};

const withView = (view) => Object.assign(view.root, { view }).view;
const memberName = ({ member, agent }) => (agent ? nameOf(agent).name : member.name || member.interface);

function figureList(root) {
  return new KeyedRows(root, {
    create: ({ key }) => {
      const view = clone("sheet-figure");
      setText(view.parts.label, FIGURES[key]);
      view.root.dataset.figure = key;
      return view;
    },
    update: ({ parts }, { value, note = "", shade = "" }) => {
      if (value !== undefined) setText(parts.value, value);
      setText(parts.note, note);
      if (value !== undefined) setAttribute(parts.value, "data-level", shade || null);
    },
  });
}

/** `undefined` where the ticker writes the value. */
function nowValue(figure, line) {
  if (figure === "longest") return undefined;
  if (!line) return "–";
  return figure === "waiting" ? line.queue.waiting : line[figure];
}

function todayValue(figure, queue) {
  const seconds = (ms) => (ms === null ? "–" : duration(ms));
  switch (figure) {
    case "service_level": {
      const reached = queue.today_service_level;
      const note = fill(gettext("target %(percent)s in %(seconds)s s"), {
        percent: percent(queue.target_percent),
        seconds: queue.target_seconds,
      });
      return { value: reached === null ? "–" : percent(reached), note, shade: shadeOf(queue, "service_level", reached) };
    }
    case "abandoned":
      return { value: queue.today_abandoned, note: percent(abandonedShare([queue])) };
    case "average_speed":
      return { value: seconds(averageSpeed(queue)) };
    case "talk":
      return { value: seconds(averageTalk(queue)) };
    case "longest_wait":
      return { value: queue.today_longest_wait ? duration(queue.today_longest_wait * 1000) : "–" };
    default:
      return { value: queue[`today_${figure}`] };
  }
}

function fillCaller(view, { caller }) {
  const { parts, root } = view;
  view.caller = caller;
  root.caller = caller;
  setText(parts.position, caller.position || "");
  setText(parts.who, partyOf(caller.number, caller.name));
  setText(parts.tries, triesOf(caller));
}

/** "Paused: Lunch, by Sue", "On a call · Sales"; what is so in this queue comes first. */
function memberState({ member, agent }, store) {
  if (!agent) return gettext("unknown");
  if (columnOf(member, agent.state) === "paused") {
    const reason = member.pause_reason ? `: ${member.pause_reason}` : "";
    const by = member.paused_by ? `, ${fill(gettext("by %(name)s"), { name: member.paused_by })}` : "";
    const word = agent.state === "paused" ? AGENT_STATES.paused : gettext("Paused here");
    return `${word}${reason}${by}`;
  }
  const queue = agent.queue ? ` · ${store.row("queues", agent.pbx, agent.queue)?.name || agent.queue}` : "";
  return `${AGENT_STATES[agent.state] ?? agent.state}${queue}`;
}

function timeIn(agent, at) {
  if (!agent) return "";
  const { sinceAt, untilAt } = timing(agent);
  if (untilAt !== null) return fill(gettext("%(time)s left"), { time: age(untilAt - at) });
  return sinceAt === null ? "" : duration(at - sinceAt);
}

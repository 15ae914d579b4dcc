/** My day beside what is usual among my colleagues: calls, missed, talk, pauses. No names, no ranking. */

import { duration } from "../format.js";
import { fill, gettext, ngettext } from "../text.js";
import { KeyedRows, clone, partsOf, setHidden, setText } from "./dom.js";

/** Asked again after so long, and whenever a call or a pause is over. */
const EVERY = 60_000;

export class DeskDay {
  #root = document.getElementById("desk-day");
  #parts = partsOf(this.#root);
  #pauses;
  #commands;
  #asked = "";
  #askedAt = -Infinity;
  #desk = null;

  constructor(commands) {
    this.#commands = commands;
    this.#pauses = new KeyedRows(this.#parts.pauses, {
      create: () => clone("desk-pause-row"),
      update: ({ parts }, { pause }) => {
        setText(parts.reason, pause.reason || gettext("Pause without a reason"));
        setText(parts.count, fill(gettext("%(n)s ×"), { n: pause.count }));
        setText(parts.time, duration(pause.seconds * 1000));
      },
    });
  }

  render(desk, context) {
    this.#desk = desk;
    const { agent } = desk;
    const asked = `${agent.id} ${agent.calls_today} ${agent.talk_seconds_today} ${agent.paused_count}`;
    if (!context.store.isComplete || document.hidden) return;
    if (asked === this.#asked && performance.now() - this.#askedAt < EVERY) return;
    this.#asked = asked;
    this.#load(agent.id);
  }

  tick(context) {
    if (this.#desk && performance.now() - this.#askedAt >= EVERY) this.render(this.#desk, context);
  }

  async #load(id) {
    this.#askedAt = performance.now();
    const told = await this.#commands.get("me/day");
    const mine = told?.phones.find(({ agent }) => agent === id);
    setHidden(this.#root, !mine);
    if (!mine || this.#desk.agent.id !== id) return;
    this.#show(mine, told.average);
  }

  #show(mine, average) {
    const parts = this.#parts;
    const paused = mine.pauses.reduce((sum, { seconds }) => sum + seconds, 0);
    const own = { calls: mine.calls, missed: mine.missed, talk: span(mine.talk_seconds), paused: span(paused) };
    for (const [name, value] of Object.entries(own)) setText(parts[name], value);
    for (const cell of this.#root.querySelectorAll(".usual")) setHidden(cell, !average);
    setText(parts.note, noteOf(average));
    if (average) {
      setText(parts.usualCalls, average.calls.toFixed(1));
      setText(parts.usualMissed, average.missed.toFixed(1));
      setText(parts.usualTalk, span(average.talk_seconds));
      setText(parts.usualPaused, span(average.pause_seconds));
    }
    this.#pauses.show(mine.pauses.map((pause) => ({ key: pause.reason, pause })));
    setHidden(parts.pauses, !mine.pauses.length);
  }
}

const span = (seconds) => duration(seconds * 1000);

function noteOf(average) {
  if (!average) return gettext("Too few colleagues work in your queues today for an average.");
  const words = ngettext(
    "Team: the mean of %(n)s colleague who works in your queues today.",
    "Team: the mean of %(n)s colleagues who work in your queues today.",
    average.agents,
  );
  return fill(words, { n: average.agents });
}

/** My calls of today, newest first, each with a button that calls back. */

import { duration, instant, timeOfDay } from "../format.js";
import { fill, gettext } from "../text.js";
import { partyOf } from "./callers.js";
import { KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";

const MOST = 8;

export class DeskCalls {
  #list = document.getElementById("desk-calls");
  #note = document.getElementById("desk-calls-note");
  #rows;
  #commands;
  #counted = "";
  #desk = null;
  #store = null;

  /** `call(number)` dials. */
  constructor(commands, call) {
    this.#commands = commands;
    this.#rows = new KeyedRows(this.#list, {
      create: () => {
        const view = clone("desk-call-row");
        view.parts.call.addEventListener("click", () => call(view.number));
        return view;
      },
      update: (view, item) => this.#fill(view, item),
    });
  }

  /** Asks again whenever there is one call more, or another phone. */
  render(desk, context) {
    this.#desk = desk;
    this.#store = context.store;
    const { agent } = desk;
    const counted = `${agent.id} ${agent.calls_today} ${agent.last_call_at}`;
    if (counted === this.#counted || !context.store.isComplete) return;
    this.#counted = counted;
    this.#load(agent);
  }

  async #load({ id }) {
    const told = await this.#commands.get(`agents/${id}/calls?limit=${MOST}`);
    if (this.#desk.agent.id !== id) return;
    const calls = told?.calls ?? [];
    this.#rows.show(calls.map((call) => ({ key: `${call.uniqueid} ${call.joined_at}`, call })));
    setText(this.#note, told ? gettext("No call of a queue yet.") : gettext("Today's calls cannot be had just now."));
    setHidden(this.#note, calls.length > 0);
  }

  #fill(view, { call }) {
    const { parts } = view;
    const who = partyOf(call.number, call.name);
    const at = instant(call.joined_at);
    view.number = call.number;
    setText(parts.at, at === null ? "" : timeOfDay(at));
    setText(parts.who, who);
    setText(parts.queue, this.#queueName(call));
    setText(parts.talk, call.talk_seconds === null ? (call.outcome ? "–" : gettext("now")) : duration(call.talk_seconds * 1000));
    setHidden(parts.call, !/\d/.test(call.number));
    setAttribute(parts.call, "aria-label", fill(gettext("Call %(who)s"), { who }));
    setAttribute(parts.call, "title", fill(gettext("Call %(who)s"), { who }));
  }

  #queueName({ pbx, queue }) {
    return this.#store.row("queues", pbx, queue)?.name || queue;
  }
}

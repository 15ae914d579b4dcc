/** The calls an agent had today, in their sheet; asked for again whenever there is one more. */

import { duration, instant, timeOfDay } from "../format.js";
import { gettext } from "../text.js";
import { KeyedRows, clone, setHidden, setText } from "./dom.js";

const OUTCOMES = {
  completed: gettext("completed"),
  abandoned: gettext("abandoned"),
  timed_out: gettext("timed out"),
  redirected: gettext("redirected"),
  exited: gettext("left by key"),
  lost: gettext("not seen"),
};

export class SheetCalls {
  #commands;
  #rows;
  #table;
  #note;
  #count;
  #agent = null;
  #counted = null;

  constructor(dialog, commands) {
    this.#commands = commands;
    this.#table = dialog.querySelector("[data-part=calls-table]");
    this.#note = dialog.querySelector("[data-part=calls-note]");
    this.#count = dialog.querySelector("[data-part=calls-count]");
    this.#rows = new KeyedRows(this.#table.tBodies[0], { create: () => clone("day-call-row"), update: fillCall });
  }

  begin(agent) {
    this.#agent = agent;
    this.#counted = null;
    this.#show([], gettext("Loading…"));
  }

  render(agent) {
    if (this.#counted === agent.calls_today) return;
    this.#counted = agent.calls_today;
    this.#load(agent);
  }

  async #load(agent) {
    const answer = await this.#commands.get(`agents/${agent.id}/calls`);
    if (this.#agent.id !== agent.id) return;
    if (!answer) this.#show([], gettext("Today's calls cannot be had just now."));
    else this.#show(answer.calls, answer.calls.length ? "" : gettext("No call yet."));
  }

  #show(calls, note) {
    this.#rows.show(calls.map((call) => ({ key: `${call.uniqueid} ${call.joined_at}`, call })));
    setHidden(this.#table, !calls.length);
    setText(this.#note, note);
    setText(this.#count, calls.length || "");
  }
}

function fillCall({ parts }, { call }) {
  const at = instant(call.joined_at);
  const span = (seconds) => (seconds === null ? "–" : duration(seconds * 1000));
  setText(parts.at, at === null ? "" : timeOfDay(at));
  setText(parts.number, call.number || (call.name ? "" : gettext("withheld")));
  setText(parts.name, call.name === call.number ? "" : call.name);
  setText(parts.waited, span(call.wait_seconds));
  setText(parts.talked, span(call.talk_seconds));
  setText(parts.ended, call.outcome ? (OUTCOMES[call.outcome] ?? call.outcome) : gettext("now"));
}

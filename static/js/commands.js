/**
 * Clicks that ask something of a PBX. In: what to ask. Out: `onChange(request)` with each step until the answer is
 * final. Nothing is assumed done: the server's own words decide, from the socket, or asked for when the socket is
 * late. A request: {path, body, label, state, message}; its state is "sending", then the server's queued|sent, and at
 * last done|refused|expired|unknown, or "failed" when the server could not be asked.
 */

import { fill, gettext } from "./text.js";

const FINAL = new Set(["done", "refused", "expired", "unknown", "failed"]);
const ASK_AGAIN = 2_000;
const GIVE_UP = 60_000;
/** Answers that came before the request's own number was known; more than these cannot be under way. */
const EARLY_LIMIT = 50;

export const isFinal = (request) => FINAL.has(request.state);

export class Commands {
  #base;
  #token;
  #fetch;
  #later;
  #now;
  #pending = new Map();
  #early = new Map();

  onChange = () => {};

  /** `base` is the API's path, `token()` the CSRF token of this moment. */
  constructor(
    base,
    token,
    {
      fetch = (url, options) => globalThis.fetch(url, options),
      later = (run, delay) => setTimeout(run, delay),
      now = () => performance.now(),
    } = {},
  ) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetch;
    this.#later = later;
    this.#now = now;
  }

  pause(agent, queue, reason) {
    return this.#ask(`agents/${agent.id}/pause`, { queue, reason }, fill(gettext("Pause %(name)s"), agent));
  }

  unpause(agent, queue) {
    return this.#ask(`agents/${agent.id}/unpause`, { queue }, fill(gettext("Unpause %(name)s"), agent));
  }

  dial(agent, number) {
    const label = fill(gettext("Call %(number)s from the phone of %(name)s"), { number, name: agent.name });
    return this.#ask("calls/originate", { agent: agent.id, number }, label);
  }

  hangUp(pbx, uniqueid, who) {
    return this.#ask("calls/hangup", { pbx, uniqueid }, fill(gettext("Hang up the call of %(who)s"), { who }));
  }

  /** Names of the pause reasons to choose from; [] when they cannot be had. */
  async pauseReasons() {
    try {
      const answer = await this.#fetch(`${this.#base}pause-reasons`, { headers: { Accept: "application/json" } });
      return answer.ok ? (await answer.json()).map((reason) => reason.name) : [];
    } catch {
      return [];
    }
  }

  /** Takes a frame {type: "command", id, kind, state, message} of the socket. */
  heard(frame) {
    const request = this.#pending.get(frame.id);
    if (request) {
      this.#step(request, frame);
      return;
    }
    this.#early.set(frame.id, frame);
    if (this.#early.size > EARLY_LIMIT) this.#early.delete(this.#early.keys().next().value);
  }

  #ask(path, body, label) {
    const request = { path, body, label, state: "sending", message: "", askedAt: this.#now() };
    this.onChange(request);
    this.#send(request);
    return request;
  }

  async #send(request) {
    try {
      const answer = await this.#fetch(this.#base + request.path, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": this.#token(),
        },
        body: JSON.stringify(request.body),
      });
      if (!answer.ok) {
        this.#step(request, { state: "failed", message: await refusal(answer) });
        return;
      }
      const { id, state } = await answer.json();
      request.id = id;
      this.#pending.set(id, request);
      const early = this.#early.get(id);
      this.#early.delete(id);
      this.#step(request, early ?? { state, message: "" });
    } catch {
      const message = gettext("The UCM Dash server could not be reached. Whether it got this is not known.");
      this.#step(request, { state: "failed", message });
      return;
    }
    this.#later(() => this.#poll(request), ASK_AGAIN);
  }

  async #poll(request) {
    if (isFinal(request)) return;
    if (this.#now() - request.askedAt > GIVE_UP) {
      const message = gettext("No result came. Look at the board before you try again.");
      this.#step(request, { state: "unknown", message });
      return;
    }
    try {
      const answer = await this.#fetch(`${this.#base}commands/${request.id}`, {
        headers: { Accept: "application/json" },
      });
      if (answer.ok) this.#step(request, await answer.json());
    } catch {
      // The server cannot be reached just now: the next round, or the socket, will tell.
    }
    if (!isFinal(request)) this.#later(() => this.#poll(request), ASK_AGAIN);
  }

  #step(request, { state, message }) {
    if (isFinal(request)) return;
    request.state = state;
    request.message = message;
    if (isFinal(request)) this.#pending.delete(request.id);
    this.onChange(request);
  }
}

/** The server's sentence in a refused answer; ours when it has none. */
async function refusal(answer) {
  let detail;
  try {
    ({ detail } = await answer.json());
  } catch {
    detail = "";
  }
  return detail || fill(gettext("The server refused this (%(status)s)."), { status: answer.status });
}

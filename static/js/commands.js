/**
 * Clicks that ask something of a PBX. In: what to ask. Out: `onChange(request)` with each step until the answer is
 * final. Nothing is assumed done: the server's own words decide, from the socket, or asked for when the socket is
 * late.
 *
 * A request: {path, body, label, state, message, progress, status, askedAt, undoUntil, undoSpan, isUndoing, inverse,
 * parts}. Its state is "sending", then the server's queued|sent, and at last done|refused|expired|unknown|undone, or
 * "failed" when the server could not be asked or answered with an error, whose number is then its `status`. `progress`
 * is how far a call has got that it places, "" for all else; it may go on after the end. What asks for many agents at
 * once has `parts`, [{name, state, message}], and as its own state what they come to: see outcomes.js. While `undoLeft`
 * is above 0 `undo` takes it back: the server holds it that long, or it is done and has an inverse that can be asked for.
 */

import { combine, isFinal } from "./outcomes.js";
import { fill, gettext } from "./text.js";

const ASK_AGAIN = 2_000;
const GIVE_UP = 60_000;
/** Answers that came before the request's own number was known; more than these cannot be under way. */
const EARLY_LIMIT = 500;
/** Calls that were placed and may go on. */
const PLACED_LIMIT = 20;
/** The server takes no more agents, or requests to take back, at a time. */
const BULK_LIMIT = 200;
/** What is done can be undone by its inverse for so long. */
const REGRET = 8_000;
/** Browsers open no more connections to a server. */
const AT_ONCE = 6;

export class Commands {
  #base;
  #token;
  #fetch;
  #later;
  #now;
  #pending = new Map();
  /** Requests that were accepted and are over, whose call goes on. */
  #placed = new Map();
  #early = new Map();
  #undoable = [];

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

  /**
   * Asks for one thing: POST `path` with `body`. `label` says in the imperative what it is ("Pause Ada"). With `undo`
   * the server waits so many seconds before it lets the PBX know.
   */
  ask(path, body, label, { undo = 0 } = {}) {
    const request = this.#begin(path, undo ? { ...body, undo_seconds: undo } : body, label, undo);
    request.accepted = this.#send(request);
    return request;
  }

  /** Asks for what asks.js made: {path, body, label, undo, inverse}. */
  give({ path, body, label, undo = 0, inverse = null }) {
    const request = this.ask(path, body, label, { undo });
    request.inverse = inverse;
    return request;
  }

  hangUp(pbx, uniqueid, who) {
    return this.ask("calls/hangup", { pbx, uniqueid }, fill(gettext("Hang up the call of %(who)s"), { who }));
  }

  /** Asks the same for many agents, [{id, name}]: `action` and its `fields` are those of `agents/bulk`. */
  askAll(agents, action, fields, label, { undo = 0 } = {}) {
    const body = { action, ...fields, undo_seconds: undo };
    const request = this.#begin("agents/bulk", body, label, undo);
    request.parts = agents.map(({ id, name }) => ({ agent: id, name, state: "sending", message: "", whole: request }));
    request.accepted = this.#sendAll(request);
    return request;
  }

  /** Milliseconds for which this request can still be taken back. */
  undoLeft(request) {
    const isReversible = !isFinal(request) || (request.state === "done" && request.inverse);
    return isReversible && !request.isUndoing ? Math.max(0, request.undoUntil - this.#now()) : 0;
  }

  /** The request that was asked last of those that can be taken back, or undefined. */
  get lastUndoable() {
    this.#undoable = this.#undoable.filter((request) => this.undoLeft(request));
    return this.#undoable.at(-1);
  }

  /** Takes a request back, or every part of it that has not gone out yet. */
  async undo(request) {
    if (!this.undoLeft(request)) return;
    request.undoUntil = 0;
    if (isFinal(request)) {
      this.give(request.inverse);
      this.onChange(request);
      return;
    }
    request.isUndoing = true;
    this.onChange(request);
    await request.accepted;
    const open = (request.parts ?? [request]).filter((part) => !isFinal(part));
    for (let start = 0; start < open.length; start += BULK_LIMIT) await this.#undo(open.slice(start, start + BULK_LIMIT));
    request.isUndoing = false;
    this.onChange(request);
  }

  /** Names of the pause reasons to choose from; [] when they cannot be had. */
  async pauseReasons() {
    return ((await this.get("pause-reasons")) ?? []).map((reason) => reason.name);
  }

  /** What the API says at `path`, or null when it cannot be had. */
  async get(path) {
    try {
      const answer = await this.#fetch(this.#base + path, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /**
   * What needs no PBX, told at once: {answer} of `method` at `path` with `body`, or {error}, a sentence. Nothing of it
   * is followed or undone.
   */
  async tell(method, path, body) {
    try {
      const answer = await this.#write(method, path, body);
      if (!answer.ok) return { error: await refusal(answer) };
      return { answer: answer.status === 204 ? null : await answer.json() };
    } catch {
      return { error: unreachable() };
    }
  }

  /** Takes a frame {type: "command", id, kind, state, message, progress} of the socket. */
  heard(frame) {
    const request = this.#pending.get(frame.id) ?? this.#placed.get(frame.id);
    if (request) {
      this.#step(request, frame);
      return;
    }
    this.#early.set(frame.id, frame);
    if (this.#early.size > EARLY_LIMIT) this.#early.delete(this.#early.keys().next().value);
  }

  #begin(path, body, label, undo) {
    const request = { path, body, label, state: "sending", message: "", progress: "", askedAt: this.#now(), undoUntil: 0 };
    if (undo) this.#offerUndo(request, request.askedAt, undo * 1000);
    this.onChange(request);
    return request;
  }

  #offerUndo(request, at, undoSpan) {
    Object.assign(request, { undoSpan, undoUntil: at + undoSpan });
    this.#undoable.push(request);
  }

  #post(path, body) {
    return this.#write("POST", path, body);
  }

  #write(method, path, body) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.#token() };
    return this.#fetch(this.#base + path, { method, headers, body: JSON.stringify(body) });
  }

  async #send(request) {
    try {
      const answer = await this.#post(request.path, request.body);
      if (!answer.ok) {
        request.status = answer.status;
        this.#step(request, { state: "failed", message: await refusal(answer) });
        return;
      }
      this.#accept(request, await answer.json());
    } catch {
      this.#step(request, { state: "failed", message: unreachable() });
      return;
    }
    this.#later(() => this.#poll(request), firstLook(request));
  }

  async #sendAll(request) {
    for (let start = 0; start < request.parts.length; start += BULK_LIMIT) {
      await this.#sendSome(request, request.parts.slice(start, start + BULK_LIMIT));
    }
    this.#later(() => this.#poll(request), firstLook(request));
  }

  async #sendSome(request, parts) {
    const fail = (message) => parts.forEach((part) => this.#step(part, { state: "failed", message }));
    try {
      const answer = await this.#post(request.path, { ...request.body, agents: parts.map(({ agent }) => agent) });
      if (!answer.ok) {
        fail(await refusal(answer));
        return;
      }
      const results = new Map((await answer.json()).results.map((result) => [result.agent, result]));
      for (const part of parts) {
        const { id, state, detail } = results.get(part.agent) ?? {};
        if (id === undefined) this.#step(part, { state: "failed", message: detail ?? "" });
        else this.#accept(part, { id, state });
      }
    } catch {
      fail(unreachable());
    }
  }

  #accept(request, { id, state }) {
    request.id = id;
    this.#pending.set(id, request);
    const early = this.#early.get(id);
    this.#early.delete(id);
    this.#step(request, early ?? { state, message: "" });
  }

  async #poll(request) {
    if (isFinal(request)) return;
    const open = (request.parts ?? [request]).filter((part) => !isFinal(part));
    if (this.#now() - request.askedAt > GIVE_UP) {
      const message = gettext("No result came. Look at the board before you try again.");
      for (const part of open) this.#step(part, { state: "unknown", message });
      return;
    }
    // The server cannot be reached just now: the next round, or the socket, will tell.
    await inTurns(open, async (part) => {
      const answer = await this.get(`commands/${part.id}`);
      if (answer) this.#step(part, answer);
    });
    if (!isFinal(request)) this.#later(() => this.#poll(request), ASK_AGAIN);
  }

  async #undo(parts) {
    const tell = (part, message) => this.#step(part, { state: part.state, message });
    try {
      const answer = await this.#post("commands/undo", { ids: parts.map(({ id }) => id) });
      const why = answer.ok ? "" : await refusal(answer);
      const results = new Map(answer.ok ? (await answer.json()).results.map((result) => [result.id, result]) : []);
      for (const part of parts) {
        const { state, detail = why } = results.get(part.id) ?? {};
        if (state) this.#step(part, { state, message: "" });
        else tell(part, detail);
      }
    } catch {
      const message = gettext("The UCM Dash server could not be reached. Whether it was undone is not known.");
      for (const part of parts) tell(part, message);
    }
  }

  #step(request, { state, message, progress = request.progress }) {
    const isFurther = progress !== request.progress;
    request.progress = progress;
    if (isFinal(request)) {
      if (isFurther) this.onChange(Object.assign(request, { message }));
      return;
    }
    Object.assign(request, { state, message });
    if (isFinal(request)) this.#finish(request);
    if (state === "done" && request.inverse) this.#offerUndo(request, this.#now(), REGRET);
    const whole = request.whole ?? request;
    if (whole !== request) Object.assign(whole, combine(whole.parts));
    this.onChange(whole);
  }

  #finish(request) {
    this.#pending.delete(request.id);
    if (!request.progress) return;
    this.#placed.set(request.id, request);
    if (this.#placed.size > PLACED_LIMIT) this.#placed.delete(this.#placed.keys().next().value);
  }
}

/** Runs `work` on each item, a few at a time. */
async function inTurns(items, work) {
  const left = [...items];
  const next = async () => {
    while (left.length) await work(left.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** When to ask how a request stands if the socket has not told: not before the server may send it. */
const firstLook = ({ body }) => (body.undo_seconds ?? 0) * 1000 + ASK_AGAIN;

const unreachable = () => gettext("The UCM Dash server could not be reached. Whether it got this is not known.");

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

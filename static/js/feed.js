/**
 * What the server says to one page, kept up: joins the socket, the store and the clock, and takes requests to the API.
 * In: the page's `data-` attributes (socket, api, csrf, login). Out: `onChange()` whenever there may be something else
 * to draw, `onFrame(frame)` for each frame, taken in already, in hidden tabs, too; `onGreeting()` when the server has said
 * who this is and what they may, which is a change if nothing else is made of it. It draws nothing.
 */

import { beliefOf } from "./belief.js";
import { ServerClock } from "./clock.js";
import { Commands } from "./commands.js";
import { csrfToken } from "./csrf.js";
import { instant } from "./format.js";
import { rightsOf } from "./rights.js";
import { LiveSocket } from "./socket.js";
import { Store } from "./store.js";

const RELOAD_JITTER = 30_000;

export class Feed {
  #config;
  #socket;
  #beat = null;
  #build = null;
  #lastFrameAt = null;
  #openedAt = performance.now();

  clock = new ServerClock();
  store = new Store();
  commands;
  rights;

  onChange = () => {};
  onFrame = () => {};
  onGreeting = () => this.onChange();

  /** `config` is the page's dataset; its `role`, if there is one, is the role the page was made for. */
  constructor(config) {
    this.#config = config;
    this.#socket = new LiveSocket(socketUrl(config.socket));
    this.commands = new Commands(config.api, () => csrfToken(config.csrf));
    this.rights = rightsOf({ role: config.role });
  }

  start() {
    this.#socket.onFrame = (frame) => this.#take(frame);
    this.#socket.onState = (state) => {
      if (state === "connecting") this.store.disconnected();
    };
    this.#socket.onLoggedOut = () => this.#logIn();
    for (const name of ["online", "pageshow"]) window.addEventListener(name, () => this.#socket.hurry());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      this.#socket.hurry();
      this.onChange();
    });
    this.#socket.connect();
  }

  /** What belief.js is asked by, as of now. */
  facts() {
    const local = performance.now();
    return {
      store: this.store,
      rights: this.rights,
      beat: this.#beat,
      clockNow: this.clock.now(),
      frameAge: this.#lastFrameAt === null ? null : local - this.#lastFrameAt,
      waited: local - this.#openedAt,
    };
  }

  /** How far the rows may be believed now, see belief.js. */
  state() {
    return beliefOf(this.facts());
  }

  #take(frame) {
    this.#lastFrameAt = performance.now();
    const serverTime = instant(frame.server_time ?? (frame.type === "beat" ? frame.at : null));
    if (serverTime !== null) this.clock.sample(serverTime);
    if (frame.type === "hello") this.#greet(frame);
    if (frame.type === "beat") this.#beat = frame;
    if (frame.type === "command") this.commands.heard(frame);
    const { changed, resync } = this.store.apply(frame);
    if (resync) this.#socket.resync(resync);
    for (const pbx of this.store.names) {
      const position = this.store.position(pbx);
      if (position) this.#socket.acknowledge(pbx, position);
    }
    this.onFrame(frame);
    if (frame.type === "hello") this.onGreeting();
    else if (changed) this.onChange();
  }

  #greet({ build, user }) {
    this.rights = rightsOf(user);
    this.#build ??= build;
    // The page was made for one build and one role; either may have changed while the socket was away.
    const isOther = build !== this.#build || (this.#config.role && this.rights.role !== this.#config.role);
    if (isOther) setTimeout(reload, Math.random() * RELOAD_JITTER);
  }

  #logIn() {
    const next = encodeURIComponent(location.pathname + location.search);
    location.assign(`${this.#config.login}?next=${next}`);
  }
}

/** Loads the page anew, but not while somebody is writing. */
function reload() {
  const isWriting = [...document.querySelectorAll("textarea")].some(({ value }) => value.trim());
  if (isWriting || document.querySelector("dialog[open]")) setTimeout(reload, RELOAD_JITTER);
  else location.reload();
}

function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

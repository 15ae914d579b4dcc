/**
 * The wallboard: joins the socket, the store, the clock and what is drawn. It is looked at from across a room for days
 * and touched by nobody, so it asks nothing, forgets nothing and comes back by itself. What it shows comes with the
 * socket's `hello`; when the board is changed the server ends the socket, and the next `hello` has the new board.
 *
 * This page and all it loads must run in Chromium 85, as older TVs have it: tests/test_wall_browsers.py looks.
 */

import { ServerClock, everySecond } from "../clock.js";
import { agentsOf, stateCounts } from "../figures.js";
import { duration, instant, timeOfDay } from "../format.js";
import { judge } from "../freshness.js";
import { LiveSocket } from "../socket.js";
import { AGENT_STATES } from "../states.js";
import { Store } from "../store.js";
import { gettext } from "../text.js";
import { stayAwake } from "./awake.js";
import { alertsOf, callersOf, linesOf, rowOf, tilesOf } from "./board.js";
import { coverOf } from "./cover.js";
import { Rows, partsOf, setAttribute, setHidden, setProperty, setText } from "./dom.js";
import { PagedList } from "./list.js";
import { pageAt } from "./paging.js";
import { TrendView } from "./trend.js";

/** What a figure's tile keeps free beside its value, in em. */
const TILE_SPACE = 1.9;

const RELOAD_JITTER = 5_000;
const LEAST_SCALE = 0.5;
const SCALE_STEP = 0.05;

/** Lists that would take room from each other for ever are left as they are. */
const MOST_PASSES = 3;

class WallPage {
  #main = document.getElementById("wall");
  #parts = partsOf(document);
  #clock = new ServerClock();
  #store = new Store();
  #socket = new LiveSocket(socketUrl(this.#main.dataset.socket));
  #wall = null;
  #beat = null;
  #lastFrameAt = null;
  #openedAt = performance.now();
  #isDue = false;
  #tiles = new Rows(this.#parts.figures, "figure", fillTile);
  #strip = new Rows(this.#parts.states, "state", fillState);
  #queues = new PagedList({ ...this.#place("queues"), id: "queue", update: fillQueue });
  #callers = new PagedList({ ...this.#place("callers"), id: "caller", update: fillCaller });
  #agents = new PagedList({ ...this.#place("agents"), id: "agent", update: fillAgent });
  #widest = 1;
  #measure = measureIn(this.#parts.figures);
  #trend = new TrendView(this.#parts, this.#main.dataset.trend);

  start() {
    this.#socket.onFrame = (frame) => this.#take(frame);
    this.#socket.onState = (state) => {
      if (state === "connecting") this.#store.disconnected();
    };
    this.#socket.onLoggedOut = () => location.assign(this.#main.dataset.home);
    this.#socket.connect();
    everySecond(this.#clock, () => this.#draw());
    for (const name of ["online", "pageshow"]) window.addEventListener(name, () => this.#socket.hurry());
    window.addEventListener("resize", () => this.#draw());
    this.#trend.start();
    stayAwake();
  }

  #place(name) {
    return { place: this.#parts[`${name}_place`], list: this.#parts[name], dots: this.#parts[`${name}_dots`] };
  }

  #take(frame) {
    this.#lastFrameAt = performance.now();
    const serverTime = instant(frame.server_time || (frame.type === "beat" ? frame.at : null));
    if (serverTime !== null) this.#clock.sample(serverTime);
    if (frame.type === "hello") this.#greet(frame);
    if (frame.type === "beat") this.#beat = frame;
    const { changed, resync } = this.#store.apply(frame);
    if (resync) this.#socket.resync(resync);
    for (const pbx of this.#store.names) {
      const position = this.#store.position(pbx);
      if (position) this.#socket.acknowledge(pbx, position);
    }
    if (changed) this.#refresh();
  }

  #greet({ build, wall }) {
    if (build !== this.#main.dataset.build) {
      // Not at once: while one of several processes is still the old one, the next page may be old again.
      setTimeout(() => location.reload(), Math.random() * RELOAD_JITTER);
    }
    this.#wall = wall;
    this.#trend.refresh();
    setText(this.#parts.name, wall.name);
    document.title = `${wall.name} · UCM Dash`;
    setText(this.#parts.message, wall.message);
    setHidden(this.#parts.message, !wall.message);
    setAttribute(document.documentElement, "data-theme", wall.theme);
    setAttribute(this.#main, "data-layout", wall.layout);
    setHidden(this.#parts.queues_panel, wall.layout === "figures");
    setHidden(this.#parts.callers_panel, wall.layout !== "callers");
    setHidden(this.#parts.trend_panel, wall.layout === "callers");
    setHidden(this.#parts.agents_panel, !wall.shows_names);
    this.#draw();
  }

  /** Draws once at the next frame of the screen, however often it is asked. */
  #refresh() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #verdict(now) {
    const local = performance.now();
    const frameAge = this.#lastFrameAt === null ? null : local - this.#lastFrameAt;
    const waited = local - this.#openedAt;
    const links = this.#store.rows("links");
    const { isComplete } = this.#store;
    const verdict = judge({ now, frameAge, waited, links, beat: this.#beat, isComplete });
    const pbxs = links.map((link) => link.pbx);
    const isEmpty = this.#wall !== null && !this.#wall.queues.length;
    return { verdict, cover: coverOf(verdict, { pbxs, isEmpty, now, waited }) };
  }

  #draw() {
    const now = this.#clock.now();
    const { verdict, cover } = this.#verdict(now);
    setText(this.#parts.clock, timeOfDay(now).slice(-5));
    this.#showCover(cover);
    if (!this.#wall || !this.#store.isComplete) return;
    const { frozenAt } = verdict;
    const clock = (pbx) => (frozenAt.has(pbx) ? frozenAt.get(pbx) : now);
    const wall = this.#wall;
    const lines = linesOf(this.#store, wall, clock);
    this.#showAlerts(alertsOf(this.#store, wall), now);
    this.#showTiles(tilesOf(this.#store, wall, clock));
    const agents = agentsOf(this.#store, lines.map((line) => line.queue));
    this.#strip.show(statesOf(agents));
    this.#fit();
    this.#showLists(() => {
      if (wall.layout !== "figures") {
        const rows = lines.map((line) => rowOf(line, clock, frozenAt.has(line.queue.pbx)));
        this.#queues.show(rows, now);
      }
      if (wall.layout === "callers") this.#showCallers(callersOf(this.#store, lines, clock, frozenAt), now);
      if (wall.shows_names) this.#agents.show(agents.map((agent) => agentItem(agent, clock)).sort(byState), now);
    });
  }

  /** What one list shows may leave another less room, as dots do below it: shown until each has the room it counted on. */
  #showLists(show) {
    const places = ["queues", "callers", "agents"].map((name) => this.#parts[`${name}_place`]);
    const rooms = () => places.map((place) => place.clientHeight).join();
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      const before = rooms();
      show();
      if (rooms() === before) return;
    }
  }

  #showCover(cover) {
    setHidden(this.#parts.cover, cover === null);
    setAttribute(this.#main, "data-old", cover !== null && cover.isWhole);
    if (cover === null) return;
    setAttribute(this.#parts.cover, "data-whole", cover.isWhole);
    setText(this.#parts.cover_title, cover.title);
    setText(this.#parts.cover_reason, cover.reason);
  }

  /** One at a time, each in its turn. */
  #showAlerts(alerts, now) {
    setHidden(this.#parts.alerts, !alerts.length);
    if (!alerts.length) return;
    const { page } = pageAt(now, alerts.length, 1);
    const { level, text, since } = alerts[page];
    setAttribute(this.#parts.alerts, "data-level", level);
    setText(this.#parts.alert_sign, level === "red" ? "▲" : "!");
    setText(this.#parts.alert_text, text);
    setText(this.#parts.alert_since, since);
    setText(this.#parts.alert_count, alerts.length > 1 ? `${page + 1} / ${alerts.length}` : "");
  }

  #showTiles(tiles) {
    const { figures } = this.#parts;
    this.#tiles.show(tiles);
    setProperty(figures, "--count", String(tiles.length));
    setProperty(figures, "--columns", String(Math.ceil(tiles.length / (tiles.length > 4 ? 2 : 1))));
    this.#widest = Math.max(...tiles.map((tile) => this.#measure(String(tile.value))));
  }

  /** Makes everything as large as the screen allows, so that nothing is cut, however long its words are. */
  #fit() {
    const isTooHigh = () => this.#main.scrollHeight > this.#main.clientHeight;
    let scale = 1;
    setProperty(document.documentElement, "--scale", "1");
    while (scale > LEAST_SCALE && isTooHigh()) {
      scale -= SCALE_STEP;
      setProperty(document.documentElement, "--scale", scale.toFixed(2));
    }
    const { figures } = this.#parts;
    if (!figures.firstElementChild) return;
    // All of one size, so that none is cut and they can be compared.
    const width = figures.firstElementChild.clientWidth / parseFloat(getComputedStyle(figures).fontSize);
    setProperty(figures, "--fitting", `${((width - TILE_SPACE) / this.#widest).toFixed(2)}em`);
  }

  #showCallers(callers, now) {
    this.#callers.show(callers, now);
    setHidden(this.#parts.callers_empty, callers.length > 0);
  }
}

const ORDER = Object.keys(AGENT_STATES);
const byState = (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.name < b.name ? -1 : 1);

/** Counts of the states, in their order; nobody logs out of a wall, so who is logged out is not counted. */
function statesOf(agents) {
  const counts = stateCounts(agents);
  return ORDER.filter((state) => state !== "logged_out").map((state) => ({ state, count: counts[state] }));
}

function agentItem({ pbx, name, state, state_since: since, red_at: redAt }, clock) {
  const at = instant(since);
  const isLate = redAt !== null && instant(redAt) <= clock(pbx);
  return { name: name || gettext("Agent"), state, isLate, time: at === null ? "" : duration(clock(pbx) - at) };
}

function fillTile({ root, label, value, note, mark }, tile) {
  setAttribute(root, "data-figure", tile.key);
  setAttribute(root, "data-level", tile.level);
  setText(label, tile.label);
  setText(value, tile.value);
  setText(note, tile.note);
  setText(mark, tile.level ? `${tile.sign} ${tile.word}` : "");
}

function fillState({ root, word, count }, item) {
  setAttribute(root, "data-state", item.state);
  setAttribute(root, "data-none", item.count === 0);
  setText(count, item.count);
  setText(word, AGENT_STATES[item.state]);
}

function fillQueue({ root, name, ...cells }, row) {
  setAttribute(root, "data-old", row.isOld);
  setText(name, row.name);
  for (const [figure, { value, level, sign, word }] of Object.entries(row.cells)) {
    setAttribute(cells[figure], "data-level", level);
    setText(cells[figure].firstElementChild, value);
    setText(cells[figure].lastElementChild, level ? `${sign} ${word}` : "");
  }
}

function fillCaller({ root, who, queue, wait }, caller) {
  setAttribute(root, "data-old", caller.isOld);
  setAttribute(root, "data-level", caller.level);
  setText(who, caller.who);
  setText(queue, caller.queue);
  setText(wait, caller.level ? `${caller.sign} ${caller.word} ${caller.wait}` : caller.wait);
}

function fillAgent({ root, name, word, time }, agent) {
  setAttribute(root, "data-state", agent.state);
  setAttribute(root, "data-late", agent.isLate);
  setText(name, agent.name);
  setText(word, AGENT_STATES[agent.state]);
  setText(time, agent.isLate ? `▲ ${gettext("too long")} ${agent.time}` : agent.time);
}

/** How wide a text is, in em of its own size, in bold letters of this element's font. */
function measureIn(element) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `600 100px ${getComputedStyle(element).fontFamily}`;
  return (text) => pen.measureText(text).width / 100;
}

function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

new WallPage().start();

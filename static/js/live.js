/**
 * The Live page: joins what the server says (feed.js) and the views. What differs for who watches the floor and for an
 * agent is told by live_floor.js and live_own.js. One direction: frames change the store, the store
 * is drawn at most once a frame of the screen, a click becomes a request, and only the server's next frame changes what
 * is shown.
 */

import { everySecond } from "./clock.js";
import { contextOf } from "./context.js";
import { csrfToken } from "./csrf.js";
import { Feed } from "./feed.js";
import { readFilters, writeFilters } from "./filters.js";
import { Preferences } from "./preferences.js";
import { fill, gettext } from "./text.js";
import { callChoices } from "./view/call_actions.js";
import { CallersView, partyOf } from "./view/callers.js";
import { HeadlineView } from "./view/headline.js";
import { Later } from "./view/later.js";
import { Menu } from "./view/menu.js";
import { QueuesView } from "./view/queues.js";
import { showOwedCount } from "./view/owed_badge.js";
import { offerShortcuts } from "./view/shortcuts.js";
import { offerThemes } from "./view/theme.js";
import { Toasts } from "./view/toasts.js";
import { TopBar } from "./view/topbar.js";

/** What comes so shortly before the timers step is drawn with them: one layout instead of two. */
const NEAR_STEP = 250;

export class LivePage {
  #main = document.getElementById("live");
  #config = this.#main.dataset;
  #feed = new Feed(this.#config);
  #preferences = new Preferences(
    JSON.parse(document.getElementById("preferences").textContent),
    `${this.#config.api}preferences`,
    () => csrfToken(this.#config.csrf),
  );
  #density = document.getElementById("density");
  /** The view that was left last, unless the address asks for one. */
  #filters = readFilters(location.search || this.#preferences.filters);
  #views;
  /** Loaded after the page: the dialogs of an agent, a queue, a call, a number; and all that understands words. */
  #dialogs;
  #palette;
  /** Of whoever sees the floor: what wants attention. */
  #alerts = null;
  #drawnStanding = "";
  #pausedAt = null;
  #isDue = false;
  #isWaiting = false;

  /** `parts(wiring)` makes {agents, toolbar: null for none, alerts: loads them, or null for none}. */
  constructor(parts) {
    const { commands } = this.#feed;
    const menu = new Menu();
    const open = (name) => (thing, part) =>
      this.#dialogs.use((dialogs) => dialogs[name].open(thing, this.#context(), part));
    // What views may ask for: another choice of rows, another frame, and the dialogs of the page.
    const wiring = {
      commands,
      menu,
      filters: this.#filters,
      preferences: this.#preferences,
      change: (filters) => this.#change(filters),
      refresh: () => this.#refresh(),
      explain: (figure, queue) => this.#dialogs.use(({ explain }) => explain.open(figure, queue, this.#context())),
      openQueue: open("queue"),
      openCaller: open("caller"),
      openAgent: open("agent"),
      callerMenu: (opener, caller, point) => {
        const choices = callChoices(caller, this.#context(), commands, wiring.openCaller);
        menu.open(opener, partyOf(caller.number, caller.name), choices, point);
      },
    };
    const { agents, toolbar, alerts } = parts(wiring);
    this.#views = {
      bar: new TopBar(),
      headline: new HeadlineView(wiring),
      queues: new QueuesView(wiring),
      callers: new CallersView(wiring),
      agents,
      toolbar,
      toasts: new Toasts(commands),
    };
    const pageCommands = {
      freeze: () => this.#freeze(document.getElementById("freeze")),
      help: () => document.getElementById("help").showModal(),
      theme: offerThemes(document.getElementById("theme"), document.getElementById("theme-word")),
    };
    this.#dialogs = new Later(async () => new (await import("./view/dialogs.js")).Dialogs(commands, wiring));
    this.#palette = new Later(async () => {
      const { PaletteDialog } = await import("./view/palette_dialog.js");
      return new PaletteDialog(wiring, pageCommands);
    });
    if (alerts) this.#alerts = new Later(alerts);
    this.#feed.onChange = () => this.#changed();
    this.#feed.onGreeting = () => this.#draw({ isAsked: true });
    commands.onChange = (request) => this.#report(request);
    this.#preferences.onChange = () => this.#prefer();
    this.#listen();
  }

  start() {
    this.#feed.start();
    everySecond(this.#feed.clock, () => this.#tick());
    if (!location.search) history.replaceState(null, "", location.pathname + writeFilters(this.#filters) + location.hash);
    this.#prefer();
  }

  #prefer() {
    this.#alerts?.now?.showWays();
    this.#density.value = document.documentElement.dataset.density = this.#preferences.density;
    this.#draw({ isAsked: true });
  }

  #listen() {
    const freeze = document.getElementById("freeze");
    const help = document.getElementById("help");
    freeze.addEventListener("click", () => this.#freeze(freeze));
    const openPalette = () => this.#palette.use((palette) => palette.open(this.#context()));
    document.getElementById("open-palette").addEventListener("click", openPalette);
    document.getElementById("open-help").addEventListener("click", () => help.showModal());
    const density = this.#density;
    density.addEventListener("change", () => this.#preferences.set("density", density.value));
    offerShortcuts(document.getElementById("shortcuts"), {
      "/": () => this.#views.toolbar?.focusFind(),
      "?": () => help.showModal(),
      f: () => this.#freeze(freeze),
      u: () => this.#views.toasts.undoLast(),
      "ctrl+z": () => this.#views.toasts.undoLast(),
      "ctrl+k": openPalette,
    });
    // The first comes before the next page is asked for, the second also on phones.
    for (const left of ["beforeunload", "pagehide"]) window.addEventListener(left, () => this.#preferences.leave());
    window.addEventListener("popstate", () => {
      Object.assign(this.#filters, readFilters(location.search));
      this.#draw({ isAsked: true });
    });
  }

  #changed() {
    // A hidden tab shows its title only, and its timers may rest for a minute.
    if (document.hidden) {
      const context = this.#context();
      this.#alerts?.now?.take(context, true);
      this.#title(context);
    }
    this.#refresh({ mayWait: true });
  }

  #change(filters) {
    Object.assign(this.#filters, filters);
    history.replaceState(null, "", location.pathname + writeFilters(this.#filters));
    // Whom one looks for now is not what one wants to find tomorrow.
    this.#preferences.set("filters", writeFilters({ ...this.#filters, find: "" }));
    this.#draw({ isAsked: true });
  }

  #freeze(button) {
    this.#pausedAt = this.#pausedAt === null ? this.#feed.clock.now() : null;
    button.setAttribute("aria-pressed", String(this.#pausedAt !== null));
    this.#draw();
  }

  #report(request) {
    this.#views.toasts.follow(request, this.#dialogs.now?.shows(request) ?? false);
    this.#refresh();
  }

  /** Draws at a next frame of the screen. `mayWait`: nobody before the page asked for it. */
  #refresh({ mayWait = false } = {}) {
    const untilStep = 1000 - (this.#feed.clock.now() % 1000);
    if (mayWait && untilStep < NEAR_STEP) this.#isWaiting = true;
    else this.#drawNextFrame();
  }

  /** Draws once, however often it is asked. */
  #drawNextFrame() {
    this.#isWaiting = false;
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  /**
   * `isAsked`: the reader wants another view of the rows, so they may move even under the pointer. What the tables
   * and tiles are drawn from comes with `changes`, all that happened since they were drawn last (store.js): they need
   * to touch those rows only. Dialogs show one thing, and are drawn whole.
   */
  #draw({ isAsked = false } = {}) {
    if (document.hidden) return;
    const context = { ...this.#context(), isAsked };
    const { bar, headline, toolbar, queues, callers, agents } = this.#views;
    bar.tick(context.verdict, this.#pausedAt);
    this.#dialogs.now?.render(context);
    this.#palette.now?.render(context);
    toolbar?.render(context);
    this.#alerts?.now?.take(context, false);
    if (this.#pausedAt !== null) return;
    context.changes = this.#feed.store.takeChanges();
    context.changes.all ||= isAsked || this.#drawnStanding !== context.standing;
    this.#drawnStanding = context.standing;
    for (const view of [bar, headline, queues, callers, agents]) view.render(context);
    if (context.changes.touch("owed")) showOwedCount(this.#feed.store);
  }

  #tick() {
    const context = this.#context();
    this.#title(context);
    if (document.hidden) return;
    const { bar, headline, queues, callers, agents } = this.#views;
    if (this.#isWaiting || this.#drawnStanding !== context.standing) this.#drawNextFrame();
    bar.tick(context.verdict, this.#pausedAt);
    this.#dialogs.now?.tick(context);
    this.#alerts?.now?.tick(context);
    if (this.#pausedAt !== null) return;
    for (const view of [headline, queues, callers, agents]) view.tick(context);
  }

  #title({ verdict, shown }) {
    const waiting = shown.queues.reduce((sum, queue) => sum + queue.waiting, 0);
    const calls = waiting ? fill(gettext("%(n)s waiting · "), { n: waiting }) : "";
    const mark = verdict.kind === "live" ? (this.#alerts?.now?.mark ?? "") + calls : `${verdict.badge} · `;
    const title = `${mark}${gettext("Live")} · UCM Dash`;
    if (document.title !== title) document.title = title;
  }

  #context() {
    return contextOf({ ...this.#feed.facts(), filters: this.#filters, preferences: this.#preferences });
  }
}

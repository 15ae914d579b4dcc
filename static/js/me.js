/**
 * The desk page: joins what the server says (feed.js) with its cards. One direction, as on the Live page: frames change
 * the rows, the rows are drawn, a click becomes a request, and only the server's next frame changes what is shown.
 */

import { everySecond } from "./clock.js";
import { chosenPhone, deskOf, ownPhones, phoneKey } from "./desk.js";
import { Feed } from "./feed.js";
import { ringsMyPhone } from "./progress.js";
import { Sound } from "./sound.js";
import { AGENT_STATES } from "./states.js";
import { gettext } from "./text.js";
import { BrowserPanel } from "./view/desk_browser.js";
import { CallCard } from "./view/desk_call.js";
import { DeskCalls } from "./view/desk_calls.js";
import { DeskDay } from "./view/desk_day.js";
import { DialBox } from "./view/desk_dial.js";
import { DeskOwed } from "./view/desk_owed.js";
import { PhoneChoice } from "./view/desk_phones.js";
import { DeskQueues } from "./view/desk_queues.js";
import { RingAlert } from "./view/desk_ring.js";
import { StateCard } from "./view/desk_state.js";
import { SmallWindow } from "./view/desk_window.js";
import { setHidden } from "./view/dom.js";
import { recall, remember } from "./view/memory.js";
import { showOwedCount } from "./view/owed_badge.js";
import { offerShortcuts } from "./view/shortcuts.js";
import { offerThemes } from "./view/theme.js";
import { Toasts } from "./view/toasts.js";
import { TopBar } from "./view/topbar.js";

const PHONE = "desk-phone";
/** What rings one's own phone first. */
const PLACING = new Set(["calls/originate", "owed/call"]);

class DeskPage {
  #main = document.getElementById("desk");
  #feed = new Feed(this.#main.dataset);
  #bar = new TopBar();
  #toasts = new Toasts(this.#feed.commands);
  #phones = new PhoneChoice((key) => this.#choose(key));
  #state;
  #call;
  #dial;
  #cards;
  #sound = new Sound();
  #ring = new RingAlert(this.#sound);
  #isDue = false;
  #drawnStanding = "";

  constructor() {
    const { commands, store } = this.#feed;
    this.#state = new StateCard(commands);
    this.#call = new CallCard(commands, store);
    this.#dial = new DialBox(commands, store);
    const last = new DeskCalls(commands, (number) => this.#dial.call(number));
    const asking = [this.#state, this.#call, this.#dial, new DeskOwed(commands)];
    this.#cards = [...asking, new DeskQueues(commands), new DeskDay(commands), last];
    new BrowserPanel(this.#sound, new SmallWindow(), this.#main.dataset);
    commands.onChange = (request) => {
      if (PLACING.has(request.path)) this.#ring.expectOwnDial(ringsMyPhone(request));
      // The card goes with the call, but the caller waits where they were parked.
      if (request.path.endsWith("/park") && request.state === "done") this.#dial.remind(request.message);
      const isShown = asking.some((card) => card.heard(request));
      // How it stands is told where it was asked; at the corner only what can be taken back or has no such place.
      this.#toasts.follow(request, isShown || request.state === "done");
    };
    this.#feed.onChange = () => this.#refresh();
    this.#feed.onFrame = () => {
      const context = this.#feed.state();
      this.#ring.look(context, ownPhones(context));
    };
    this.#listen();
  }

  start() {
    this.#feed.start();
    everySecond(this.#feed.clock, () => this.#tick());
    this.#draw();
  }

  #listen() {
    offerThemes(document.getElementById("theme"), document.getElementById("theme-word"));
    const help = document.getElementById("help");
    document.getElementById("open-help").addEventListener("click", () => help.showModal());
    offerShortcuts(document.getElementById("shortcuts"), {
      p: () => this.#state.pauseOrNot(),
      d: () => this.#dial.focus(),
      h: () => this.#call.hand(),
      "?": () => help.showModal(),
      u: () => this.#toasts.undoLast(),
      "ctrl+z": () => this.#toasts.undoLast(),
    });
  }

  #choose(key) {
    remember(PHONE, key);
    this.#draw();
  }

  /** Draws once at a next frame of the screen, however often it is asked. */
  #refresh() {
    if (this.#isDue) return;
    this.#isDue = true;
    // A hidden tab has no frames of the screen; its title is all there is to see.
    if (document.hidden) setTimeout(() => this.#drawDue());
    else requestAnimationFrame(() => this.#drawDue());
  }

  #drawDue() {
    this.#isDue = false;
    this.#draw();
  }

  #draw() {
    const context = this.#feed.state();
    const phones = ownPhones(context);
    const phone = chosenPhone(phones, recall(PHONE));
    this.#bar.render(context);
    showOwedCount(context.store);
    this.#phones.render(phones, phone && phoneKey(phone));
    const isKnown = context.store.isComplete;
    setHidden(document.getElementById("desk-loading"), isKnown);
    setHidden(document.getElementById("desk-cards"), !phone);
    setHidden(this.#phones.empty, !isKnown || Boolean(phone));
    if (phone) {
      const desk = deskOf(context, phone);
      for (const card of this.#cards) card.render(desk, context);
    }
    this.#drawnStanding = standingOf(context);
    this.#tick();
  }

  #tick() {
    const context = this.#feed.state();
    // What may be asked for depends on whether the PBX is there, too.
    if (this.#drawnStanding !== standingOf(context)) this.#refresh();
    this.#bar.tick(context.verdict, null);
    for (const card of this.#cards) card.tick?.(context);
    this.#title(context);
  }

  #title(context) {
    const phone = chosenPhone(ownPhones(context), recall(PHONE));
    const isLive = context.verdict.kind === "live";
    const words = isLive && phone ? AGENT_STATES[phone.state] : context.verdict.badge;
    const title = `${words} · ${gettext("My desk")} · UCM Dash`;
    if (document.title !== title) document.title = title;
  }
}

/** Another text whenever another PBX stands still. */
const standingOf = ({ frozenAt }) => [...frozenAt.keys()].join(" ");

new DeskPage().start();

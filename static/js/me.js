/**
 * The desk page: joins what the server says (feed.js) with its cards. One direction, as on the Live page: frames change
 * the rows, the rows are drawn, a click becomes a request, and only the server's next frame changes what is shown.
 */

import { everySecond } from "./clock.js";
import { chosenPhone, deskOf, ownPhones, phoneKey } from "./desk.js";
import { Feed } from "./feed.js";
import { AGENT_STATES } from "./states.js";
import { gettext } from "./text.js";
import { CallCard } from "./view/desk_call.js";
import { DeskCalls } from "./view/desk_calls.js";
import { DialBox } from "./view/desk_dial.js";
import { PhoneChoice } from "./view/desk_phones.js";
import { DeskQueues } from "./view/desk_queues.js";
import { StateCard } from "./view/desk_state.js";
import { setHidden } from "./view/dom.js";
import { recall, remember } from "./view/memory.js";
import { offerShortcuts } from "./view/shortcuts.js";
import { offerThemes } from "./view/theme.js";
import { Toasts } from "./view/toasts.js";
import { TopBar } from "./view/topbar.js";

const PHONE = "desk-phone";

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
  #isDue = false;

  constructor() {
    const { commands, store } = this.#feed;
    this.#state = new StateCard(commands);
    this.#call = new CallCard(commands, store, this.#main.dataset.crm ?? "");
    this.#dial = new DialBox(commands, store);
    const last = new DeskCalls(commands, (number) => this.#dial.call(number));
    this.#cards = [this.#state, this.#call, this.#dial, new DeskQueues(commands), last];
    commands.onChange = (request) => {
      for (const card of [this.#state, this.#call, this.#dial]) card.heard(request);
      // How it ended stands where it was asked; what can still be taken back, and what failed, at the corner as well.
      this.#toasts.follow(request, request.state === "done");
    };
    this.#feed.onChange = () => this.#refresh();
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
    this.#phones.render(phones, phone && phoneKey(phone));
    setHidden(this.#phones.empty, Boolean(phone) || context.verdict.kind === "loading");
    for (const part of this.#main.querySelectorAll(".desk")) setHidden(part, !phone);
    if (phone) for (const card of this.#cards) card.render(deskOf(context, phone), context);
    this.#tick();
  }

  #tick() {
    const context = this.#feed.state();
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

new DeskPage().start();

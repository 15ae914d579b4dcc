/**
 * The page of calls we owe: joins what the server says (feed.js) with the open and the settled lines. One direction, as
 * on the Live page: frames change the rows, the rows are drawn, a click becomes a request, and only the server's next
 * frame changes what is shown.
 */

import { everySecond } from "./clock.js";
import { Feed } from "./feed.js";
import { owingQueues } from "./owing.js";
import { fill, gettext } from "./text.js";
import { setHidden, setText } from "./view/dom.js";
import { OwedList } from "./view/owed.js";
import { showOwedCount } from "./view/owed_badge.js";
import { ClosedList } from "./view/owed_closed.js";
import { OwedNotes } from "./view/owed_notes.js";
import { offerThemes } from "./view/theme.js";
import { Toasts } from "./view/toasts.js";
import { TopBar } from "./view/topbar.js";

class OwedPage {
  #main = document.getElementById("owed");
  #feed = new Feed(this.#main.dataset);
  #bar = new TopBar();
  #toasts = new Toasts(this.#feed.commands);
  #filter = document.getElementById("owed-queue");
  #empty = document.getElementById("owed-empty");
  #list = new OwedList(document.getElementById("owed-lines"), this.#feed.commands);
  #closed = new ClosedList(document.getElementById("closed-lines"), this.#feed.commands);
  #notes = new OwedNotes(document.getElementById("owed-notes"), this.#feed.commands);
  #queue = new URLSearchParams(location.search).get("queue") ?? "";
  #isDue = false;

  start() {
    const { commands } = this.#feed;
    commands.onChange = (request) => {
      // How it ended stands in its line, while there is one.
      this.#toasts.follow(request, this.#list.heard(request) && request.state === "done");
    };
    this.#feed.onChange = () => this.#refresh();
    this.#filter.addEventListener("change", () => this.#choose(this.#filter.value));
    offerThemes(document.getElementById("theme"), document.getElementById("theme-word"));
    this.#feed.start();
    everySecond(this.#feed.clock, () => this.#tick());
    this.#draw();
  }

  #choose(queue) {
    this.#queue = queue;
    const search = queue ? `?${new URLSearchParams({ queue })}` : "";
    history.replaceState(null, "", location.pathname + search);
    this.#draw();
  }

  /** Draws once at a next frame of the screen, however often it is asked. */
  #refresh() {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => {
      this.#isDue = false;
      this.#draw();
    };
    // A hidden tab has no frames of the screen; its title is all there is to see.
    if (document.hidden) setTimeout(draw);
    else requestAnimationFrame(draw);
  }

  #draw() {
    const context = this.#feed.state();
    const { store, verdict } = context;
    this.#bar.render(context);
    this.#drawFilter(store);
    const count = this.#list.render(context, this.#queue);
    this.#closed.render(context, this.#queue);
    this.#notes.render(context);
    showOwedCount(store);
    setHidden(this.#empty, count > 0);
    setText(this.#empty, emptyText(verdict, this.#queue));
    this.#tick();
  }

  /** The queues that owe somebody, and the one that was chosen. */
  #drawFilter(store) {
    const queues = owingQueues(store);
    if (this.#queue && !queues.some(({ key }) => key === this.#queue)) {
      const [pbx, number] = this.#queue.split(" ");
      queues.push({ key: this.#queue, name: store.row("queues", pbx, number)?.name ?? number, count: 0 });
    }
    const total = store.rows("owed").length;
    const choices = [{ key: "", name: gettext("All queues"), count: total }, ...queues];
    const drawn = JSON.stringify(choices);
    if (this.#filter.dataset.drawn !== drawn) {
      this.#filter.dataset.drawn = drawn;
      this.#filter.replaceChildren(
        ...choices.map(({ key, name, count }) => new Option(fill("%(name)s (%(count)s)", { name, count }), key)),
      );
    }
    this.#filter.value = this.#queue;
  }

  #tick() {
    const context = this.#feed.state();
    this.#bar.tick(context.verdict, null);
    this.#list.tick(context);
    const count = context.store.rows("owed").length;
    const mark = context.verdict.kind === "live" ? (count ? `(${count}) ` : "") : `${context.verdict.badge} · `;
    const title = `${mark}${gettext("Calls we owe")} · UCM Dash`;
    if (document.title !== title) document.title = title;
  }
}

function emptyText({ kind, bars }, queue) {
  if (kind === "live") return queue ? gettext("This queue owes nobody a call.") : gettext("We owe nobody a call.");
  return bars.length ? gettext("Nothing known: see the bar at the top.") : gettext("Loading the board…");
}

new OwedPage().start();

/**
 * Alerts of the Live page: the bars, the number in the tab's title, sounds, notifications, each as the reader wants it.
 * In: the page's context at each draw, also while the tab is hidden. An alert is taken note of by name, for everybody.
 */

import { AlertWatch, alertsOf, unseen, worstOf } from "../alerts.js";
import { supervise } from "../asks.js";
import { age, clockTime } from "../format.js";
import { nameOf } from "../names.js";
import { areNotificationsOn, askForNotifications, notify, whyNoNotifications } from "../notifications.js";
import { ownPhone, possibleActions } from "../possible.js";
import { Sound } from "../sound.js";
import { fill, gettext, ngettext } from "../text.js";
import { announce } from "./announce.js";
import { clone, KeyedRows, setAttribute, setHidden, setText } from "./dom.js";

/** So many bars are shown; the others behind a button, or they would push the board off the screen. */
const SHOWN = 3;
/** Screen readers are told at most so often; what comes meanwhile is told together. */
const SPEAK_EVERY = 5_000;
const MARKS = { red: "▲", amber: "!", hand: "✋" };
const WORDS = { red: gettext("Alert"), amber: gettext("Warning"), hand: gettext("Raised hand") };
const JOINING = ["listen", "whisper", "barge"];

export class Alerts {
  #root = document.getElementById("alerts");
  #more = document.getElementById("alerts-more");
  #blocked = document.getElementById("sound-blocked");
  #ways = document.getElementById("alert-ways");
  #watch = new AlertWatch();
  #sound = new Sound();
  #rows;
  #commands;
  #wiring;
  #context = null;
  #alerts = [];
  #isAll = false;
  #unspoken = [];
  #isSpeaking = false;

  /** `wiring` opens queues and agents, and keeps the preferences (live.js). */
  constructor(commands, wiring) {
    this.#commands = commands;
    this.#wiring = wiring;
    this.#rows = new KeyedRows(document.getElementById("alert-list"), {
      create: (alert) => this.#create(alert),
      update: (view, alert) => this.#update(view, alert),
    });
    this.#more.addEventListener("click", () => {
      this.#isAll = !this.#isAll;
      this.#show();
    });
    this.#sound.onChange = () => this.#showBlocked();
    this.#blocked.addEventListener("click", () => this.#sound.unlock());
    document.addEventListener("pointerdown", () => this.#sound.unlock(), { once: true });
    this.#offerWays();
    // The page was drawn without this; nothing may come for long that would draw it again.
    wiring.refresh();
  }

  /** What the tab's title begins with: "(2) " while two alerts have not been seen by anybody. */
  get mark() {
    const count = this.#wiring.preferences.alerts.badge ? unseen(this.#alerts) : 0;
    return count ? `(${count}) ` : "";
  }

  /** Takes the board as it is now. Does not draw while `isHidden`. */
  take(context, isHidden) {
    this.#context = context;
    if (!context.isKnown) return;
    this.#alerts = alertsOf(context.store);
    const { begun, over } = this.#watch.look(this.#alerts);
    if (begun.length) this.#tell(begun);
    else if (over.some(({ severity }) => severity === "red")) this.#play("over");
    if (!isHidden) this.#show();
  }

  #tell(begun) {
    const worst = worstOf(begun);
    this.#play(worst);
    this.#unspoken.push(...begun.map(({ title }) => title));
    this.#speak();
    if (!this.#wiring.preferences.alerts.notify || document.hasFocus()) return;
    const body = begun.map(({ title }) => title).slice(0, SHOWN).join("\n");
    notify(WORDS[worst], body, "ucmdash-alert");
  }

  #play(occasion) {
    if (this.#wiring.preferences.alerts.sound) this.#sound.play(occasion);
  }

  #speak() {
    if (this.#isSpeaking || !this.#unspoken.length) return;
    const titles = this.#unspoken.splice(0);
    const first = titles[0];
    const n = titles.length - 1;
    announce(n ? fill(ngettext("%(first)s, and %(n)s more", "%(first)s, and %(n)s more", n), { first, n }) : first);
    this.#isSpeaking = true;
    setTimeout(() => {
      this.#isSpeaking = false;
      this.#speak();
    }, SPEAK_EVERY);
  }

  // --- the bars -----------------------------------------------------------------------------------------------

  #show() {
    const isOn = this.#wiring.preferences.alerts.banner;
    const shown = isOn ? this.#alerts : this.#alerts.filter(({ kind }) => kind === "hand");
    setHidden(this.#root, !shown.length);
    this.#rows.show(this.#isAll ? shown : shown.slice(0, SHOWN));
    const hidden = shown.length - SHOWN;
    setHidden(this.#more, hidden <= 0);
    setAttribute(this.#more, "aria-expanded", String(this.#isAll));
    const more = fill(ngettext("%(n)s more alert", "%(n)s more alerts", hidden), { n: hidden });
    setText(this.#more, this.#isAll ? gettext("Fewer alerts") : more);
    this.#showBlocked();
  }

  /** Steps the times of the bars. */
  tick(context) {
    this.#context = context;
    for (const { parts, alert } of this.#rows.views) this.#since(parts, alert);
  }

  #create() {
    const view = clone("alert");
    const { parts } = view;
    parts.look.addEventListener("click", () => this.#look(view.alert));
    parts.seen.addEventListener("click", () => this.#acknowledge(view.alert));
    for (const mode of JOINING) parts[mode].addEventListener("click", () => this.#join(view.alert, mode));
    return view;
  }

  #update(view, alert) {
    const { root, parts } = view;
    view.alert = alert;
    setAttribute(root, "data-severity", alert.severity);
    setAttribute(root, "data-seen", Boolean(alert.seenBy));
    setText(parts.mark, MARKS[alert.severity]);
    setText(parts.word, WORDS[alert.severity]);
    setText(parts.title, alert.title);
    setText(parts.where, this.#where(alert));
    setText(parts.who, alert.seenBy ? fill(gettext("seen by %(name)s"), { name: alert.seenBy }) : "");
    this.#since(parts, alert);
    const mayAct = this.#mayActOn(alert);
    setHidden(parts.seen, alert.kind === "hand" ? !mayAct : Boolean(alert.seenBy) || !mayAct);
    setHidden(parts.look, !alert.row.queue && !alert.row.interface);
    const agent = alert.kind === "hand" ? this.#agentOf(alert) : null;
    const offered = agent && mayAct ? possibleActions(agent, this.#membersOf(agent), this.#context) : {};
    for (const mode of JOINING) {
      const offer = offered[mode];
      setHidden(parts[mode], !offer || (Boolean(offer.why) && !offer.dial));
      setAttribute(parts[mode], "title", offer?.dial || null);
      setAttribute(parts[mode], "disabled", Boolean(offer?.dial));
    }
  }

  #since(parts, { pbx, since }) {
    const span = this.#context.now(pbx) - since;
    setText(parts.since, fill(gettext("for %(age)s"), { age: age(span) }));
    setAttribute(parts.since, "title", fill(gettext("since %(time)s"), { time: clockTime(since) }));
  }

  #where({ pbx, kind, row }) {
    const queue = row.queue && this.#context.store.row("queues", pbx, row.queue);
    const named = queue ? queue.name || queue.number : row.queue;
    const words = kind === "hand" && row.party_number ? [named, row.party_name || row.party_number] : [named];
    return [...words, this.#context.isMany ? pbx : ""].filter(Boolean).join(" · ");
  }

  #agentOf({ pbx, row }) {
    return this.#context.store.row("agents", pbx, row.interface);
  }

  #membersOf({ pbx, interface: face }) {
    return this.#context.store.membersOf(pbx, face);
  }

  #mayActOn({ pbx, row }) {
    const { rights } = this.#context;
    if (row.queue) return rights.supervises(pbx, row.queue);
    if (!row.interface) return rights.isEverywhere;
    const members = this.#membersOf({ pbx, interface: row.interface });
    return rights.isEverywhere || members.some(({ queue }) => rights.supervises(pbx, queue));
  }

  // --- what a click does --------------------------------------------------------------------------------------

  #look(alert) {
    const { store } = this.#context;
    const agent = alert.row.interface && this.#agentOf(alert);
    const queue = alert.row.queue && store.row("queues", alert.pbx, alert.row.queue);
    if (agent) this.#wiring.openAgent(agent);
    else if (queue) this.#wiring.openQueue(queue);
  }

  #acknowledge(alert) {
    const { row, pbx } = alert;
    if (alert.kind === "hand") {
      const label = fill(gettext("Lower the hand of %(name)s"), nameOf(row));
      this.#commands.ask(`agents/${row.id}/hand`, { raised: false }, label);
      return;
    }
    const body = { pbx, cause: row.cause, queue: row.queue, interface: row.interface };
    this.#commands.ask("incidents/acknowledge", body, fill(gettext("Take note of: %(title)s"), alert));
  }

  #join(alert, mode) {
    const agent = this.#agentOf(alert);
    const mine = ownPhone(this.#context.store, this.#context.rights, alert.pbx);
    if (agent && mine) this.#commands.give(supervise(mine, { ...agent, ...nameOf(agent) }, mode));
  }

  // --- how one wants to be told -------------------------------------------------------------------------------

  #offerWays() {
    const { preferences } = this.#wiring;
    for (const box of this.#ways.querySelectorAll("input[type=checkbox]")) {
      box.addEventListener("change", async () => {
        const isAllowed = box.name !== "notify" || !box.checked || (await askForNotifications());
        preferences.setAlert(box.name, box.checked && isAllowed);
        this.showWays();
        this.#show();
      });
    }
    const test = document.getElementById("alert-test");
    test.addEventListener("click", async () => {
      await this.#sound.unlock();
      this.#sound.play(document.getElementById("alert-test-severity").value);
    });
    this.#ways.disabled = false;
    this.showWays();
    this.#showBlocked();
  }

  /** The boxes as the preferences have them. */
  showWays() {
    const { alerts } = this.#wiring.preferences;
    for (const box of this.#ways.querySelectorAll("input[type=checkbox]")) box.checked = alerts[box.name];
    const why = whyNoNotifications();
    const box = this.#ways.querySelector("[name=notify]");
    box.disabled = Boolean(why);
    if (!areNotificationsOn()) box.checked = false;
    setText(document.getElementById("notify-why"), why);
  }

  #showBlocked() {
    setHidden(this.#blocked, !this.#wiring.preferences.alerts.sound || !this.#sound.isBlocked);
  }
}

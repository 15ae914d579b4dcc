/**
 * The page that telephone links lead to: one number, one button. It calls when the button is pressed and never by
 * itself; how the call gets on comes by the socket.
 */

import { dial } from "./asks.js";
import { everySecond } from "./clock.js";
import { deskOf, ownPhones } from "./desk.js";
import { Feed } from "./feed.js";
import { isOver, progressOutcome, progressText } from "./progress.js";
import { fill, gettext } from "./text.js";
import { announce } from "./view/announce.js";
import { setAttribute, setHidden, setText } from "./view/dom.js";
import { ResultLine } from "./view/result_line.js";

class DialPage {
  #config = document.getElementById("dial").dataset;
  #form = document.getElementById("dial-card");
  #button = document.getElementById("dial-button");
  #label = document.getElementById("dial-label");
  #why = document.getElementById("dial-why");
  #feed = new Feed(this.#config);
  #result = new ResultLine(document.getElementById("dial-result"));
  #desk = null;
  #spoken = "";

  start() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#dial();
    });
    this.#form.addEventListener("change", () => this.#draw());
    this.#feed.onChange = () => this.#draw();
    this.#feed.commands.onChange = (request) => this.#heard(request);
    this.#feed.start();
    everySecond(this.#feed.clock, () => this.#draw());
    this.#sayWhose();
  }

  get #phone() {
    return this.#form.querySelector("[name=phone]:checked, [name=phone][type=hidden]");
  }

  /** Why it cannot be called now, "" when it can. */
  #whyNot() {
    const context = this.#feed.state();
    if (context.verdict.kind === "loading") return gettext("Loading…");
    const phone = ownPhones(context).find(({ id }) => id === Number(this.#phone.value));
    if (!phone) return gettext("Your phone is not on the board: the PBX does not tell of it.");
    this.#desk = deskOf(context, phone);
    return this.#desk.possible.dial?.why ?? "";
  }

  #draw() {
    const why = this.#whyNot();
    const isUnderWay = this.#result.request && !isOver(this.#result.request);
    setText(this.#label, fill(gettext("Call from my phone %(phone)s"), { phone: this.#phone.dataset.extension }));
    setAttribute(this.#button, "aria-disabled", why || isUnderWay ? "true" : null);
    setHidden(this.#why, !why);
    setText(this.#why, why);
  }

  #dial() {
    if (this.#button.getAttribute("aria-disabled") || this.#whyNot()) return;
    this.#result.follow(this.#feed.commands.give(dial(this.#desk.agent, this.#config.number)));
    this.#heard(this.#result.request);
  }

  #heard(request) {
    if (request !== this.#result.request) return;
    const words = progressText(request, this.#phone.dataset.extension);
    this.#result.show(() => words, progressOutcome);
    if (words !== this.#spoken) announce(words);
    this.#spoken = words;
    this.#draw();
  }

  /** The number as people write it, and what is wrong with it. */
  async #sayWhose() {
    const { number } = this.#config;
    const told = await this.#feed.commands.get(`numbers?${new URLSearchParams({ number })}`);
    if (!told) return;
    setText(document.getElementById("dial-display"), told.display || number);
    setText(document.getElementById("dial-words"), told.words);
  }
}

if (document.getElementById("dial-button")) new DialPage().start();

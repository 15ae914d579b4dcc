/** The connection: badge, names of the PBXs, bars that say what is wrong, and the quiet notices. */

import { age, clockTime, instant } from "../format.js";
import { noticesOf } from "../states.js";
import { fill, gettext } from "../text.js";
import { alarm } from "./announce.js";
import { KeyedRows, setAttribute, setHidden, setText } from "./dom.js";

const LINK_WORDS = {
  up: gettext("connected"),
  connecting: gettext("connecting"),
  down: gettext("connection lost"),
  refused: gettext("login refused"),
};

export class TopBar {
  #badge = document.getElementById("badge");
  #word = document.getElementById("badge-word");
  #age = document.getElementById("badge-age");
  #notices = document.getElementById("notices");
  #pbxs = linesIn(document.getElementById("pbxs"), "li", (root, link) => {
    root.className = "pbx";
    setText(root, link.pbx);
    setAttribute(root, "data-state", link.state);
    setAttribute(root, "title", aboutLink(link));
  });
  #bars = linesIn(document.getElementById("bars"), "p", (root, bar) => {
    root.className = "strip-bar";
    setAttribute(root, "data-level", bar.level);
    setText(root, bar.text);
  });
  #noticeLines = linesIn(this.#notices, "p", (root, notice) => {
    setAttribute(root, "data-level", notice.level);
    setText(root, notice.text);
  });

  render({ store }) {
    const links = store.rows("links").sort((a, b) => (a.pbx < b.pbx ? -1 : 1));
    this.#pbxs.show(links.map((link) => ({ ...link, key: link.pbx })));
    const notices = links.flatMap(noticesOf);
    setHidden(this.#notices, !notices.length);
    this.#noticeLines.show(notices);
  }

  /** `verdict` is what freshness.js says; `pausedAt` the instant the reader froze the page at, or null. */
  tick(verdict, pausedAt) {
    const isPaused = pausedAt !== null;
    setAttribute(this.#badge, "data-kind", isPaused ? "paused" : verdict.kind);
    setText(this.#word, isPaused ? gettext("Frozen") : verdict.badge);
    setText(this.#age, verdict.age === null ? "" : age(verdict.age));
    setAttribute(this.#badge, "title", gettext("State of the data, and how long ago the server last spoke"));
    const bars = [...verdict.bars];
    if (isPaused) bars.push(pausedBar(pausedAt));
    this.#bars.show(bars);
    const spoken = bars.filter((bar) => bar.level === "bad").map((bar) => bar.spoken ?? bar.text);
    alarm(spoken.join(" "));
  }
}

function pausedBar(at) {
  const text = gettext("Frozen at %(time)s by you: nothing below moves until you let it go on (F).");
  return { key: "paused", level: "warn", text: fill(text, { time: clockTime(at) }) };
}

function aboutLink(link) {
  const since = instant(link.since);
  const words = [LINK_WORDS[link.state] ?? link.state];
  if (since !== null) words.push(fill(gettext("since %(time)s"), { time: clockTime(since) }));
  const lines = [words.join(" "), `${link.dialect} ${link.version}`.trim(), link.error];
  return lines.filter(Boolean).join("\n");
}

function linesIn(parent, tag, fillLine) {
  return new KeyedRows(parent, {
    create: () => ({ root: document.createElement(tag) }),
    update: ({ root }, item) => fillLine(root, item),
  });
}

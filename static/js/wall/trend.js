/** The trend of the day on the wall: callers offered (a line with a ground) and abandoned (a broken line). */

import { fill, gettext } from "../text.js";
import { curveOf, finished } from "./curve.js";
import { setHidden, setText } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const REFRESH = 60_000;

export class TrendView {
  #parts;
  #url;
  #slots = [];
  #minutes = 30;

  constructor(parts, url) {
    this.#parts = parts;
    this.#url = url;
  }

  /** Asks every minute from now on. */
  start() {
    new ResizeObserver(() => this.draw()).observe(this.#parts.chart.parentElement);
    setInterval(() => this.refresh(), REFRESH);
  }

  /** Asks now; what cannot be had just now is shown as it was. */
  async refresh() {
    try {
      const answer = await fetch(this.#url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { slots, minutes } = await answer.json();
      this.#slots = slots;
      this.#minutes = minutes;
      this.draw();
    } catch {
      // The socket tells when the server is away.
    }
  }

  draw() {
    const { chart, trend_empty: empty, trend_words: words } = this.#parts;
    const isEmpty = !this.#slots.length;
    setHidden(empty, !isEmpty);
    setText(words, isEmpty ? "" : this.#sentence());
    const drawn = isEmpty ? [] : this.#drawing(chart);
    while (chart.lastChild) chart.lastChild.remove();
    chart.append(...drawn);
    chart.setAttribute("aria-label", isEmpty ? gettext("No calls yet today") : this.#sentence());
  }

  #sentence() {
    const sum = (field) => this.#slots.reduce((total, slot) => total + slot[field], 0);
    const words = gettext("%(offered)s offered, %(abandoned)s abandoned, by %(minutes)s minutes");
    return fill(words, { offered: sum("offered"), abandoned: sum("abandoned"), minutes: this.#minutes });
  }

  #drawing(chart) {
    const em = parseFloat(getComputedStyle(chart).fontSize);
    const { clientWidth: width, clientHeight: height } = chart;
    chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const box = { left: 2.4 * em, top: 0.7 * em, width: width - 4.4 * em, height: Math.max(em, height - 2.5 * em) };
    const { top, offered, abandoned, ground, hours } = curveOf(finished(this.#slots), box, 4 * em);
    const bottom = box.top + box.height;
    const line = (y) => shape("line", { class: "grid", x1: box.left, x2: box.left + box.width, y1: y, y2: y });
    const scale = (y, text) => shape("text", { class: "scale", x: box.left - 0.5 * em, y: y + 0.35 * em }, text);
    const middle = box.top + box.height / 2;
    return [
      ...[box.top, middle, bottom].map(line),
      scale(box.top, top),
      scale(middle, top / 2),
      scale(bottom, 0),
      shape("polygon", { class: "ground", points: ground }),
      shape("polyline", { class: "offered", points: offered }),
      shape("polyline", { class: "abandoned", points: abandoned }),
      ...hours.map(({ x, text }) => shape("text", { class: "hour", x, y: bottom + 1.5 * em }, text)),
    ];
  }
}

function shape(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== "") element.textContent = String(text);
  return element;
}

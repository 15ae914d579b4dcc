/** The trend of the day as lines of an SVG. Slots as `queues/trend.py` tells them in, numbers and texts out. Pure. */

import { instant, timeOfDay } from "../format.js";

/** The least height of the scale: two callers in a slot are no mountain. */
const LEAST_TOP = 4;

/** A round number not below `value`: 4, 5, 6, 8, 10, 20, 40, 50, 60, 80, 100 … */
export function roundTop(value) {
  const wanted = Math.max(LEAST_TOP, value);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= wanted);
}

/**
 * Slots to draw: the last one is not over yet, and would look as if the calls fell off.
 */
export const finished = (slots) => (slots.length > 2 ? slots.slice(0, -1) : slots);

/**
 * In: `slots`, the box {left, top, width, height} to draw in, and how wide a time of day is. Out: {top, offered,
 * abandoned: "x,y x,y …" for polylines, ground: the same closed along the bottom, hours: [{x, text}]}.
 */
export function curveOf(slots, box, hourWidth) {
  const top = roundTop(Math.max(...slots.map((slot) => slot.offered)));
  const step = box.width / Math.max(1, slots.length - 1);
  const point = (index, count) =>
    `${(box.left + index * step).toFixed(1)},${(box.top + box.height * (1 - count / top)).toFixed(1)}`;
  const offered = slots.map((slot, index) => point(index, slot.offered)).join(" ");
  const bottom = box.top + box.height;
  const right = box.left + step * (slots.length - 1);
  return {
    top,
    offered,
    abandoned: slots.map((slot, index) => point(index, slot.abandoned)).join(" "),
    ground: `${box.left},${bottom} ${offered} ${right.toFixed(1)},${bottom}`,
    hours: hoursOf(slots, box, step, hourWidth),
  };
}

/** Full hours below the curve, as many as can stand beside each other. */
function hoursOf(slots, box, step, hourWidth) {
  const full = slots
    .map((slot, index) => ({ x: box.left + index * step, text: timeOfDay(instant(slot.at)).slice(-5) }))
    .filter(({ text }) => text.endsWith(":00"));
  const every = Math.max(1, Math.ceil((full.length * hourWidth) / box.width));
  return full.filter((_, index) => index % every === 0);
}

/**
 * Whether a figure of a queue breaks a limit that people have set: the browser's half of `queues/live/limits.py`. A
 * queue's `limits` are those in force, [[figure, amber, red], …]. Pure.
 */

import { instant } from "./format.js";

/** Broken below the limit, all others above it. */
const TOO_LITTLE = new Set(["service_level", "free_agents"]);

export const isTooLittle = (figure) => TOO_LITTLE.has(figure);

/** "red", "amber" or "": how a value stands against the limits of a figure. Null and undefined are unknown: "". */
export function levelOf(limits, figure, value) {
  const limit = limits.find(([name]) => name === figure);
  if (!limit || value === null || value === undefined) return "";
  const [, amber, red] = limit;
  const breaks = (bound) => bound !== null && (TOO_LITTLE.has(figure) ? value < bound : value > bound);
  if (breaks(red)) return "red";
  return breaks(amber) ? "amber" : "";
}

const SHADES = { red: "bad", amber: "warn" };

/** The same as style sheets name it: "bad", "warn" or "". `queue` is a row, undefined where it is not known. */
export const shadeOf = (queue, figure, value) => SHADES[queue && levelOf(queue.limits, figure, value)] ?? "";

/** How a wait (ms) stands, as style sheets name it. */
export const shadeOfWait = (queue, span) => shadeOf(queue, "longest_wait", Math.floor(span / 1000));

/** Seconds until a wait (ms) is red, 0 when it is; null when it never is, or is not even amber yet. */
export function secondsToRed(queue, span) {
  const red = queue?.limits.find(([figure]) => figure === "longest_wait")?.[2] ?? null;
  if (red === null || !shadeOfWait(queue, span)) return null;
  return Math.max(0, Math.floor(red) + 1 - Math.floor(span / 1000));
}

/** What a queue line (figures.js) breaks at the instant `now` (ms): {figure: "red" or "amber"} for each that is. */
export function brokenBy({ queue, free }, now) {
  const oldest = instant(queue.oldest_joined_at);
  const decided = queue.today_answered + queue.today_abandoned + queue.today_flowed_out;
  const values = {
    waiting: queue.waiting,
    longest_wait: oldest === null ? null : Math.max(0, Math.floor((now - oldest) / 1000)),
    service_level: queue.today_service_level,
    free_agents: free,
    abandoned_percent: decided ? (100 * queue.today_abandoned) / decided : null,
  };
  const broken = {};
  for (const figure of Object.keys(values)) {
    const level = levelOf(queue.limits, figure, values[figure]);
    if (level) broken[figure] = level;
  }
  return broken;
}

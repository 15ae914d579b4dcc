/** Orders of the queue table and of the agents, and what stays in place between two of them. Pure; every order is
 * total, so equal rows never swap. */

import { averageSpeed } from "./figures.js";

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Compares as people read: "Agent 2" before "Agent 10". */
export const byName = (a, b) => names.compare(a, b) || (a < b ? -1 : Number(a > b));

const COLUMNS = {
  name: { of: (line) => line.queue.name, compare: byName },
  waiting: { of: (line) => line.queue.waiting },
  // Longest first when descending: the earliest instant, and queues where nobody waits last.
  longest: { of: (line) => (line.queue.oldest_joined_at ? -Date.parse(line.queue.oldest_joined_at) : -Infinity) },
  service_level: { of: (line) => line.queue.today_service_level ?? -1 },
  answered: { of: (line) => line.queue.today_answered },
  abandoned: { of: (line) => line.queue.today_abandoned },
  free: { of: (line) => line.free },
  on_call: { of: (line) => line.onCall },
  paused: { of: (line) => line.paused },
  logged_in: { of: (line) => line.loggedIn },
  average_speed: { of: (line) => averageSpeed(line.queue) ?? -1 },
};

export const SORT_COLUMNS = Object.keys(COLUMNS);

const byNumber = (a, b) => (a === b ? 0 : a - b);

/**
 * Queue lines ordered by a column, `direction` 1 ascending or -1 descending; ties by name, then PBX and number. Those
 * whose key is in `first` come before all others.
 */
export function sortQueues(lines, column, direction, first = new Set()) {
  const { of, compare = byNumber } = COLUMNS[column];
  return [...lines].sort(
    (a, b) =>
      Number(first.has(b.key)) - Number(first.has(a.key)) ||
      direction * compare(of(a), of(b)) || byName(a.queue.name, b.queue.name) || (a.key < b.key ? -1 : 1),
  );
}

/** Agents by name, then extension and identity. */
export function sortAgents(agents) {
  return [...agents].sort(
    (a, b) => byName(a.name, b.name) || byName(a.extension, b.extension) || byName(a.pbx + a.key, b.pbx + b.key),
  );
}

/** The places of a longest rising run among different `numbers`, with gaps: of [5, 0, 1, 9, 2] it is [1, 2, 4]. */
export function longestRise(numbers) {
  const before = [];
  /** By length less one: where the run of that length stands that ends lowest. */
  const ends = [];
  numbers.forEach((number, place) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1;
      else high = middle;
    }
    before[place] = ends[low - 1];
    ends[low] = place;
  });
  const run = [];
  for (let place = ends.at(-1); place !== undefined; place = before[place]) run.push(place);
  return run.reverse();
}

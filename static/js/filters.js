/**
 * What the reader chose to see, as it stands in the address, so that a reload or a bookmark shows the same.
 *
 * Shape: {find: text, states: Set of agent states (empty: all but logged out), group: one of GROUPS, queue: "" or a
 * queue's key, team: "" or a team's name, hidden: whether queues that were hidden are shown, callers:
 * "waiting"|"talking", sort: column, direction: 1|-1}. Pure.
 */

import { agentsOf, queueKey } from "./figures.js";
import { SORT_COLUMNS } from "./sorting.js";
import { AGENT_STATES } from "./states.js";

const GROUPS = ["queue", "team", "state", "name"];
const DEFAULT_SORT = "longest";

const one = (allowed, value, otherwise) => (allowed.includes(value) ? value : otherwise);

/** Reads `location.search`; what makes no sense there is left out. */
export function readFilters(search) {
  const query = new URLSearchParams(search);
  const [, minus, column] = (query.get("sort") ?? "").match(/^(-?)(.*)$/);
  const isSorted = SORT_COLUMNS.includes(column);
  return {
    find: query.get("find") ?? "",
    states: new Set((query.get("state") ?? "").split(",").filter((state) => Object.hasOwn(AGENT_STATES, state))),
    group: one(GROUPS, query.get("group"), "queue"),
    queue: query.get("queue") ?? "",
    team: query.get("team") ?? "",
    hidden: query.has("hidden"),
    callers: one(["waiting", "talking"], query.get("callers"), "waiting"),
    sort: isSorted ? column : DEFAULT_SORT,
    direction: isSorted && !minus ? 1 : -1,
  };
}

/** The same as text for the address, without what is the default; "" when all is. */
export function writeFilters(filters) {
  const query = new URLSearchParams();
  const sort = `${filters.direction < 0 ? "-" : ""}${filters.sort}`;
  if (filters.find) query.set("find", filters.find);
  if (filters.states.size) query.set("state", [...filters.states].join(","));
  if (filters.group !== "queue") query.set("group", filters.group);
  if (filters.queue) query.set("queue", filters.queue);
  if (filters.team) query.set("team", filters.team);
  if (filters.hidden) query.set("hidden", "");
  if (filters.callers !== "waiting") query.set("callers", filters.callers);
  if (sort !== `-${DEFAULT_SORT}`) query.set("sort", sort);
  const text = query.toString();
  return text && `?${text}`;
}

/** Whether an agent matches the find box: by name, extension, interface, or whom they talk with. */
export function matches(agent, find) {
  const wanted = find.trim().toLowerCase();
  if (!wanted) return true;
  const said = [agent.name, agent.extension, agent.interface, agent.party_number, agent.party_name];
  return said.some((text) => text.toLowerCase().includes(wanted));
}

/**
 * The queues that the reader wants to see, by team and without those they hid: {has(key), queues: rows, agents: rows
 * of their members, or of all agents when nothing is left out}.
 */
export function shownQueues(store, filters, rights, preferences) {
  const team = teamKeys(filters, rights);
  const hidden = filters.hidden ? new Set() : preferences.keys("hidden");
  const has = (key) => (!team || team.has(key)) && !hidden.has(key);
  return {
    has,
    get queues() {
      return store.rows("queues").filter(({ pbx, number }) => has(queueKey(pbx, number)));
    },
    get agents() {
      return team || hidden.size ? agentsOf(store, this.queues) : store.rows("agents");
    },
  };
}

/** The keys of the picked team's queues, or null when no team is picked (or none of that name is one's own). */
export function teamKeys({ team }, { teams }) {
  return teams.find(({ name }) => name === team)?.keys ?? null;
}

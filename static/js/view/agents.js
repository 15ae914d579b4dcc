/**
 * The agents as tiles, in groups by queue, by state or in one list. A group is cut into chunks of whole lines which
 * the browser lays out only while they are near the screen; their timers rest as long.
 */

import { agentsByKey, membershipsByAgent, queueKey, stateCounts } from "../figures.js";
import { matches } from "../filters.js";
import { byName, sortAgents } from "../sorting.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext } from "../text.js";
import { Hold, arrange, clone, setAttribute, setHidden, setProperty, setText } from "./dom.js";
import { GridKeys } from "./grid.js";
import { createTile, fillTile, tickTile, tileContext } from "./tile.js";

const CHUNK = 32;
/** As in agents.css, whose grid comes to the same number of columns. */
const TILE_WIDTH = 236;
const GAP = 8;

export class AgentsView {
  #root = document.getElementById("groups");
  #held = document.getElementById("agents-held");
  #empty = document.getElementById("agents-empty");
  #count = document.getElementById("agents-count");
  #groups = new Map();
  #columns = 1;
  #hold;
  #keys;
  #seen;

  /** `open(agent)` shows what may be done for an agent. */
  constructor({ refresh, open }) {
    this.#hold = new Hold(this.#root, refresh);
    this.#keys = new GridKeys(this.#root, {
      columns: () => this.#columns,
      open: (tile) => open(tile.agentView.agent),
    });
    this.#seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) target.isNear = isIntersecting;
    }, { rootMargin: "200px" });
    new ResizeObserver(([{ contentRect }]) => {
      const columns = Math.max(1, Math.floor((contentRect.width + GAP) / (TILE_WIDTH + GAP)));
      if (columns === this.#columns) return;
      this.#columns = columns;
      refresh();
    }).observe(this.#root);
  }

  render(context) {
    const { store, filters } = context;
    const all = store.rows("agents");
    const shown = shownAgents(store, filters);
    setText(this.#count, context.isKnown ? shownCount(shown, all) : "");
    setHidden(this.#empty, shown.length > 0);
    if (!shown.length) setText(this.#empty, context.emptyText(emptyText(all)));
    if (this.#hold.isHeld && !context.isAsked) {
      setHidden(this.#held, !this.#updateInPlace(context));
      return;
    }
    setHidden(this.#held, true);
    this.#layOut(groupsOf(shown, context), context);
    this.#keys.settle();
    this.tick(context);
  }

  tick({ now }) {
    for (const { chunks } of this.#groups.values()) {
      for (const chunk of chunks) {
        if (chunk.root.isNear === false) continue;
        for (const view of chunk.tiles) tickTile(view, now(view.agent.pbx));
      }
    }
  }

  /** Fills the tiles that are there, where they are. Returns whether some would stand elsewhere by now. */
  #updateInPlace(context) {
    const agents = agentsByKey(context.store);
    let isBehind = false;
    for (const { tiles } of this.#groups.values()) {
      for (const view of tiles.values()) {
        const agent = agents.get(`${view.agent.pbx} ${view.agent.interface}`);
        const state = view.agent.state;
        if (agent) fillTile(view, agent, tileContext(context, agent));
        setAttribute(view.root, "data-gone", !agent);
        if (!agent || agent.state !== state) isBehind = true;
      }
    }
    this.tick(context);
    return isBehind;
  }

  #layOut(groups, context) {
    const before = this.#groups;
    this.#groups = new Map();
    for (const group of groups) {
      const view = before.get(group.key) ?? createGroup();
      this.#groups.set(group.key, view);
      setText(view.parts.title, group.title);
      setText(view.parts.counts, group.counts);
      setHidden(view.parts.title.parentElement, !group.title);
      const tiles = new Map();
      for (const agent of group.agents) {
        const key = `${agent.pbx} ${agent.interface}`;
        const tile = view.tiles.get(key) ?? createTile();
        fillTile(tile, agent, tileContext(context, agent));
        setAttribute(tile.root, "data-gone", false);
        tiles.set(key, tile);
      }
      view.tiles = tiles;
      this.#chunk(view, [...tiles.values()], group.title);
    }
    for (const [key, view] of before) if (!this.#groups.has(key)) this.#chunk(view, [], "");
    arrange(this.#root, [...this.#groups.values()].map((view) => view.root));
  }

  #chunk(view, tiles, label) {
    const size = this.#columns * Math.max(1, Math.round(CHUNK / this.#columns));
    const needed = Math.ceil(tiles.length / size);
    while (view.chunks.length < needed) {
      const chunk = createChunk();
      this.#seen.observe(chunk.root);
      view.chunks.push(chunk);
    }
    for (const chunk of view.chunks.splice(needed)) this.#seen.unobserve(chunk.root);
    view.chunks.forEach((chunk, index) => {
      chunk.tiles = tiles.slice(index * size, (index + 1) * size);
      setAttribute(chunk.root, "aria-label", label || gettext("Agents"));
      setProperty(chunk.root, "--lines", Math.ceil(chunk.tiles.length / this.#columns));
      arrange(chunk.row, chunk.tiles.map((tile) => tile.root));
    });
    arrange(view.parts.chunks, view.chunks.map((chunk) => chunk.root));
  }
}

function createGroup() {
  const { root, parts } = clone("agent-group");
  return { root, parts, tiles: new Map(), chunks: [] };
}

function createChunk() {
  const { root, parts } = clone("agent-chunk");
  return { root, row: parts.row, tiles: [] };
}

function shownAgents(store, filters) {
  const members = filters.queue ? membershipsByAgent(store) : new Map();
  const inQueue = ({ pbx, interface: face }) =>
    !filters.queue || (members.get(`${pbx} ${face}`) ?? []).some((one) => queueKey(pbx, one.queue) === filters.queue);
  const inState = ({ state }) => (filters.states.size ? filters.states.has(state) : state !== "logged_out");
  const isShown = (agent) => inState(agent) && inQueue(agent) && matches(agent, filters.find);
  return sortAgents(store.rows("agents").filter(isShown));
}

function shownCount(shown, all) {
  if (shown.length === all.length) return String(all.length);
  return fill(gettext("%(n)s of %(m)s"), { n: shown.length, m: all.length });
}

function emptyText(all) {
  if (!all.length) return gettext("No agents yet: no phone is a member of a queue.");
  if (all.every((agent) => agent.state === "logged_out")) return gettext("All agents are logged out.");
  return gettext("No agent matches. Loosen the filter or empty the find box.");
}

/** [{key, title, counts, agents}] in the order of the page. Who is in several queues stands in each of them. */
function groupsOf(agents, context) {
  const { group } = context.filters;
  if (group === "state") {
    return Object.entries(AGENT_STATES)
      .map(([state, title]) => ({ key: state, title, agents: agents.filter((agent) => agent.state === state) }))
      .filter((group) => group.agents.length)
      .map((group) => ({ ...group, counts: String(group.agents.length) }));
  }
  if (group === "name") return agents.length ? [{ key: "all", title: "", counts: "", agents }] : [];
  return queueGroups(agents, context);
}

function queueGroups(agents, { store, filters, isMany }) {
  const members = membershipsByAgent(store);
  const groups = new Map();
  const put = (key, title, agent) => {
    if (!groups.has(key)) groups.set(key, { key, title, agents: [] });
    groups.get(key).agents.push(agent);
  };
  for (const agent of agents) {
    const own = members.get(`${agent.pbx} ${agent.interface}`) ?? [];
    for (const { queue } of own) {
      const key = queueKey(agent.pbx, queue);
      if (filters.queue && key !== filters.queue) continue;
      const name = store.row("queues", agent.pbx, queue)?.name || queue;
      put(key, isMany ? `${name} (${agent.pbx})` : name, agent);
    }
    if (!own.length) put("", gettext("In no queue"), agent);
  }
  const inNoQueue = groups.get("");
  groups.delete("");
  const ordered = [...groups.values()].sort((a, b) => byName(a.title, b.title) || byName(a.key, b.key));
  if (inNoQueue) ordered.push(inNoQueue);
  return ordered.map((group) => ({ ...group, counts: countsText(group.agents) }));
}

function countsText(agents) {
  const { all, ...counts } = stateCounts(agents);
  return Object.entries(counts)
    .filter(([, count]) => count)
    .map(([state, count]) => `${count} ${AGENT_STATES[state].toLowerCase()}`)
    .join(", ");
}

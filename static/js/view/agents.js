/**
 * The agents as tiles, in groups. A group is cut into chunks of whole lines which the browser lays out only while they
 * are near the screen; their timers rest as long. A push fills the tiles of the agents it changed; the groups are made
 * anew only when somebody comes, goes, or belongs elsewhere.
 */

import { stateCounts } from "../figures.js";
import { agentKey, groupsOf, isShown, shownAgents } from "../groups.js";
import { supervisesAgent } from "../possible.js";
import { Selection } from "../selection.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext } from "../text.js";
import { Hold, arrange, clone, setAttribute, setHidden, setProperty, setText } from "./dom.js";
import { GridKeys } from "./grid.js";
import { Later } from "./later.js";
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
  #byTeam = document.querySelector("#grouping [data-group=team]");
  #select = document.getElementById("select-agents");
  #selection = new Selection();
  #bulk;
  #groups = new Map();
  /** Tiles by agent: Map from key to [{tile, group}]. */
  #tiles = new Map();
  /** What the layout was made from: who is shown, and in which queues the agents are. */
  #shown = new Set();
  #queues = new Map();
  #columns = 1;
  #isWide = false;
  #hold;
  #keys;
  #seen;
  #context = null;

  /** `openAgent(agent)` shows what may be done for an agent; `commands` asks for many. */
  constructor({ refresh, openAgent, commands }) {
    this.#bulk = new Later(async () => {
      const { BulkBar } = await import("./bulk.js");
      return new BulkBar(commands, this.#selection, () => this.#selectable());
    });
    this.#select.addEventListener("click", () => this.#bulk.use((bulk) => bulk.turn(this.#context)));
    this.#selection.onChange = () => this.#showSelection();
    this.#hold = new Hold(this.#root, refresh);
    this.#keys = new GridKeys(this.#root, {
      columns: () => this.#columns,
      open: (tile) => openAgent(tile.agentView.agent),
      toggle: (tile) => this.#mayAct && this.#selection.toggle(keyOf(tile)),
      extend: (tile, from = tile) => this.#extend(tile, from),
      selectAll: () => this.#mayAct && this.#selectAll(),
      clear: () => this.#selection.size > 0 && this.#selection.clear(),
      isSelecting: () => this.#bulk.now?.isSelecting,
    });
    this.#seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) target.isNear = isIntersecting;
    }, { rootMargin: "200px" });
    new ResizeObserver(([{ contentRect }]) => {
      const columns = Math.max(1, Math.floor((contentRect.width + GAP) / (TILE_WIDTH + GAP)));
      if (columns === this.#columns) return;
      this.#columns = columns;
      this.#isWide = true;
      refresh();
    }).observe(this.#root);
  }

  render(context) {
    this.#context = context;
    const { changes } = context;
    const isSame = !changes.all && !this.#isWide && !this.#isMoved(context);
    if (isSame) this.#fillChanged(context);
    else if (this.#hold.isHeld && !context.isAsked) setHidden(this.#held, !this.#updateInPlace(context));
    else this.#layOut(context);
    setHidden(this.#select, !context.rights.isSupervisor);
    if (!isSame || changes.touch("agents", "members")) this.#bulk.now?.render(context);
  }

  tick({ now }) {
    for (const { chunks } of this.#groups.values()) {
      for (const chunk of chunks) {
        if (chunk.root.isNear === false) continue;
        for (const view of chunk.tiles) tickTile(view, now(view.agent.pbx));
      }
    }
  }

  get #mayAct() {
    return this.#context?.rights.isSupervisor ?? false;
  }

  /** Whether what changed puts somebody elsewhere: shown or not, in another group, under another name. */
  #isMoved({ changes, store, filters, rights }) {
    if (changes.touch("links")) return true;
    for (const key of changes.members) {
      const [pbx, ...rest] = key.split(" ");
      const member = store.row("members", pbx, rest.join(" "));
      if (Boolean(member) !== this.#queues.has(key)) return true;
    }
    for (const key of changes.queues) if (this.#queues.get(`${key} name`) !== nameOfQueue(store, key)) return true;
    for (const key of changes.agents) {
      const agent = rowOf(store, "agents", key);
      if (!agent) return true;
      const members = store.membersOf(agent.pbx, agent.interface);
      if (isShown(agent, members, filters, rights) !== this.#shown.has(key)) return true;
      const before = this.#tiles.get(key)?.[0].tile.agent;
      if (!before) continue;
      if (before.name !== agent.name || before.extension !== agent.extension) return true;
      if (filters.group === "state" && before.state !== agent.state) return true;
    }
    return false;
  }

  /** Fills the tiles of those that changed, where they are. */
  #fillChanged(context) {
    const counted = new Set();
    for (const key of context.changes.agents) {
      const agent = rowOf(context.store, "agents", key);
      for (const { tile, group } of this.#tiles.get(key) ?? []) {
        if (tile.agent.state !== agent.state) counted.add(group);
        fillTile(tile, agent, tileContext(context, agent));
        if (tile.root.closest(".chunk").isNear !== false) tickTile(tile, context.now(agent.pbx));
      }
    }
    for (const group of counted) this.#showCounts(group, context);
  }

  /** Fills all tiles, where they are. Returns whether some would stand elsewhere by now. */
  #updateInPlace(context) {
    let isBehind = false;
    for (const [key, places] of this.#tiles) {
      const agent = rowOf(context.store, "agents", key);
      for (const { tile } of places) {
        if (!agent || agent.state !== tile.agent.state) isBehind = true;
        if (agent) fillTile(tile, agent, tileContext(context, agent));
        setAttribute(tile.root, "data-gone", !agent);
      }
    }
    this.tick(context);
    return isBehind;
  }

  #layOut(context) {
    const { store } = context;
    this.#isWide = false;
    const all = store.rows("agents");
    const shown = shownAgents(context);
    this.#remember(context, shown);
    setText(this.#count, context.isKnown ? shownCount(shown, all) : "");
    setHidden(this.#empty, shown.length > 0);
    if (!shown.length) setText(this.#empty, context.emptyText(emptyText(all)));
    setHidden(this.#held, true);
    setHidden(this.#byTeam, !context.rights.teams.length);
    this.#place(groupsOf(shown, context), context);
    this.#keys.settle();
    this.tick(context);
  }

  #remember({ store }, shown) {
    this.#shown = new Set(shown.map(agentKey));
    this.#queues = new Map(store.rows("members").map((member) => [`${member.pbx} ${member.key}`, ""]));
    for (const queue of store.rows("queues")) this.#queues.set(`${queue.pbx} ${queue.key} name`, queue.name);
    this.#selection.keep((key) => rowOf(store, "agents", key));
  }

  #place(groups, context) {
    const before = this.#groups;
    this.#groups = new Map();
    this.#tiles = new Map();
    for (const group of groups) {
      const view = before.get(group.key) ?? createGroup();
      this.#groups.set(group.key, view);
      setText(view.parts.title, group.title);
      setHidden(view.parts.title.parentElement, !group.title);
      const tiles = new Map();
      for (const agent of group.agents) {
        const key = agentKey(agent);
        const tile = view.tiles.get(key) ?? createTile();
        fillTile(tile, agent, tileContext(context, agent));
        setAttribute(tile.root, "data-gone", false);
        tiles.set(key, tile);
        if (!this.#tiles.has(key)) this.#tiles.set(key, []);
        this.#tiles.get(key).push({ tile, group: view });
        this.#mark(tile.root, key);
      }
      view.tiles = tiles;
      this.#showCounts(view, context);
      this.#chunk(view, [...tiles.values()], group.title);
    }
    for (const [key, view] of before) if (!this.#groups.has(key)) this.#chunk(view, [], "");
    arrange(this.#root, [...this.#groups.values()].map((view) => view.root));
  }

  #showCounts(view, { filters }) {
    const agents = [...view.tiles.values()].map((tile) => tile.agent);
    setText(view.parts.counts, filters.group === "state" ? agents.length : countsText(agents));
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
      setAttribute(chunk.root, "aria-multiselectable", this.#mayAct ? "true" : null);
      setProperty(chunk.root, "--lines", Math.ceil(chunk.tiles.length / this.#columns));
      arrange(chunk.row, chunk.tiles.map((tile) => tile.root));
    });
    arrange(view.parts.chunks, view.chunks.map((chunk) => chunk.root));
  }

  // The selection

  #mark(root, key) {
    setAttribute(root, "aria-selected", this.#mayAct ? String(this.#selection.has(key)) : null);
  }

  #showSelection() {
    for (const [key, places] of this.#tiles) for (const { tile } of places) this.#mark(tile.root, key);
    this.#bulk.use((bulk) => bulk.render(this.#context));
  }

  #keysInOrder() {
    return [...this.#root.querySelectorAll(".tile")].map(keyOf);
  }

  /** Keys of those who are shown and may be acted for. */
  #selectable() {
    const { store } = this.#context;
    return [...this.#shown].filter((key) => {
      const agent = rowOf(store, "agents", key);
      return agent && supervisesAgent(agent, store.membersOf(agent.pbx, agent.interface), this.#context);
    });
  }

  #extend(tile, from) {
    if (this.#mayAct) this.#selection.extend(this.#keysInOrder(), keyOf(tile), keyOf(from));
  }

  #selectAll() {
    this.#selection.set(this.#selectable());
  }
}

const keyOf = (tile) => agentKey(tile.agentView.agent);

/** The row of a table by "pbx key". */
function rowOf(store, table, key) {
  const at = key.indexOf(" ");
  return store.row(table, key.slice(0, at), key.slice(at + 1));
}

const nameOfQueue = (store, key) => rowOf(store, "queues", key)?.name;

function createGroup() {
  const { root, parts } = clone("agent-group");
  return { root, parts, tiles: new Map(), chunks: [] };
}

function createChunk() {
  const { root, parts } = clone("agent-chunk");
  return { root, row: parts.row, tiles: [] };
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

function countsText(agents) {
  const { all, ...counts } = stateCounts(agents);
  return Object.entries(counts)
    .filter(([, count]) => count)
    .map(([state, count]) => `${count} ${AGENT_STATES[state].toLowerCase()}`)
    .join(", ");
}

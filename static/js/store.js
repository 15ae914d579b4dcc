/**
 * What the server said, and nothing else: one board for each PBX, changed only by its frames.
 *
 * In: parsed frames, in the order they came. Out: the rows, what changed, and what to ask for again. A board is
 * replaced by a snapshot (which may come in parts) and moved on by deltas whose `seq` follows without a gap;
 * after a gap it stays as it was until the snapshot that was asked for is complete. No DOM, no clock, no socket.
 *
 * A row is never changed, only replaced: who keeps one may compare it with `===`. Members are found by their queue
 * and by their agent without looking at all of them.
 */

export const TABLES = ["links", "queues", "members", "callers", "agents", "owed", "incidents"];

const emptyTables = () => Object.fromEntries(TABLES.map((name) => [name, new Map()]));

/**
 * Which rows came, changed or went since the last look: a Set of "pbx key" by table. `all`: any row may have, and
 * the sets say nothing.
 */
export class Changes {
  constructor({ all = false } = {}) {
    this.all = all;
    for (const table of TABLES) this[table] = new Set();
  }

  /** Whether a row of one of these tables may be another. */
  touch(...tables) {
    return this.all || tables.some((table) => this[table].size > 0);
  }
}

class Board {
  constructor(pbx) {
    this.pbx = pbx;
    this.epoch = null;
    this.seq = null;
    this.isComplete = false;
    this.tables = emptyTables();
    this.#index();
    /** The snapshot being received: {epoch, seq, left: Set of part numbers, tables, later: deltas}. */
    this.incoming = null;
  }

  replace(tables) {
    this.tables = tables;
    this.#index();
  }

  put(table, row) {
    this.tables[table].set(row.key, row);
    if (table === "members") this.#enter(row);
  }

  take(table, key) {
    const row = this.tables[table].get(key);
    if (!row) return;
    this.tables[table].delete(key);
    if (table !== "members") return;
    this.membersByQueue.get(row.queue).delete(key);
    this.membersByAgent.get(row.interface).delete(key);
  }

  #index() {
    this.membersByQueue = new Map();
    this.membersByAgent = new Map();
    for (const row of this.tables.members.values()) this.#enter(row);
  }

  #enter(row) {
    for (const [index, name] of [[this.membersByQueue, row.queue], [this.membersByAgent, row.interface]]) {
      if (!index.has(name)) index.set(name, new Map());
      index.get(name).set(row.key, row);
    }
  }
}

const byQueue = (a, b) => (a.queue < b.queue ? -1 : 1);

export class Store {
  #boards = new Map();
  #changes = new Changes({ all: true });
  #versions = Object.fromEntries(TABLES.map((table) => [table, 0]));

  /** Names of the PBXs, sorted. */
  get names() {
    return [...this.#boards.keys()].sort();
  }

  /** True once every PBX heard of has given a whole board, and there is one. */
  get isComplete() {
    return this.#boards.size > 0 && [...this.#boards.values()].every((board) => board.isComplete);
  }

  /** {epoch, seq} of a PBX's board, null when it has none yet. */
  position(pbx) {
    const board = this.#boards.get(pbx);
    return board?.isComplete ? { epoch: board.epoch, seq: board.seq } : null;
  }

  /** All rows of a table, over all PBXs. */
  rows(table) {
    const rows = [];
    for (const board of this.#boards.values()) rows.push(...board.tables[table].values());
    return rows;
  }

  row(table, pbx, key) {
    return this.#boards.get(pbx)?.tables[table].get(key);
  }

  /** A queue's members, in no order. */
  membersIn(pbx, queue) {
    return [...(this.#boards.get(pbx)?.membersByQueue.get(queue)?.values() ?? [])];
  }

  /** An agent's memberships, by queue. */
  membersOf(pbx, face) {
    return [...(this.#boards.get(pbx)?.membersByAgent.get(face)?.values() ?? [])].sort(byQueue);
  }

  /** A number that is another one whenever a row of the table is. */
  version(table) {
    return this.#versions[table];
  }

  /** What changed since this was asked last (at first: all). */
  takeChanges() {
    const changes = this.#changes;
    this.#changes = new Changes();
    return changes;
  }

  /** Takes a frame. Returns {changed, resync}: whether rows changed, and the PBX whose snapshot is needed or null. */
  apply(frame) {
    switch (frame.type) {
      case "snapshot":
        return this.#snapshot(frame);
      case "delta":
        return this.#delta(frame);
      case "beat":
        return { changed: false, resync: this.#behind(frame.links ?? {}) };
      default:
        return { changed: false, resync: null };
    }
  }

  /** Forgets snapshots that were cut off with the socket. The boards stay, to be shown as old. */
  disconnected() {
    for (const board of this.#boards.values()) board.incoming = null;
  }

  #board(pbx) {
    if (!this.#boards.has(pbx)) this.#boards.set(pbx, new Board(pbx));
    return this.#boards.get(pbx);
  }

  #snapshot({ pbx, epoch, seq, rows, part = 1, parts = 1 }) {
    const board = this.#board(pbx);
    let incoming = board.incoming;
    if (incoming?.epoch !== epoch || incoming.seq !== seq || !incoming.left.has(part)) {
      const left = new Set(Array.from({ length: parts }, (_, index) => index + 1));
      incoming = board.incoming = { epoch, seq, left, tables: emptyTables(), later: [] };
    }
    incoming.left.delete(part);
    for (const table of TABLES) {
      for (const row of rows[table] ?? []) incoming.tables[table].set(row.key, row);
    }
    if (incoming.left.size) return { changed: false, resync: null };
    Object.assign(board, { epoch, seq, isComplete: true, incoming: null });
    board.replace(incoming.tables);
    this.#changes.all = true;
    for (const table of TABLES) this.#versions[table] += 1;
    let resync = null;
    for (const delta of incoming.later) resync = this.#delta(delta).resync ?? resync;
    return { changed: true, resync };
  }

  #delta(frame) {
    const board = this.#board(frame.pbx);
    if (board.incoming) {
      board.incoming.later.push(frame);
      return { changed: false, resync: null };
    }
    if (!board.isComplete || frame.epoch !== board.epoch) return { changed: false, resync: frame.pbx };
    if (frame.seq <= board.seq) return { changed: false, resync: null };
    if (frame.seq !== board.seq + 1) return { changed: false, resync: frame.pbx };
    board.seq = frame.seq;
    for (const table of TABLES) {
      const rows = frame.set?.[table] ?? [];
      const keys = frame.removed?.[table] ?? [];
      if (rows.length + keys.length) this.#versions[table] += 1;
      for (const row of rows) board.put(table, row);
      for (const key of keys) board.take(table, key);
      for (const key of [...rows.map((row) => row.key), ...keys]) this.#changes[table].add(`${frame.pbx} ${key}`);
    }
    return { changed: true, resync: null };
  }

  /** The first PBX whose board is not where a beat says it is, or null. Frames keep their order, so a beat that
   * is ahead means that a delta was lost. */
  #behind(links) {
    for (const [pbx, { epoch, seq }] of Object.entries(links)) {
      const board = this.#boards.get(pbx);
      if (board?.incoming) continue;
      if (!board?.isComplete || board.epoch !== epoch || board.seq < seq) return pbx;
    }
    return null;
  }
}

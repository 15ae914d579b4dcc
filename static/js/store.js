/**
 * What the server said, and nothing else: one board for each PBX, changed only by its frames.
 *
 * In: parsed frames, in the order they came. Out: the rows, what changed, and what to ask for again. A board is
 * replaced by a snapshot (which may come in parts) and moved on by deltas whose `seq` follows without a gap;
 * after a gap it stays as it was until the snapshot that was asked for is complete. No DOM, no clock, no socket.
 */

export const TABLES = ["links", "queues", "members", "callers", "agents"];

const emptyTables = () => Object.fromEntries(TABLES.map((name) => [name, new Map()]));

class Board {
  constructor(pbx) {
    this.pbx = pbx;
    this.epoch = null;
    this.seq = null;
    this.isComplete = false;
    this.tables = emptyTables();
    /** The snapshot being received: {epoch, seq, left: Set of part numbers, tables, later: deltas}. */
    this.incoming = null;
  }
}

export class Store {
  #boards = new Map();

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
    Object.assign(board, { epoch, seq, tables: incoming.tables, isComplete: true, incoming: null });
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
      for (const row of frame.set?.[table] ?? []) board.tables[table].set(row.key, row);
      for (const key of frame.removed?.[table] ?? []) board.tables[table].delete(key);
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

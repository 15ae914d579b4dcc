/**
 * The server's clock, as well as a browser can know it. In: the instants that frames carry. Out: `now()`.
 *
 * A frame is never early, so the sample with the largest (server time − local time) was delayed least; it is the
 * offset while it is among the samples of the last minute. Local time is monotonic, so that setting the PC's clock
 * changes nothing; a monotonic clock may stand still while the PC sleeps, which shows as the two clocks drifting
 * apart and throws the old samples away.
 */

const WINDOW = 60_000;
const REBASE = 300;
const SLEPT = 2_000;

export class ServerClock {
  #monotonic;
  #wall;
  #samples = [];
  #offset = null;
  #drift;

  /** `monotonic` and `wall` return milliseconds: `performance.now()` and `Date.now()` in a browser. */
  constructor({ monotonic = () => performance.now(), wall = () => Date.now() } = {}) {
    this.#monotonic = monotonic;
    this.#wall = wall;
    this.#drift = wall() - monotonic();
  }

  /** Takes the server's instant (ms) of a frame that has just arrived. */
  sample(serverTime) {
    this.#noticeSleep();
    const at = this.#monotonic();
    this.#samples = this.#samples.filter((sample) => sample.at > at - WINDOW);
    this.#samples.push({ at, offset: serverTime - at });
    const best = Math.max(...this.#samples.map((sample) => sample.offset));
    if (this.#offset === null || Math.abs(best - this.#offset) > REBASE) this.#offset = best;
  }

  /** The server's time now, in ms since 1970; the PC's own while no frame has come yet. */
  now() {
    this.#noticeSleep();
    return this.#offset === null ? this.#wall() : this.#monotonic() + this.#offset;
  }

  #noticeSleep() {
    const drift = this.#wall() - this.#monotonic();
    if (Math.abs(drift - this.#drift) <= SLEPT) return;
    // Either the PC slept (the monotonic clock stood still) or somebody set its clock. The first needs the
    // jump, the second does not; the next frame, at most a second away, tells which.
    this.#samples = [];
    this.#drift = drift;
  }
}

/**
 * Calls `step` right after each full second of `clock`, so that all timers of a page move together.
 * Returns a function that stops it.
 */
export function everySecond(clock, step, { later = setTimeout, cancel = clearTimeout } = {}) {
  let timer = null;
  const arm = () => {
    timer = later(run, 1000 - (clock.now() % 1000) + 5);
  };
  const run = () => {
    arm();
    step();
  };
  arm();
  return () => cancel(timer);
}

/**
 * Keeps one WebSocket to the server alive. In: a URL. Out: parsed frames by `onFrame`, changes of `state` by
 * `onState`. It knows how to come back (full jitter, so that fifty screens do not return in the same second) and
 * when to ask for a board again; it does not know what frames mean. Every clock and chance is given from outside.
 *
 * States: "connecting" (a socket is being opened), "open", "waiting" (until the next try), "closed" (for good).
 */

export const LOGGED_OUT = 4401;

const LONGEST_DELAY = 15_000;
const FIRST_DELAY = 500;
const GOOD_SERVICE = 30_000;
const SILENCE = 10_000;
const RESYNC_JITTER = 2_000;
const RESYNC_PAUSE = 5_000;
/** A little less than a second: a beat that comes a moment early must not make an ack a second late. */
const ACK_PAUSE = 900;

export class LiveSocket {
  #url;
  #open;
  #later;
  #cancel;
  #now;
  #random;
  #socket = null;
  #tries = 0;
  #openedAt = 0;
  #retryTimer = null;
  #silenceTimer = null;
  #resyncs = new Map();
  #acks = new Map();

  onFrame = () => {};
  onState = () => {};
  onLoggedOut = () => {};
  state = "closed";

  constructor(
    url,
    {
      open = (address) => new WebSocket(address),
      later = (run, delay) => setTimeout(run, delay),
      cancel = (timer) => clearTimeout(timer),
      now = () => performance.now(),
      random = Math.random,
    } = {},
  ) {
    this.#url = url;
    this.#open = open;
    this.#later = later;
    this.#cancel = cancel;
    this.#now = now;
    this.#random = random;
  }

  connect() {
    this.#cancel(this.#retryTimer);
    this.#retryTimer = null;
    this.#drop();
    const socket = (this.#socket = this.#open(this.#url));
    this.#listenForSilence();
    socket.onopen = () => {
      this.#openedAt = this.#now();
      this.#become("open");
    };
    socket.onmessage = (message) => {
      this.#listenForSilence();
      this.onFrame(JSON.parse(message.data));
    };
    socket.onclose = ({ code }) => (code === LOGGED_OUT ? this.#leave() : this.#retry());
    this.#become("connecting");
  }

  /** Something changed for the better (network, tab, wake-up): don't wait for the next try. */
  hurry() {
    if (this.state !== "waiting") return;
    this.#cancel(this.#retryTimer);
    this.#retryTimer = this.#later(() => this.connect(), this.#random() * 500);
  }

  /** Closes for good. */
  close() {
    this.#cancel(this.#retryTimer);
    this.#drop();
    this.#become("closed");
  }

  /** Asks for the whole board of a PBX, a little later and at most once in 5 s. */
  resync(pbx) {
    if (this.#resyncs.has(pbx)) return;
    const ask = () => this.#send({ type: "resync", pbx });
    const free = () => this.#resyncs.delete(pbx);
    const askTimer = this.#later(ask, this.#random() * RESYNC_JITTER);
    this.#resyncs.set(pbx, [askTimer, this.#later(free, RESYNC_PAUSE)]);
  }

  /**
   * Tells how far this page has come with a PBX: when that is news, and at most once a second. To be called at
   * every frame, beats too; there is no timer, because browsers slow those of hidden tabs to one a minute.
   */
  acknowledge(pbx, { epoch, seq }) {
    const last = this.#acks.get(pbx);
    if (last && ((last.epoch === epoch && last.seq === seq) || this.#now() - last.at < ACK_PAUSE)) return;
    this.#acks.set(pbx, { epoch, seq, at: this.#now() });
    this.#send({ type: "ack", pbx, epoch, seq });
  }

  #send(frame) {
    if (this.state === "open") this.#socket.send(JSON.stringify(frame));
  }

  #become(state) {
    this.state = state;
    this.onState(state);
  }

  #listenForSilence() {
    this.#cancel(this.#silenceTimer);
    // The server speaks every second. A socket that says nothing for so long is dead, whatever TCP believes.
    this.#silenceTimer = this.#later(() => this.#retry(), SILENCE);
  }

  /** Lets go of the socket without waiting for its end, which may take minutes on a dead network. */
  #drop() {
    this.#cancel(this.#silenceTimer);
    for (const timers of this.#resyncs.values()) timers.forEach(this.#cancel);
    this.#resyncs.clear();
    this.#acks.clear();
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #retry() {
    const served = this.state === "open" ? this.#now() - this.#openedAt : 0;
    if (served >= GOOD_SERVICE) this.#tries = 0;
    this.#drop();
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#tries);
    this.#tries += 1;
    this.#retryTimer = this.#later(() => this.connect(), this.#random() * longest);
    this.#become("waiting");
  }

  #leave() {
    this.close();
    this.onLoggedOut();
  }
}

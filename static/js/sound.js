/**
 * Sounds without files: short rows of tones, one row for each occasion. Browsers are silent until somebody has clicked
 * on the page; `isBlocked` says so, and `unlock()`, called in a click, ends it. Where there is no Web Audio it is
 * silent for good.
 */

/** [frequency in Hz, beginning and length in seconds] of each tone. */
const TONES = {
  red: [[880, 0, 0.18], [660, 0.22, 0.18], [880, 0.44, 0.18], [660, 0.66, 0.3]],
  hand: [[523, 0, 0.12], [659, 0.15, 0.12], [784, 0.3, 0.25]],
  amber: [[587, 0, 0.2], [440, 0.24, 0.3]],
  over: [[523, 0, 0.12], [784, 0.14, 0.2]],
  ring: [[698, 0, 0.3], [880, 0.05, 0.3], [698, 0.6, 0.3], [880, 0.65, 0.3]],
};
const VOLUME = 0.15;
/** Tones swell and fade for so long, or they would click. */
const EDGE = 0.02;

export class Sound {
  #audio = null;
  #make;

  /** Called when sound becomes possible or impossible. */
  onChange = () => {};

  constructor(make = () => (globalThis.AudioContext ? new AudioContext() : null)) {
    this.#make = make;
  }

  /** Whether nothing would be heard until `unlock()`. */
  get isBlocked() {
    return this.#context()?.state === "suspended";
  }

  /** To be called while a click is handled. */
  async unlock() {
    await this.#context()?.resume();
    this.onChange();
  }

  /** Plays the row of tones of "red", "hand", "amber", "over" or "ring". Returns whether it can be heard. */
  play(occasion) {
    const audio = this.#context();
    if (audio?.state !== "running") return false;
    for (const [frequency, from, length] of TONES[occasion]) tone(audio, frequency, audio.currentTime + from, length);
    return true;
  }

  #context() {
    if (this.#audio) return this.#audio;
    this.#audio = this.#make();
    this.#audio?.addEventListener("statechange", () => this.onChange());
    return this.#audio;
  }
}

function tone(audio, frequency, from, length) {
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.frequency.value = frequency;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(VOLUME, from + EDGE);
  volume.gain.setValueAtTime(VOLUME, from + length - EDGE);
  volume.gain.linearRampToValueAtTime(0, from + length);
  source.connect(volume).connect(audio.destination);
  source.start(from);
  source.stop(from + length);
}

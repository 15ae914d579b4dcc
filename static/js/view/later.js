/**
 * A part of the page that nobody needs before the page is there: its modules are loaded when it is asked for, or when
 * the browser has nothing better to do, so that it is there even if the server is not, by the time it is asked for.
 */

/** The page paints first, and all it shows. */
const LATER = 2_000;
/** A browser that is never idle loads it all the same. */
const AT_LATEST = 2_000;

const idle = window.requestIdleCallback ?? ((run) => setTimeout(run));

export class Later {
  #load;
  #loading = null;

  /** What was loaded; null until then. */
  now = null;

  /** `load()` imports what is needed, and promises the part. */
  constructor(load) {
    this.#load = load;
    setTimeout(() => idle(() => this.use(() => {}), { timeout: AT_LATEST }), LATER);
  }

  /**
   * Calls `act(part)`: at once where the part is there, so that no letter typed after it goes elsewhere. Nothing
   * happens while it cannot be loaded: the badge says why.
   */
  use(act) {
    if (this.now) act(this.now);
    else this.#get().then(act, () => {});
  }

  async #get() {
    this.#loading ??= this.#load();
    try {
      return (this.now = await this.#loading);
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }
}

/** The command palette as the page knows it: its dialog, and all that understands words, come after the first paint. */

const LATER = 3_000;

export class Palette {
  #wiring;
  #pageCommands;
  #dialog = null;

  /** See palette_dialog.js. */
  constructor(wiring, pageCommands) {
    this.#wiring = wiring;
    this.#pageCommands = pageCommands;
    // So that it is there even if the server is not, by the time it is asked for.
    setTimeout(() => this.#load().catch(() => {}), LATER);
  }

  /**
   * Opens at once where it is there, so that no letter typed after Ctrl+K goes elsewhere; `context()` is asked then.
   * Nothing opens while it cannot be loaded: the badge says why.
   */
  async open(context) {
    if (!this.#dialog) await this.#load().catch(() => {});
    this.#dialog?.open(context());
  }

  render(context) {
    this.#dialog?.render(context);
  }

  async #load() {
    const { PaletteDialog } = await import("./palette_dialog.js");
    this.#dialog ??= new PaletteDialog(this.#wiring, this.#pageCommands);
  }
}

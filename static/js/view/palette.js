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

  /** `context()` is asked once the dialog is there. Nothing opens while it cannot be loaded: the badge says why. */
  async open(context) {
    try {
      const { PaletteDialog } = await this.#load();
      this.#dialog ??= new PaletteDialog(this.#wiring, this.#pageCommands);
    } catch {
      return;
    }
    this.#dialog.open(context());
  }

  render(context) {
    this.#dialog?.render(context);
  }

  #load() {
    return import("./palette_dialog.js");
  }
}

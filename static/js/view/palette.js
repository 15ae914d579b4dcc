/** The command palette as the page knows it: its dialog and all that understands words are loaded at the first use. */

export class Palette {
  #wiring;
  #pageCommands;
  #dialog = null;

  /** See palette_dialog.js. */
  constructor(wiring, pageCommands) {
    this.#wiring = wiring;
    this.#pageCommands = pageCommands;
  }

  /** `context()` is asked once the dialog is there. */
  async open(context) {
    const { PaletteDialog } = await import("./palette_dialog.js");
    this.#dialog ??= new PaletteDialog(this.#wiring, this.#pageCommands);
    this.#dialog.open(context());
  }

  render(context) {
    this.#dialog?.render(context);
  }
}

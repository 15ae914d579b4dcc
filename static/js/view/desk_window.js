/**
 * State and call in a small window that stays above all others, where the browser has such a thing (document
 * picture-in-picture); else the whole desk in a small window of its own. What is in the small window is the same as
 * before, moved there, and comes back when it is closed.
 */

const WIDTH = 380;
const HEIGHT = 420;

export class SmallWindow {
  #content = document.getElementById("desk-now");
  #placeholder = document.getElementById("desk-away");
  #opened = null;

  constructor() {
    this.#placeholder.querySelector("button").addEventListener("click", () => this.#opened?.close());
  }

  async open() {
    if (!("documentPictureInPicture" in globalThis)) {
      globalThis.open(location.pathname, "ucmdash-desk", `popup,width=${WIDTH},height=640`);
      return;
    }
    if (this.#opened) {
      this.#opened.focus();
      return;
    }
    const opened = await documentPictureInPicture.requestWindow({ width: WIDTH, height: HEIGHT });
    this.#opened = opened;
    furnish(opened.document);
    this.#placeholder.hidden = false;
    opened.document.body.append(this.#content);
    opened.addEventListener("pagehide", () => this.#comeBack());
  }

  #comeBack() {
    this.#opened = null;
    this.#placeholder.hidden = true;
    this.#placeholder.before(this.#content);
  }
}

/** Gives a new document the language, theme and style of this one. */
function furnish(document_) {
  const { lang, dir, dataset } = document.documentElement;
  Object.assign(document_.documentElement, { lang, dir });
  Object.assign(document_.documentElement.dataset, dataset);
  document_.title = document.title;
  document_.body.className = "desk-small";
  for (const link of document.querySelectorAll("link[rel=stylesheet]")) {
    const copy = document_.createElement("link");
    copy.rel = "stylesheet";
    copy.href = link.href;
    document_.head.append(copy);
  }
}

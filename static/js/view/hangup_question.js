/** Asks before it ends a caller's call: there is no way back. */

import { fill, gettext } from "../text.js";
import { ActionForm } from "./action_form.js";
import { partyOf } from "./callers.js";
import { partsOf, setHidden, setText } from "./dom.js";
import { closeOnBackdrop } from "./sheet.js";

export class HangupQuestion {
  #dialog = document.getElementById("hangup-question");
  #parts = partsOf(this.#dialog);
  #control;
  #line = null;

  constructor(commands) {
    const form = this.#dialog.querySelector("form");
    this.#control = new ActionForm(form, () => {
      const { pbx, uniqueid, number, name } = this.#line.caller;
      return commands.hangUp(pbx, uniqueid, partyOf(number, name));
    });
    this.#parts.cancel.addEventListener("click", () => this.#dialog.close());
    closeOnBackdrop(this.#dialog);
  }

  open(line, context) {
    this.#line = line;
    this.#control.reset();
    setText(this.#parts.text, sentence(line));
    this.#dialog.showModal();
    this.render(context);
  }

  /** Whether this request's outcome is being shown here. */
  shows(request) {
    return this.#dialog.open && this.#control.request === request;
  }

  render({ store, mayAct, whyNot }) {
    if (!this.#dialog.open) return;
    const { pbx, key } = this.#line.caller;
    const isThere = store.row("callers", pbx, key) !== undefined;
    if (!isThere && !this.#control.request) this.#control.allow(gettext("This call has ended by itself."));
    else this.#control.allow(mayAct(pbx, "hangup") ? "" : whyNot(pbx));
    const isDone = this.#control.request?.state === "done";
    setHidden(this.#dialog.querySelector("[type=submit]"), isDone);
  }
}

function sentence({ caller, queue, agent }) {
  const values = { who: partyOf(caller.number, caller.name), queue: queue?.name || caller.queue, agent };
  if (caller.state === "talking") return fill(gettext("%(who)s talks with %(agent)s (%(queue)s)."), values);
  return fill(gettext("%(who)s is waiting in %(queue)s."), values);
}

/** "Why is nobody ringing?": the members of a waiting caller's queue, each with what keeps them, and who comes next. */

import { nextFree, reasonsFor } from "../reasons.js";
import { fill, gettext } from "../text.js";
import { whyTitle } from "./call_actions.js";
import { KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";

export class WhyView {
  #root = document.getElementById("why-panel");
  #title = document.getElementById("why-title");
  #next = document.getElementById("why-next");
  #rows;

  /** `openAgent(agent)` shows the agent of a line. */
  constructor({ openAgent }) {
    this.#rows = new KeyedRows(document.getElementById("why-members"), {
      create: () => {
        const view = clone("why-member");
        view.parts.open.addEventListener("click", () => view.agent && openAgent(view.agent));
        return view;
      },
      update: (view, { agent, name, text }) => {
        view.agent = agent;
        setAttribute(view.root, "data-state", agent?.state ?? "unreachable");
        setText(view.parts.open, name);
        setText(view.parts.text, text);
      },
    });
  }

  /** Shows the reasons for a caller, as of now; nothing for one who waits no more. */
  show(caller, { store, now }) {
    const isWaiting = caller?.state === "waiting";
    setHidden(this.#root, !isWaiting);
    if (!isWaiting) return;
    setText(this.#title, whyTitle(caller));
    const at = now(caller.pbx);
    const reasons = reasonsFor(store, caller, at);
    this.#rows.show(reasons.map((reason) => ({ ...reason, key: reason.member.interface })));
    setText(this.#next, nextText(nextFree(store, caller, at), reasons));
  }
}

function nextText(next, reasons) {
  if (!reasons.length) return gettext("No agent is logged in to this queue: nobody will take this call.");
  if (!next) return gettext("Nobody will be free by themselves: log in, unpause or borrow somebody.");
  return fill(gettext("Next: %(who)s."), { who: next.text });
}

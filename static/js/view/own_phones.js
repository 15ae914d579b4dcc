/** The phones of somebody who is no supervisor, each with what they may ask for it. */

import { sortAgents } from "../sorting.js";
import { gettext } from "../text.js";
import { KeyedRows, clone, setHidden, setText } from "./dom.js";
import { createTile, fillTile, tickTile, tileContext } from "./tile.js";

export class OwnPhonesView {
  #empty = document.getElementById("own-empty");
  #rows;

  /** `open(agent, action)` shows the sheet, at one of its actions. */
  constructor({ open }) {
    this.#rows = new KeyedRows(document.getElementById("own-phones"), {
      create: () => createPhone(open),
      update: (view, { agent }) => {
        fillTile(view.tile, agent, tileContext(this.context, agent));
        setHidden(view.unpause, agent.paused_count === 0);
      },
    });
  }

  render(context) {
    this.context = context;
    const agents = sortAgents(context.store.rows("agents"));
    this.#rows.show(agents.map((agent) => ({ key: `${agent.pbx} ${agent.key}`, agent })));
    setHidden(this.#empty, agents.length > 0);
    setText(this.#empty, context.emptyText(gettext("Your phone is not on the board: it is a member of no queue.")));
    this.tick(context);
  }

  tick({ now }) {
    for (const { tile } of this.#rows.views) tickTile(tile, now(tile.agent.pbx));
  }
}

function createPhone(open) {
  const view = clone("own-phone");
  const tile = createTile();
  tile.root.removeAttribute("role");
  view.parts.tile.append(tile.root);
  view.root.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-ask]");
    if (asked || event.target.closest(".tile")) open(tile.agent, asked?.dataset.ask);
  });
  return { ...view, tile, unpause: view.root.querySelector("[data-ask=unpause]") };
}

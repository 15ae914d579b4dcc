/** The phones of somebody who is no supervisor, each with what they may ask for it now. */

import { hangUp, unpause } from "../asks.js";
import { nameOf } from "../names.js";
import { possibleActions } from "../possible.js";
import { sortAgents } from "../sorting.js";
import { gettext } from "../text.js";
import { KeyedRows, clone, setHidden, setText } from "./dom.js";
import { createTile, fillTile, tickTile, tileContext } from "./tile.js";

/** What needs no further word; all else is asked for in the sheet. */
const DIRECT = { unpause, hangup: hangUp };

export class OwnPhonesView {
  #empty = document.getElementById("own-empty");
  #rows;
  #open;
  #commands;
  #context = null;

  /** `openAgent(agent, action)` shows the sheet, at one of its actions. */
  constructor({ openAgent, commands }) {
    this.#open = openAgent;
    this.#commands = commands;
    this.#rows = new KeyedRows(document.getElementById("own-phones"), {
      create: () => this.#create(),
      update: (view, { agent }) => this.#fill(view, agent),
    });
  }

  render(context) {
    this.#context = context;
    const agents = sortAgents(context.store.rows("agents"));
    this.#rows.show(agents.map((agent) => ({ key: `${agent.pbx} ${agent.key}`, agent })));
    setHidden(this.#empty, agents.length > 0);
    setText(this.#empty, context.emptyText(gettext("Your phone is not on the board: it is a member of no queue.")));
    this.tick(context);
  }

  tick({ now }) {
    for (const { tile } of this.#rows.views) tickTile(tile, now(tile.agent.pbx));
  }

  #create() {
    const view = clone("own-phone");
    const tile = createTile();
    tile.root.removeAttribute("role");
    view.parts.tile.append(tile.root);
    view.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this.#ask(tile.agent, button.dataset.act);
      else if (event.target.closest(".tile")) this.#open(tile.agent);
    });
    return { ...view, tile, buttons: [...view.root.querySelectorAll("[data-act]")] };
  }

  /** Buttons are there only for what is possible: this page is small. */
  #fill(view, agent) {
    fillTile(view.tile, agent, tileContext(this.#context, agent));
    const members = this.#context.store.membersOf(agent.pbx, agent.interface);
    const possible = possibleActions(agent, members, { ...this.#context, spyCodes: {} });
    for (const button of view.buttons) setHidden(button, possible[button.dataset.act]?.why !== "");
  }

  #ask(agent, action) {
    const make = DIRECT[action];
    if (make) this.#commands.give(make({ ...agent, name: nameOf(agent).name }));
    else this.#open(agent, action);
  }
}

/** Find box, chips of states and teams, grouping and the picked queue: what the reader chose to see, kept in the address. */

import { stateCounts } from "../figures.js";
import { AGENT_STATES } from "../states.js";
import { fill, gettext } from "../text.js";
import { KeyedRows, clone, setAttribute, setHidden, setText } from "./dom.js";

export class Toolbar {
  #find = document.getElementById("find");
  #grouping = document.getElementById("grouping");
  #queueFilters = [...document.querySelectorAll(".queue-filter")];
  #chips = new Map();
  #teams = new KeyedRows(document.getElementById("team-chips"), {
    create: ({ name }) => {
      const view = clone("team-chip");
      setText(view.root, name);
      view.root.addEventListener("click", () => this.#pick(name));
      return view;
    },
    update: ({ root }, { isPicked }) => setAttribute(root, "aria-pressed", String(isPicked)),
  });
  #pick;

  constructor({ change, filters }) {
    this.#pick = (team) => change({ team: filters.team === team ? "" : team });
    this.#find.addEventListener("input", () => change({ find: this.#find.value }));
    this.#find.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      if (!this.#find.value) this.#find.blur();
      this.#find.value = "";
      change({ find: "" });
    });
    this.#grouping.addEventListener("click", (event) => {
      const { group } = event.target.dataset;
      if (group) change({ group });
    });
    for (const button of this.#queueFilters) button.addEventListener("click", () => change({ queue: "" }));
    this.#createChips(change, filters);
  }

  focusFind() {
    this.#find.focus();
    this.#find.select();
  }

  render({ store, filters, rights }) {
    const { teams } = rights;
    const choice = teams.length > 1 ? teams : [];
    this.#teams.show(choice.map(({ name }) => ({ key: name, name, isPicked: name === filters.team })));
    const counts = stateCounts(store.rows("agents"));
    for (const [state, { root, parts }] of this.#chips) {
      setText(parts.count, counts[state]);
      setAttribute(root, "aria-pressed", String(filters.states.has(state)));
      setAttribute(root, "data-zero", counts[state] === 0);
    }
    for (const button of this.#grouping.children) {
      setAttribute(button, "aria-pressed", String(button.dataset.group === filters.group));
    }
    if (document.activeElement !== this.#find && this.#find.value !== filters.find) this.#find.value = filters.find;
    const [pbx, ...number] = filters.queue.split(" ");
    const name = store.row("queues", pbx, number.join(" "))?.name ?? number.join(" ");
    for (const button of this.#queueFilters) {
      setHidden(button, !filters.queue);
      setText(button, fill(gettext("%(name)s ✕"), { name }));
      setAttribute(button, "aria-label", fill(gettext("Only queue %(name)s is shown. Show all."), { name }));
    }
  }

  #createChips(change, filters) {
    for (const [state, word] of Object.entries(AGENT_STATES)) {
      const view = clone("state-chip");
      setAttribute(view.root, "data-state", state);
      setText(view.parts.word, word);
      view.root.addEventListener("click", () => {
        const states = new Set(filters.states);
        if (!states.delete(state)) states.add(state);
        change({ states });
      });
      this.#chips.set(state, view);
      document.getElementById("state-chips").append(view.root);
    }
  }
}

/** The page of one's own tokens: make one, which is shown this once, see what there is, revoke. */

import { Commands } from "./commands.js";
import { csrfToken } from "./csrf.js";
import { clockTime, instant } from "./format.js";
import { fill, gettext } from "./text.js";
import { announce } from "./view/announce.js";
import { KeyedRows, clone, setAttribute, setHidden, setText } from "./view/dom.js";
import { offerThemes } from "./view/theme.js";

const SCOPES = { dial: gettext("placing calls"), all: gettext("everything I may do") };

class TokensPage {
  #config = document.getElementById("tokens").dataset;
  #api = new Commands(this.#config.api, () => csrfToken(this.#config.csrf));
  #form = document.getElementById("token-form");
  #error = document.getElementById("token-error");
  #made = document.getElementById("token-made");
  #text = document.getElementById("token-text");
  #none = document.getElementById("token-none");
  #rows = new KeyedRows(document.getElementById("token-list"), {
    create: () => this.#createRow(),
    update: (view, { token }) => fillRow(view, token),
  });

  start() {
    offerThemes(document.getElementById("theme"), document.getElementById("theme-word"));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#make(new FormData(this.#form));
    });
    const copy = document.getElementById("token-copy");
    copy.addEventListener("click", () => this.#copy());
    this.#load();
  }

  async #make(fields) {
    const asked = { label: fields.get("label"), scope: fields.get("scope") };
    const { answer, error } = await this.#api.tell("POST", "tokens", asked);
    setHidden(this.#error, !error);
    setText(this.#error, error ?? "");
    if (error) return;
    this.#form.reset();
    this.#text.value = answer.token;
    setText(document.getElementById("token-copied"), gettext("Copy"));
    setText(document.getElementById("token-example"), exampleOf(answer.token, this.#config.api));
    setHidden(this.#made, false);
    this.#made.focus();
    announce(gettext("Your new token is shown now, and never again."));
    this.#load();
  }

  /** By the clipboard where the browser has one for this page, else selected, for Ctrl+C. */
  async #copy() {
    this.#text.select();
    try {
      await navigator.clipboard.writeText(this.#text.value);
      setText(document.getElementById("token-copied"), gettext("Copied"));
      announce(gettext("Copied"));
    } catch {
      announce(gettext("Selected: press Ctrl+C to copy."));
      setText(document.getElementById("token-copied"), gettext("Press Ctrl+C"));
    }
  }

  async #load() {
    const told = await this.#api.get("tokens");
    const tokens = told ?? [];
    this.#rows.show(tokens.map((token) => ({ key: String(token.id), token })));
    setText(this.#none, told ? gettext("You have no token.") : gettext("Your tokens cannot be had just now."));
    setHidden(this.#none, tokens.length > 0);
  }

  #createRow() {
    const view = clone("token-row");
    view.parts.revoke.addEventListener("click", () => this.#revoke(view));
    return view;
  }

  /** The first press asks, the second does it: what was revoked cannot come back. */
  async #revoke(view) {
    const { revoke } = view.parts;
    if (!view.isAsked) {
      view.isAsked = true;
      setText(revoke, gettext("Really revoke?"));
      return;
    }
    const { error } = await this.#api.tell("DELETE", `tokens/${view.token.id}`);
    announce(error || fill(gettext("%(label)s is revoked."), { label: view.token.label }));
    document.getElementById("tokens").focus();
    this.#load();
  }
}

function fillRow(view, token) {
  view.token = token;
  const { parts } = view;
  const at = (iso) => clockTime(instant(iso));
  const used = token.last_used_at
    ? fill(gettext("last used %(time)s"), { time: at(token.last_used_at) })
    : gettext("never used");
  const made = fill(gettext("made %(time)s"), { time: at(token.created_at) });
  setText(parts.label, token.label);
  setText(parts.facts, [SCOPES[token.scope] ?? token.scope, made, used].join(" · "));
  setAttribute(parts.revoke, "aria-label", fill(gettext("Revoke %(label)s"), { label: token.label }));
}

/** How a program places a call with it. */
function exampleOf(token, api) {
  const address = new URL(`${api}calls/originate`, location.href);
  return [
    `curl -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" \\`,
    `     -d '{"number": "+49 30 123456"}' ${address.href}`,
  ].join("\n");
}

new TokensPage().start();

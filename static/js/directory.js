/**
 * Whom one can call: what the server finds, or while it cannot be asked, the queues and agents this page knows. In: the
 * API and the store. Out: entries as `GET directory` has them.
 */

import { isDialable } from "./asks.js";
import { nameOf } from "./names.js";
import { AGENT_STATES } from "./states.js";
import { gettext } from "./text.js";
import { findAgents, findQueues, wordsOf } from "./words.js";

export const KINDS = {
  agent: gettext("colleague"),
  queue: gettext("queue"),
  contact: gettext("contact"),
  recent: gettext("called lately"),
};

const STATES = { free: gettext("free"), busy: gettext("busy"), off: gettext("phone off"), closed: gettext("closed") };

const MOST = 8;

/** Up to eight entries for what was typed so far; with nothing typed, whom one called lately. */
export async function search(commands, store, pbx, text) {
  const query = new URLSearchParams({ q: text, pbx });
  const told = await commands.get(`directory?${query}`);
  const entries = told ? told.entries.map(inWords) : ofBoard(store, pbx, text);
  return entries.slice(0, MOST);
}

const inWords = (entry) => ({ ...entry, state: STATES[entry.state] ?? "" });

/** The same from the rows of this page. */
export function ofBoard(store, pbx, text) {
  const words = wordsOf(text);
  if (!words.length) return [];
  const here = (table) => store.rows(table).filter((row) => row.pbx === pbx);
  const queues = findQueues(here("queues"), words).map(({ row }) => entry("queue", row.name, row.number, ""));
  const agents = findAgents(here("agents"), words).map(({ row }) =>
    entry("agent", nameOf(row).name, row.extension, AGENT_STATES[row.state]),
  );
  return [...agents, ...queues].filter(({ number }) => isDialable(number));
}

const entry = (kind, name, number, state) => ({ kind, name, number, display: number, state });

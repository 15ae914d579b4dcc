/** Who is calling: what the same number tried today, notes of earlier calls, and a field for one of this call. */

import { age, duration, instant, timeOfDay } from "../format.js";
import { fill, gettext } from "../text.js";
import { announce } from "./announce.js";
import { KeyedRows, clone, partsOf, setAttribute, setHidden, setText } from "./dom.js";

const OUTCOMES = {
  completed: gettext("answered"),
  abandoned: gettext("hung up"),
  timed_out: gettext("not answered in time"),
  redirected: gettext("sent elsewhere"),
  exited: gettext("left by key"),
  lost: gettext("not seen how it ended"),
};
/** So many of each are shown; more do not help in a call. */
const MOST = 5;

export class PartyNotes {
  #parts;
  #form;
  #commands;
  #visits;
  #notes;
  #call = null;
  #pbx = "";
  #nameOfQueue = (number) => number;

  /** `root` is the card of the call. */
  constructor(root, commands) {
    this.#commands = commands;
    this.#parts = partsOf(root);
    this.#form = root.querySelector(".note-form");
    this.#visits = new KeyedRows(this.#parts.visits, {
      create: () => clone("desk-visit"),
      update: ({ parts }, { visit }) => {
        setText(parts.at, timeOfDay(instant(visit.at)));
        setText(parts.text, this.#visitText(visit));
      },
    });
    this.#notes = new KeyedRows(this.#parts.notes, {
      create: () => clone("desk-note"),
      update: ({ parts }, { note }) => {
        setText(parts.text, note.text);
        setText(parts.by, byText(note, this.#nameOfQueue));
      },
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    });
  }

  /** Whether a note was begun and not saved. */
  get hasDraft() {
    return this.#form.elements.text.value.trim() !== "";
  }

  /** Another call, or null for none: asks who that is. */
  async show(call, pbx, nameOfQueue) {
    this.#call = call;
    this.#pbx = pbx;
    this.#nameOfQueue = nameOfQueue;
    this.#form.reset();
    this.#fill({ visits: [], notes: [], crm_url: "", display: "" });
    setHidden(this.#form, !call?.number);
    if (!call?.number) return;
    const { number, queue, name, uniqueid } = call;
    const told = await this.#commands.get(`parties?${new URLSearchParams({ pbx, number, queue, name, uniqueid })}`);
    if (told && this.#call === call) this.#fill(told);
  }

  #fill({ visits, notes, crm_url: link, display }) {
    const earlier = visits.slice(0, MOST);
    this.#visits.show(earlier.map((visit) => ({ key: `${visit.at} ${visit.queue}`, visit })));
    setHidden(this.#parts.visits, !earlier.length);
    this.#showNotes(notes);
    setHidden(this.#parts.crm, !link);
    setAttribute(this.#parts.crm, "href", link || null);
    setText(this.#parts.display, display === this.#call?.number ? "" : display);
  }

  #showNotes(notes) {
    this.notes = notes.slice(0, MOST);
    this.#notes.show(this.notes.map((note) => ({ key: String(note.id), note })));
    setHidden(this.#parts.notes, !this.notes.length);
  }

  #visitText({ queue, outcome, wait_seconds: wait }) {
    const parts = [this.#nameOfQueue(queue), OUTCOMES[outcome] ?? outcome ?? ""];
    if (wait !== null) parts.push(fill(gettext("after %(time)s"), { time: duration(wait * 1000) }));
    return parts.filter(Boolean).join(" · ");
  }

  async #save() {
    const call = this.#call;
    const { text } = this.#form.elements;
    if (!call || !this.hasDraft) return;
    const body = { pbx: this.#pbx, number: call.number, queue: call.queue, uniqueid: call.uniqueid, text: text.value };
    const { answer, error } = await this.#commands.tell("POST", "notes", body);
    setHidden(this.#parts.noteError, !error);
    setText(this.#parts.noteError, error ?? "");
    if (error || this.#call !== call) return;
    announce(gettext("Note saved."));
    text.value = "";
    this.#showNotes([answer, ...this.notes]);
  }
}

function byText(note, nameOfQueue) {
  const ago = fill(gettext("%(age)s ago"), { age: age(Date.now() - instant(note.at)) });
  return [note.author, note.queue && nameOfQueue(note.queue), ago].filter(Boolean).join(" · ");
}

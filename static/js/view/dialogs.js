/** The dialogs that show one thing: an agent, a queue, a call, where a number comes from. Loaded after the page. */

import { CallerSheet } from "./caller_sheet.js";
import { ExplainView } from "./explain.js";
import { QueueSheet } from "./queue_sheet.js";
import { AgentSheet } from "./sheet.js";

export class Dialogs {
  #sheets;

  constructor(commands, wiring) {
    this.agent = new AgentSheet(commands);
    this.queue = new QueueSheet(commands, wiring);
    this.caller = new CallerSheet(commands, wiring);
    this.explain = new ExplainView(commands, wiring);
    this.#sheets = [this.agent, this.queue, this.caller];
  }

  /** Whether one of them says how this request ended. */
  shows(request) {
    return this.agent.shows(request) || this.caller.shows(request);
  }

  render(context) {
    for (const sheet of this.#sheets) sheet.render(context);
  }

  tick(context) {
    for (const sheet of this.#sheets) sheet.tick(context);
  }
}

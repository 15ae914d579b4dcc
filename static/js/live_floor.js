/** The Live page of whoever watches the floor: all agents of their queues, and what wants attention. */

import { LivePage } from "./live.js";
import { AgentsView } from "./view/agents.js";
import { Toolbar } from "./view/toolbar.js";

new LivePage((wiring) => ({
  agents: new AgentsView(wiring),
  toolbar: new Toolbar(wiring),
  alerts: async () => new (await import("./view/alerts.js")).Alerts(wiring.commands, wiring),
})).start();

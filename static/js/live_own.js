/** The Live page of an agent: their own phones and queues. */

import { LivePage } from "./live.js";
import { OwnPhonesView } from "./view/own_phones.js";

new LivePage((wiring) => ({ agents: new OwnPhonesView(wiring), toolbar: null, alerts: null })).start();

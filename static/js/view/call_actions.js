/** What may be asked for a call of a queue, and the menu that offers it. */

import { fill, gettext } from "../text.js";
import { partyOf } from "./callers.js";

/** So long a call that is to end or to go elsewhere can be kept. */
const UNDO_SECONDS = 5;

const whoOf = (caller) => ({ who: partyOf(caller.number, caller.name) });
const target = ({ pbx, uniqueid }) => ({ pbx, uniqueid });

/** What one asks about a waiting caller. */
export function whyTitle({ ringing }) {
  return ringing.length ? gettext("Who could take this call?") : gettext("Why is nobody ringing?");
}

/** The phone of whoever sits before the page: the first of theirs that is on this PBX's board and can be reached. */
export function ownPhone({ store, ownIds }, pbx) {
  const own = store.rows("agents").filter((agent) => agent.pbx === pbx && ownIds.has(agent.id));
  return own.find((agent) => agent.state !== "unreachable");
}

export function askToHangUp(commands, caller) {
  const label = fill(gettext("Hang up the call of %(who)s"), whoOf(caller));
  return commands.ask("calls/hangup", target(caller), label, { undo: UNDO_SECONDS });
}

export function askToRedirect(commands, caller, number) {
  const label = fill(gettext("Send %(who)s to %(number)s"), { ...whoOf(caller), number });
  return commands.ask("calls/redirect", { ...target(caller), number }, label, { undo: UNDO_SECONDS });
}

export function askToRaise(commands, caller) {
  const priority = (caller.priority ?? 0) + 1;
  const label = fill(gettext("Raise %(who)s to priority %(priority)s"), { ...whoOf(caller), priority });
  return commands.ask("calls/priority", { ...target(caller), priority }, label);
}

export function askToPickUp(commands, caller, phone) {
  const values = { ...whoOf(caller), phone: phone.extension || phone.interface };
  const label = fill(gettext("Pick up %(who)s on phone %(phone)s"), values);
  return commands.ask("calls/pickup", { ...target(caller), phone: phone.id }, label);
}

/**
 * The choices for a caller, as `Menu` takes them. `open(caller, part)` shows the sheet of the call. Who may act for
 * nobody is offered nothing but to look.
 */
export function callChoices(caller, context, commands, open) {
  const { pbx, queue, state, tries } = caller;
  const isWaiting = state !== "talking";
  const why = (kind) => context.whyNot(pbx, kind, queue);
  const look = [
    { label: isWaiting ? whyTitle(caller) : gettext("Show this call"), run: () => open(caller) },
    ...(tries ? [{ label: gettext("Earlier calls today"), run: () => open(caller, "visits") }] : []),
  ];
  if (!context.isSupervisor) return look;
  const phone = ownPhone(context, pbx);
  const acts = [
    {
      label: phone
        ? fill(gettext("Pick up on my phone %(phone)s"), { phone: phone.extension || phone.interface })
        : gettext("Pick up on my phone"),
      why: why("pickup") || (phone ? "" : gettext("No phone is linked to your login.")),
      run: () => askToPickUp(commands, caller, phone),
    },
    { label: gettext("Redirect…"), why: why("redirect"), run: () => open(caller, "redirect") },
    { label: gettext("Raise priority"), why: why("priority"), run: () => askToRaise(commands, caller) },
  ];
  const end = { label: gettext("Hang up"), why: why("hangup"), isDanger: true, run: () => askToHangUp(commands, caller) };
  return [...look, ...(isWaiting ? acts : []), end];
}

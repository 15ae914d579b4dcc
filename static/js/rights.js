/**
 * What the person before the page may do, from the server's greeting. The server decides again at every request; here
 * it only keeps from offering what would be refused. Pure.
 */

import { queueKey } from "./figures.js";
import { fill, gettext } from "./text.js";

/**
 * In: the `user` of a hello frame. Out: {role, name, login, teams: [{name, keys: Set of queue keys}], ownIds: Set of agent
 * ids, isSupervisor: may act for others, isEverywhere: for all others, supervises(pbx, queue): may act in this queue}.
 */
export function rightsOf({ role, name, username, teams = [], agent_ids = [], is_supervisor = false, supervised = [] }) {
  const keysOf = (queues) => new Set(queues.map(({ pbx, number }) => queueKey(pbx, number)));
  const everywhere = supervised === "all";
  const own = everywhere ? new Set() : keysOf(supervised);
  return {
    role,
    name: name || username,
    login: username,
    teams: teams.map((team) => ({ name: team.name, keys: keysOf(team.queues) })),
    ownIds: new Set(agent_ids),
    isSupervisor: is_supervisor,
    isEverywhere: everywhere,
    supervises: (pbx, queue) => everywhere || own.has(queueKey(pbx, queue)),
  };
}

/**
 * Why `kind` (a word of a link row's `actions`) cannot be asked of a PBX now, for `queue` if one is named; "" when it
 * can. `link` is the PBX's row, `isLive` whether what the page shows of it is true now.
 */
export function whyNot(rights, { pbx, link, isLive }, kind, queue) {
  if (!isLive) return fill(gettext("Not now: there is no connection to %(pbx)s."), { pbx });
  if (!kind || !link?.actions.includes(kind)) {
    return fill(gettext("%(pbx)s, or our user on it, does not offer this."), { pbx });
  }
  if (queue && !rights.supervises(pbx, queue)) return gettext("Only supervisors of this queue may do this.");
  return "";
}

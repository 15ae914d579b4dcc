/**
 * Which agents are shown, and in which groups: by queue, team, state, or all in one list. Pure: a store and the
 * filters in, [{key, title, agents}] out.
 */

import { queueKey } from "./figures.js";
import { matches, teamKeys } from "./filters.js";
import { byName, sortAgents } from "./sorting.js";
import { AGENT_STATES } from "./states.js";
import { fill, gettext } from "./text.js";

export const agentKey = ({ pbx, interface: face }) => `${pbx} ${face}`;

/** Whether the filters let an agent be seen. `members` are their memberships. */
export function isShown(agent, members, filters, rights) {
  if (filters.states.size ? !filters.states.has(agent.state) : agent.state === "logged_out") return false;
  const { queue } = filters;
  if (queue && !members.some((member) => queueKey(member.pbx, member.queue) === queue)) return false;
  const keys = teamKeys(filters, rights);
  if (keys && !members.some((member) => keys.has(queueKey(member.pbx, member.queue)))) return false;
  return matches(agent, filters.find);
}

/** The agents that are shown, by name. */
export function shownAgents({ store, filters, rights }) {
  const of = (agent) => store.membersOf(agent.pbx, agent.interface);
  return sortAgents(store.rows("agents").filter((agent) => isShown(agent, of(agent), filters, rights)));
}

/** The groups in the order of the page. Who is in several queues or teams stands in each of them. */
export function groupsOf(agents, context) {
  switch (context.filters.group) {
    case "state":
      return stateGroups(agents);
    case "name":
      return agents.length ? [{ key: "all", title: "", agents }] : [];
    case "team":
      return groupsBy(agents, context, teamsOf, gettext("In no team"));
    default:
      return groupsBy(agents, context, queuesOf, gettext("In no queue"));
  }
}

function stateGroups(agents) {
  return Object.entries(AGENT_STATES)
    .map(([state, title]) => ({ key: state, title, agents: agents.filter((agent) => agent.state === state) }))
    .filter((group) => group.agents.length);
}

/** `placesOf(members, context)` names the groups of an agent, [{key, title}]; who has none stands at the end. */
function groupsBy(agents, context, placesOf, otherwise) {
  const groups = new Map();
  const put = (key, title, agent) => {
    if (!groups.has(key)) groups.set(key, { key, title, agents: [] });
    groups.get(key).agents.push(agent);
  };
  for (const agent of agents) {
    const places = placesOf(context.store.membersOf(agent.pbx, agent.interface), context);
    for (const { key, title } of places) put(key, title, agent);
    if (!places.length) put("", otherwise, agent);
  }
  const last = groups.get("");
  groups.delete("");
  const ordered = [...groups.values()].sort((a, b) => byName(a.title, b.title) || byName(a.key, b.key));
  return last ? [...ordered, last] : ordered;
}

function queuesOf(members, { store, filters, rights, isMany }) {
  const keys = teamKeys(filters, rights);
  const isAsked = (key) => (!filters.queue || key === filters.queue) && (!keys || keys.has(key));
  return members
    .map(({ pbx, queue }) => {
      const name = store.row("queues", pbx, queue)?.name || queue;
      const title = isMany ? fill(gettext("%(name)s (%(pbx)s)"), { name, pbx }) : name;
      return { key: queueKey(pbx, queue), title };
    })
    .filter(({ key }) => isAsked(key));
}

function teamsOf(members, { rights, filters }) {
  return rights.teams
    .filter(({ name }) => !filters.team || name === filters.team)
    .filter(({ keys }) => members.some(({ pbx, queue }) => keys.has(queueKey(pbx, queue))))
    .map(({ name }) => ({ key: name, title: name }));
}

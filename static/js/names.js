/** Names to show for what a PBX names otherwise. Pure. */

/** An agent's name, and the extension when the name is not that already. A UCM names members by their interface. */
export function nameOf(agent) {
  const ownName = agent.name === agent.interface ? "" : agent.name;
  const name = ownName || agent.extension || agent.interface;
  return { name, extension: agent.extension === name ? "" : agent.extension };
}

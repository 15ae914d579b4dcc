/** What may be done with a member in one queue: the choices of the menu in the queue's sheet. */

import { nameOf } from "../names.js";
import { fill, gettext } from "../text.js";

const UNDO_SECONDS = 5;

/** `line` is {member, agent}; `reasons` are the pause reasons to choose from. */
export function memberChoices({ member, agent }, { whyNot, store }, commands, reasons) {
  const { pbx, queue, penalty, paused } = member;
  const values = { name: nameOf(agent).name, queue: store.row("queues", pbx, queue)?.name || queue };
  const why = (kind) => whyNot(pbx, kind, queue);
  const ask = (action, body, words, options) =>
    commands.ask(`agents/${agent.id}/${action}`, { queue, ...body }, fill(words, values), options);
  const setPenalty = (to) => ({
    label: fill(gettext("Penalty %(penalty)s"), { penalty: to }),
    why: why("penalty"),
    run: () => ask("penalty", { penalty: to }, gettext("Set the penalty of %(name)s in %(queue)s")),
  });
  const pause = (reason, label) => ({
    label,
    why: why("pause"),
    run: () => ask("pause", { reason }, gettext("Pause %(name)s in %(queue)s")),
  });
  return [
    ...(paused
      ? [
          {
            label: gettext("Unpause here"),
            why: why("unpause"),
            run: () => ask("unpause", {}, gettext("Unpause %(name)s in %(queue)s")),
          },
        ]
      : [
          pause("", gettext("Pause here")),
          ...reasons.map((reason) => pause(reason, fill(gettext("Pause here: %(reason)s"), { reason }))),
        ]),
    setPenalty(penalty + 1),
    ...(penalty > 0 ? [setPenalty(penalty - 1)] : []),
    {
      label: gettext("Log out of this queue"),
      why: why("log_out") || (member.membership === "static" ? gettext("Members named in the PBX's configuration cannot be logged out.") : ""),
      isDanger: true,
      run: () => ask("logout", {}, gettext("Log %(name)s out of %(queue)s"), { undo: UNDO_SECONDS }),
    },
  ];
}

"""What people ask about agents in queues: pausing, logging in and out, penalties. Refused in words or queued.

A request becomes a `Command` row and nothing else (`agents.asking.queued`); a worker sends it. Who may
ask, and in which queues, is `agents.permissions`' business and is settled before: `queues` are the numbers, in lower
case, in which it is to happen, None means all of the agent's whichever they are. All functions may be called from
any thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from agents.asking import Asking, RequestRefused, allowed, queued, require_link
from agents.dialing import clean_reason
from agents.floor import Membership
from agents.models import Agent, Command
from agents.states import CommandKind

Queues = frozenset[str] | None


def request_pause(
    asking: Asking,
    agent: Agent,
    queues: Queues,
    *,
    reason: str = "",
    minutes: int | None = None,
    is_limited: bool = False,
) -> Command:
    """Ask to give this agent no calls; they come back by themselves after so many `minutes`, or with None when
    somebody ends it. `is_limited`: only if the reason is not full. Errors: RequestRefused."""
    by = asking.by.get_full_name() or asking.by.get_username()
    told = {"reason": allowed(clean_reason, reason), "minutes": minutes, "by": by}
    if is_limited:
        told["is_limited"] = True
    return _about_memberships(CommandKind.PAUSE, asking, agent, queues, told)


def request_unpause(asking: Asking, agent: Agent, queues: Queues) -> Command:
    """Ask to give this agent calls again. Errors: RequestRefused."""
    return _about_memberships(CommandKind.UNPAUSE, asking, agent, queues, {"reason": ""})


def request_penalty(asking: Asking, agent: Agent, queues: Queues, *, penalty: int) -> Command:
    """Ask to set this agent's penalty: the lowest are rung first. Errors: RequestRefused."""
    return _about_memberships(CommandKind.PENALTY, asking, agent, queues, {"penalty": penalty})


def request_log_out(asking: Asking, agent: Agent, queues: Queues) -> Command:
    """Ask to take this agent out of queues. Fixed memberships stay, which is refused where there is no other.
    Errors: RequestRefused."""
    require_link(asking, agent.pbx, CommandKind.LOG_OUT)
    members = _memberships(asking, agent, queues)
    leaving = [member for member in members if not member.is_fixed]
    fixed = [member.queue for member in members if member.is_fixed]
    if not leaving:
        words = _("{agent} is a fixed member of queue {queue} and cannot be logged out there: pause them instead.")
        raise RequestRefused(words.format(agent=agent, queue=", ".join(fixed)))
    told = {
        "memberships": [remembered(member) for member in leaving],
        "fixed": fixed,
        "is_all": queues is None,
    }
    return _about_agent(CommandKind.LOG_OUT, asking, agent, [member.queue for member in leaving], told)


def usual_queues(agent: Agent) -> frozenset[str]:
    """The queues this agent was logged out of through us."""
    return frozenset(entry["queue"] for entry in agent.usual_queues)


def remembered(member: Membership) -> dict[str, Any]:
    """What must be known of a membership to begin it again as it was: an entry of `Agent.usual_queues`."""
    return {"queue": member.queue, "penalty": member.penalty, "state_interface": member.state_interface}


def request_log_in(asking: Asking, agent: Agent, queues: frozenset[str], *, penalty: int | None = None) -> Command:
    """Ask to make this agent a member of these queues, with this penalty or, with None, the one they had there when
    they were logged out. Errors: RequestRefused."""
    require_link(asking, agent.pbx, CommandKind.LOG_IN)
    here = {member.queue for member in asking.floor.memberships(agent.pbx, agent.interface)}
    for queue in sorted(queues):
        if not asking.floor.is_queue(agent.pbx, queue):
            raise RequestRefused(_("There is no queue {queue}.").format(queue=queue))
    wanted = sorted(queues - here)
    if not wanted:
        raise RequestRefused(_("{agent} is logged in there already.").format(agent=agent))
    known = {entry["queue"]: entry for entry in agent.usual_queues}
    told = {
        "memberships": [_beginning(queue, known.get(queue, {}), penalty) for queue in wanted],
        "name": agent.name if agent.name != agent.extension else "",
    }
    return _about_agent(CommandKind.LOG_IN, asking, agent, wanted, told)


def _beginning(queue: str, before: dict[str, Any], penalty: int | None) -> dict[str, Any]:
    return {
        "queue": queue,
        "penalty": before.get("penalty", 0) if penalty is None else penalty,
        "state_interface": before.get("state_interface", ""),
    }


def _about_memberships(
    kind: CommandKind, asking: Asking, agent: Agent, queues: Queues, told: dict[str, Any]
) -> Command:
    require_link(asking, agent.pbx, kind)
    _memberships(asking, agent, queues)
    return _about_agent(kind, asking, agent, queues, told)


def _memberships(asking: Asking, agent: Agent, queues: Queues) -> list[Membership]:
    """The memberships meant. Errors: RequestRefused unless the agent is a member of all these queues, of any with
    None."""
    here = {member.queue: member for member in asking.floor.memberships(agent.pbx, agent.interface)}
    if queues is None:
        if not here:
            raise RequestRefused(_("{agent} is logged in to no queue.").format(agent=agent))
        return list(here.values())
    for queue in sorted(queues - here.keys()):
        raise RequestRefused(_("{agent} is not a member of queue {queue}.").format(agent=agent, queue=queue))
    return [here[queue] for queue in sorted(queues)]


def _about_agent(
    kind: CommandKind, asking: Asking, agent: Agent, queues: Iterable[str] | None, told: dict[str, Any]
) -> Command:
    """`queue` is the one it is about, or null; `queues` are given when it is carried out queue by queue."""
    named = sorted(queues) if queues is not None else []
    one = named[0] if len(named) == 1 else None
    arguments = {"interface": agent.interface, "queue": one, **told}
    if len(named) > 1:
        arguments["queues"] = named
    return queued(kind, asking, agent.pbx, agent, arguments, queue=one or "")

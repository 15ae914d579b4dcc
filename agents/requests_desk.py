"""What agents ask at their own desk, and supervisors for them: help with a call, a place in line for a pause, the end
of a wrap-up. Refused in words or queued, as in `agents.requests`.

What concerns the board alone needs a worker that is alive, and no PBX.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from agents.asking import Asking, RequestRefused, allowed, queued, require_link, require_worker
from agents.dialing import clean_reason
from agents.models import Agent, Command, PauseReason
from agents.requests import Queues, request_pause, request_unpause
from agents.states import AgentState, CommandKind

#: The pause that a wrap-up becomes when it takes longer, and the word for it on the PBX.
WRAP_UP = "Wrap-up"


class ReasonFull(RequestRefused):
    """As many as may are on this pause already; one may wait in line for it."""


def request_hand(asking: Asking, agent: Agent, *, is_raised: bool) -> Command:
    """Ask for help with the call in hand, or not any more. Errors: RequestRefused."""
    require_worker(asking, agent.pbx)
    if is_raised and agent.state not in (AgentState.ON_CALL, AgentState.OTHER_CALL):
        raise RequestRefused(_("There is no call to ask for help with."))
    kind = CommandKind.RAISE_HAND if is_raised else CommandKind.LOWER_HAND
    return queued(kind, asking, agent.pbx, agent, {"interface": agent.interface})


def request_own_pause(asking: Asking, agent: Agent, queues: Queues, *, reason: str, minutes: int | None) -> Command:
    """Ask for a pause that has to keep to the limit of its reason. The worker, who sees who is about to be paused,
    looks again. Errors: ReasonFull, RequestRefused."""
    name = allowed(clean_reason, reason)
    limit = PauseReason.objects.filter(name=name).values_list("limit_per_queue", flat=True).first()
    if limit is not None:
        for membership in asking.floor.memberships(agent.pbx, agent.interface):
            others = asking.floor.paused(agent.pbx, membership.queue, name) - {agent.interface}
            if (queues is None or membership.queue in queues) and len(others) >= limit:
                words = _("{reason} is full in queue {queue}: {limit} at once. You can wait in line for it.")
                raise ReasonFull(words.format(reason=name, queue=membership.queue, limit=limit))
    return request_pause(asking, agent, queues, reason=name, minutes=minutes, is_limited=limit is not None)


def request_wait_for_pause(asking: Asking, agent: Agent, *, reason: str, minutes: int | None) -> Command:
    """Ask for a place in line. Errors: RequestRefused."""
    require_worker(asking, agent.pbx)
    name = allowed(clean_reason, reason)
    if not PauseReason.objects.filter(name=name, limit_per_queue__isnull=False).exists():
        raise RequestRefused(_("There is no line for {reason}: anybody may pause for it.").format(reason=name))
    told = {"interface": agent.interface, "reason": name, "minutes": minutes}
    return queued(CommandKind.AWAIT_PAUSE, asking, agent.pbx, agent, told)


def request_no_pause(asking: Asking, agent: Agent) -> Command:
    """Ask to leave the line. Errors: RequestRefused."""
    require_worker(asking, agent.pbx)
    return queued(CommandKind.FORGO_PAUSE, asking, agent.pbx, agent, {"interface": agent.interface})


def request_ready(asking: Asking, agent: Agent) -> Command:
    """Ask to end a wrap-up now. A pause for wrapping up ends; the wrap-up of the PBX itself can be ended only for
    members that may be added anew. Errors: RequestRefused."""
    if agent.state == AgentState.PAUSED and agent.pause_reason == WRAP_UP:
        return request_unpause(asking, agent, None)
    if agent.state != AgentState.WRAP_UP:
        raise RequestRefused(_("There is no wrap-up to end."))
    require_link(asking, agent.pbx, CommandKind.READY)
    members = asking.floor.memberships(agent.pbx, agent.interface)
    if fixed := [member.queue for member in members if member.is_fixed]:
        words = _("The PBX holds calls back until the wrap-up is over, and cannot be told otherwise in {queues}.")
        raise RequestRefused(words.format(queues=", ".join(fixed)))
    told = {
        "interface": agent.interface,
        "name": agent.name if agent.name != agent.extension else "",
        "memberships": [
            {"queue": member.queue, "penalty": member.penalty, "state_interface": member.state_interface}
            for member in members
        ],
    }
    return queued(CommandKind.READY, asking, agent.pbx, agent, told)


def request_more_wrap_up(asking: Asking, agent: Agent, *, minutes: int) -> Command:
    """Ask for so many minutes from now before the next call, to wrap up the last one. Errors: RequestRefused."""
    is_wrapping_up = agent.state == AgentState.PAUSED and agent.pause_reason == WRAP_UP
    if agent.state != AgentState.WRAP_UP and not is_wrapping_up:
        raise RequestRefused(_("There is no wrap-up to prolong."))
    return request_pause(asking, agent, None, reason=WRAP_UP, minutes=minutes)

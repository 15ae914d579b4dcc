"""JSON endpoints that ask something for agents: pause, log in and out, penalty, joining their call; one agent or
many at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from agents import permissions, requests, requests_calls, requests_desk
from agents.api import Accepted
from agents.models import Agent, Command
from agents.pauses import LONGEST_PAUSE_MINUTES
from agents.selectors import agent_by_id
from agents.states import CommandKind
from queues.api_asking import ERRORS, Asked, Asker, Line, UndoSeconds, accepted, asker, in_words, require

router = Router()

#: Asterisk takes any number; more than this is a slip of the hand.
Penalty = Annotated[int, Field(ge=0, le=1000, strict=True)]


class PauseIn(Asked):
    """`queue` null: all queues. After `minutes` they come back by themselves; null: when somebody says so."""

    queue: Line | None = None
    reason: Line = ""
    minutes: Annotated[int, Field(ge=1, le=LONGEST_PAUSE_MINUTES, strict=True)] | None = None
    undo_seconds: UndoSeconds = 0


class UnpauseIn(Asked):
    """`queue` null: all queues of the agent."""

    queue: Line | None = None
    undo_seconds: UndoSeconds = 0


class LogInIn(Asked):
    """`queue` null: the queues they were logged out of last. `penalty` null: the one they had there."""

    queue: Line | None = None
    penalty: Penalty | None = None


class LogOutIn(Asked):
    """`queue` null: all queues of the agent."""

    queue: Line | None = None
    undo_seconds: UndoSeconds = 0


class PenaltyIn(Asked):
    """`queue` null: all queues of the agent. The lowest penalty is rung first."""

    queue: Line | None = None
    penalty: Penalty
    undo_seconds: UndoSeconds = 0


class HangUpInHandIn(Asked):
    """The call they have in hand."""

    undo_seconds: UndoSeconds = 0


class SuperviseIn(Asked):
    """`phone`: the agent id of a phone of your own."""

    mode: Literal["listen", "whisper", "barge"]
    phone: int


@router.post("/agents/{int:agent_id}/pause", response={202: Accepted, **ERRORS})
def pause(request: HttpRequest, agent_id: int, asked: PauseIn) -> Any:
    """Ask the PBX to give this agent no calls, of one queue or all."""
    who = asker(request)
    return accepted(lambda: _pause(who, agent_id, asked))


def _pause(who: Asker, agent_id: int, asked: PauseIn) -> Command:
    agent, queues = _touched(who, agent_id, asked.queue)
    asking = who.asking(asked.undo_seconds)
    # A supervisor may send people on a pause that is full; they may not send themselves.
    if permissions.is_own(who.scope, agent) and not who.scope.is_supervisor:
        return requests_desk.request_own_pause(asking, agent, queues, reason=asked.reason, minutes=asked.minutes)
    return requests.request_pause(asking, agent, queues, reason=asked.reason, minutes=asked.minutes)


@router.post("/agents/{int:agent_id}/unpause", response={202: Accepted, **ERRORS})
def unpause(request: HttpRequest, agent_id: int, asked: UnpauseIn) -> Any:
    """Ask the PBX to give this agent calls again, of one queue or all."""
    who = asker(request)
    return accepted(lambda: _unpause(who, agent_id, asked))


def _unpause(who: Asker, agent_id: int, asked: UnpauseIn) -> Command:
    return requests.request_unpause(who.asking(asked.undo_seconds), *_touched(who, agent_id, asked.queue))


@router.post("/agents/{int:agent_id}/login", response={202: Accepted, **ERRORS})
def log_in(request: HttpRequest, agent_id: int, asked: LogInIn) -> Any:
    """Ask the PBX to make this agent a member of one queue, or of those they were logged out of."""
    who = asker(request)
    return accepted(lambda: _log_in(who, agent_id, asked))


def _log_in(who: Asker, agent_id: int, asked: LogInIn) -> Command:
    # Somebody who is a member of nothing now still belongs to the supervisors of their usual queues.
    agent = agent_by_id(agent_id)
    usual = who.queues_of(agent) | requests.usual_queues(agent) if agent else frozenset()
    if agent is None or not permissions.may_see_agent(who.scope, agent, usual):
        raise HttpError(404, _("There is no such agent."))
    require(permissions.may_act_for(who.scope, agent, usual))
    if asked.queue is None and not usual:
        raise HttpError(422, _("Nobody logged {agent} out here before: choose a queue.").format(agent=agent))
    queues = permissions.queues_to_join(who.scope, agent, _lower(asked.queue), usual)
    return requests.request_log_in(who.asking(), agent, queues, penalty=asked.penalty)


@router.post("/agents/{int:agent_id}/logout", response={202: Accepted, **ERRORS})
def log_out(request: HttpRequest, agent_id: int, asked: LogOutIn) -> Any:
    """Ask the PBX to take this agent out of one queue or all. Members of its configuration stay."""
    who = asker(request)
    return accepted(lambda: _log_out(who, agent_id, asked))


def _log_out(who: Asker, agent_id: int, asked: LogOutIn) -> Command:
    return requests.request_log_out(who.asking(asked.undo_seconds), *_touched(who, agent_id, asked.queue))


@router.post("/agents/{int:agent_id}/penalty", response={202: Accepted, **ERRORS})
def penalty(request: HttpRequest, agent_id: int, asked: PenaltyIn) -> Any:
    """Ask the PBX to ring this agent earlier or later than others, in one queue or all."""
    who = asker(request)
    return accepted(lambda: _penalty(who, agent_id, asked))


def _penalty(who: Asker, agent_id: int, asked: PenaltyIn) -> Command:
    agent, queues = _touched(who, agent_id, asked.queue, own_counts=False)
    return requests.request_penalty(who.asking(asked.undo_seconds), agent, queues, penalty=asked.penalty)


@router.post("/agents/{int:agent_id}/supervise", response={202: Accepted, **ERRORS})
def supervise(request: HttpRequest, agent_id: int, asked: SuperviseIn) -> Any:
    """Ask the PBX to ring your phone and let it join this agent's call: listen to both, whisper to the agent, or barge
    in for both."""
    who = asker(request)
    agent, queues = who.agent(agent_id)
    if not permissions.may_see_call_in_hand(who.scope, agent, queues):
        raise HttpError(404, _("There is no such call, or it has ended."))
    require(permissions.may_join_call_in_hand(who.scope, agent))
    phone = who.own_phone(asked.phone)
    kind = CommandKind(asked.mode)
    return accepted(lambda: requests_calls.request_supervise(who.asking(), agent, kind=kind, phone=phone))


def _touched(
    who: Asker, agent_id: int, asked: str | None, *, own_counts: bool = True
) -> tuple[Agent, frozenset[str] | None]:
    """The agent, and the queues to touch or None for all. Errors: 404, NotAllowed."""
    agent, queues = who.agent(agent_id)
    return agent, permissions.queues_to_touch(who.scope, agent, _lower(asked), queues, own_counts=own_counts)


def _hang_up(who: Asker, agent_id: int, asked: HangUpInHandIn) -> Command:
    agent = who.agent_on_call(agent_id)
    if not agent.call_uniqueid:
        raise HttpError(422, _("{agent} is not on a call.").format(agent=agent))
    asking = who.asking(asked.undo_seconds)
    return requests_calls.request_hangup(asking, pbx=agent.pbx, uniqueid=agent.call_uniqueid, agent=agent)


def _lower(queue: str | None) -> str | None:
    return queue.lower() if queue is not None else None


# --- many at a time --------------------------------------------------------------------------------------------

#: Agents of one request; the same one twice counts once.
Agents = Annotated[list[int], Field(min_length=1, max_length=200)]


class BulkPause(PauseIn):
    agents: Agents
    action: Literal["pause"]


class BulkUnpause(UnpauseIn):
    agents: Agents
    action: Literal["unpause"]


class BulkLogIn(LogInIn):
    agents: Agents
    action: Literal["login"]


class BulkLogOut(LogOutIn):
    agents: Agents
    action: Literal["logout"]


class BulkPenalty(PenaltyIn):
    agents: Agents
    action: Literal["penalty"]


class BulkHangUp(HangUpInHandIn):
    agents: Agents
    action: Literal["hangup"]


BulkIn = Annotated[
    BulkPause | BulkUnpause | BulkLogIn | BulkLogOut | BulkPenalty | BulkHangUp, Field(discriminator="action")
]

_BULK: dict[str, Callable[[Asker, int, Any], Command]] = {
    "pause": _pause,
    "unpause": _unpause,
    "login": _log_in,
    "logout": _log_out,
    "penalty": _penalty,
    "hangup": _hang_up,
}


class BulkResult(Schema):
    """Either `id` and `state` of the command, or `detail`: why there is none."""

    agent: int
    id: int | None = None
    state: str | None = None
    detail: str | None = None


class BulkOut(Schema):
    """One result for each agent, in the order asked."""

    results: list[BulkResult]


@router.post("/agents/bulk", response={202: BulkOut, **ERRORS}, exclude_unset=True)
def bulk(request: HttpRequest, asked: Body[BulkIn]) -> Any:
    """Ask the same for many agents: one command each. Who is refused is named with the reason, the others go ahead.
    404 or 403 if none of them exists for you, or you may do this for none."""
    who = asker(request)
    answers = {agent_id: _one(who, agent_id, asked) for agent_id in dict.fromkeys(asked.agents)}
    refusals = [answer for answer in answers.values() if isinstance(answer, HttpError)]
    if len(refusals) == len(answers) and all(refusal.status_code in (403, 404) for refusal in refusals):
        raise min(refusals, key=lambda refusal: refusal.status_code)
    return Status(202, {"results": [_told(agent_id, answer) for agent_id, answer in answers.items()]})


def _one(who: Asker, agent_id: int, asked: Any) -> Command | HttpError:
    try:
        with in_words():
            return _BULK[asked.action](who, agent_id, asked)
    except HttpError as error:
        return error


def _told(agent_id: int, answer: Command | HttpError) -> dict[str, Any]:
    if isinstance(answer, HttpError):
        return {"agent": agent_id, "detail": str(answer)}
    return {"agent": agent_id, "id": answer.pk, "state": answer.state}

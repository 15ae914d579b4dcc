"""JSON endpoints of the board: what it shows, and what people ask of the PBX.

Every endpoint first finds the thing within the person's scope (404 if it is not there for them), then asks
`agents.permissions`, then hands over to `agents.requests`. The PBX's answer comes later: 202.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.errors import HttpError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agents import permissions, requests
from agents.api import Accepted, Detail
from agents.auth import person_of_request
from agents.models import Agent, Command
from agents.permissions import NotAllowed, Scope, visible_scope
from agents.requests import RequestRefused
from agents.selectors import agent_by_id, agent_on_call
from agents.services import LONGEST_PAUSE_MINUTES
from queues.live.state import TABLES
from queues.mirror import tables_of
from queues.selectors import Floor, load_boards, queues_of
from queues.visibility import may_see_link, visible_tables

router = Router()

#: One line of text; what it must be beyond that is decided where it is used.
Line = Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
_ERRORS = {401: Detail, 403: Detail, 404: Detail, 422: Detail}


class Asked(BaseModel):
    """What is sent must be an object with these names and no others: a typing error must not pause everything.
    (Ninja's own Schema also takes lists and whatever else has no attributes of these names.)"""

    model_config = ConfigDict(extra="forbid")


class PauseIn(Asked):
    """`queue` null: all queues of the agent. `minutes`: after them they come back by themselves; null: they do not."""

    queue: Line | None = None
    reason: Line = ""
    minutes: Annotated[int, Field(ge=1, le=LONGEST_PAUSE_MINUTES)] | None = None


class UnpauseIn(Asked):
    """`queue` null: all queues of the agent."""

    queue: Line | None = None


class OriginateIn(Asked):
    """The phone of `agent` rings; when it is picked up, `number` is dialled from it."""

    agent: int
    number: Line


class HangupIn(Asked):
    """`uniqueid` of a caller row, or `call_uniqueid` of an agent row."""

    pbx: Line
    uniqueid: Line


@router.get("/board", response={200: dict[str, list[dict[str, Any]]], 401: Detail, 403: Detail})
def board(request: HttpRequest) -> HttpResponse:
    """All rows you may see: `links`, `queues`, `members`, `callers`, `agents`. Instants are ISO 8601 UTC."""
    scope = _scope(request)
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    at = timezone.now()
    for saved in load_boards():
        if may_see_link(scope, saved.board.pbx):
            visible = visible_tables(scope, saved.board.pbx, tables_of(saved.as_of(at)))
            for table in TABLES:
                rows[table].extend(visible[table].values())
    return HttpResponse(orjson.dumps(rows), content_type="application/json")


@router.post("/agents/{int:agent_id}/pause", response={202: Accepted, **_ERRORS})
def pause(request: HttpRequest, agent_id: int, asked: PauseIn) -> Any:
    """Ask the PBX to give this agent no calls, of one queue or all."""
    agent, queue = _agent_in(request, agent_id, asked.queue)
    return _accepted(
        requests.request_pause,
        request,
        agent=agent,
        queue=queue,
        reason=asked.reason,
        minutes=asked.minutes,
    )


@router.post("/agents/{int:agent_id}/unpause", response={202: Accepted, **_ERRORS})
def unpause(request: HttpRequest, agent_id: int, asked: UnpauseIn) -> Any:
    """Ask the PBX to give this agent calls again, of one queue or all."""
    agent, queue = _agent_in(request, agent_id, asked.queue)
    return _accepted(requests.request_unpause, request, agent=agent, queue=queue)


@router.post("/calls/originate", response={202: Accepted, **_ERRORS})
def originate(request: HttpRequest, asked: OriginateIn) -> Any:
    """Ask the PBX to ring this agent's phone and to dial a number from it."""
    agent, queues = _agent(_scope(request), asked.agent)
    _require(permissions.may_act_for(_scope(request), agent, queues))
    return _accepted(requests.request_originate, request, agent=agent, number=asked.number)


@router.post("/calls/hangup", response={202: Accepted, **_ERRORS})
def hangup(request: HttpRequest, asked: HangupIn) -> Any:
    """Ask the PBX to end a live call."""
    agent = _agent_of_call(_scope(request), asked.pbx, asked.uniqueid)
    return _accepted(requests.request_hangup, request, pbx=asked.pbx, uniqueid=asked.uniqueid, agent=agent)


def _scope(request: HttpRequest) -> Scope:
    scope = visible_scope(person_of_request(request))
    if scope.is_empty:
        raise HttpError(403, _("Your account has no rights on this board. Ask a supervisor."))
    return scope


def _agent(scope: Scope, agent_id: int) -> tuple[Agent, frozenset[str]]:
    """The agent with the queues it is a member of. Errors: 404 if there is none for this person."""
    agent = agent_by_id(agent_id)
    queues = _queues_of(agent) if agent else frozenset()
    if agent is None or not permissions.may_see_agent(scope, agent, queues):
        raise HttpError(404, _("There is no such agent."))
    return agent, queues


def _agent_in(request: HttpRequest, agent_id: int, asked: str | None) -> tuple[Agent, str | None]:
    """The agent, and the queue to touch or None for all. Errors: 404, 403, 422."""
    scope = _scope(request)
    agent, queues = _agent(scope, agent_id)
    try:
        touched = permissions.queues_to_touch(scope, agent, asked.lower() if asked is not None else None, queues)
    except NotAllowed as error:
        raise HttpError(403, str(error)) from error
    if touched is None:
        return agent, None
    if len(touched) > 1:
        raise HttpError(422, _("Name one of the queues."))
    return agent, next(iter(touched))


def _queues_of(agent: Agent) -> frozenset[str]:
    return queues_of(agent.pbx, frozenset({(agent.pbx, agent.interface)}))


def _agent_of_call(scope: Scope, pbx: str, uniqueid: str) -> Agent | None:
    """Who talks on this live call, if anybody, when this person may end it. Errors: 404 if there is no such call
    for this person, 403."""
    call = Floor().live_call(pbx, uniqueid)
    agent = agent_on_call(pbx, uniqueid, call.agent_interface if call else "")
    if call is not None:
        is_seen = permissions.may_see_call(scope, pbx, call, queues_of(pbx, scope.interfaces))
        may_act = permissions.may_act_on_call(scope, pbx, call)
    else:
        queues = _queues_of(agent) if agent else frozenset()
        is_seen = agent is not None and permissions.may_see_call_in_hand(scope, agent, queues)
        may_act = agent is not None and permissions.may_act_on_call_in_hand(scope, agent, queues)
    if not is_seen:
        raise HttpError(404, _("There is no such call, or it has ended."))
    _require(may_act)
    return agent


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise HttpError(403, _("You may not do this."))


def _accepted(ask: Any, request: HttpRequest, **asked: Any) -> Status:
    """202 with the queued command, or 422 with the reason why it was not."""
    try:
        command: Command = ask(by=person_of_request(request), floor=Floor(), at=timezone.now(), **asked)
    except RequestRefused as refusal:
        raise HttpError(422, str(refusal)) from refusal
    return Status(202, {"id": command.pk, "state": command.state})

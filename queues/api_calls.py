"""JSON endpoints that ask something about calls: dial, hang up, redirect, pick up, prefer."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import HttpError
from pydantic import Field

from agents import permissions, requests_calls
from agents.api import Accepted
from agents.auth import DIALLING_AUTH, may_only_dial
from agents.models import Agent
from agents.selectors import agent_on_call
from queues.api_asking import ERRORS, Asked, Asker, Line, UndoSeconds, accepted, asker, require

router = Router()


class OriginateIn(Asked):
    """The phone of `agent` rings; when it is picked up, `number` is dialled from it. `agent` null: your own phone, if
    you have one."""

    agent: int | None = None
    number: Line


class CallIn(Asked):
    """`uniqueid` of a caller row."""

    pbx: Line
    uniqueid: Line


class HangupIn(CallIn):
    """`uniqueid` of a caller row, or `call_uniqueid` of an agent row."""

    undo_seconds: UndoSeconds = 0


class RedirectIn(CallIn):
    """`number`: a queue, an extension or an outside number."""

    number: Line
    undo_seconds: UndoSeconds = 0


class PickupIn(CallIn):
    """`phone`: the agent id of a phone of your own."""

    phone: int


class PriorityIn(CallIn):
    """The highest `priority` is served first; callers come with 0."""

    priority: Annotated[int, Field(ge=0, le=1000, strict=True)]


@router.post("/calls/originate", response={202: Accepted, **ERRORS}, auth=DIALLING_AUTH)
def originate(request: HttpRequest, asked: OriginateIn) -> Any:
    """Ask the PBX to ring this agent's phone and to dial a number from it; with a token for dialling only a phone of
    your own. `/commands/{id}` and the socket tell how far the call has got."""
    who = asker(request)
    if asked.agent is None:
        agent = _only_phone(who)
    elif may_only_dial(request):
        agent = who.own_phone(asked.agent)
    else:
        agent, queues = who.agent(asked.agent)
        require(permissions.may_act_for(who.scope, agent, queues))
    return accepted(lambda: requests_calls.request_originate(who.asking(), agent, number=asked.number))


@router.post("/calls/hangup", response={202: Accepted, **ERRORS})
def hangup(request: HttpRequest, asked: HangupIn) -> Any:
    """Ask the PBX to end a live call."""
    who = asker(request)
    agent = _agent_of_call(who, asked.pbx, asked.uniqueid)
    asking = who.asking(asked.undo_seconds)
    return accepted(lambda: requests_calls.request_hangup(asking, pbx=asked.pbx, uniqueid=asked.uniqueid, agent=agent))


@router.post("/calls/redirect", response={202: Accepted, **ERRORS})
def redirect(request: HttpRequest, asked: RedirectIn) -> Any:
    """Ask the PBX to send a waiting caller elsewhere; who is sent to another queue waits there anew."""
    who = asker(request)
    _require_call(who, asked)
    asking = who.asking(asked.undo_seconds)
    return accepted(
        lambda: requests_calls.request_redirect(asking, pbx=asked.pbx, uniqueid=asked.uniqueid, number=asked.number)
    )


@router.post("/calls/pickup", response={202: Accepted, **ERRORS})
def pickup(request: HttpRequest, asked: PickupIn) -> Any:
    """Ask the PBX to send a waiting caller to your own phone."""
    who = asker(request)
    _require_call(who, asked)
    phone = who.own_phone(asked.phone)
    return accepted(
        lambda: requests_calls.request_pickup(who.asking(), pbx=asked.pbx, uniqueid=asked.uniqueid, phone=phone)
    )


@router.post("/calls/priority", response={202: Accepted, **ERRORS})
def priority(request: HttpRequest, asked: PriorityIn) -> Any:
    """Ask the PBX to serve a waiting caller earlier or later. Asterisk before 18.20 and 20.5 counts the new priority
    only against callers who join later."""
    who = asker(request)
    _require_call(who, asked)
    return accepted(
        lambda: requests_calls.request_priority(
            who.asking(), pbx=asked.pbx, uniqueid=asked.uniqueid, priority=asked.priority
        )
    )


def _only_phone(who: Asker) -> Agent:
    """Errors: 422 unless this person has one phone."""
    if len(who.scope.agent_ids) != 1:
        raise HttpError(422, _("Say by `agent` which phone is to ring: you have none, or several."))
    return who.own_phone(who.scope.agent_ids[0])


def _require_call(who: Asker, asked: CallIn) -> None:
    """Errors: 404 unless this queue call exists for them, 403 unless they may move it."""
    call = who.call(asked.pbx, asked.uniqueid)
    if call is None:
        raise HttpError(404, _("There is no such call, or it has ended."))
    require(permissions.may_act_on_call(who.scope, asked.pbx, call))


def _agent_of_call(who: Asker, pbx: str, uniqueid: str) -> Agent | None:
    """Who talks on this live call, if anybody, when this person may end it. Errors: 404, 403."""
    call = who.floor.live_call(pbx, uniqueid)
    agent = agent_on_call(pbx, uniqueid, call.agent_interface if call else "")
    if call is not None:
        is_seen = who.call(pbx, uniqueid) is not None
        may_act = permissions.may_act_on_call(who.scope, pbx, call)
    else:
        queues = who.queues_of(agent) if agent else frozenset()
        is_seen = agent is not None and permissions.may_see_call_in_hand(who.scope, agent, queues)
        may_act = agent is not None and permissions.may_act_on_call_in_hand(who.scope, agent, queues)
    if not is_seen:
        raise HttpError(404, _("There is no such call, or it has ended."))
    require(may_act)
    return agent

"""JSON endpoints that ask something about the call an agent has in hand: transfer, consult, park, record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from agents import requests_calls
from agents.api import Accepted
from queues.api_asking import ERRORS, Asked, Line, UndoSeconds, accepted, asker

router = Router()


class TransferIn(Asked):
    """`number`: a queue, an extension or an outside number."""

    number: Line
    undo_seconds: UndoSeconds = 0


class ConsultIn(Asked):
    """`number`: who is asked first; a queue, an extension or an outside number."""

    number: Line


class ParkIn(Asked):
    """The call they have in hand."""


class RecordIn(Asked):
    """`on` false: end the recording."""

    on: bool


@router.post("/agents/{int:agent_id}/transfer", response={202: Accepted, **ERRORS})
def transfer(request: HttpRequest, agent_id: int, asked: TransferIn) -> Any:
    """Ask the PBX to send whom this agent talks with elsewhere; the agent is free then."""
    who = asker(request)
    agent = who.agent_on_call(agent_id)
    return accepted(lambda: requests_calls.request_transfer(who.asking(asked.undo_seconds), agent, number=asked.number))


@router.post("/agents/{int:agent_id}/consult", response={202: Accepted, **ERRORS})
def consult(request: HttpRequest, agent_id: int, asked: ConsultIn) -> Any:
    """Ask the PBX to let the caller wait while this agent talks with somebody else, and to hand the caller over to them
    when the agent hangs up."""
    who = asker(request)
    agent = who.agent_on_call(agent_id)
    return accepted(lambda: requests_calls.request_consult(who.asking(), agent, number=asked.number))


@router.post("/agents/{int:agent_id}/park", response={202: Accepted, **ERRORS})
def park(request: HttpRequest, agent_id: int, asked: ParkIn) -> Any:
    """Ask the PBX to set aside whom this agent talks with; its answer tells where they can be fetched."""
    who = asker(request)
    agent = who.agent_on_call(agent_id)
    return accepted(lambda: requests_calls.request_park(who.asking(), agent))


@router.post("/agents/{int:agent_id}/record", response={202: Accepted, **ERRORS})
def record(request: HttpRequest, agent_id: int, asked: RecordIn) -> Any:
    """Ask the PBX to begin or to end the recording of this agent's call."""
    who = asker(request)
    agent = who.agent_on_call(agent_id)
    return accepted(lambda: requests_calls.request_recording(who.asking(), agent, on=asked.on))

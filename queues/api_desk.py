"""JSON endpoints of the agent's desk: a hand raised, a place in line for a pause, the end of a wrap-up, the own day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from agents import permissions, requests_desk
from agents.api import Accepted, Detail
from agents.models import Agent
from agents.pauses import LONGEST_PAUSE_MINUTES
from queues.api_asking import ERRORS, Asked, Asker, Line, accepted, asker, require, scope_of
from queues.days import Day, day_of_agent, day_since, usual_day

router = Router()

Minutes = Annotated[int, Field(ge=1, le=LONGEST_PAUSE_MINUTES, strict=True)]


class HandIn(Asked):
    raised: bool


class AwaitPauseIn(Asked):
    """`minutes` null: until somebody ends the pause."""

    reason: Line
    minutes: Minutes | None = None


class MoreWrapUpIn(Asked):
    """From now on."""

    minutes: Annotated[int, Field(ge=1, le=60, strict=True)] = 1


class Nothing(Asked):
    """An object without anything in it."""


def _agent(who: Asker, agent_id: int) -> Agent:
    """An agent this person may act for. Errors: 404, 403."""
    agent, queues = who.agent(agent_id)
    require(permissions.may_act_for(who.scope, agent, queues))
    return agent


@router.post("/agents/{int:agent_id}/hand", response={202: Accepted, **ERRORS})
def hand(request: HttpRequest, agent_id: int, asked: HandIn) -> Any:
    """Ask for help with the call in hand, which all supervisors of the agent see, or lower the hand."""
    who = asker(request)
    agent = _agent(who, agent_id)
    if asked.raised:
        require(permissions.is_own(who.scope, agent))
    return accepted(lambda: requests_desk.request_hand(who.asking(), agent, is_raised=asked.raised))


@router.post("/agents/{int:agent_id}/await-pause", response={202: Accepted, **ERRORS})
def await_pause(request: HttpRequest, agent_id: int, asked: AwaitPauseIn) -> Any:
    """Wait in line for a pause that is full; it begins by itself when there is a place."""
    who = asker(request)
    agent = _agent(who, agent_id)
    asking = who.asking()
    return accepted(
        lambda: requests_desk.request_wait_for_pause(asking, agent, reason=asked.reason, minutes=asked.minutes)
    )


@router.post("/agents/{int:agent_id}/forgo-pause", response={202: Accepted, **ERRORS})
def forgo_pause(request: HttpRequest, agent_id: int, asked: Nothing) -> Any:
    """Leave the line for a pause."""
    who = asker(request)
    agent = _agent(who, agent_id)
    return accepted(lambda: requests_desk.request_no_pause(who.asking(), agent))


@router.post("/agents/{int:agent_id}/ready", response={202: Accepted, **ERRORS})
def ready(request: HttpRequest, agent_id: int, asked: Nothing) -> Any:
    """End a wrap-up now."""
    who = asker(request)
    agent = _agent(who, agent_id)
    return accepted(lambda: requests_desk.request_ready(who.asking(), agent))


@router.post("/agents/{int:agent_id}/more-wrap-up", response={202: Accepted, **ERRORS})
def more_wrap_up(request: HttpRequest, agent_id: int, asked: MoreWrapUpIn) -> Any:
    """Take so many minutes from now to wrap up the last call."""
    who = asker(request)
    agent = _agent(who, agent_id)
    return accepted(lambda: requests_desk.request_more_wrap_up(who.asking(), agent, minutes=asked.minutes))


class PausesOut(Schema):
    """All pauses of one reason, "" for none; one under way counts until now."""

    reason: str
    count: int
    seconds: int


class DayOut(Schema):
    """What one of your phones has done. `missed`: rings that were not answered in time."""

    agent: int
    since: datetime
    calls: int
    missed: int
    talk_seconds: int
    pauses: list[PausesOut]


class AverageOut(Schema):
    """The mean of so many `agents`, without you and without names."""

    agents: int
    calls: float
    missed: float
    talk_seconds: float
    pause_seconds: float


class MyDayOut(Schema):
    """`average`: of those who work today and share a queue with your first phone; null for fewer than two."""

    phones: list[DayOut]
    average: AverageOut | None


@router.get("/me/day", response={200: MyDayOut, 401: Detail, 403: Detail})
def my_day(request: HttpRequest) -> Any:
    """Your own day at each of your phones, against what is usual in your queues."""
    scope, at = scope_of(request), timezone.now()
    phones = list(Agent.objects.filter(pk__in=scope.agent_ids).order_by("pk"))
    since = {phone.pk: day_since(phone, at) for phone in phones}
    return {
        "phones": [_day(day_of_agent(phone, since[phone.pk], at), since[phone.pk]) for phone in phones],
        "average": usual_day(phones[0], since[phones[0].pk], at) if phones else None,
    }


def _day(day: Day, since: datetime) -> dict[str, Any]:
    return {
        "agent": day.agent.pk,
        "since": since,
        "calls": day.agent.calls_today,
        "missed": day.missed,
        "talk_seconds": day.agent.talk_seconds_today,
        "pauses": [
            {"reason": reason, "count": pauses.count, "seconds": pauses.seconds}
            for reason, pauses in sorted(day.pauses.items(), key=lambda told: -told[1].seconds)
        ],
    }

"""An agent's own day in figures, and what is usual among those who share a queue with them, without anybody's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.timezone import get_default_timezone

from agents.models import Agent
from agents.states import AgentState
from queues.history import day_began
from queues.live.ledger import day_of
from queues.models import Member, MissedRing, PauseSpell, Queue

#: Of fewer colleagues than this an average would tell who they are.
FEWEST_COLLEAGUES = 2


@dataclass(slots=True)
class Pauses:
    """Of one reason."""

    count: int = 0
    seconds: int = 0


@dataclass(slots=True)
class Day:
    """What one phone has done since its day began. `missed`: rings let pass. `pauses` by reason, one under way too."""

    agent: Agent
    missed: int = 0
    pauses: dict[str, Pauses] = field(default_factory=lambda: defaultdict(Pauses))

    @property
    def pause_seconds(self) -> int:
        return sum(pauses.seconds for pauses in self.pauses.values())

    @property
    def is_busy(self) -> bool:
        """Whether they work today."""
        return bool(self.agent.calls_today or self.missed or self.pauses) or self.agent.state != AgentState.LOGGED_OUT


@dataclass(frozen=True, slots=True)
class Average:
    """Of `agents` people, none of them named: means of a day."""

    agents: int
    calls: float
    missed: float
    talk_seconds: float
    pause_seconds: float


def day_since(agent: Agent, at: datetime) -> datetime:
    """When this agent's day began: with the earliest of their queues, without any at midnight."""
    numbers = Member.objects.filter(pbx=agent.pbx, interface=agent.interface).values_list("queue", flat=True)
    queues = Queue.objects.filter(pbx=agent.pbx, number__in=numbers)
    return min((day_began(queue, at) for queue in queues), default=day_of(at, 0, get_default_timezone())[0])


def day_of_agent(agent: Agent, since: datetime, at: datetime) -> Day:
    return _days(agent.pbx, [agent], since, at)[agent.interface]


def usual_day(agent: Agent, since: datetime, at: datetime) -> Average | None:
    """The mean of those who work today and share a queue with this agent, without the agent; None for too few."""
    numbers = Member.objects.filter(pbx=agent.pbx, interface=agent.interface).values_list("queue", flat=True)
    members = Member.objects.filter(pbx=agent.pbx, queue__in=numbers).exclude(interface=agent.interface)
    interfaces = members.values_list("interface", flat=True)
    colleagues = list(Agent.objects.filter(pbx=agent.pbx, interface__in=interfaces))
    days = [day for day in _days(agent.pbx, colleagues, since, at).values() if day.is_busy]
    count = len(days)
    if count < FEWEST_COLLEAGUES:
        return None
    return Average(
        agents=count,
        calls=sum(day.agent.calls_today for day in days) / count,
        missed=sum(day.missed for day in days) / count,
        talk_seconds=sum(day.agent.talk_seconds_today for day in days) / count,
        pause_seconds=sum(day.pause_seconds for day in days) / count,
    )


def _days(pbx: str, agents: Collection[Agent], since: datetime, at: datetime) -> dict[str, Day]:
    days = {agent.interface: Day(agent) for agent in agents}
    here = {"pbx": pbx, "interface__in": list(days)}
    for interface in MissedRing.objects.filter(**here, at__gte=since).values_list("interface", flat=True):
        days[interface].missed += 1
    spells = PauseSpell.objects.filter(**here, ended_at__gt=since)
    for interface, reason, began_at, ended_at in spells.values_list("interface", "reason", "began_at", "ended_at"):
        _add(days[interface], reason, max(began_at, since), ended_at)
    for agent in agents:
        if agent.state == AgentState.PAUSED and agent.state_since is not None:
            _add(days[agent.interface], agent.pause_reason, max(agent.state_since, since), at)
    return days


def _add(day: Day, reason: str, began_at: datetime, ended_at: datetime) -> None:
    day.pauses[reason].count += 1
    day.pauses[reason].seconds += max(0, round((ended_at - began_at).total_seconds()))

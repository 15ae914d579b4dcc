"""Reads about incidents: one that is open, and those there have been, as far as they exist for a person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from agents.models import Agent
from agents.permissions import Scope
from agents.requests import usual_queues
from queues.live.concerns import IncidentRow
from queues.models import Incident, Member
from queues.selectors import read_rows


def open_incident(pbx: str, cause: str, queue: str, interface: str) -> Incident | None:
    here = {"pbx": pbx, "cause": cause, "queue": queue, "interface": interface}
    return Incident.objects.filter(**here, closed_at=None).order_by("pk").last()


def incidents(where: Q, since: datetime | None, limit: int) -> list[IncidentRow]:
    """Those that `where` finds, open or closed, latest first; `since`: opened then or later."""
    found = Incident.objects.filter(where)
    if since is not None:
        found = found.filter(opened_at__gte=since)
    rows: list[IncidentRow] = read_rows(IncidentRow, found.order_by("-opened_at", "-pk")[:limit])
    return rows


def queues_about(pbx: str, interface: str) -> frozenset[str]:
    """The queues of the agent behind this phone, and those they were logged out of through us."""
    members = Member.objects.filter(pbx=pbx, interface=interface).values_list("queue", flat=True)
    agent = Agent.objects.filter(pbx=pbx, interface=interface).first()
    return frozenset(members) | (usual_queues(agent) if agent else frozenset())


def seen_by(scope: Scope) -> Q:
    """What of all incidents exists for whoever has this scope, as on the board."""
    if scope.everything:
        return Q()
    seen = Q(pk__in=())
    for pbx, interface in scope.interfaces:
        seen |= Q(pbx=pbx, interface=interface)
    for pbx in {pbx for pbx, _ in scope.watched}:
        numbers = [number for queue_pbx, number in scope.watched if queue_pbx == pbx]
        agents = Member.objects.filter(pbx=pbx, queue__in=numbers).values("interface")
        seen |= Q(pbx=pbx, queue__in=numbers) | Q(pbx=pbx, interface__in=agents) | Q(pbx=pbx, queue="", interface="")
    return seen

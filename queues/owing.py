"""Reads about calls we owe: what a worker must take in at its start, what was settled, and what no list can have."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from agents.permissions import Scope
from agents.requests import usual_queues
from agents.selectors import own_phones
from queues.live.concerns import OwedRow, owed_key
from queues.live.owed import OWING
from queues.live.state import CallRow
from queues.models import Call, OwedCall
from queues.selectors import queues_of, read_rows

#: So far back a worker looks for calls that nobody followed.
RECALLED = timedelta(days=1)


def unfollowed(pbx: str, at: datetime) -> tuple[list[CallRow], dict[str, datetime]]:
    """For `queues.live.owed.recall`: the calls of the last day that were given up or answered, in the order of that,
    and by a line's key until when its calls are known to be counted."""
    since = at - RECALLED
    ended = Call.objects.filter(pbx=pbx, ended_at__gte=since)
    calls = read_rows(CallRow, ended.filter(Q(outcome__in=OWING) | ~Q(answered_at=None)))
    counted: dict[str, datetime] = {}
    settled = OwedCall.objects.filter(pbx=pbx).filter(Q(last_at__gte=since) | Q(closed_at__gte=since))
    for party, queue, last_at, closed_at in settled.values_list("party", "queue", "last_at", "closed_at"):
        key = owed_key(party, queue)
        counted[key] = max(filter(None, (counted.get(key), last_at, closed_at)))
    return sorted(calls, key=lambda call: call.answered_at or call.ended_at or at), counted


def closed_lines(where: Q, limit: int) -> list[OwedRow]:
    """What was settled last of what `where` finds, latest first."""
    closed = OwedCall.objects.filter(where).exclude(closed_at=None).order_by("-closed_at", "-pk")
    rows: list[OwedRow] = read_rows(OwedRow, closed[:limit])
    return rows


def open_line(pbx: str, queue: str, party: str) -> OwedCall | None:
    return OwedCall.objects.filter(pbx=pbx, queue=queue, party=party, closed_at=None).first()


def own_queues(pbx: str, scope: Scope) -> frozenset[str]:
    """The queues of a person's phones on this PBX, and those they were logged out of through us."""
    left = (usual_queues(phone) for phone in own_phones(scope) if phone.pbx == pbx)
    return queues_of(pbx, scope.interfaces).union(*left)

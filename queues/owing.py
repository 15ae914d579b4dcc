"""Reads about calls we owe: what a worker must take in at its start, what was settled, and what no list can have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from agents.numbers import party_of
from agents.permissions import Scope
from agents.requests import usual_queues
from agents.selectors import own_phones
from queues.history import day_began
from queues.live.concerns import OwedRow, owed_key
from queues.live.owed import OWING, is_unanswered
from queues.live.state import CallOutcome, CallRow
from queues.models import Call, Outage, OwedCall, Queue
from queues.selectors import queues_of, read_rows

#: So far back a worker looks for calls that nobody followed.
RECALLED = timedelta(days=1)
#: Who calls and is gone again within an outage no longer than this had hung up at once.
BLINK = timedelta(seconds=5)


def unfollowed(pbx: str, at: datetime) -> tuple[list[CallRow], dict[str, datetime]]:
    """For `queues.live.owed.recall`: the calls of the last day that were given up and are counted in no line, and those
    answered after the first of them, in the order of that; and by a line's key until when its calls are counted."""
    since = at - RECALLED
    counted = _counted(pbx, since)
    short = dict(Queue.objects.filter(pbx=pbx).values_list("number", "target_short_seconds"))
    ended = Call.objects.filter(pbx=pbx, ended_at__gte=since)
    given_up = [
        call
        for call in read_rows(CallRow, ended.filter(outcome__in=OWING, answered_at=None))
        if is_unanswered(call, short.get(call.queue, 0)) and not _is_counted(call, counted)
    ]
    if not given_up:
        return [], counted
    answered = read_rows(CallRow, ended.filter(answered_at__gte=min(call.ended_at for call in given_up)))
    return sorted([*given_up, *answered], key=lambda call: call.answered_at or call.ended_at), counted


def _is_counted(call: CallRow, counted: Mapping[str, datetime]) -> bool:
    party = party_of(call.number, settings.PHONE_REGION)
    until = counted.get(owed_key(party, call.queue))
    return not party or (until is not None and call.ended_at is not None and call.ended_at <= until)


def _counted(pbx: str, since: datetime) -> dict[str, datetime]:
    """By a line's key, until when calls are known to be counted in it or in one before it."""
    counted: dict[str, datetime] = {}
    settled = OwedCall.objects.filter(pbx=pbx).filter(Q(last_at__gte=since) | Q(closed_at__gte=since))
    for party, number, queue, *ends in settled.values_list("party", "number", "queue", "last_at", "closed_at"):
        # The line may have been opened when numbers were still understood otherwise.
        for known in {party, party_of(number, settings.PHONE_REGION)}:
            key = owed_key(known, queue)
            counted[key] = max(filter(None, (counted.get(key), *ends)))
    return counted


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


def seen_by(scope: Scope, column: str = "queue") -> Q:
    """What exists for whoever has this scope, of rows whose `column` is a queue that owes calls."""
    if scope.everything:
        return Q()
    seen = Q(pk__in=())
    for pbx, number in scope.watched:
        seen |= Q(**{"pbx": pbx, column: number})
    for pbx in {pbx for pbx, _interface in scope.interfaces}:
        seen |= Q(**{"pbx": pbx, f"{column}__in": own_queues(pbx, scope)})
    return seen


def count_open(scope: Scope) -> int:
    """How many calls are owed, of those that exist for them."""
    return OwedCall.objects.filter(seen_by(scope), closed_at=None).count()


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Calls of the day for which nobody is owed one: `anonymous` gave no number, `short` hung up at once, of `lost`
    nobody knows how they ended."""

    anonymous: int
    short: int
    lost: int


def unlisted(scope: Scope, at: datetime) -> Unlisted:
    """Of the queues that exist for them, each since its day began."""
    anonymous = short = lost = 0
    for queue in Queue.objects.filter(seen_by(scope, "number"), is_on_board=True):
        short += queue.today_short_abandoned
        lost += queue.today_lost
        calls = Call.objects.filter(pbx=queue.pbx, queue=queue.number, joined_at__gte=day_began(queue, at))
        owing = calls.filter(outcome__in=OWING, answered_at=None).values_list("outcome", "number", "hold_seconds")
        for outcome, number, seconds in owing:
            is_short = outcome == CallOutcome.ABANDONED and (seconds or 0) < queue.target_short_seconds
            anonymous += not is_short and not party_of(number, settings.PHONE_REGION)
    return Unlisted(anonymous, short, lost)


def outages(pbxs: Collection[str], since: datetime) -> list[Outage]:
    """When these PBXs were out of sight, as far as that touches the time since then, but for blinks."""
    touching = Outage.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), pbx__in=pbxs).order_by("began_at", "pk")
    return [o for o in touching if o.ended_at is None or o.ended_at - o.began_at >= BLINK]

"""Reads of the calls that figures are worked out from: of a queue, an agent, a caller; live and ended ones alike.

What a call counts for is not decided here but in `queues.live.figures`, for the board and for lists alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import get_default_timezone

from queues.live.figures import caller_of
from queues.live.ledger import day_of
from queues.models import Call, Queue

#: The columns of `queues.live.figures.QueueCall`.
_FACTS = (
    "boot",
    "uniqueid",
    "queue",
    "joined_at",
    "number",
    "agent_interface",
    "answered_at",
    "ended_at",
    "outcome",
    "hold_seconds",
    "talk_seconds",
)
#: No more visits of a caller are looked at: no list is longer, and a statement takes only so many values.
_VISITS = 500
#: And what else is shown of a call in a list.
_SHOWN = (*_FACTS, "pbx", "name", "state", "ended_by", "tries")


def calls_of_days(pbx: str, since: Mapping[str, datetime]) -> list[Any]:
    """The calls of these queues (by number) since the instants given, as `QueueCall`s, oldest first."""
    return _rows(Call.objects.filter(pbx=pbx), since, _FACTS)


def shown_calls(pbx: str, since: Mapping[str, datetime], **only: Any) -> list[Any]:
    """The same with all that is shown of a call; `only`: further conditions on its columns."""
    return _rows(Call.objects.filter(pbx=pbx, **only), since, _SHOWN)


def _rows(calls: QuerySet[Call], since: Mapping[str, datetime], columns: tuple[str, ...]) -> list[Any]:
    if not since:
        return []
    calls = calls.filter(queue__in=since, joined_at__gte=min(since.values())).order_by("joined_at", "pk")
    rows = calls.values_list(*columns, named=True).iterator()
    return [row for row in rows if row.joined_at >= since[row.queue]]


def day_began(queue: Queue, at: datetime) -> datetime:
    """Since when the board counts this queue's day: its worker's word, and before there is any, the clock's."""
    return queue.today_since or day_of(at, queue.reset_hour, get_default_timezone())[0]


def days(pbx: str, at: datetime) -> dict[str, datetime]:
    """Since when each queue of the board is counted."""
    return {queue.number: day_began(queue, at) for queue in Queue.objects.filter(pbx=pbx, is_on_board=True)}


def latest_call(pbx: str, uniqueid: str) -> Call | None:
    """The call of this Uniqueid, in the queue where it was last."""
    return Call.objects.filter(pbx=pbx, uniqueid=uniqueid).order_by("joined_at").last()


def earlier_visits(call: Call, since: Mapping[str, datetime]) -> list[Any]:
    """Other calls of the same caller before this one, newest first. One sent from queue to queue is one, by its last
    queue."""
    caller = caller_of(call.number)
    if not caller or not since:
        return []
    before = Call.objects.filter(pbx=call.pbx, joined_at__gte=min(since.values()), joined_at__lt=call.joined_at)
    # Numbers are written in many ways, so the database cannot compare them.
    same = [pk for pk, number in before.values_list("pk", "number").iterator() if caller_of(number) == caller]
    latest: dict[tuple[str, str], Any] = {}
    for row in shown_calls(call.pbx, since, pk__in=same[-_VISITS:]):
        if (row.boot, row.uniqueid) != (call.boot, call.uniqueid):
            latest[row.boot, row.uniqueid] = row
    return list(reversed(latest.values()))

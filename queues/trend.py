"""The day of some queues as a curve: how many callers joined in each half or quarter of an hour, and how many of those
hung up unanswered. Pure: calls and instants in, counts out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from queues.live.figures import Fate, QueueCall, fact_of

#: A short day is told by the quarter of an hour, a longer one by the half.
FINE_MINUTES, COARSE_MINUTES = 15, 30
FINE_SPAN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Slot:
    """Callers who joined from `at` on, until the next slot begins."""

    at: datetime
    offered: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Slots of `minutes` each without a gap, from the one before the first caller's to the one that runs now; none
    without callers."""

    minutes: int
    slots: tuple[Slot, ...]


def trend_of(calls: Iterable[QueueCall], now: datetime) -> Trend:
    """The curve of these calls, up to `now`. A call from the future, by a clock that was wrong, is in the last slot."""
    facts = [fact_of(call) for call in calls]
    if not facts:
        return Trend(FINE_MINUTES, ())
    first = min(fact.joined_at for fact in facts)
    minutes = FINE_MINUTES if now - first <= FINE_SPAN else COARSE_MINUTES
    width = timedelta(minutes=minutes)
    start = first - timedelta(seconds=first.timestamp() % width.total_seconds()) - width
    count = max(2, (now - start) // width + 1)
    offered, abandoned = [0] * count, [0] * count
    for fact in facts:
        place = min((fact.joined_at - start) // width, count - 1)
        offered[place] += 1
        abandoned[place] += fact.fate is Fate.ABANDONED
    slots = (Slot(start + place * width, offered[place], abandoned[place]) for place in range(count))
    return Trend(minutes, tuple(slots))

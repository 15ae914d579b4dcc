"""The figures of the day of one PBX, kept up to date call by call. Pure: time is an argument, the calls are told.

A queue's day begins when the clock of `zone` strikes its reset hour, and has the calls who joined since: a caller who
waits over that hour stays of the day they joined. Each call is held once, by what makes it one row for ever, with what
it counts for (`queues.live.figures`), so it may be told again, late, and with a better outcome. One call told costs
the same however many there are; a new day, or other terms, cost a walk over the queue's calls.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo

from queues.live.figures import (
    Fact,
    Fate,
    Figures,
    QueueCall,
    Terms,
    caller_of,
    fact_of,
    figures_of,
    share_of,
)

#: A call by what makes it one for ever: boot, uniqueid, queue, joining.
CallKey = tuple[str, str, str, datetime]

#: Events may be worked off a little after a tick of a later instant; a clock put back further began another day.
_JITTER = timedelta(minutes=5)
#: `CallRow.tries` counts no further: who called that often called often.
TRIES_LIMIT = 99


def day_of(at: datetime, hour: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """The day around `at`: when the clock last struck `hour`, and when it will next, both in UTC.

    An hour the clock skips is struck at the moment it skips it, one that it goes through twice the first time.
    """
    date = at.astimezone(zone).date()
    # One day more than seems needed at both ends: zones have gone back over midnight, and left out a whole day.
    strikes = sorted(
        datetime.combine(date + timedelta(days=days), time(hour), tzinfo=zone).astimezone(UTC) for days in range(-2, 4)
    )
    return max(s for s in strikes if s <= at), min(s for s in strikes if s > at)


@dataclass(slots=True)
class Day:
    """One queue's calls of the day from `since` to `until`. `is_whole` is False while earlier calls of the day may be
    known elsewhere (the database)."""

    since: datetime
    until: datetime
    terms: Terms = field(default_factory=Terms)
    is_whole: bool = False
    facts: dict[CallKey, Fact] = field(default_factory=dict)
    callers: dict[CallKey, str] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)
    #: How many calls waited so many seconds.
    waits: Counter[int] = field(default_factory=Counter)

    @property
    def longest_wait(self) -> int:
        """Seconds; 0 while nobody's wait is known."""
        return max(self.waits, default=0)

    def put(self, key: CallKey, fact: Fact | None) -> None:
        """Hold `fact` for this call in place of what was held; None: no longer hold it."""
        before = self.facts.pop(key, None)
        if before is not None:
            self.figures -= share_of(before, self.terms)
            self._count_wait(before, -1)
        if fact is not None:
            self.facts[key] = fact
            self.figures += share_of(fact, self.terms)
            self._count_wait(fact, 1)

    def _count_wait(self, fact: Fact, times: int) -> None:
        if (wait := fact.wait_seconds) is not None:
            self.waits[wait] += times
            if not self.waits[wait]:
                del self.waits[wait]

    def agree(self, terms: Terms) -> None:
        """Count by these terms, all of the day."""
        if terms != self.terms:
            self.terms = terms
            self.figures = figures_of(self.facts.values(), terms)


@dataclass(slots=True)
class Shift:
    """An agent's queue calls, each of the day of its queue. `last_call_at` is the end of the latest."""

    calls: int = 0
    talk_seconds: int = 0
    last_call_at: datetime | None = None


class Ledger:
    """See the module. `days` by queue, `shifts` by the agents' interfaces; `changed` are the agents whose shifts may
    be others than those last told: whoever tells them takes them out."""

    def __init__(self) -> None:
        self.days: dict[str, Day] = {}
        self.shifts: dict[str, Shift] = defaultdict(Shift)
        self.changed: set[str] = set()
        self._zone: tzinfo = UTC
        self._hours: dict[str, int] = {}
        #: The calls of each caller, with when they joined.
        self._visits: dict[str, dict[CallKey, datetime]] = defaultdict(dict)

    def set_clock(self, zone: tzinfo, hours: Mapping[str, int], at: datetime) -> None:
        """Count days by this zone and these reset hours by queue (others: midnight)."""
        if (zone, hours) == (self._zone, self._hours):
            return
        self._zone, self._hours = zone, dict(hours)
        for queue, day in self.days.items():
            since, until = day_of(at, self._hours.get(queue, 0), zone)
            if (since, until) != (day.since, day.until):
                self._move(day, since, until, is_whole=day.is_whole and since >= day.since)

    def day(self, queue: str, at: datetime) -> Day:
        """The queue's day at this instant; its first call, or its hour, begins one."""
        day = self.days.get(queue)
        if day is not None and day.since - _JITTER <= at < day.until:
            return day
        since, until = day_of(at, self._hours.get(queue, 0), self._zone)
        if day is None:
            day = self.days[queue] = Day(since, until)
        else:
            self._move(day, since, until, is_whole=day.is_whole and since >= day.since)
        return day

    def _move(self, day: Day, since: datetime, until: datetime, *, is_whole: bool) -> None:
        day.since, day.until, day.is_whole = since, until, is_whole
        for key in [key for key, fact in day.facts.items() if fact.joined_at < since]:
            self._hold(day, key, None, "")

    def struck(self, at: datetime) -> list[str]:
        """The queues whose reset hour has come, and nobody has told their days yet."""
        return [queue for queue, day in self.days.items() if at >= day.until]

    def lacking(self) -> dict[str, datetime]:
        """Since when the calls of which queues must be told, see `Day.is_whole`."""
        return {queue: day.since for queue, day in self.days.items() if not day.is_whole}

    def put(self, call: QueueCall, at: datetime) -> None:
        """Count this call, or count it anew. Calls of earlier days are left out."""
        day = self.day(call.queue, at)
        if call.joined_at >= day.since:
            self._hold(day, key_of(call), fact_of(call), caller_of(call.number))

    def fill(self, calls: Iterable[QueueCall], asked: Mapping[str, datetime], at: datetime) -> None:
        """Take in the calls others know of, where `lacking` was what they were `asked` for. A call held already is
        known better here."""
        for call in calls:
            if key_of(call) not in self.day(call.queue, at).facts:
                self.put(call, at)
        for queue, since in asked.items():
            day = self.days[queue]
            day.is_whole = day.is_whole or since <= day.since

    def _hold(self, day: Day, key: CallKey, fact: Fact | None, caller: str) -> None:
        before = day.facts.get(key)
        if before != fact:
            day.put(key, fact)
            if before is not None:
                self._count_shift(before, -1)
            if fact is not None:
                self._count_shift(fact, 1)
        known = day.callers.pop(key, "")
        if known != caller and known:
            del self._visits[known][key]
            if not self._visits[known]:
                del self._visits[known]
        if fact is not None and caller:
            day.callers[key] = caller
            self._visits[caller][key] = fact.joined_at

    def _count_shift(self, fact: Fact, times: int) -> None:
        if fact.fate is not Fate.ANSWERED or not fact.agent:
            return
        self.changed.add(fact.agent)
        shift = self.shifts[fact.agent]
        shift.calls += times
        shift.talk_seconds += times * (fact.talk_seconds or 0)
        if fact.ended_at is not None and times > 0:
            shift.last_call_at = max(shift.last_call_at or fact.ended_at, fact.ended_at)

    def tries(self, call: QueueCall) -> int:
        """How many other calls of the same number joined before this one, of the days of their queues.
        One call sent from queue to queue is one."""
        visits = self._visits.get(caller_of(call.number), {})
        others: set[tuple[str, str]] = set()
        for (boot, uniqueid, _, _), joined_at in visits.items():
            if joined_at < call.joined_at and (boot, uniqueid) != (call.boot, call.uniqueid):
                others.add((boot, uniqueid))
                if len(others) == TRIES_LIMIT:
                    break
        return len(others)


def key_of(call: QueueCall) -> CallKey:
    return (call.boot, call.uniqueid, call.queue, call.joined_at)

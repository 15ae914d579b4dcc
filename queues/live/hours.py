"""When a queue is open, and when nobody is to be disturbed about it. Pure: `holidays` is a library of dates.

A stretch of the week begins on a weekday at a time of the clock in the zone; an end before or at its beginning is on
the next day. A stretch that would begin on a holiday or a closed day does not take place, one that began the evening
before goes on over midnight. A time of day that the clock skips is as far after the skip as it would have been from its
beginning; of one that it goes through twice the first begins a stretch and the second ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
#: So far ahead the next change is looked for; without one it is looked for again then.
_HORIZON = timedelta(days=7)


class NotHours(ValueError):
    """What was written are no opening hours. The message says what is wrong."""


class Stretch(NamedTuple):
    """`weekday` 0 is Monday."""

    weekday: int
    begins: time
    ends: time


class Span(NamedTuple):
    """Open or not, without a change from `since` to `until`."""

    is_open: bool
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """`week` empty: no opening hours, only quiet ones."""

    zone: ZoneInfo
    week: tuple[Stretch, ...] = ()
    quiet: tuple[Stretch, ...] = ()
    country: str = ""
    subdivision: str = ""
    closed_days: frozenset[date] = frozenset()

    def span(self, at: datetime) -> Span | None:
        """Whether it is open at this instant (aware), and until when that holds at least. None without hours."""
        if not self.week:
            return None
        stretches = [(b, e) for day, b, e in self._stretches(self.week, at) if not self._is_closed(day)]
        changes = [instant for both in stretches for instant in both if instant > at]
        is_open = any(begins <= at < ends for begins, ends in stretches)
        return Span(is_open, at, min([at + _HORIZON, *changes]))

    def is_quiet(self, at: datetime) -> bool:
        """Whether nobody is to be disturbed at this instant (aware)."""
        return any(begins <= at < ends for _, begins, ends in self._stretches(self.quiet, at))

    def quiet_until(self, at: datetime) -> datetime | None:
        """When nobody need be spared any more, stretches that follow each other as one; None: not spared now."""
        stretches = list(self._stretches(self.quiet, at))
        until = at
        while ends := [end for _, begins, end in stretches if begins <= until < end]:
            until = max(ends)
        return until if until > at else None

    def _stretches(self, week: Iterable[Stretch], at: datetime) -> Iterator[tuple[date, datetime, datetime]]:
        """All that may touch the time from `at` to the horizon: the day each belongs to, its beginning and its end."""
        today = at.astimezone(self.zone).date()
        for day in (today + timedelta(days=days) for days in range(-2, _HORIZON.days + 2)):
            for stretch in week:
                if stretch.weekday == day.weekday():
                    last = day if stretch.ends > stretch.begins else day + timedelta(days=1)
                    yield day, self._instant(day, stretch.begins, 0), self._instant(last, stretch.ends, 1)

    def _instant(self, day: date, clock: time, fold: int) -> datetime:
        return datetime.combine(day, clock.replace(fold=fold), tzinfo=self.zone).astimezone(UTC)

    def _is_closed(self, day: date) -> bool:
        return day in self.closed_days or (bool(self.country) and day in _holidays(self.country, self.subdivision))


def hours_of(
    time_zone: str,
    week: Any,
    quiet: Any = (),
    country: str = "",
    subdivision: str = "",
    closed_days: Any = (),
) -> Hours:
    """Hours as `queues.models.OpeningHours` keeps them. Errors: NotHours."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NotHours(f"There is no time zone {time_zone}.") from error
    if country:
        try:
            _holidays(country, subdivision)
        except NotImplementedError as error:
            raise NotHours(f"The holidays of {country} {subdivision} are not known.") from error
    try:
        closed = frozenset(date.fromisoformat(day) for day in closed_days)
    except (TypeError, ValueError) as error:
        raise NotHours("Closed days are written as 2026-12-24.") from error
    return Hours(zone, _week(week), _week(quiet), country, subdivision if country else "", closed)


def _week(told: Any) -> tuple[Stretch, ...]:
    try:
        return tuple(Stretch(_weekday(day), _clock(begins), _clock(ends)) for day, begins, ends in told)
    except (TypeError, ValueError) as error:
        raise NotHours("Hours are written as weekday, begin and end: [0, 08:00, 17:30] is Monday.") from error


def _weekday(day: Any) -> int:
    if day not in range(7) or isinstance(day, bool):
        raise ValueError(day)
    return int(day)


def _clock(text: Any) -> time:
    if (found := _CLOCK.fullmatch(text)) is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]))


@lru_cache(maxsize=64)
def _holidays(country: str, subdivision: str) -> holidays.HolidayBase:
    """Errors: NotImplementedError for a country or subdivision the package does not know."""
    return holidays.country_holidays(country, subdiv=subdivision or None)

"""How many agents a queue needs now to keep its promise, from its own calls of the last half hour. Pure.

Counted are callers who joined in that time, however they fared, and how long agents were busy with those whose call
ended in it: the talk, and the wrap-up that the queue gives them. `queues.live.erlang` makes agents of it. Too few calls
say nothing, and neither does a time in which nobody watched the PBX: then there is no number at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from queues.live import erlang
from queues.live.figures import Fact, Fate

#: What counts as now.
WINDOW = timedelta(minutes=30)
#: Less of it than this is no half hour, nor any other measure: a crowd of a minute.
SHORTEST = timedelta(minutes=5)
#: So many must have called, and so many of them have talked to the end.
FEWEST_CALLS = 10
FEWEST_TALKS = 5
#: How long callers wait before they give up is known once so many have.
FEWEST_ABANDONED = 5
#: A queue's need is worked out anew so often.
EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was seen of a queue in `seconds`: how many `calls`, how many of them over after a talk with an agent and
    for how long (seconds, with wrap-up) those were busy with one; how many gave up, and how long all waited for an
    answer or in vain."""

    seconds: float = 0.0
    calls: int = 0
    talks: int = 0
    busy_seconds: int = 0
    abandoned: int = 0
    wait_seconds: int = 0

    @property
    def is_too_small(self) -> bool:
        return self.seconds < SHORTEST.total_seconds() or self.calls < FEWEST_CALLS or self.talks < FEWEST_TALKS

    @property
    def handle_seconds(self) -> float | None:
        """Mean time an agent is busy with a call."""
        return self.busy_seconds / self.talks if self.talks else None

    @property
    def arrivals(self) -> float:
        """Calls a second."""
        return self.calls / self.seconds if self.seconds > 0 else 0.0

    @property
    def patience_seconds(self) -> float | None:
        """Mean time until a caller gives up, as far as it is exponential: those who were answered might have waited
        longer, so all waits count, but only who gave up as an end of patience. None while too few did."""
        return self.wait_seconds / self.abandoned if self.abandoned >= FEWEST_ABANDONED and self.wait_seconds else None


@dataclass(frozen=True, slots=True)
class Staff:
    """Agents who keep the promise, by Erlang C and, where patience is known, by Erlang A; None: nobody has so many."""

    by_c: int | None
    by_a: int | None


def window(at: datetime, known_since: datetime | None) -> datetime:
    """Since when calls are counted: half an hour, as far as all calls since then are known."""
    since = at - WINDOW
    return since if known_since is None else min(at, max(since, known_since))


def traffic_of(facts: Iterable[Fact], since: datetime, at: datetime, wrap_up_seconds: int) -> Traffic:
    """What these calls of a queue say of the time from `since` to `at`."""
    calls = talks = busy = abandoned = waited = 0
    for fact in facts:
        if fact.joined_at >= since:
            calls += 1
            waited += fact.wait_seconds or 0
            abandoned += fact.fate is Fate.ABANDONED
        if fact.talk_seconds is not None and fact.ended_at is not None and fact.ended_at >= since:
            talks += 1
            busy += fact.talk_seconds + wrap_up_seconds
    return Traffic((at - since).total_seconds(), calls, talks, busy, abandoned, waited)


def staff_for(traffic: Traffic, target_seconds: int, target_percent: int) -> Staff | None:
    """Who keeps the promise to answer so many percent within so many seconds at this traffic; None: it is too small
    to tell. To answer all of them in time is a promise no number of agents keeps: 99.9 % count as all."""
    handle = traffic.handle_seconds
    if traffic.is_too_small or not handle:
        return None
    load, share = traffic.arrivals * handle, min(target_percent / 100, 0.999)
    patience = traffic.patience_seconds
    return Staff(
        by_c=erlang.needed_c(load, handle, share, target_seconds),
        by_a=erlang.needed_a(load, handle, share, target_seconds, patience) if patience else None,
    )

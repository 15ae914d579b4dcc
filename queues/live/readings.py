"""How it stands with the limits and rules of a queue, an agent or the link at one instant. Pure.

`queues.live.incidents` makes incidents of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from queues.live import limits
from queues.live.concerns import Severity
from queues.live.draft import Draft
from queues.live.gauges import figure_of
from queues.live.limits import Limited, is_broken
from queues.live.presence import Crew
from queues.live.rules import Rule
from queues.live.state import QueueRow
from queues.live.watch import Subject

#: How long a queue must be well before a broken limit of it is over. Of agents each stay in a state is one of its own.
RECOVER_SECONDS = 10
#: Percentages of fewer callers of the day than these say nothing.
FEWEST_OFFERED = 10
_PERCENTAGES = frozenset({Limited.SERVICE_LEVEL, Limited.ABANDONED_PERCENT})
#: Limits that mean nothing while the queue is closed: nobody has to be there.
_ONLY_WHEN_OPEN = frozenset({Limited.SERVICE_LEVEL, Limited.FREE_AGENTS})


@dataclass(frozen=True, slots=True)
class Reading:
    """How it stands with one limit or rule. `severity` None: it is well; `since`: since when it is not, where that is
    known; `is_low`: lower values are worse."""

    cause: str
    title: str
    severity: Severity | None
    value: float | None
    limit: float | None
    is_low: bool = False
    since: datetime | None = None
    hold_seconds: int = 0
    recover_seconds: int = RECOVER_SECONDS


def of_link(draft: Draft, rule: Rule) -> Reading:
    down_since = draft.memory.watch.down_since
    down = 0.0 if down_since is None else max(0.0, (draft.at - down_since).total_seconds())
    condition = rule.conditions[0]
    since = None
    if down_since is not None and condition.operator in (">", ">="):
        since = down_since + timedelta(seconds=max(0.0, condition.value))
    return _of_rule(rule, down, condition.holds(down), since)


def of_queue(draft: Draft, number: str) -> Iterator[Reading]:
    """All that is broken of this queue, and what is not though it has been."""
    row = draft.board.queues.get(number)
    if row is None:
        return
    active = draft.memory.watch.active.get(Subject(queue=number), ())
    crew = draft.memory.presence.crew(number)
    for figure, _, red in row.limits:
        if red is not None and _is_told(draft, number, figure):
            value = _judged(row, figure, figure_of(figure, row, crew, draft.at))
            is_red = value is not None and is_broken(figure, value, red)
            if is_red or (active and f"limit:{figure}" in active):
                yield _of_limit(row, figure, value, red)
    for rule in draft.memory.wishes.rules_of(number):
        is_broken_now = _holds(rule, row, crew, draft.at)
        if is_broken_now or (active and rule.cause in active):
            value = figure_of(rule.conditions[0].figure, row, crew, draft.at)
            yield _of_rule(rule, value, is_broken_now)


def _is_told(draft: Draft, number: str, figure: str) -> bool:
    """Whether a broken limit is worth an incident. A queue that keeps its promise of 80 % within 20 s has one caller in
    five who waits longer: that is shown, and an alert only where people set a limit of their own."""
    wanted = draft.memory.wishes.limits
    return figure != Limited.LONGEST_WAIT or (number, figure) in wanted or ("", figure) in wanted


def _holds(rule: Rule, row: QueueRow, crew: Crew, at: datetime) -> bool:
    """Whether all its conditions do. Most rules are done with at their first, and that at every event of a queue."""
    if rule.only_when_open and row.is_open is False:
        return False
    return all(condition.holds(figure_of(condition.figure, row, crew, at)) for condition in rule.conditions)


def _judged(row: QueueRow, figure: str, value: float | None) -> float | None:
    """The value as far as it can break a limit."""
    if figure in _PERCENTAGES and row.today_offered < FEWEST_OFFERED:
        return None
    return None if figure in _ONLY_WHEN_OPEN and row.is_open is False else value


def _of_limit(row: QueueRow, figure: str, value: float | None, red: float) -> Reading:
    is_red = value is not None and is_broken(figure, value, red)
    since = None
    if figure == Limited.LONGEST_WAIT and row.oldest_joined_at is not None:
        since = row.oldest_joined_at + timedelta(seconds=red)
    return Reading(
        cause=f"limit:{figure}",
        title=limits.words(figure, red),
        severity=Severity.RED if is_red else None,
        value=value,
        limit=red,
        is_low=figure in limits.TOO_LITTLE,
        since=since,
    )


def of_agent(draft: Draft, interface: str) -> Iterator[Reading]:
    stay = draft.memory.stays.get(interface)
    if stay is None or stay.red_at is None:
        return
    is_red = draft.at >= stay.red_at
    if is_red or draft.memory.watch.is_active(Subject(interface=interface), f"limit:{stay.figure}"):
        yield Reading(
            cause=f"limit:{stay.figure}",
            title=limits.words(stay.figure, stay.seconds or 0.0),
            severity=Severity.RED if is_red else None,
            value=(draft.at - stay.since).total_seconds(),
            limit=stay.seconds,
            since=stay.red_at,
            recover_seconds=0,
        )


def _of_rule(rule: Rule, value: float | None, is_broken_now: bool, since: datetime | None = None) -> Reading:
    first = rule.conditions[0]
    return Reading(
        cause=rule.cause,
        title=rule.name,
        severity=rule.severity if is_broken_now else None,
        value=value,
        limit=first.value,
        is_low=first.operator.startswith("<"),
        since=since,
        hold_seconds=rule.hold_seconds,
        recover_seconds=rule.recover_seconds,
    )

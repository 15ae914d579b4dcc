"""Alert rules: conditions that together are worth an alert, and the words for the figures they may speak of. Pure.

A condition compares one figure with a number; a rule holds where all of its conditions do. Figures are of one queue at
one instant, but for `link_down`, which is of the whole PBX and stands in rules of its own: while the link is down,
nobody knows a queue's figures.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from queues.live.concerns import Severity


class Watched(StrEnum):
    """Figures a rule may speak of. Seconds: longest_wait, average_wait, link_down (0 while it is up). Percent:
    service_level, abandoned_percent. `staff_short`: agents needed but not there. Of members: `logged_in` have a phone
    that can be reached, `ready` of them are not paused, `free` of those have nothing to do."""

    WAITING = "waiting"
    LONGEST_WAIT = "longest_wait"
    SERVICE_LEVEL = "service_level"
    ABANDONED_PERCENT = "abandoned_percent"
    FREE_AGENTS = "free_agents"
    CALLERS_PER_FREE_AGENT = "callers_per_free_agent"
    LOGGED_IN = "logged_in"
    READY = "ready"
    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    AVERAGE_WAIT = "average_wait"
    STAFF_SHORT = "staff_short"
    LINK_DOWN = "link_down"


OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}


#: No figure is beyond this: who sets more has slipped, and it must not be more than a span of time can hold.
GREATEST = 10_000_000.0


class NotARule(ValueError):
    """These conditions make no rule. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Condition:
    figure: Watched
    operator: str
    value: float

    def holds(self, figure: float | None) -> bool:
        """A figure nobody knows breaks nothing."""
        return figure is not None and OPERATORS[self.operator](figure, self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """`queues`: numbers of this PBX, None for all. It counts once it has held for `hold_seconds`, and is over once it
    has not for `recover_seconds`. Times are seconds."""

    id: int
    name: str
    conditions: tuple[Condition, ...]
    queues: frozenset[str] | None = None
    severity: Severity = Severity.RED
    hold_seconds: int = 0
    recover_seconds: int = 10
    only_when_open: bool = True

    @property
    def cause(self) -> str:
        return f"rule:{self.id}"

    @property
    def is_about_link(self) -> bool:
        return self.conditions[0].figure is Watched.LINK_DOWN

    def is_about(self, number: str) -> bool:
        return not self.is_about_link and (self.queues is None or number in self.queues)


def conditions_of(told: Any) -> tuple[Condition, ...]:
    """Conditions as `queues.models.AlertRule` keeps them. Errors: NotARule."""
    if not isinstance(told, list) or not told:
        raise NotARule("A rule needs at least one condition.")
    conditions = tuple(map(_condition, told))
    about_link = [condition for condition in conditions if condition.figure is Watched.LINK_DOWN]
    if about_link and len(conditions) > 1:
        raise NotARule("While the link is down nobody knows a queue: a rule about it has no other condition.")
    return conditions


def _condition(told: Any) -> Condition:
    try:
        figure, word, value = Watched(told["figure"]), told["operator"], float(told["value"])
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise NotARule("A condition has a figure, an operator and a number.") from error
    if not isinstance(word, str) or word not in OPERATORS or not abs(value) <= GREATEST:
        raise NotARule(f"A figure cannot be compared by {word} {value}.")
    return Condition(figure, word, value)

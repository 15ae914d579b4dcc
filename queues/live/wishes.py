"""What people set that the board is judged by: limits, rules, hours, and how long pauses may take. Pure:
`queues.wishes` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from queues.live import limits
from queues.live.hours import Hours
from queues.live.limits import Wanted
from queues.live.rules import Rule

_Limits = tuple[tuple[str, float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """`budgets`: minutes by the pause's reason; `hours` by queue, "" for all without hours of their own."""

    limits: Wanted = field(default_factory=dict)
    budgets: Mapping[str, int] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    hours: Mapping[str, Hours] = field(default_factory=dict)
    _in_force: dict[tuple[str, int, int], _Limits] = field(default_factory=dict, init=False, compare=False, repr=False)
    _rules_of: dict[str, tuple[Rule, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def limits_of(self, number: str, target_seconds: int, target_percent: int) -> _Limits:
        """The limits in force of this queue, as `QueueRow.limits` has them; asked for at every change of a queue."""
        key = (number, target_seconds, target_percent)
        if (found := self._in_force.get(key)) is None:
            found = self._in_force[key] = limits.of_queue(self.limits, *key)
        return found

    def rules_of(self, number: str) -> tuple[Rule, ...]:
        """The rules about this queue; asked for at every change of it."""
        if (found := self._rules_of.get(number)) is None:
            found = self._rules_of[number] = tuple(rule for rule in self.rules if rule.is_about(number))
        return found

    def link_rules(self) -> tuple[Rule, ...]:
        """The rules about the link."""
        return tuple(rule for rule in self.rules if rule.is_about_link)

    def hours_of(self, number: str) -> Hours | None:
        return self.hours.get(number) or self.hours.get("")

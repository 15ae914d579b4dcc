"""What people set that the board is judged by: limits, and how long pauses may take. Pure: `queues.wishes` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from queues.live import limits
from queues.live.limits import Wanted

_Limits = tuple[tuple[str, float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """`budgets`: minutes by the pause's reason."""

    limits: Wanted = field(default_factory=dict)
    budgets: Mapping[str, int] = field(default_factory=dict)
    _in_force: dict[tuple[str, int, int], _Limits] = field(default_factory=dict, init=False, compare=False, repr=False)

    def limits_of(self, number: str, target_seconds: int, target_percent: int) -> _Limits:
        """The limits in force of this queue, as `QueueRow.limits` has them; asked for at every change of a queue."""
        key = (number, target_seconds, target_percent)
        if (found := self._in_force.get(key)) is None:
            found = self._in_force[key] = limits.of_queue(self.limits, *key)
        return found

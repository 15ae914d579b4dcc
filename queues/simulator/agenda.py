"""The agenda: what will happen later on the simulated floor, in an order that never varies.

In: callbacks with the time they are due (epoch seconds by the PBX's clock). Out: the next one due. Entries
at the same time come out in the order they were made, so a run depends on its inputs only. Knows no clock.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Appointment:
    """One thing to do at a time. `what` becomes None when it is cancelled or done."""

    at: float
    order: int
    what: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        """Forget it; cancelling twice, or after it was done, does nothing."""
        self.what = None


class Agenda:
    """Appointments by time."""

    def __init__(self) -> None:
        self._entries: list[Appointment] = []
        self._made = 0

    def add(self, at: float, what: Callable[[], None]) -> Appointment:
        """Have `what` called when time reaches `at`; the answer cancels it."""
        self._made += 1
        appointment = Appointment(at, self._made, what)
        heapq.heappush(self._entries, appointment)
        return appointment

    def next_at(self) -> float | None:
        """When the next appointment is due; None when the agenda is empty."""
        while self._entries and self._entries[0].what is None:
            heapq.heappop(self._entries)
        return self._entries[0].at if self._entries else None

    def take_due(self, now: float) -> tuple[float, Callable[[], None]] | None:
        """Remove and return the next appointment due by `now` as (time, callback); None when there is none."""
        while self._entries and self._entries[0].at <= now:
            appointment = heapq.heappop(self._entries)
            if appointment.what is not None:
                what, appointment.what = appointment.what, None
                return appointment.at, what
        return None

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

"""Simulated time: the PBX's clock, and what will happen when, in an order that never varies.

In: callbacks with the time they are due, and time itself (epoch seconds by the PBX's clock). Out: the
callbacks, called in order. Those due at the same time are called in the order they were made, so a run
depends on its inputs only. It reads no clock.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Appointment:
    """One thing to do. `what` becomes None when it is cancelled or done."""

    what: Callable[[], None] | None

    def cancel(self) -> None:
        """Forget it; cancelling twice, or after it was done, does nothing."""
        self.what = None


class Agenda:
    """`now` is the time; it never goes back."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._entries: list[tuple[float, int, Appointment]] = []
        self._made = 0

    def at(self, when: float, what: Callable[[], None]) -> Appointment:
        """Have `what` called when time reaches `when`; the answer cancels it."""
        self._made += 1
        appointment = Appointment(what)
        heapq.heappush(self._entries, (when, self._made, appointment))
        return appointment

    def later(self, seconds: float, what: Callable[[], None]) -> Appointment:
        """Have `what` called in so many seconds."""
        return self.at(self.now + seconds, what)

    def next_at(self) -> float | None:
        """When the next thing is due; None when there is nothing to come."""
        while self._entries and self._entries[0][2].what is None:
            heapq.heappop(self._entries)
        return self._entries[0][0] if self._entries else None

    def advance(self, now: float) -> None:
        """Let time pass up to `now`, doing in order what falls due, what that makes due included."""
        while self._entries and self._entries[0][0] <= now:
            at, _, appointment = heapq.heappop(self._entries)
            what, appointment.what = appointment.what, None
            if what is not None:
                self.now = max(self.now, at)
                what()
        self.now = max(self.now, now)

    def settle(self) -> None:
        """Do what is due now."""
        self.advance(self.now)

    def clear(self) -> None:
        """Forget everything to come."""
        self._entries.clear()

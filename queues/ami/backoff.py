"""How long to wait before the next attempt to reach a PBX. Pure: the caller tells how long the link was up."""

from __future__ import annotations

import random
from collections.abc import Callable

#: Seconds. A link counts as good again only after it stayed up for a while, or a PBX that drops every session
#: at once would be called every second for ever.
SHORTEST = 1.0
LONGEST = 60.0
GOOD_WHILE = 60.0
#: Least wait after a refused login: repeated failures get an address banned.
AFTER_REFUSAL = 60.0


class Backoff:
    """Waits that double from 1 to 60 s, each shortened by up to half at random so that several workers do not
    call together. `chance` gives numbers from 0 to 1."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._next = SHORTEST

    def next_wait(self, *, up_seconds: float = 0.0, refused: bool = False) -> float:
        """Seconds to wait now that an attempt failed, or a link was lost after `up_seconds`.

        `refused`: the login was refused; then at least 60 s, and the doubling goes on unchanged."""
        if refused:
            return AFTER_REFUSAL * (1 + self._chance() / 2)
        if up_seconds >= GOOD_WHILE:
            self._next = SHORTEST
        wait = self._next
        self._next = min(LONGEST, wait * 2)
        return max(SHORTEST, wait * (1 - self._chance() / 2))

"""How long to wait before the next attempt to reach a PBX. Pure: the caller tells how long the link was up."""

from __future__ import annotations

import random
from collections.abc import Callable

#: Seconds. A link counts as good again only after it stayed up for a while, or a PBX that drops every session
#: at once would be called every second for ever.
SHORTEST = 1.0
LONGEST = 60.0
GOOD_WHILE = 15.0
#: Most to wait where nobody greeted: it costs the other side a TCP handshake at most, and a PBX that is back is
#: on the board soon after, however long it was away.
LONGEST_UNGREETED = 5.0
#: Least wait after a refused login: repeated failures get an address banned.
AFTER_REFUSAL = 60.0


class Backoff:
    """Waits that double from 1 to 60 s, or to 5 s while nobody greets us, each shortened by up to half at random so
    that several workers do not call together. `chance` gives numbers from 0 to 1."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._next = SHORTEST
        self._next_ungreeted = SHORTEST

    def next_wait(self, *, up_seconds: float = 0.0, refused: bool = False, greeted: bool = True) -> float:
        """Seconds to wait now that an attempt failed, or a link was lost `up_seconds` after its login.

        `refused`: the login was refused; then at least 60 s. Not `greeted`: it did not come to a login. After
        either the doubling of the other waits goes on unchanged."""
        if refused:
            return AFTER_REFUSAL * (1 + self._chance() / 2)
        if not greeted:
            wait = self._next_ungreeted
            self._next_ungreeted = min(LONGEST_UNGREETED, wait * 2)
            return self._shortened(wait)
        self._next_ungreeted = SHORTEST
        if up_seconds >= GOOD_WHILE:
            self._next = SHORTEST
        wait = self._next
        self._next = min(LONGEST, wait * 2)
        return self._shortened(wait)

    def _shortened(self, wait: float) -> float:
        return max(SHORTEST, wait * (1 - self._chance() / 2))

"""Who is there for each queue, counted along with every change of an agent instead of anew. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Crew(NamedTuple):
    """Members of a queue: whose phones can be reached, who of them are not paused in it, who of those are free. An
    agent counts in each of their queues."""

    logged_in: int = 0
    ready: int = 0
    free: int = 0


NOBODY = Crew()


class Presence:
    """The crews of all queues of a board."""

    def __init__(self) -> None:
        self._crews: dict[str, Crew] = {}
        self._shares: dict[str, Mapping[str, Crew]] = {}

    def crew(self, queue: str) -> Crew:
        return self._crews.get(queue, NOBODY)

    def tell(self, interface: str, shares: Mapping[str, Crew]) -> set[str]:
        """What this agent counts for, by queue, from now on. Returns the queues whose crews have changed."""
        before = self._shares.get(interface, {})
        if before == shares:
            return set()
        self._shares[interface] = shares
        changed = {queue for queue in before.keys() | shares.keys() if before.get(queue) != shares.get(queue)}
        for queue in changed:
            old, new = before.get(queue, NOBODY), shares.get(queue, NOBODY)
            self._crews[queue] = Crew(*(n + b - a for n, a, b in zip(self.crew(queue), old, new, strict=True)))
        return changed

"""What goes wrong during a soak, one thing after the other, and how soon all was well again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.soak.installations import Fault
from tests.soak.pbxs import Span
from tests.support.faults_line import Line

#: Seconds after the beginning of a fault from which no page may show its board as live, while the fault lasts. A link
#: on which nothing comes is asked after 5 s and given up 5 s later; a database that does not answer is noticed after
#: 2 s, and a page waits 3 s for the sign of life that then does not come.
OLD_AFTER = {"frozen": 13.0, "PBX frozen": 13.0, "unreachable": 4.0, "PBX killed": 4.0} | {
    name: 8.0 for name in ("database locked", "database killed", "Redis killed")
}

#: After these the link there was is dead: nothing can be right again before there is a new one.
NEEDS_NEW_LINK = frozenset({"cut", "reset", "half-open", "unreachable", "PBX killed", "PBX restarted"})

#: So long after the end of a call, or of the fault that hid it, its row must say so.
SETTLED_SECONDS = 30.0


@dataclass
class Past:
    """A fault that has begun. `ended` is infinite while it lasts; `recovered` are the seconds from its end until
    board, database and PBX were equal again, None while they are not."""

    name: str
    began: float
    ended: float = float("inf")
    recovered: float | None = None


class LineFaults:
    """What becomes of the connection between us and the PBX."""

    def __init__(self, line: Line, chance: random.Random) -> None:
        self._line, self._chance = line, chance
        self.faults: dict[str, Fault] = {
            "cut": self._cut,
            "reset": self._reset,
            "garbage": self._garbage,
            "half-open": self._half_open,
            "frozen": self._freeze,
            "unreachable": self._refuse,
        }
        self.hidden = frozenset(self.faults)

    async def _cut(self) -> None:
        self._line.cut()

    async def _reset(self) -> None:
        self._line.reset_in_mid_packet()

    async def _garbage(self) -> None:
        self._line.say(self._chance.randbytes(2000) + b"\r\n\r\n")

    async def _half_open(self) -> None:
        """The old connection is dead from now on, and an idle one takes ten seconds to be found out."""
        self._line.deafen()
        await asyncio.sleep(10)

    async def _freeze(self) -> None:
        self._line.freeze()
        await asyncio.sleep(self._chance.uniform(3, 60))
        self._line.thaw()

    async def _refuse(self) -> None:
        await self._line.refuse()
        await asyncio.sleep(self._chance.uniform(1, 90))
        await self._line.open()


class Trouble:
    """Every fault in turn, in an order that is never the same. `past` are those so far."""

    def __init__(self, faults: dict[str, Fault], hidden: frozenset[str], chance: random.Random, calm: float) -> None:
        self.past: list[Past] = []
        self._faults, self._hidden, self._chance, self._calm = faults, hidden, chance, calm

    async def go_on(self, recover: Callable[[Past], Awaitable[float]]) -> None:
        """For ever: a while of calm, a fault, and until all is well again."""
        while True:
            for name in self._chance.sample(sorted(self._faults), len(self._faults)):
                await asyncio.sleep(self._chance.uniform(self._calm, 1.5 * self._calm))
                fault = Past(name, time.time())
                self.past.append(fault)
                await self._faults[name]()
                fault.ended = time.time()
                fault.recovered = await recover(fault)

    @property
    def now(self) -> Past | None:
        """The fault that has not been overcome yet."""
        return self.past[-1] if self.past and self.past[-1].recovered is None else None

    def unwatched(self) -> list[Span]:
        """When calls may have joined and ended unseen."""
        return [
            (fault.began - 2, fault.ended + (fault.recovered or 0.0) + 2)
            for fault in self.past
            if fault.name in self._hidden
        ]

    def settled_at(self) -> float:
        """What happened by then must be in the database, in epoch seconds."""
        at = time.time() - SETTLED_SECONDS
        is_over = not self.past or (self.now is None and self.past[-1].ended < at)
        return at if is_over else min(at, self.past[-1].began - SETTLED_SECONDS)

    def hides_the_pbx(self, connected_at: float) -> bool:
        """Whether a fault has lasted so long that no page may still show its board as live. `connected_at`: when the
        PBX was last reached; one that was killed is there before it has come up altogether."""
        fault = self.now
        if fault is None or fault.ended != float("inf"):
            return False
        if fault.name in NEEDS_NEW_LINK and connected_at > fault.began:
            return False
        return time.time() - fault.began > OLD_AFTER.get(fault.name, float("inf"))

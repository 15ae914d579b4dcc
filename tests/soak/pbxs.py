"""The PBX of a soak, from the soak's side: what is true on it, what it knows of past calls, how to break it.

`SimulatedPlace` is the product's simulator and reads its records, not its AMI; `tests.soak.asterisk` is a real one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from queues.simulator.entities import Call, CallState
from queues.simulator.facts import Fact
from queues.simulator.server import SimulatedPbx
from tests.soak.installations import Fault
from tests.support.faults_truth import view_of_floor, view_of_tables

View = dict[tuple[str, ...], dict[str, Any]]
#: A board by table and key, as in JSON.
Tables = dict[str, dict[str, dict[str, Any]]]
#: From and until, in epoch seconds.
Span = tuple[float, float]


class Place(Protocol):
    """`faults` by name; `hidden` are those during which calls may end unseen. `numbers` is what agents may dial."""

    user: str
    secret: str
    port: int
    faults: dict[str, Fault]
    hidden: frozenset[str]
    numbers: tuple[str, ...]

    async def work(self) -> None:
        """Callers and agents, for as long as the soak lasts."""

    async def view(self) -> View | None:
        """What is true now; None while the PBX cannot be asked."""

    def shown(self, tables: Tables) -> View:
        """What a board says, in the shape of `view`."""

    def calls(self) -> int:
        """How many calls joined a queue so far."""

    def wrong_calls(self, rows: list[dict[str, Any]], unwatched: Sequence[Span], settled_at: float) -> list[str]:
        """Sentences about call rows doubled, invented, open although the call was over by `settled_at` (epoch
        seconds), ended otherwise than it did, or missing although no span in which nobody watched hid the call."""


@dataclass
class _Joined:
    """One visit to a queue, kept when the floor has long forgotten it."""

    call: Call
    key: tuple[str, str]


class SimulatedPlace:
    def __init__(self, pbx: SimulatedPbx) -> None:
        self.user, self.secret, self.port = pbx.user, pbx.secret, pbx.port
        self.numbers = ("0301234567", "0897654321")
        self.faults: dict[str, Fault] = {"PBX restarted": self._restart, "queues reloaded": self._reload}
        self.hidden = frozenset({"PBX restarted"})
        self._pbx = pbx
        self._joined: list[_Joined] = []
        pbx.floor.listen(self._note)

    def _note(self, fact: Fact) -> None:
        if fact.event == "QueueCallerJoin" and fact.call is not None:
            self._joined.append(_Joined(fact.call, (fact.call.channel.uniqueid, fact.call.queue.number)))

    async def work(self) -> None:
        """The simulator's people need nobody to move them."""

    async def view(self) -> View | None:
        return view_of_floor(self._pbx.floor)

    def shown(self, tables: Tables) -> View:
        return view_of_tables(tables)

    def calls(self) -> int:
        return len(self._joined)

    async def _restart(self) -> None:
        self._pbx.restart()

    async def _reload(self) -> None:
        self._pbx.reload()

    def wrong_calls(self, rows: list[dict[str, Any]], unwatched: Sequence[Span], settled_at: float) -> list[str]:
        counts = Counter((row["uniqueid"], row["queue"]) for row in rows)
        still_open = {(row["uniqueid"], row["queue"]) for row in rows if row["ended_at"] is None}
        joins = Counter(one.key for one in self._joined)
        wrong = [f"{key}: {count} rows, {joins[key]} calls" for key, count in counts.items() if count > joins[key]]
        for call, key in ((one.call, one.key) for one in self._joined):
            if call.state is not CallState.ENDED or call.ended_at > settled_at:
                continue
            if key in still_open:
                wrong.append(f"{key}: over, and still open")
            if not counts[key] and not any(
                start <= call.ended_at and call.joined_at <= end for start, end in unwatched
            ):
                wrong.append(f"{key}: lost")
        return wrong


@asynccontextmanager
async def simulated(calls_a_minute: float, chance: random.Random) -> AsyncIterator[SimulatedPlace]:
    async with SimulatedPbx(seed=chance.randrange(10**6), rate=calls_a_minute, agents=16) as pbx:
        yield SimulatedPlace(pbx)

"""A real Asterisk under calls for as long as a soak lasts, its truth from QueueStatus and its past from queue_log."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

from tests.asterisk.history import mismatches
from tests.asterisk.pbx import RealPbx, running_pbx
from tests.asterisk.traffic import SHIFT, Traffic
from tests.asterisk.views import view_of_board, view_of_pbx
from tests.asterisk.witness import Witness, witness
from tests.soak.installations import Fault
from tests.soak.pbxs import Span, Tables, View

#: What an AMI session of ours may end with.
_LOST = (OSError, EOFError, AssertionError, KeyError)


class AsteriskPlace:
    def __init__(self, pbx: RealPbx, calls_a_minute: float, chance: random.Random) -> None:
        self.user, self.secret, self.port = "dashboard", "dash-1234", pbx.ami_port
        self.numbers = ("800", "801", "030123456")
        self.faults: dict[str, Fault] = {
            "PBX killed": self._kill,
            "PBX restarted": self._restart,
            "PBX frozen": self._freeze,
            "PBX reloaded": self._reload,
        }
        self.hidden = frozenset({"PBX killed", "PBX restarted", "PBX frozen"})
        self._pbx, self._calls_a_minute, self._chance = pbx, calls_a_minute, chance
        self._session: Witness | None = None
        self._sessions = AsyncExitStack()
        #: When a run of the PBX ended, and when its next one was there, in epoch seconds.
        self._deaths: list[Span] = []

    # What is true

    async def view(self) -> View | None:
        try:
            if self._session is None or self._session.lost.is_set():
                await self.leave()
                self._session = await self._sessions.enter_async_context(witness(self.port))
            return view_of_pbx(await self._session.rows("QueueStatus"), counters=True)
        except _LOST:
            await self.leave()
            return None

    async def leave(self) -> None:
        self._session = None
        await self._sessions.aclose()

    def shown(self, tables: Tables) -> View:
        lists = {name: list(tables.get(name, {}).values()) for name in ("queues", "members", "callers")}
        return view_of_board(lists, counters=True)

    # Its past

    def _log(self) -> list[list[str]]:
        """queue_log but for the last line, if it is being written."""
        return [line for line in self._pbx.queue_log() if len(line) >= 5]

    def calls(self) -> int:
        return sum(line[4] == "ENTERQUEUE" for line in self._log())

    def wrong_calls(self, rows: list[dict[str, Any]], unwatched: Sequence[Span], settled_at: float) -> list[str]:
        log = self._log()
        known = {(line[1], line[2].lower()) for line in log}
        latest = {(line[1], line[2].lower()): float(line[0]) for line in log}
        settled = [line for line in log if latest[line[1], line[2].lower()] < settled_at]
        wrong = mismatches(rows, settled, unwatched=unwatched)
        wrong += [f"{key}: invented" for row in rows if (key := (row["uniqueid"], row["queue"])) not in known]
        for row in rows:
            joined_at: datetime = row["joined_at"]
            if row["ended_at"] is None and any(
                joined_at.timestamp() < died and back < settled_at for died, back in self._deaths
            ):
                wrong.append(f"{(row['uniqueid'], row['queue'])}: outlived its PBX")
        return wrong

    # Faults

    async def _kill(self) -> None:
        died = time.time()
        await asyncio.to_thread(self._pbx.kill)
        await asyncio.sleep(self._chance.uniform(0, 60))
        await asyncio.to_thread(self._pbx.boot)
        self._deaths.append((died, time.time()))

    async def _restart(self) -> None:
        died = time.time()
        await asyncio.to_thread(self._pbx.restart)
        self._deaths.append((died, time.time()))

    async def _freeze(self) -> None:
        """The process stands still: the kernel takes connections, and nobody speaks on them."""
        self._pbx.signal(signal.SIGSTOP)
        await asyncio.sleep(self._chance.uniform(3, 60))
        self._pbx.signal(signal.SIGCONT)

    async def _reload(self) -> None:
        await asyncio.to_thread(self._pbx.console, "core reload")

    # Its people

    async def work(self) -> None:
        """Callers and agents for ever, whatever becomes of the PBX."""
        while True:
            try:
                async with witness(self.port) as session:
                    await _send_everybody_home(session)
                    seed = self._chance.randrange(10**6)
                    await Traffic(session, seed=seed, rate=self._calls_a_minute / 60).run(None)
            except* _LOST:
                pass  # they come back with the PBX
            await asyncio.sleep(0.5)


async def _send_everybody_home(session: Witness) -> None:
    """Whoever an earlier session left behind: on a line, logged in, paused."""
    for row in await session.rows("CoreShowChannels"):
        await session.ask("Hangup", Channel=row["Channel"])
    for row in await session.rows("QueueStatus"):
        if row["Event"] == "QueueMember" and row["Location"] in SHIFT:
            await session.ask("QueuePause", Queue=row["Queue"], Interface=row["Location"], Paused="false")
            if row["Membership"] == "dynamic":
                await session.ask("QueueRemove", Queue=row["Queue"], Interface=row["Location"])


@asynccontextmanager
async def real(calls_a_minute: float, chance: random.Random) -> AsyncIterator[AsteriskPlace]:
    """Raises Unavailable with the reason if there can be none here."""
    starting = running_pbx()
    pbx = await asyncio.to_thread(starting.__enter__)
    try:
        place = AsteriskPlace(pbx, calls_a_minute, chance)
        try:
            yield place
        finally:
            await place.leave()
    finally:
        await asyncio.to_thread(starting.__exit__, None, None, None)

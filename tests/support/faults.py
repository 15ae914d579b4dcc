"""A call centre in which things break: a simulated PBX, the line to it, a real worker, and one open page.

    async with broken_in(supervisor) as scene:
        await scene.settle()          # page and database say what the PBX knows
        scene.line.freeze()
        await scene.until_old()       # the page no longer passes its board off as live
        scene.line.thaw()
        await scene.settle()

Everything is waited for; nothing sleeps. `settle` is the promise of the product: within fifteen seconds.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from agents.models import Command
from agents.states import FINAL_COMMAND_STATES
from queues import hub
from queues.ami import backoff
from queues.ami.client import Address, Client
from queues.live import session, worker
from queues.live.worker import Pace, run
from queues.mirror import tables_of
from queues.selectors import load_board
from queues.simulator.server import SimulatedPbx
from tests.support.faults_line import Line
from tests.support.faults_truth import History, differences, view_of_floor, view_of_tables
from tests.support.page import Page, end_of_test, session_headers
from tests.support.patience import patient
from tests.support.working import PACE, PBX, by_hand, in_database

#: The board equals the PBX so long after the end of a fault, at the latest.
SECONDS = 15.0
#: A page calls its board old when the worker has been silent for so long (static/js/freshness.js).
SILENCE = timedelta(seconds=3)


class LivePage(Page):
    """A page that takes every frame as it comes. `moved` is set by each; `is_live`: it shows its board as live;
    `went_old` counts how often it stopped doing so."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        super().__init__(headers)
        self.moved = asyncio.Event()
        self.went_old = 0
        self._beat: dict[str, Any] = {"links": {}}

    async def follow(self) -> None:
        while True:
            was_live = self.is_live
            frame = await self._next_frame()
            self.frames.clear()
            if frame["type"] == "beat":
                self._beat = frame
            self.went_old += was_live and not self.is_live
            self.moved.set()

    def apply(self, frame: dict[str, Any]) -> None:
        """As a browser does: what came and went between two flushes was never there."""
        removed = frame.get("removed", {})
        known = {table: [key for key in keys if key in self.rows[PBX][table]] for table, keys in removed.items()}
        super().apply({**frame, "removed": known} if removed else frame)

    @property
    def is_live(self) -> bool:
        link = self.rows.get(PBX, {}).get("links", {}).get(PBX)
        heard = self._beat["links"].get(PBX)
        if link is None or heard is None or heard["worker_at"] is None:
            return False
        at, worker_at = (datetime.fromisoformat(text) for text in (self._beat["at"], heard["worker_at"]))
        return link["state"] == "up" and at - worker_at <= SILENCE


class Scene:
    """See the module. `floor` is where things happen; `history` every call that joined a queue there."""

    def __init__(
        self, pbx: SimulatedPbx, line: Line, page: LivePage, following: asyncio.Task[None], pace: Pace
    ) -> None:
        self.pbx, self.line, self.page = pbx, line, page
        self._following = following
        self.floor = pbx.floor
        self.history = History(pbx.floor)
        self.pace = pace
        self._workers: list[asyncio.Task[None]] = []
        self._went_old = 0

    # Workers of this process

    def start_worker(self, secret: str | None = None) -> None:
        address = Address.parse(f"ami://{self.pbx.user}:{secret or self.pbx.secret}@127.0.0.1:{self.line.port}")
        self._workers.append(asyncio.create_task(run(PBX, address, self.pace), name="a worker"))

    async def stop_workers(self) -> None:
        for task in self._workers:
            task.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers.clear()

    # What must be true

    async def settle(self, seconds: float = SECONDS) -> None:
        """Until page and database say what the PBX knows, and the page shows it as live; and no call is amiss."""
        try:
            async with asyncio.timeout(patient(seconds)):
                while await self.wrongs():
                    await self._something()
        except TimeoutError:
            wrongs = await self.wrongs()
            raise AssertionError(f"not right within {seconds:g} s: {wrongs}") from None
        self.history.mark_seen()
        self._went_old = self.page.went_old

    async def wrongs(self) -> list[Any]:
        """Everything on page and in the database that is not as the PBX has it."""
        if not self.page.is_live:
            return ["the page shows no live board"]
        true = view_of_floor(self.floor)
        saved = view_of_tables(tables_of(await in_database(load_board, PBX)))
        wrongs: list[Any] = [*differences(view_of_tables(self.page.rows[PBX]), true).items()]
        wrongs += differences(saved, true).items()
        if not wrongs:
            wrongs += await in_database(self.history.wrong_rows)
        return wrongs if true == view_of_floor(self.floor) else ["the PBX moved on meanwhile"]

    async def until_old(self, seconds: float = SECONDS) -> None:
        """Until the page has shown its board as old, or the loss of the link, since it was last right."""
        await self.until(lambda: self.page.went_old > self._went_old, seconds)

    async def until(self, check: Callable[[], Any], seconds: float = SECONDS) -> None:
        """Until `check` holds; looked at after every frame the page gets."""
        async with asyncio.timeout(patient(seconds)):
            while not check():
                await self._something()

    async def until_in_database(self, check: Callable[[], Any], seconds: float = SECONDS) -> Any:
        async with asyncio.timeout(patient(seconds)):
            while not (found := await in_database(check)):
                await self._something()
            return found

    async def ended(self, command: Command) -> Command:
        """The command with its outcome."""

        def outcome() -> Command | None:
            command.refresh_from_db()
            return command if command.state in FINAL_COMMAND_STATES else None

        found: Command = await self.until_in_database(outcome)
        return found

    async def _something(self) -> None:
        self.page.moved.clear()
        moving = asyncio.ensure_future(self.page.moved.wait())
        try:
            await asyncio.wait([moving, self._following], return_when=asyncio.FIRST_COMPLETED)
        finally:
            moving.cancel()
        if self._following.done():
            self._following.result()

    # Faults of the PBX itself

    def change_terms(self, **terms: Any) -> None:
        """From the next connection on: another secret, other rights (fields of the simulator's `Terms`)."""
        self.pbx._terms = replace(self.pbx._terms, **terms)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life ten times a second, clocks compared every second, links tried again at once."""
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(session, "CLOCK_SECONDS", 1.0)
    monkeypatch.setattr(backoff, "SHORTEST", 0.05)
    monkeypatch.setattr(backoff, "LONGEST_UNGREETED", 0.2)
    monkeypatch.setattr(backoff, "AFTER_REFUSAL", 0.3)


def links_alive() -> int:
    """How many links to PBXs this process still holds in memory."""
    gc.collect()
    return sum(isinstance(thing, Client) for thing in gc.get_objects())


@asynccontextmanager
async def broken_in(
    supervisor: User, *, pace: Pace = PACE, is_working: bool = True, **options: Any
) -> AsyncIterator[Scene]:
    """A scene around a PBX on which only the test acts; `options` are those of `SimulatedPbx`."""
    async with by_hand(**options) as pbx, Line(pbx.port) as line:
        page = LivePage(await sync_to_async(session_headers)(supervisor))
        await page.open()
        following = asyncio.create_task(page.follow(), name="the page")
        scene = Scene(pbx, line, page, following, pace)
        try:
            if is_working:
                scene.start_worker()
            yield scene
        finally:
            await scene.stop_workers()
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            await end_of_test()

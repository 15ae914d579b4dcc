"""A whole installation whose servers break: one web process, two workers, PostgreSQL, Redis, and a PBX to compare with.

    async with outage_scene(servers, folder) as scene:
        await scene.settle()                  # page and call rows say what the PBX knows
        async with scene.without(fault):      # a real server is gone, or silent
            ...
        await scene.settle()                  # within the time promised

Between the processes and each server lies a wire that can lose everything without a word.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row
from websockets.asyncio.client import ClientConnection

from agents.states import FINAL_COMMAND_STATES
from queues.simulator.server import SimulatedPbx
from tests.support.faults import SECONDS
from tests.support.faults_line import Line
from tests.support.faults_truth import History, differences, view_of_floor, view_of_tables
from tests.support.kept import Freshness
from tests.support.patience import patient
from tests.support.scaled import Installation, Web, installed
from tests.support.servers import Servers
from tests.support.working import by_hand

PBX = "pbx"
#: How long servers are away. A true outage: OUTAGE_SECONDS=30 pytest tests/test_fault_outages.py
OUTAGE_SECONDS = float(os.environ.get("OUTAGE_SECONDS", "6"))


class CallRow(NamedTuple):
    uniqueid: str
    queue: str
    ended_at: datetime | None


class CommandRow(NamedTuple):
    state: str
    sent_at: datetime | None
    expires_at: datetime


class Wire(Line):
    """A line that carries any protocol, and counts nothing."""

    async def _note(self, *seen: Any) -> None:
        pass

    def lose_everything(self) -> None:
        """The server behind it vanishes without a word; whoever comes anew is not answered either."""
        self.deafen()
        self.is_mute = True

    def carry_new_ones(self) -> None:
        """The server is back and knows nothing of the connections there were."""
        self.is_mute = False


class Onlooker(Freshness):
    """A page that takes every frame as it comes; `moved` is set by each."""

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__()
        self._connection = connection
        self.moved = asyncio.Event()

    async def follow(self) -> None:
        while True:
            async with asyncio.timeout(patient(SECONDS)):
                frame = json.loads(await self._connection.recv())
            self.apply(frame)
            self.frames.clear()
            self.moved.set()


class OutageScene:
    def __init__(
        self, installation: Installation, pbx: SimulatedPbx, line: Line, web: Web, page: Onlooker, database: str
    ) -> None:
        self.installation, self.line, self.web, self.page = installation, line, web, page
        self.floor = pbx.floor
        self.history = History(pbx.floor)
        self._database = database

    async def until(self, is_so: Callable[[], Any], seconds: float = SECONDS) -> None:
        """Until something is so; looked at after every frame the page gets."""
        async with asyncio.timeout(patient(seconds)):
            while not is_so():
                self.page.moved.clear()
                await self.page.moved.wait()

    async def settle(self) -> None:
        """Until page and call rows say what the PBX knows, and the page shows it as live."""
        try:
            async with asyncio.timeout(patient(SECONDS)):
                while await self.wrongs():
                    self.page.moved.clear()
                    await self.page.moved.wait()
        except TimeoutError:
            wrongs = await self.wrongs()
            raise AssertionError(f"not right within {SECONDS:g} s: {wrongs}\n{self.installation.words()}") from None
        self.history.mark_seen()

    async def wrongs(self) -> list[Any]:
        if not self.page.is_live(PBX):
            return ["the page shows no live board"]
        shown, true = view_of_tables(self.page.rows[PBX]), view_of_floor(self.floor)
        if wrongs := [*differences(shown, true).items()]:
            return wrongs
        is_led, calls = await asyncio.to_thread(self._read)
        return self.history.wrong_rows(calls) if is_led else ["nothing can be asked: no worker holds the lease"]

    def _read(self) -> tuple[bool, list[CallRow]]:
        """Whether a worker holds the lease, and all calls."""
        with psycopg.connect(self._database, row_factory=class_row(CallRow)) as connection:
            calls = connection.execute("SELECT uniqueid, queue, ended_at FROM queues_call").fetchall()
            led = connection.execute("SELECT FROM queues_link WHERE lease_expires_at > now()")
            return led.rowcount == 1, calls

    async def ended(self, asked: dict[str, Any]) -> CommandRow:
        """The command with its outcome."""

        def read() -> CommandRow:
            query = "SELECT state, sent_at, expires_at FROM agents_command WHERE id = %s"
            with psycopg.connect(self._database, row_factory=class_row(CommandRow)) as connection:
                return connection.execute(query, [asked["id"]]).fetchone()

        async with asyncio.timeout(patient(SECONDS)):
            while (command := await asyncio.to_thread(read)).state not in FINAL_COMMAND_STATES:
                self.page.moved.clear()
                await self.page.moved.wait()
        return command

    def agent_id(self, interface: str) -> int:
        return int(self.page.rows[PBX]["agents"][interface]["id"])

    def memory(self) -> dict[int, int]:
        """Megabytes each process holds, by process id."""
        pages = {
            process.pid: int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
            for process in [self.web.process, *self.installation.running_workers()]
        }
        return {pid: number * os.sysconf("SC_PAGE_SIZE") >> 20 for pid, number in pages.items()}


@asynccontextmanager
async def outage_scene(servers: Servers, folder: Path, wires: dict[str, Wire]) -> AsyncIterator[OutageScene]:
    """`wires`: to "postgres" and "redis", open."""
    async with by_hand() as pbx, Line(pbx.port) as line:
        ami_url = f"{PBX}=ami://{pbx.user}:{pbx.secret}@127.0.0.1:{line.port}"
        async with installed(servers, folder, "outages", ami_url) as installation:
            installation.is_in_trouble = True
            database = installation.settings["DATABASE_URL"]
            for name, setting in (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")):
                port = getattr(servers, name).port
                url = installation.settings[setting]
                installation.settings[setting] = url.replace(f":{port}/", f":{wires[name].port}/")
            web = Web(installation)
            for _ in range(2):
                installation.worker()
            async with web.page() as socket:
                page = Onlooker(socket.connection)
                following = asyncio.create_task(page.follow(), name="the page")
                try:
                    yield OutageScene(installation, pbx, line, web, page, database)
                finally:
                    following.cancel()
                    with suppress(asyncio.CancelledError):
                        await following

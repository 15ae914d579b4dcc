"""What is soaked: the product in one process on SQLite, or in several on PostgreSQL and Redis, and how to kill it.

All processes are the product's own commands; nothing here reaches into them.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.asterisk.dashboard import PBX, Dashboard, ask, running_dashboard
from tests.asterisk.waiting import eventually
from tests.support.scaled import Installation as Processes
from tests.support.scaled import Web, installed
from tests.support.servers import Servers

__all__ = ["PBX", "Fault", "Installation", "in_many_processes", "in_one_process"]

#: Breaks something, waits, mends it.
Fault = Callable[[], Awaitable[None]]


class Installation(Protocol):
    """`faults` by name; `hidden` are those during which nobody watches the PBX, so calls may end unseen."""

    token: str
    database_url: str
    faults: dict[str, Fault]
    hidden: frozenset[str]

    @property
    def socket_url(self) -> str: ...

    @property
    def process_ids(self) -> list[int]: ...

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One API request: status and JSON; 0 and None while nobody answers."""


def kilobytes(process_ids: list[int]) -> int:
    """Resident memory of these processes together; one that is gone has none."""
    found = [Path(f"/proc/{pid}/status") for pid in process_ids]
    sizes = [path.read_text().partition("VmRSS:")[2].split() for path in found if path.exists()]
    return sum(int(words[0]) for words in sizes if words)


class OneProcess:
    """`manage.py serve` on SQLite."""

    def __init__(self, dashboard: Dashboard, chance: random.Random) -> None:
        self._dashboard, self._chance = dashboard, chance
        self.token, self.database_url = dashboard.token, dashboard.database_url
        self.faults: dict[str, Fault] = {"server killed": self._kill, "database locked": self._lock}
        self.hidden = frozenset({"server killed"})
        self.ask = dashboard.ask

    @property
    def socket_url(self) -> str:
        return f"{self._dashboard.url.replace('http:', 'ws:')}/ws/board/"

    @property
    def process_ids(self) -> list[int]:
        return [pid for pid in [self._dashboard.process_id] if pid]

    async def _kill(self) -> None:
        await asyncio.to_thread(self._dashboard.kill)
        await asyncio.sleep(self._chance.uniform(0, 5))
        self._dashboard.start()

        async def answers() -> int:
            return (await self.ask("GET", "/healthz"))[0]

        await eventually(answers, 60)

    async def _lock(self) -> None:
        path = self.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=30)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(self._chance.uniform(2, 15))
            other.rollback()


@asynccontextmanager
async def in_one_process(folder: Path, ami_url: str, chance: random.Random) -> AsyncIterator[OneProcess]:
    with running_dashboard(folder, ami_url) as dashboard:
        yield OneProcess(dashboard, chance)


class ManyProcesses:
    """Two web processes and two workers on PostgreSQL and Redis."""

    def __init__(self, servers: Servers, processes: Processes, chance: random.Random) -> None:
        self._servers, self._processes, self._chance = servers, processes, chance
        processes.is_in_trouble = True
        self.token, self.database_url = processes.token, processes.settings["DATABASE_URL"]
        self._webs = [Web(processes) for _ in range(2)]
        for _ in range(2):
            processes.worker()
        self.faults: dict[str, Fault] = {
            "leading worker killed": self._kill_leader,
            "web process killed": self._kill_web,
            "database locked": self._lock,
            "database killed": self._kill_database,
            "Redis killed": self._kill_redis,
        }
        self.hidden = frozenset({"leading worker killed"})

    @property
    def socket_url(self) -> str:
        return f"ws://{self._chance.choice(self._webs).address}/ws/board/"

    @property
    def process_ids(self) -> list[int]:
        return [process.pid for process in [*(web.process for web in self._webs), *self._processes.running_workers()]]

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        url = f"http://{self._chance.choice(self._webs).address}{path}"
        return await asyncio.to_thread(ask, method, url, self.token, body)

    async def _kill_leader(self) -> None:
        """Over when another worker leads, which must not take long."""
        process_id = await asyncio.to_thread(self._processes.leader, PBX)
        next(process for process in self._processes.running_workers() if process.pid == process_id).kill()
        self._processes.worker()

        async def another_leads() -> bool:
            return await asyncio.to_thread(self._processes.leader, PBX) != process_id

        await eventually(another_leads, 15)

    async def _kill_web(self) -> None:
        web = self._webs.pop(self._chance.randrange(2))
        web.process.kill()
        await asyncio.sleep(self._chance.uniform(0, 5))
        self._webs.append(Web(self._processes))

    async def _lock(self) -> None:
        async with await psycopg.AsyncConnection.connect(self.database_url) as connection:
            await connection.execute("LOCK TABLE queues_link, queues_call IN ACCESS EXCLUSIVE MODE")
            await asyncio.sleep(self._chance.uniform(2, 15))
            await connection.rollback()

    async def _kill_database(self) -> None:
        await asyncio.to_thread(self._servers.postgres.kill)
        await asyncio.sleep(self._chance.uniform(1, 30))
        await asyncio.to_thread(self._servers.postgres.start)

    async def _kill_redis(self) -> None:
        await asyncio.to_thread(self._servers.redis.kill)
        await asyncio.sleep(self._chance.uniform(1, 30))
        await asyncio.to_thread(self._servers.redis.start)


@asynccontextmanager
async def in_many_processes(
    servers: Servers, folder: Path, ami_url: str, chance: random.Random
) -> AsyncIterator[ManyProcesses]:
    """On the database "postgres-soak", which these servers do not have yet."""
    async with installed(servers, folder, "postgres-soak", f"{PBX}={ami_url}") as processes:
        yield ManyProcesses(servers, processes, chance)

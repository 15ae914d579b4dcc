"""A day in the life, with things breaking: the server as its users run it, on a simulated PBX with random faults.

    python -m tests.soak --minutes 60 [--seed N] [--rate CALLS] [--calm SECONDS]      # make soak MINUTES=60

Every minute everything a socket and the database say is held against the PBX's own records; each fact must have been
right at some moment within fifteen seconds. One line a minute, a verdict at the end (exit status 1 when it is bad).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import django
import orjson
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from queues.simulator.entities import Call, CallState
from queues.simulator.facts import Fact
from queues.simulator.server import SimulatedPbx
from tests.support.faults_line import Line
from tests.support.serving import Site, serving

PBX = "pbx"
#: Within so many seconds every fact must have been right once, and so long after a fault calls may be missing.
SECONDS = 15.0
#: At least so long between the end of a fault and the next, in seconds: after a minute a link counts as good again,
#: and with less of it each loss is waited out twice as long as the one before (`Backoff`).
CALM = 65.0
#: What the server's memory may grow by after the first quarter of the run.
GROWTH = 1.5


class Soak:
    """One run. `faults` are those so far, as (name, start, end) in epoch seconds."""

    def __init__(
        self, pbx: SimulatedPbx, line: Line, folder: Path, token: str, chance: random.Random, calm: float
    ) -> None:
        self.pbx, self.line, self.token, self._chance, self._calm = pbx, line, token, chance, calm
        self.faults: list[tuple[str, float, float]] = []
        self.calls: list[Call] = []
        self.asked: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.sizes: list[int] = []
        self.tables: dict[str, dict[str, dict[str, Any]]] = {}
        self.database = folder / "soak.sqlite3"
        self._server: Any = None
        self._site: Site | None = None
        pbx.floor.listen(self._note)

    def _note(self, fact: Fact) -> None:
        if fact.event == "QueueCallerJoin" and fact.call is not None:
            self.calls.append(fact.call)

    # The server

    async def start_server(self, port: int = 0) -> None:
        environment = {
            "SECRET_KEY": "a key for a soak that is long enough to be called one",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "AMI_URL": f"{PBX}=ami://{self.pbx.user}:{self.pbx.secret}@127.0.0.1:{self.line.port}",
            "HTTPS": "false",
        }
        self._server = serving("serve", "--port", str(port), **environment)
        self._site = await asyncio.to_thread(self._server.__enter__)

    async def end_server(self) -> None:
        """As a power cut does."""
        await asyncio.to_thread(self._server.__exit__, None, None, None)

    @property
    def site(self) -> Site:
        assert self._site is not None
        return self._site

    def kilobytes(self) -> int:
        status = Path(f"/proc/{self.site.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    # The socket

    async def watch(self) -> None:
        """Keep what a browser would show, whatever becomes of the server."""
        while True:
            headers = {"Authorization": f"Bearer {self.token}"}
            with suppress(OSError, ConnectionClosed, EOFError, TimeoutError):
                async with connect(self.site.socket_url, additional_headers=headers) as socket:
                    async for text in socket:
                        self._take(orjson.loads(text))
            self.tables = {}
            await asyncio.sleep(0.2)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            if frame["part"] == 1:
                self.tables = {}
            for table, rows in frame["rows"].items():
                self.tables.setdefault(table, {}).update((row["key"], row) for row in rows)
        elif frame["type"] == "delta" and self.tables:
            for table, rows in frame["set"].items():
                self.tables[table].update((row["key"], row) for row in rows)
            for table, keys in frame["removed"].items():
                for key in keys:
                    self.tables[table].pop(key, None)

    # Faults

    async def break_things(self) -> None:
        faults: list[Callable[[], Awaitable[None]]] = [
            self.cut, self.reset, self.garbage, self.half_open, self.frozen, self.unreachable, self.pbx_restarted,
            self.server_killed, self.database_locked,
        ]  # fmt: skip
        while True:
            await asyncio.sleep(self._chance.uniform(self._calm, 1.5 * self._calm))
            fault = self._chance.choice(faults)
            began = time.time()
            # Until it is over the end is not known: everything from here on is in the fault.
            self.faults.append((fault.__name__, began, float("inf")))
            await fault()
            self.faults[-1] = (fault.__name__, began, time.time())

    async def cut(self) -> None:
        self.line.cut()

    async def reset(self) -> None:
        self.line.reset_in_mid_packet()

    async def garbage(self) -> None:
        self.line.say(self._chance.randbytes(2000) + b"\r\n\r\n")

    async def half_open(self) -> None:
        self.line.deafen()
        await asyncio.sleep(10)  # so long an idle link takes to be found out

    async def frozen(self) -> None:
        self.line.freeze()
        await asyncio.sleep(self._chance.uniform(3, 20))
        self.line.thaw()

    async def unreachable(self) -> None:
        await self.line.refuse()
        await asyncio.sleep(self._chance.uniform(1, 10))
        await self.line.open()

    async def pbx_restarted(self) -> None:
        self.pbx.restart()

    async def server_killed(self) -> None:
        await self.end_server()
        await self.start_server()

    async def database_locked(self) -> None:
        with closing(sqlite3.connect(self.database)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(self._chance.uniform(2, 10))
            other.rollback()

    # People

    async def click(self) -> None:
        """Somebody pauses or unpauses an agent, now and then."""
        while True:
            await asyncio.sleep(self._chance.uniform(3, 12))
            agents = [row for row in self.tables.get("agents", {}).values() if row["member_count"]]
            if agents:
                agent = self._chance.choice(agents)
                verb = "unpause" if agent["paused_count"] else "pause"
                body = {"queue": None} | ({"reason": "Lunch"} if verb == "pause" else {})
                status = await asyncio.to_thread(self._post, f"api/v1/agents/{agent['id']}/{verb}", body)
                self.asked[status] += 1

    def _post(self, path: str, body: dict[str, Any]) -> str:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.site.url + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return "accepted" if answer.status == 202 else str(answer.status)
        except OSError:
            return "not accepted"

    # What must be true

    async def compare(self) -> float:
        """Seconds until every fact was right once; what never was goes to `wrong`."""
        began = time.monotonic()
        pending = set(await self._differences())
        while pending and time.monotonic() - began < self._patience():
            await asyncio.sleep(0.1)
            pending &= set(await self._differences())
        self.wrong += sorted(pending)
        return time.monotonic() - began

    def _patience(self) -> float:
        """Longer while a fault lasts, or has just ended."""
        end = self.faults[-1][2] if self.faults else 0.0
        return float("inf") if end == float("inf") else SECONDS + max(0.0, SECONDS - (time.time() - end))

    async def _differences(self) -> list[str]:
        # Django's models cannot be imported before it is set up.
        from queues.mirror import tables_of  # noqa: PLC0415
        from queues.selectors import load_board  # noqa: PLC0415
        from tests.support.faults_truth import differences, view_of_floor, view_of_tables  # noqa: PLC0415

        def saved() -> Any:
            try:
                return view_of_tables(tables_of(load_board(PBX)))
            finally:
                connections.close_all()

        in_database = await asyncio.to_thread(saved)
        true = view_of_floor(self.pbx.floor)
        wrong = [f"socket {key}" for key in differences(view_of_tables(self.tables), true)]
        wrong += [f"database {key}" for key in differences(in_database, true)]
        link = self.tables.get("links", {}).get(PBX, {})
        return wrong if link.get("state") == "up" else [*wrong, "link is not up"]

    def wrong_rows(self) -> list[str]:
        """Call rows doubled, invented, or missing although nothing was broken while the call lived."""
        with closing(sqlite3.connect(self.database)) as database:
            rows: Counter[tuple[str, str]] = Counter(database.execute("SELECT uniqueid, queue FROM queues_call"))
            open_rows = set(database.execute("SELECT uniqueid, queue FROM queues_call WHERE ended_at IS NULL"))
        joins = Counter((call.channel.uniqueid, call.queue.number) for call in self.calls)
        wrong = [f"{key}: {count} rows, {joins[key]} calls" for key, count in rows.items() if count > joins[key]]
        for call in self.calls:
            key = (call.channel.uniqueid, call.queue.number)
            is_over = call.state is CallState.ENDED
            if is_over and time.time() - call.ended_at > 2 * SECONDS and key in open_rows:
                wrong.append(f"{key}: over, and still open")
            if is_over and not rows[key] and not self._was_broken(call.joined_at, call.ended_at):
                wrong.append(f"{key}: lost")
        return wrong

    def _was_broken(self, start: float, end: float) -> bool:
        return any(began - 2 <= end and start <= ended + 2 * SECONDS for _, began, ended in self.faults)

    def wrong_commands(self) -> list[str]:
        """Commands sent more often than claimed, or without an end."""
        with closing(sqlite3.connect(self.database)) as database:
            states = Counter(dict(database.execute("SELECT state, count(*) FROM agents_command GROUP BY state")))
        sent = len(self.line.asked("QueuePause"))
        most = sum(states[state] for state in ("sent", "done", "refused", "unknown"))
        wrong = [f"{sent} sent, {dict(states)}"] if not states["done"] + states["refused"] <= sent <= most else []
        self.asked = Counter({**self.asked, "sent": sent, **states})
        return wrong


@asynccontextmanager
async def alongside(*parts: Awaitable[None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def soak(asked: argparse.Namespace, folder: Path, token: str) -> bool:
    """Whether all was well."""
    pbx = SimulatedPbx(seed=asked.seed, rate=asked.rate, agents=16)
    async with pbx, Line(pbx.port) as line:
        run = Soak(pbx, line, folder, token, random.Random(asked.seed), asked.calm)
        await run.start_server()
        try:
            async with alongside(run.watch(), run.break_things(), run.click()):
                await run.compare()
                run.wrong.clear()  # the first board may take as long as it wants
                for minute in range(1, round(asked.minutes) + 1):
                    await asyncio.sleep(60)
                    await _tell(run, minute)
            # Time for what is under way, then the last word.
            await asyncio.sleep(SECONDS)
            run.wrong += run.wrong_commands()
        finally:
            await run.end_server()
    return _verdict(run)


async def _tell(run: Soak, minute: int) -> None:
    took = await run.compare()
    run.wrong += run.wrong_rows() + run.wrong_commands()
    run.sizes.append(run.kilobytes())
    latest = run.faults[-1][0] if run.faults else "none"
    _say(
        f"minute {minute}: equal after {took:.1f} s, {len(run.calls)} calls, commands {dict(run.asked)}, "
        f"{len(run.faults)} faults (latest: {latest}), {run.sizes[-1] // 1024} MB, wrong so far: {len(run.wrong)}"
    )


def _verdict(run: Soak) -> bool:
    early = run.sizes[: max(1, len(run.sizes) // 4)]
    has_grown = run.sizes[-1] > GROWTH * max(early)
    kinds = Counter(name for name, _, _ in run.faults)
    _say(f"{len(run.calls)} calls, faults: {dict(kinds)}, memory {early[0] // 1024} -> {run.sizes[-1] // 1024} MB")
    for line in sorted(set(run.wrong)):
        _say(f"wrong: {line}")
    is_good = not run.wrong and not has_grown
    _say("verdict: all was well" if is_good else "verdict: NOT well")
    return is_good


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _prepare(folder: Path) -> str:
    """An empty database and somebody who may see everything; their token."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": f"sqlite:///{folder / 'soak.sqlite3'}"}
    django.setup()
    from django.contrib.auth.models import User  # noqa: PLC0415

    from agents.tokens import create_token  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    token = create_token(User.objects.create_superuser("soak"), "soak", timezone.now())
    connections.close_all()
    return token


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--rate", type=float, default=30.0, help="calls a minute")
    parser.add_argument("--calm", type=float, default=CALM, help="seconds between two faults, at least")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _say(f"seed {asked.seed}, {asked.minutes:g} minutes")
        token = _prepare(Path(folder))
        is_good = asyncio.run(soak(asked, Path(folder), token))
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()

"""One soak: calls, clicks and faults for so many minutes, and all the while board, database and PBX compared."""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from django.db import OperationalError, connections

from queues.mirror import tables_of
from queues.models import Call
from queues.selectors import load_board
from tests.asterisk.chroot import Unavailable
from tests.soak.asterisk import real
from tests.soak.faults import NEEDS_NEW_LINK, LineFaults, Past, Trouble
from tests.soak.installations import PBX, Installation, in_many_processes, in_one_process, kilobytes
from tests.soak.page import WatchingPage
from tests.soak.pbxs import Place, Tables, View, simulated
from tests.soak.people import People, command_states, wrong_commands
from tests.support.faults_line import Line
from tests.support.servers import Servers

#: Within so many seconds every fact must have been right once, counted from the end of the latest fault.
SECONDS = 15.0
#: No fault lasts longer; what takes so long hangs.
LONGEST_FAULT = 300.0
#: What the memory of the processes may grow by after the first quarter of the run.
GROWTH = 1.5
Say = Callable[[str], None]
T = TypeVar("T")


class Soak:
    """`wrong` are sentences about what was not as it must be; `sizes` memory in KB, a figure a minute."""

    def __init__(
        self, place: Place, line: Line, installation: Installation, chance: random.Random, calm: float
    ) -> None:
        self.place, self.line, self.installation = place, line, installation
        self.page = WatchingPage()
        self.people = People(installation, self.page, place.numbers, chance)
        breaking = LineFaults(line, chance)
        faults = breaking.faults | place.faults | installation.faults
        self.trouble = Trouble(faults, breaking.hidden | place.hidden | installation.hidden, chance, calm)
        self.wrong: set[str] = set()
        self.sizes: list[int] = []
        self._told: set[str] = set()
        self._calls: list[int] = []
        self._began = 0.0
        self.compared = 0
        self.slowest = 0.0

    async def go_on(self, minutes: float, say: Say) -> None:
        """Everybody at work for so long, then a last look when all is quiet."""
        async with alongside(self.place.work(), self.page.watch(self.installation)) as check:
            await self._compare("at first", 60)
            self._began = time.time()
            await self._break_and_compare(60 * minutes, say, check)
            # Time for what is under way, then the last word.
            await asyncio.sleep(3 * SECONDS)
            await self._look(say)
            check()

    async def _break_and_compare(self, seconds: float, say: Say, check_others: Callable[[], None]) -> None:
        async with alongside(self.trouble.go_on(self._recovered), self.people.click(), self._mind_the_age()) as check:
            ends_at = time.monotonic() + seconds
            while (left := ends_at - time.monotonic()) > 0:
                await asyncio.sleep(min(60, left))
                check()
                check_others()
                await self._look(say)

    # Comparing

    async def _recovered(self, fault: Past) -> float:
        """Seconds from the end of this fault until all was equal again; what the old link told does not count."""
        while fault.name in NEEDS_NEW_LINK and self.line.connected_at < fault.began:
            await asyncio.sleep(0.05)
            if time.time() - fault.ended > SECONDS:
                self.wrong.add(f"after {fault.name}: no new link within {SECONDS:g} s")
                break
        await self._compare(f"after {fault.name}")
        return time.time() - fault.ended

    async def _compare(self, when: str, seconds: float = SECONDS) -> None:
        """Until each fact has been right once; what was not in time goes to `wrong`."""
        began = time.monotonic()
        pending = set(await self._differences())
        while pending and (waited := time.monotonic() - began) < self._patience(waited, seconds):
            await asyncio.sleep(0.1)
            pending &= set(await self._differences())
        self.wrong |= {f"{when}: {fact}" for fact in pending}
        self.compared += 1
        if self.trouble.now is None:
            self.slowest = max(self.slowest, time.monotonic() - began)

    def _patience(self, waited: float, seconds: float) -> float:
        """The `seconds` a comparison may take that has `waited` so long, those of a fault not counted."""
        end = self.trouble.past[-1].ended if self.trouble.past else 0.0
        return LONGEST_FAULT if end == float("inf") else max(seconds, waited + seconds - (time.time() - end))

    async def _differences(self) -> list[str]:
        """Every fact that socket, API or database tell otherwise than the PBX."""
        true = await self.place.view()
        if true is None:
            return ["the PBX does not answer"]
        told = {
            "socket": self.page.tables,
            "API": await self._from_api(),
            "database": await asyncio.to_thread(_from_database),
        }
        wrong = [f"{name}: {fact}" for name, tables in told.items() for fact in self._unlike(tables, true)]
        return wrong if self.page.is_live else [*wrong, "the page shows no live board"]

    def _unlike(self, tables: Tables, true: View) -> list[str]:
        shown = self.place.shown(tables)
        return [" ".join(key) for key in {*shown, *true} if shown.get(key) != true.get(key)]

    async def _from_api(self) -> Tables:
        status, board = await self.installation.ask("GET", "/api/v1/board")
        return {name: {row["key"]: row for row in rows} for name, rows in board.items()} if status == 200 else {}

    async def _mind_the_age(self) -> None:
        """Nobody may be shown an old board as a live one."""
        while True:
            if self.page.is_live and self.trouble.hides_the_pbx(self.line.connected_at):
                self.wrong.add(f"shown as live although the PBX cannot be heard: {self.trouble.past[-1].name}")
            await asyncio.sleep(0.25)

    async def _look(self, say: Say) -> None:
        """The comparison of the minute, with all that adds up over the run."""
        await self._compare(f"minute {len(self.sizes) + 1}")
        self.wrong |= {*await asyncio.to_thread(self._wrong_rows), *self.page.wrong}
        self.sizes.append(kilobytes(self.installation.process_ids))
        self._calls.append(self.place.calls())
        if self._calls[-4:-3] == self._calls[-1:]:
            self.wrong.add(f"minute {len(self.sizes)}: nobody has called for three minutes, so nothing is proved")
        latest = self.trouble.past[-1].name if self.trouble.past else "none"
        asked = await asyncio.to_thread(_reading, command_states)
        say(
            f"minute {len(self.sizes)}: {self._calls[-1]} calls, commands {asked}, "
            f"{len(self.trouble.past)} faults (latest: {latest}), {self.sizes[-1] // 1024} MB, "
            f"wrong so far: {len(self.wrong)}"
        )
        for line in sorted(self.wrong - self._told):
            say(f"  wrong: {line}")
        self._told |= self.wrong

    def _wrong_rows(self) -> list[str]:
        """Looked for again at the next minute if the database is away."""
        settled_at = self.trouble.settled_at()
        unwatched = [(0.0, self._began), *self.trouble.unwatched()]
        frozen = [(past.began, past.ended) for past in self.trouble.past if "frozen" in past.name]

        def find() -> list[str]:
            rows = list(Call.objects.values("uniqueid", "queue", "joined_at", "ended_at", "outcome", "hold_seconds"))
            wrong = self.place.wrong_calls(rows, unwatched, settled_at)
            return wrong + wrong_commands(self.line, time.time(), frozen)

        return _reading(find) or []

    # The verdict

    def summary(self) -> list[str]:
        """What there is to say at the end, in lines. Blocking."""
        kinds: dict[str, list[Past]] = {}
        for past in self.trouble.past:
            kinds.setdefault(past.name, []).append(past)
        lines = [f"{self.place.calls()} calls, requests answered {dict(self.people.answers)}, {self._commands()}"]
        lines += [f"compared {self.compared} times, equal within {self.slowest:.1f} s while nothing was broken"]
        for name, pasts in sorted(kinds.items()):
            times = [past.recovered for past in pasts if past.recovered is not None]
            worst = f"right again within {max(times):.1f} s" if times else "not over"
            lines.append(f"{name}: {len(pasts)} times, {worst}")
        early, late = self.sizes[: self._first_quarter()], self.sizes[self._first_quarter() :]
        lines.append(f"memory: {max(early) // 1024} MB at most at first, {max(late or early) // 1024} MB later")
        return lines

    def _commands(self) -> str:
        states = _reading(command_states)
        return f"commands {states}, {len([a for a in self.line.actions if '-command-' in a.get('actionid', '')])} sent"

    def _first_quarter(self) -> int:
        return max(1, len(self.sizes) // 4)

    def has_grown(self) -> bool:
        early, late = self.sizes[: self._first_quarter()], self.sizes[self._first_quarter() :]
        return max(late, default=0) > GROWTH * max(early)


async def soak(asked: argparse.Namespace, folder: Path, servers: Servers | None) -> int:
    """The exit status: 0 if all was well. `asked` are the arguments of the program, `servers` those of an
    installation of many processes."""
    this = asyncio.current_task()
    assert this is not None
    # So that everything started is stopped.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    chance = random.Random(asked.seed)
    _say(f"seed {asked.seed}, {asked.minutes:g} minutes")
    async with AsyncExitStack() as stack:
        place = await _place(asked.pbx, asked.rate, chance, stack)
        line = await stack.enter_async_context(Line(place.port))
        ami_url = f"ami://{place.user}:{place.secret}@127.0.0.1:{line.port}"
        installing: AbstractAsyncContextManager[Installation] = (
            in_many_processes(servers, folder, ami_url, chance) if servers else in_one_process(folder, ami_url, chance)
        )
        run = Soak(place, line, await stack.enter_async_context(installing), chance, asked.calm)
        await run.go_on(asked.minutes, _say)
        for text in await asyncio.to_thread(run.summary):
            _say(text)
        is_good = not run.wrong and not run.has_grown()
    _say("verdict: all was well" if is_good else "verdict: NOT well")
    return 0 if is_good else 1


async def _place(kind: str | None, rate: float, chance: random.Random, stack: AsyncExitStack) -> Place:
    """What was asked for, else the real one where there can be one."""
    if kind != "simulator":
        try:
            return await stack.enter_async_context(real(rate, chance))
        except Unavailable as reason:
            if kind:
                raise SystemExit(f"no real Asterisk: {reason}") from reason
            _say(f"no real Asterisk here, so it is the simulator's calls: {reason}")
    return await stack.enter_async_context(simulated(rate, chance))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _reading(read: Callable[[], T]) -> T | None:
    """What `read` finds in the database, None while it is away; from a thread that leaves no connection behind."""
    try:
        return read()
    except OperationalError:
        return None
    finally:
        connections.close_all()


def _from_database() -> Tables:
    return _reading(lambda: tables_of(load_board(PBX))) or {}


@asynccontextmanager
async def alongside(*parts: Awaitable[None]) -> AsyncIterator[Callable[[], None]]:
    """These run during the block; what it gives raises what one of them died of."""
    tasks = [asyncio.ensure_future(part) for part in parts]

    def check() -> None:
        for task in tasks:
            if task.done():
                task.result()

    try:
        yield check
        check()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

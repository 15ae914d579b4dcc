"""Many pages at once, in a process of their own: `python -m tests.bench.browsers URL COUNT [TOKEN]`.

Opens COUNT WebSockets and says `ready`; with a TOKEN each has had its snapshot by then. It reads all of them, and
answers each line on its input with one line of JSON: `report` with a `Report`, `count` with its count. The first
socket keeps a whole board, as a page does; the others check that they are sent the same frames, none missing.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests.bench.site import ROOT

#: The beginning of every frame that has a place, whoever encoded it.
_PLACE = re.compile(r'\{"type": ?"(delta|snapshot)", ?"pbx": ?"[^"]*", ?"epoch": ?\d+, ?"seq": ?(\d+)')
#: Connections being opened at the same time.
_AT_ONCE = 20
#: All are connected and greeted by then, or this process gives up.
_PATIENCE_SECONDS = 60


@dataclass
class Report:
    """What the sockets were sent. Instants are seconds of the machine's monotonic clock.

    `arrivals` are, by seq, when the delta came, socket by socket; `first_seen` is the seq that first named a
    caller's number. `gaps` counts deltas that did not follow the one before in the same socket, `resyncs` later
    snapshots, `differing` deltas that were not the same in all sockets. `board` has the rows of the first socket by
    table and key."""

    arrivals: dict[int, list[float]] = field(default_factory=dict)
    first_seen: dict[str, int] = field(default_factory=dict)
    gaps: int = 0
    resyncs: int = 0
    differing: int = 0
    lost_sockets: int = 0
    delta_bytes: int = 0
    board: dict[str, dict[str, Any]] = field(default_factory=dict)

    def count(self) -> int:
        """Deltas that came, in all sockets together."""
        return sum(map(len, self.arrivals.values()))


class _Page:
    """One socket."""

    def __init__(self, report: Report, texts: dict[int, int], *, keeps_board: bool) -> None:
        self.report = report
        self.texts = texts
        self.keeps_board = keeps_board
        self.seq: int | None = None
        self.greeted = asyncio.Event()

    async def read(self, socket: ClientConnection) -> None:
        async for text in socket:
            if place := _PLACE.match(str(text)):
                (self._delta if place[1] == "delta" else self._snapshot)(str(text), int(place[2]))
        self.report.lost_sockets += 1

    def _delta(self, text: str, seq: int) -> None:
        report = self.report
        report.arrivals.setdefault(seq, []).append(time.monotonic())
        report.gaps += self.seq is not None and seq != self.seq + 1
        self.seq = seq
        if self.texts.setdefault(seq, hash(text)) != hash(text):
            report.differing += 1
        if self.keeps_board:
            report.delta_bytes += len(text)
            self._keep(orjson.loads(text))

    def _snapshot(self, text: str, seq: int) -> None:
        self.report.resyncs += self.seq is not None and seq != self.seq
        self.seq = seq
        self.greeted.set()
        if self.keeps_board:
            frame = orjson.loads(text)
            if frame["part"] == 1:
                self.report.board.clear()
            for table, rows in frame["rows"].items():
                self.report.board.setdefault(table, {}).update({row["key"]: row for row in rows})

    def _keep(self, delta: dict[str, Any]) -> None:
        for table, rows in delta["set"].items():
            self.report.board.setdefault(table, {}).update({row["key"]: row for row in rows})
            if table == "callers":
                for row in rows:
                    self.report.first_seen.setdefault(row["number"], delta["seq"])
        for table, keys in delta["removed"].items():
            for key in keys:
                self.report.board[table].pop(key, None)


async def _main(url: str, count: int, token: str) -> None:
    report, texts = Report(), {}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    door = asyncio.Semaphore(_AT_ONCE)
    pages = [_Page(report, texts, keeps_board=not number) for number in range(count)]

    async def visit(page: _Page) -> None:
        async with door:
            socket = await connect(url, additional_headers=headers, compression=None, max_size=None, ping_interval=None)
        async with socket:
            if not token:
                page.greeted.set()
            await page.read(socket)

    async with asyncio.TaskGroup() as visits:
        tasks = [visits.create_task(visit(page)) for page in pages]
        async with asyncio.timeout(_PATIENCE_SECONDS):
            for page in pages:
                await page.greeted.wait()
        _say(b"ready")
        while question := await asyncio.to_thread(sys.stdin.readline):
            answer = report.count() if question == "count\n" else asdict(report)
            _say(orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS))
        for task in tasks:
            task.cancel()


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()


class Browsers:
    """The process, from the other side."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def report(self) -> Report:
        """All that came so far. RuntimeError when the process is gone; its words are on stderr."""
        told: dict[str, Any] = self._ask("report")
        told["arrivals"] = {int(seq): times for seq, times in told["arrivals"].items()}
        return Report(**told)

    def count(self) -> int:
        """Deltas that came so far, in all sockets together."""
        came: int = self._ask("count")
        return came

    def _ask(self, question: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{question}\n".encode())
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the browsers are gone")
        return orjson.loads(answer)


@contextmanager
def browsers(url: str, count: int, token: str = "") -> Iterator[Browsers]:
    """So many open pages, from when all are connected."""
    command = [sys.executable, "-m", "tests.bench.browsers", url, str(count), token]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError("the browsers cannot connect")
        yield Browsers(process)
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))

"""Benchmark: what it costs one process to tell many sockets the same thing, several times a second.

The product's hub beside the usual one consumer per socket with `group_send` of a dict, both with the in-process
layer and the same Daphne, in turns. CPU time of the server's process per frame that arrived; ours includes its
beat of each second.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.browsers import browsers
from tests.bench.figures import Row, Spread, cpu_seconds, ratio, spread
from tests.bench.site import ROOT, environment, prepare

AIM = 1 / 5
SIZE = 10_000
PER_SECOND = 5.0
#: The usual way cannot keep the pace: after this time beyond the last frame, what has not come is lost.
PATIENCE_SECONDS = 20.0
#: The hub sends what it has a board for.
_LINK = """
from django.utils import timezone
from queues.models import Link
Link.objects.create(pbx="bench", epoch=1, seq=0, since=timezone.now(), state="up")
"""


@dataclass(frozen=True, slots=True)
class Fanout:
    """CPU µs per frame in a socket, and the share of frames that arrived."""

    sockets: int
    ours: Spread
    usual: Spread
    ours_arrived: float
    usual_arrived: float

    def rows(self) -> list[Row]:
        share = ratio(self.ours, self.usual)
        return [
            Row(
                f"{self.sockets} sockets × {PER_SECOND:g} frames/s of 10 KB, CPU µs per frame in a socket",
                f"{self.ours}; {self.ours_arrived:.1%} arrived",
                f"a consumer per socket: {self.usual}, {self.usual_arrived:.1%} arrived; × {share}",
                "≤ 1/5 of it",
                share.median <= AIM and self.ours_arrived == 1,
            )
        ]


def run(*, sockets: int = 500, frames: int = 25, rounds: int = 3) -> Fanout:
    cpu: dict[str, list[float]] = {"hub": [], "usual": []}
    arrived = {"hub": 0, "usual": 0}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        token = prepare(environment(folder), _LINK)
        for _round in range(rounds):
            for way in cpu:
                seconds, came = _measure(way, sockets, frames, folder, token)
                cpu[way].append(seconds / came * 1e6)
                arrived[way] += came
    expected = sockets * frames * rounds
    return Fanout(
        sockets,
        spread(cpu["hub"]),
        spread(cpu["usual"]),
        arrived["hub"] / expected,
        arrived["usual"] / expected,
    )


def _measure(way: str, sockets: int, frames: int, folder: Path, token: str) -> tuple[float, int]:
    """CPU seconds of the server from the first frame to the last, and how many frames arrived."""
    with _serving(way, frames, folder) as server:
        url = f"{_read(server).replace('http', 'ws')}ws/board/"
        with browsers(url, sockets, token if way == "hub" else "") as pages:
            began = cpu_seconds(server.pid)
            _write(server, "go")
            _read(server)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while (came := pages.count()) < sockets * frames and time.monotonic() < deadline:
                time.sleep(0.2)
            return cpu_seconds(server.pid) - began, came


@contextmanager
def _serving(way: str, frames: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The server's process; its first line is its address."""
    command = [sys.executable, "-m", "tests.bench.fanout_server", way, str(frames), str(PER_SECOND), str(SIZE)]
    with (folder / f"{way}.log").open("w") as log:
        server = subprocess.Popen(
            command,
            env=environment(folder),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield server
        finally:
            server.kill()
            server.communicate()


def _write(server: subprocess.Popen[str], line: str) -> None:
    assert server.stdin is not None
    server.stdin.write(f"{line}\n")
    server.stdin.flush()


def _read(server: subprocess.Popen[str]) -> str:
    """The next line. RuntimeError when the server is gone."""
    assert server.stdout is not None
    if line := server.stdout.readline().strip():
        return line
    raise RuntimeError("the server is gone")

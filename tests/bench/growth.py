"""Benchmark: how the costs grow with the floor.

The same traffic on floors of different sizes, first with more agents, then with more queues: CPU and memory of
`manage.py serve` with one page open, and the time from the start of its process on an empty database to the first
complete board of a PBX that is there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.browsers import browsers
from tests.bench.busy_pbx import busy_pbx
from tests.bench.figures import Row, cpu_seconds, resident_megabytes
from tests.bench.site import site

#: (agents, queues); the one in both lines is measured once.
SIZES = ((10, 10), (100, 10), (1000, 10), (100, 1), (100, 50))
CALLS_PER_MINUTE = 60.0
#: The pages and the first poll have been paid for by then.
WARM_UP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Size:
    """`cpu` is in hundredths of a core; `start_seconds` is wall time. A queue that rings all its members at once
    makes many events of each call, so the size alone does not tell how much there was to do."""

    agents: int
    queues: int
    cpu: float
    megabytes: float
    start_seconds: float
    events_per_second: float

    def __str__(self) -> str:
        return f"{self.cpu:.1f} %, {self.megabytes:.0f} MB, {self.start_seconds:.1f} s"


@dataclass(frozen=True, slots=True)
class Growth:
    sizes: tuple[Size, ...]

    def rows(self) -> list[Row]:
        return [
            Row(
                f"{size.agents:,} agents, {size.queues} queue{'s' * (size.queues > 1)}: "
                "share of a core, memory, start to first board",
                str(size),
                f"{CALLS_PER_MINUTE:g} calls/min, {size.events_per_second:.0f} events/s",
            )
            for size in self.sizes
        ]


def run(*, sizes: Sequence[tuple[int, int]] = SIZES, seconds: float = 12.0) -> Growth:
    return Growth(tuple(_measure(agents, queues, seconds) for agents, queues in sizes))


def _measure(agents: int, queues: int, seconds: float) -> Size:
    with (
        tempfile.TemporaryDirectory() as folder,
        busy_pbx(queues, agents, CALLS_PER_MINUTE) as pbx,
        site(Path(folder), pbx.port) as here,
    ):
        url = here.when_up()
        start = time.monotonic() - here.started_at
        with browsers(url, 1, here.token):
            pbx.go()
            time.sleep(min(WARM_UP_SECONDS, seconds))
            began, cpu, before = time.monotonic(), cpu_seconds(here.pid), pbx.go()
            time.sleep(seconds)
            took, used, after = time.monotonic() - began, cpu_seconds(here.pid) - cpu, pbx.go()
            megabytes = resident_megabytes(here.pid)
    return Size(agents, queues, used / took * 100, megabytes, start, (after.events - before.events) / took)

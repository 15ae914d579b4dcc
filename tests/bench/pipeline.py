"""Benchmark: everything at once, on the size of floor this is made for.

A simulated UCM with 1,000 agents speaks to `manage.py serve`, which reads it, polls it, saves every change, and tells
200 WebSockets; PBX and browsers are processes of their own. Measured from the instant the event of a caller's
joining goes out until the frame that names the caller is in a socket, for every caller and socket. Afterwards the
PBX rests, and what the sockets show must be what the database says and what the PBX has.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.browsers import Browsers, Report, browsers
from tests.bench.busy_pbx import BusyPbx, Told, busy_pbx
from tests.bench.figures import Row, cpu_seconds, percentile, starved_seconds
from tests.bench.site import Site, site
from tests.support.servers import missing, running

AIM_P99_SECONDS = 0.300
#: A backlog grows when the last third of the callers waits so much longer than the first.
AIM_GROWTH = 1.5
#: Calls a minute that make about so many events a second on a floor of 50 queues and 1,000 agents.
RATES = {300: 650.0, 2000: 3400.0}
#: Calls must come to their end before ends are as frequent as beginnings.
WARM_UP_SECONDS = 16.0
#: The board may take so long to equal a PBX that rests: two full polls of it and a little.
SETTLE_SECONDS = 30.0
#: A frame of so short a time before the end need not be in every socket yet.
ON_ITS_WAY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One run. Latencies in seconds, in the order the callers came; CPU of the serving process, and `starved`, the
    share of the time in which it waited for a core that others had. `resyncs` counts snapshots sent where a delta
    was too large. `lost` says in words what went missing, "" when nothing did."""

    database: str
    aimed_at: int
    sockets: int
    events_per_second: float
    latencies: tuple[float, ...]
    cpu_micros_per_event: float
    cores: float
    starved: float
    resyncs: int
    lost: str

    @property
    def has_figures(self) -> bool:
        """Whether a caller came in a delta at all: a server without a core sends nothing but snapshots."""
        return bool(self.latencies)

    @property
    def growth(self) -> float:
        """Median latency of the last third of the callers to that of the first third."""
        third = max(1, len(self.latencies) // 3)
        return percentile(self.latencies[-third:], 0.5) / percentile(self.latencies[:third], 0.5)

    def rows(self) -> list[Row]:
        is_slow_run = self.aimed_at == min(RATES)
        latencies, growth, is_met = "nothing but snapshots", "", False
        if self.has_figures:
            p50, p99 = (percentile(self.latencies, share) * 1000 for share in (0.5, 0.99))
            latencies, growth = f"{p50:.0f} / {p99:.0f} ms", f"last third of callers × {self.growth:.2f} the first"
            is_met = p99 < AIM_P99_SECONDS * 1000 if is_slow_run else self.growth < AIM_GROWTH
        beside = (
            f"{self.cpu_micros_per_event:.0f} µs CPU per event, {self.cores:.2f} cores",
            f"{self.starved:.0%} of the time without a core",
            *filter(None, [growth]),
            f"{self.resyncs / self.sockets:.0f} snapshots a socket",
            self.lost or "nothing lost, boards equal",
        )
        return [
            Row(
                f"{self.events_per_second:,.0f} events/s, 1,000 agents, {self.sockets} sockets, {self.database}: "
                "event on the wire → committed → frame, p50 / p99",
                latencies,
                "; ".join(beside),
                "p99 < 300 ms, nothing lost" if is_slow_run else "no growing backlog, nothing lost",
                is_met and not self.lost,
            )
        ]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A database that is not here."""

    database: str
    reason: str

    def rows(self) -> list[Row]:
        return [Row(f"The same on {self.database}", "skipped", self.reason)]


@dataclass(frozen=True, slots=True)
class Pipelines:
    runs: tuple[Pipeline | Skipped, ...]

    def rows(self) -> list[Row]:
        return [row for run in self.runs for row in run.rows()]


def run(*, seconds: float = 20.0) -> Pipelines:
    runs: list[Pipeline | Skipped] = [measure(rate, seconds=seconds) for rate in RATES]
    if reason := missing():
        return Pipelines((*runs, Skipped("PostgreSQL", reason)))
    for rate in RATES:
        with _postgres() as url:
            runs.append(measure(rate, seconds=seconds, database=url))
    return Pipelines(tuple(runs))


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of an empty database of a server that is thrown away."""
    with running() as servers:
        yield servers.postgres.new_database("bench")


def measure(
    events_per_second: int,
    *,
    seconds: float,
    warm_up: float = WARM_UP_SECONDS,
    sockets: int = 200,
    queues: int = 50,
    agents: int = 1000,
    database: str = "",
) -> Pipeline:
    with (
        tempfile.TemporaryDirectory() as folder,
        busy_pbx(queues, agents, RATES[events_per_second]) as pbx,
        site(Path(folder), pbx.port, database) as here,
        browsers(here.when_up(), sockets, here.token) as pages,
    ):
        pbx.go()
        time.sleep(warm_up)
        began, cpu, starved, before = time.monotonic(), cpu_seconds(here.pid), starved_seconds(here.pid), pbx.go()
        time.sleep(seconds)
        after, used, took = pbx.rest(), cpu_seconds(here.pid) - cpu, time.monotonic() - began
        starved = starved_seconds(here.pid) - starved
        lost = _settle(pbx, here, pages)
        report = pages.report()
    events = after.events - before.events
    return Pipeline(
        "PostgreSQL" if database else "SQLite",
        events_per_second,
        sockets,
        events / took,
        tuple(_latencies(report, after, began)),
        used / events * 1e6,
        used / took,
        starved / took,
        report.resyncs,
        "; ".join(filter(None, (*_missing_frames(report, sockets), lost))),
    )


def _latencies(report: Report, told: Told, since: float) -> Iterator[float]:
    """For each caller who joined from `since` on, and each socket: the time until the socket was told."""
    for number, joined_at in told.joined_at.items():
        seq = report.first_seen.get(number)
        if joined_at >= since and seq is not None:
            yield from (at - joined_at for at in report.arrivals[seq])


def _missing_frames(report: Report, sockets: int) -> Iterator[str]:
    # The board of a PBX at rest still changes, as wrap-up ends: what was told last may be on its way.
    latest = max((max(times) for times in report.arrivals.values()), default=0.0)
    complete = [times for times in report.arrivals.values() if min(times) < latest - ON_ITS_WAY_SECONDS]
    short = 0 if report.resyncs else sum(len(times) != sockets for times in complete)
    for count, what in (
        (report.gaps, "gaps"),
        (report.differing, "frames that differ between sockets"),
        (report.lost_sockets, "sockets lost"),
        (short, "frames not in all sockets"),
    ):
        if count:
            yield f"{count} {what}"


def _settle(pbx: BusyPbx, here: Site, pages: Browsers) -> str:
    """Wait until the page's board, the database's and the PBX are one; else what is still different."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while difference := _difference(pbx.rest(), here, pages):
        if time.monotonic() > deadline:
            return difference
        time.sleep(1)
    return ""


def _difference(told: Told, here: Site, pages: Browsers) -> str:
    shown, saved = pages.report().board, here.saved_board()
    for table, rows in saved.items():
        if {row["key"]: row for row in rows} != shown.get(table, {}):
            return f"the page's {table} are not the database's"
    callers = [(row["state"], f"{row['queue']}/{row['number']}") for row in saved["callers"]]
    members = [f"{row['queue']}/{row['interface']}/{row['paused']}" for row in saved["members"]]
    if sorted(who for state, who in callers if state == "waiting") != told.waiting:
        return "the callers who wait are not the PBX's"
    if sorted(who for state, who in callers if state == "talking") != told.talking:
        return "the callers who talk are not the PBX's"
    return "" if sorted(members) == told.members else "the members are not the PBX's"

"""What one worker run tells Prometheus of its PBX. The link and the board count for themselves and know nothing
of it: what they counted is read from outside, once a second and whenever a connection ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from time import perf_counter

from prometheus_client import Counter

from agents.states import FINAL_COMMAND_STATES, CommandKind
from queues import metrics
from queues.ami.frames import Counters
from queues.live.state import LinkState


class Meter:
    """`end` when the run ends: a worker that does not lead knows nothing of the link."""

    def __init__(self, pbx: str) -> None:
        self.pbx = pbx
        self._heard_at = datetime.now(UTC)
        self._counters: Counters | None = None
        self._seen: dict[Counter, int] = {}
        metrics.LINK_SILENCE.labels(pbx).set_function(self._silence)
        # A series must be there before its first event, or that one is never seen as an increase.
        for counter in (metrics.DRIFT, metrics.POLL_FAILURES, metrics.FLUSH_FAILURES):
            counter.labels(pbx)
        for kind, outcome in product(CommandKind, FINAL_COMMAND_STATES):
            metrics.COMMANDS.labels(pbx, kind.value, outcome.value)

    def end(self) -> None:
        metrics.LINK_SILENCE.remove(self.pbx)
        metrics.LINK_STATE.remove_by_labels({"pbx": self.pbx})

    def _silence(self) -> float:
        return (datetime.now(UTC) - self._heard_at).total_seconds()

    def link_changed(self, state: LinkState) -> None:
        for known in LinkState:
            metrics.LINK_STATE.labels(self.pbx, known.value).set(known is state)
        metrics.LINK_CHANGES.labels(self.pbx, state.value).inc()

    def read(self, counters: Counters, heard_at: datetime) -> None:
        """Add what a connection has counted since it was read last; each connection counts from zero."""
        self._heard_at = heard_at
        if counters is not self._counters:
            self._counters, self._seen = counters, {}
        for series, count in self._counted(counters):
            series.inc(count - self._seen.get(series, 0))
            self._seen[series] = count

    def _counted(self, counters: Counters) -> Iterator[tuple[Counter, int]]:
        yield metrics.AMI_FRAMES.labels(self.pbx), counters.frames
        yield metrics.AMI_UNWANTED.labels(self.pbx), counters.unwanted
        for reason, count in counters.skipped.items():
            yield metrics.AMI_SKIPPED.labels(self.pbx, reason), count
        for kind, count in counters.events.items():
            yield metrics.AMI_EVENTS.labels(self.pbx, kind), count

    @contextmanager
    def flush(self, rows: int) -> Iterator[None]:
        """Around the saving and publishing of so many rows."""
        started = perf_counter()
        try:
            yield
        except Exception:
            metrics.FLUSH_FAILURES.labels(self.pbx).inc()
            raise
        metrics.FLUSH_ROWS.labels(self.pbx).observe(rows)
        metrics.FLUSH_SECONDS.labels(self.pbx).observe(perf_counter() - started)

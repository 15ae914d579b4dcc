"""One connection to a PBX, from the login to the loss: snapshot, live events, polls, commands.

Everything this does to the board goes through the reducer, every change into the outbox. It knows nothing of the
database (but through the commander) and never waits for it: `queues.live.flusher` does.
Ends by raising `LinkDown` (or another AmiError that makes the link useless).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from queues import metrics
from queues.ami.client import Client, Overflow
from queues.ami.dialects import Dialect, measure_clock, probe, take_snapshot
from queues.ami.errors import ActionRefused, ActionTimeout
from queues.ami.events import (
    AgentCompleted,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    Event,
    PbxBooted,
    PbxReloaded,
)
from queues.live.clock import now
from queues.live.reducer import apply_clock, apply_event, apply_link, apply_snapshot, apply_tick
from queues.live.state import Board, Change, LinkState

logger = logging.getLogger(__name__)

#: Seconds between full polls when the settings do not say: a UCM's figures have few events.
POLL_SECONDS = {"ucm": 10.0, "asterisk": 20.0}
#: So long after activity in a queue, and with at least that gap, it is asked by itself: counters have no events.
REPOLL_AFTER_SECONDS = 0.7
REPOLL_GAP_SECONDS = 2.0
#: How long the clock of the PBX is trusted: somebody may set it, and then every instant it tells is off.
CLOCK_SECONDS = 5.0
#: Events worked off before others get their turn in the loop.
_BATCH = 100

_ACTIVITY = (CallerJoined, CallerLeft, CallerAbandoned, AgentCompleted)


class Session:
    """See the module. `changed` takes the changes; `poll_seconds` None means what suits the dialect."""

    def __init__(
        self,
        board: Board,
        client: Client,
        *,
        changed: Callable[[Iterable[Change]], None],
        dialect_override: str | None = None,
        poll_seconds: float | None = None,
    ) -> None:
        self.board = board
        self.client = client
        self.changed = changed
        self.dialect: Dialect
        self._override = dialect_override
        self._poll_seconds = poll_seconds
        self._resync = asyncio.Event()
        #: When a queue is due to be asked by itself, by the loop's clock.
        self._repolls: dict[str, float] = {}
        self._repolled: dict[str, float] = {}
        self._drift = board.memory.drift
        self._polled_changes_without_events = False

    async def start(self) -> None:
        """Find out what this PBX is and says, and put it on the board: afterwards the link is up."""
        self.board.memory.hears_queues = self.board.memory.hears_calls = False
        self.board.memory.forget_channels()
        self.dialect = await probe(self.client, self._override)
        apply_clock(self.board, self.dialect.clock_offset_seconds)
        if (link := self.board.link) is not None:
            # A new boot ends the calls of the old run before the snapshot brings those of this one.
            self.changed(apply_link(self.board, now(), link.state, boot=self.dialect.boot))
        await self._poll(None, is_first=True)
        self._tell_up()

    def _tell_up(self) -> None:
        self.changed(
            apply_link(
                self.board,
                now(),
                LinkState.UP,
                dialect=self.dialect.name,
                version=self.dialect.version,
                error="",
                limitations=self._limitations(),
                actions=self.dialect.actions,
                boot=self.dialect.boot,
                clock_offset_seconds=self.board.memory.clock_offset,
            )
        )

    def _limitations(self) -> tuple[str, ...]:
        """What the PBX keeps from us: told by its list of commands, or seen by what never comes."""
        memory = self.board.memory
        seen = list(self.dialect.limitations)
        if self._polled_changes_without_events and not memory.hears_queues:
            seen.append("no_queue_events")
        if memory.hears_queues and not memory.hears_calls:
            seen.append("no_call_events")
        return tuple(dict.fromkeys(seen))

    async def run(self, heard: Callable[[Event | Overflow], None]) -> None:
        """Keep the board in step until the link is lost; `heard` is told of each event once the board is."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(heard), name="ami-read")
            tasks.create_task(self._poll_forever(), name="ami-poll")

    async def _read(self, heard: Callable[[Event | Overflow], None]) -> None:
        worked_off = 0
        async for event, at in self.client.events():
            if isinstance(event, Overflow):
                facts = {"pbx": self.board.pbx, "dropped": event.dropped}
                logger.warning("events overflowed, asking for everything anew", extra={"facts": facts})
                self._resync.set()
                heard(event)
                continue
            changes = apply_event(self.board, event, at)
            if changes:
                self.changed(changes)
            heard(event)
            if isinstance(event, PbxReloaded | PbxBooted):
                self._resync.set()
            elif isinstance(event, _ACTIVITY):
                # Not later for each further event, or a busy queue's counters would never be asked for.
                self._repolls.setdefault(event.queue, asyncio.get_running_loop().time() + REPOLL_AFTER_SECONDS)
            worked_off += 1
            if worked_off % _BATCH == 0:
                await asyncio.sleep(0)

    def look_again(self, queue: str) -> None:
        """Ask for this queue by itself at the next turn: something changed that no event tells."""
        self._repolls[queue] = 0.0
        self._repolled.pop(queue, None)

    async def _poll_forever(self) -> None:
        loop = asyncio.get_running_loop()
        gap = self._poll_seconds or POLL_SECONDS[self.dialect.name]
        next_full = loop.time() + gap
        next_clock = loop.time() + CLOCK_SECONDS
        while True:
            due = min([next_full, *self._repolls.values()])
            try:
                async with asyncio.timeout(max(0.05, min(due - loop.time(), 0.5))):
                    await self._resync.wait()
            except TimeoutError:
                pass
            if self._resync.is_set():
                self._resync.clear()
                await self._poll(None, is_first=True)
                self._tell_up()
                next_full = loop.time() + gap
            elif loop.time() >= next_full:
                await self._poll(None)
                self._tell_up()
                next_full = loop.time() + gap
            else:
                await self._repoll_one(loop.time())
            if loop.time() >= next_clock:
                before = self.board.memory.clock_offset
                apply_clock(self.board, await measure_clock(self.client))
                next_clock = loop.time() + CLOCK_SECONDS
                if self.board.memory.clock_offset != before:
                    next_full = loop.time()

    async def _repoll_one(self, at: float) -> None:
        """Ask for the one queue that has waited longest, if any is due."""
        due = sorted((when, queue) for queue, when in self._repolls.items() if when <= at)
        for _, queue in due:
            if at - self._repolled.get(queue, 0.0) >= REPOLL_GAP_SECONDS:
                del self._repolls[queue]
                self._repolled[queue] = at
                await self._poll(queue)
                return

    async def _poll(self, queue: str | None, *, is_first: bool = False) -> None:
        """Ask for everything, or one queue. A PBX that does not answer in time is asked again at the next turn;
        the first poll of a connection must succeed."""
        asked_at = now()
        try:
            snapshot = await take_snapshot(self.client, self.dialect, queue)
        except (ActionTimeout, ActionRefused) as error:
            if is_first:
                raise
            metrics.POLL_FAILURES.labels(self.board.pbx).inc()
            logger.warning("poll failed", extra={"facts": {"pbx": self.board.pbx, "queue": queue, "error": str(error)}})
            return
        changes = apply_snapshot(self.board, snapshot, now(), asked_at=asked_at, is_first=is_first)
        if any(change.table == "callers" for change in changes) and not is_first:
            self._polled_changes_without_events = not self.board.memory.hears_queues
        self.changed(changes)
        if corrected := self.board.memory.drift - self._drift:
            metrics.DRIFT.labels(self.board.pbx).inc(corrected)
            logger.info("poll corrected the board", extra={"facts": {"pbx": self.board.pbx, "rows": corrected}})
            self._drift = self.board.memory.drift

    def tick(self) -> None:
        """Let a second pass."""
        changes = apply_tick(self.board, now())
        if changes:
            self.changed(changes)

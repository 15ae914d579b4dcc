"""Saves the board's changes and tells them, in this order: outbox → one transaction → one message; and the signs of
life in between. What else is to be told, to webhooks and by e-mail, is written in the same transaction, and sent by
somebody else.

When the database is away, changes are kept and coalesced until it is back, and no sign of life is sent, so pages say
since when they are old. What a change means is the reducer's business, how it is written the store's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError

from queues.alerts.writing import MessageWriter
from queues.live import store
from queues.live.clock import now
from queues.live.faults import in_words
from queues.live.lease import Database
from queues.live.meter import Meter
from queues.live.outbox import Outbox
from queues.live.publish import Publisher
from queues.live.state import AgentRow, Board, Change

logger = logging.getLogger(__name__)

#: While a flush takes longer, as on a locked database, the board is no longer passed off as new.
SAVING_SECONDS = 2.0


class Flusher:
    """Of one worker run. `add` never waits; `flush_forever` is a task."""

    def __init__(
        self,
        board: Board,
        publisher: Publisher,
        meter: Meter,
        *,
        database: Database,
        flushes_per_second: float,
        wake_delivery: Callable[[], None],
    ) -> None:
        self.board = board
        self.publisher = publisher
        self.meter = meter
        self.database = database
        self._gap = 1 / flushes_per_second
        self._wake_delivery = wake_delivery
        self._outbox = Outbox()
        self._changed = asyncio.Event()
        self._seq = 0
        self._is_saved = True
        #: How often changes were added, and how many of these additions are saved; who waits is told.
        self._added = 0
        self._kept = 0
        self._was_kept = asyncio.Condition()
        #: When the flush under way began, by the loop's clock.
        self._saving_since: float | None = None

    def add(self, changes: Iterable[Change]) -> None:
        if changes := list(changes):
            self._outbox.add(changes)
            self._added += 1
            self._changed.set()

    async def flush_forever(self) -> None:
        """Save at once what comes after a rest; under load, so many times a second."""
        loop = asyncio.get_running_loop()
        while True:
            await self._changed.wait()
            began = loop.time()
            try:
                await self.flush()
            except DatabaseError as error:
                if self._is_saved:
                    facts = {"pbx": self.board.pbx, "error": in_words(error)}
                    logger.warning("board cannot be saved, trying on", extra={"facts": facts})
                self._is_saved = False
                self._changed.set()
                await asyncio.sleep(1)
            # From the beginning on, or a slow database would make it slower still; but never without a rest.
            await asyncio.sleep(max(self._gap - (loop.time() - began), self._gap / 4))

    async def flush(self) -> None:
        """Save and tell what has changed. Errors: LeaseLost, DatabaseError; then nothing was written or told, and
        the changes wait for the next flush."""
        self._changed.clear()
        changes, added = self._outbox.take(), self._added
        if changes:
            await self._save(changes)
        async with self._was_kept:
            self._kept = max(self._kept, added)
            self._was_kept.notify_all()

    async def until_saved(self) -> None:
        """Wait until all that has been added up to now is saved, however long the database is away."""
        if not self._changed.is_set() and self._saving_since is None:
            return
        added = self._added
        async with self._was_kept:
            await self._was_kept.wait_for(lambda: self._kept >= added)

    async def _save(self, changes: list[Change]) -> None:
        with self.meter.flush(len(changes)):
            self._saving_since = asyncio.get_running_loop().time()
            try:
                write = MessageWriter(self.board.pbx, now())
                self._seq, saved = await self.database(store.save, self.board.pbx, self.publisher.epoch, changes, write)
            except BaseException:
                self._outbox.put_back(changes)
                raise
            finally:
                self._saving_since = None
            self._is_saved = True
            self._note_ids(saved)
            if write.has_written:
                self._wake_delivery()
            await self.publisher.delta(self._seq, now(), saved)

    def _note_ids(self, saved: list[Change]) -> None:
        """Agents new to the database have an id now."""
        for change in saved:
            if isinstance(change.row, AgentRow):
                row = self.board.agents[change.key]
                if row.id != change.row.id:
                    self.board.agents[change.key] = replace(row, id=change.row.id)

    async def beat(self, heard_at: datetime | None) -> None:
        """A sign of life, unless what is on the board could not be saved for a while."""
        if self._is_saved and not self._is_saving_long():
            await self.publisher.beat(self._seq, now(), heard_at)

    def _is_saving_long(self) -> bool:
        since = self._saving_since
        return since is not None and asyncio.get_running_loop().time() - since > SAVING_SECONDS

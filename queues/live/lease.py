"""The right of one worker run to speak for its PBX: waited for, held by renewing it, given back.

The lease is a row (`queues.live.store`), its epoch fences every write. While the database is away it runs out, which
only stops our actions; it is ours again when renewed, unless another worker has taken it: `LeaseLost`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from queues.live import store
from queues.live.clock import now
from queues.live.faults import in_words
from queues.models import Link

logger = logging.getLogger(__name__)

#: Seconds between tries to take a lease another worker holds.
STANDBY_SECONDS = 0.5
#: No action is sent in the last seconds of an unrenewed lease: another worker may be about to take over.
MARGIN_SECONDS = 1.0

#: Runs a blocking function in the worker's database thread.
Database = Callable[..., Awaitable[Any]]


class Lease:
    """One that was taken. `asked_at`: when, by the loop's clock, before the database was asked."""

    def __init__(self, pbx: str, epoch: int, asked_at: float, database: Database) -> None:
        self.pbx = pbx
        self.epoch = epoch
        self._database = database
        self._ends_at = asked_at + store.LEASE_SECONDS

    def may_act(self) -> bool:
        """Whether it surely holds at this instant."""
        return asyncio.get_running_loop().time() < self._ends_at - MARGIN_SECONDS

    async def renew(self, heard_at: datetime | None) -> None:
        """Errors: LeaseLost, DatabaseError."""
        asked_at = asyncio.get_running_loop().time()
        await self._database(store.renew_lease, self.pbx, self.epoch, now(), heard_at)
        self._ends_at = asked_at + store.LEASE_SECONDS

    async def release(self) -> None:
        """Let another worker take over at once. Errors: DatabaseError."""
        await self._database(store.release_lease, self.pbx, self.epoch, now())


async def take_lease(pbx: str, holder: str, database: Database) -> Lease:
    """Stand by until the lease of `pbx` is free, and take it; a database that is away is waited for.

    Whoever led before it went away comes first when it is back: that worker knows what could not be saved meanwhile.
    """
    loop = asyncio.get_running_loop()
    not_before = loop.time()
    has_told = is_blind = False
    while True:
        asked_at = loop.time()
        try:
            if is_blind:
                await database(Link.objects.exists)
                is_blind, not_before = False, loop.time() + store.LEASE_SECONDS
            elif asked_at >= not_before:
                if (epoch := await database(store.acquire_lease, pbx, holder, now())) is not None:
                    logger.info("leading", extra={"facts": {"pbx": pbx, "epoch": epoch}})
                    return Lease(pbx, epoch, asked_at, database)
                if not has_told:
                    logger.info("standing by", extra={"facts": {"pbx": pbx}})
                    if not settings.REDIS_URL:
                        logger.warning("without REDIS_URL pages here hear nothing of another process that leads")
                    has_told = True
        except DatabaseError as error:
            if not is_blind:
                facts = {"pbx": pbx, "error": in_words(error)}
                logger.warning("database is away, cannot stand by", extra={"facts": facts})
            is_blind = True
        # A row another process frees or lets run out: there is nothing here to be woken by.
        await asyncio.sleep(STANDBY_SECONDS)

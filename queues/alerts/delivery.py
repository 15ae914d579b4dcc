"""Sends what is due, beside the board: a task of the worker run that shares nothing with it but the event loop.

It has a database thread of its own, posts without blocking, and gives a mail server threads that nobody waits for. A
receiver that hangs costs its own messages time and nobody else's. Which messages are due and whose they are, decides
`queues.alerts.outbox`. A message is sent at least once: if we die between sending and noting it, once more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import DatabaseError

from queues.alerts import outbox
from queues.alerts.outbox import Claimed, Outcome
from queues.alerts.sending import try_once
from queues.live.clock import now
from queues.live.faults import in_words

logger = logging.getLogger(__name__)

#: The outbox is looked at so often even when nobody wakes us: for what another worker wrote, and for tries to come.
LOOK_SECONDS = 1.0
#: Messages under way at once; each target has one at most.
HOOKS_AT_ONCE = 50
MAILS_AT_ONCE = 4


class Delivery:
    """Of one worker run. `wake` never waits; `deliver_forever` is a task."""

    def __init__(self, pbx: str, database: Callable[..., Awaitable[Any]]) -> None:
        self.pbx = pbx
        self._database = database
        self._wake = asyncio.Event()
        self._under_way = {"hook": 0, "mail": 0}
        self._is_blind = False

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def deliver_forever(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                for message in await self._claim():
                    tasks.create_task(self._deliver(message), name=f"message {message.pk}")
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def _claim(self) -> list[Claimed]:
        free = (HOOKS_AT_ONCE - self._under_way["hook"], MAILS_AT_ONCE - self._under_way["mail"])
        try:
            claimed: list[Claimed] = await self._database(outbox.claim_due, now(), *free)
        except DatabaseError as error:
            if not self._is_blind:
                facts = {"pbx": self.pbx, "error": in_words(error)}
                logger.warning("messages cannot be read, trying on", extra={"facts": facts})
            self._is_blind = True
            return []
        self._is_blind = False
        for message in claimed:
            self._under_way[message.kind] += 1
        return claimed

    async def _deliver(self, message: Claimed) -> None:
        """Try once, and note how it went. Whatever cannot be noted is tried again when the claim is over."""
        try:
            outcome = await try_once(message)
            await self._database(outbox.settle, message, outcome, now())
        except DatabaseError as error:
            facts = {"pbx": self.pbx, "message": message.pk, "error": in_words(error)}
            logger.warning("not noted how a message went", extra={"facts": facts})
        else:
            _log_fault(message, outcome)
        finally:
            self._under_way[message.kind] -= 1
            self.wake()


def _log_fault(message: Claimed, outcome: Outcome) -> None:
    """Addresses of webhooks may be secrets and those of people are theirs: the row has them, the log its number."""
    if not outcome.is_sent:
        facts = {"message": message.pk, "webhook": message.hook, "tries": message.attempts, "answer": outcome.answer}
        logger.warning("message not delivered", extra={"facts": facts})

"""Keeps a never-ending part of a process running: what fails is logged and started again, a little later each time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

FIRST_RETRY_SECONDS = 0.5
LAST_RETRY_SECONDS = 10.0
#: Whatever has run this long has recovered.
GOOD_SECONDS = 60.0


async def keep_running(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run `part` again whenever it ends or fails, until cancelled. `name` is for the log."""
    loop = asyncio.get_running_loop()
    wait = FIRST_RETRY_SECONDS
    while True:
        started = loop.time()
        try:
            await part()
        except Exception:
            logger.exception("%s failed", name)
        if loop.time() - started > GOOD_SECONDS:
            wait = FIRST_RETRY_SECONDS
        logger.info("%s starts again in %g s", name, wait)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LAST_RETRY_SECONDS)

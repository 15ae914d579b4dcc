"""Keeps the never-ending parts of a process running until it ends, and then ends them.

What fails is logged and started again, a little later each time.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import weakref
from collections.abc import Awaitable, Callable
from typing import TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_RETRY_SECONDS = 0.5
LAST_RETRY_SECONDS = 5.0
#: Whatever has run this long has recovered.
GOOD_SECONDS = 60.0
#: How long tasks may take to end with their process.
EXIT_SECONDS = 1.0


async def keep_running(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run `part` again whenever it ends or fails, until cancelled. `name` is for the log."""
    loop = asyncio.get_running_loop()
    wait = FIRST_RETRY_SECONDS
    last_error = ""
    while True:
        started = loop.time()
        try:
            await part()
        except Exception as error:
            # The same again and again, as while a server is away, is told in full only once.
            is_new = repr(error) != last_error
            last_error = repr(error)
            logger.error("%s failed", name, exc_info=is_new, extra={"facts": {"error": last_error}})
        if loop.time() - started > GOOD_SECONDS:
            wait = FIRST_RETRY_SECONDS
            last_error = ""
        logger.info("%s starts again in %g s", name, wait)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LAST_RETRY_SECONDS)


async def heed_cancel(waiting: Awaitable[T]) -> T:
    """The outcome of `waiting`; but CancelledError if this task was cancelled meanwhile, even where a library lost it.

    Up to Python 3.11 `asyncio.wait_for` swallows a cancellation that comes as its work ends, and redis-py sends all
    it sends through it. A loop around that would go on for ever.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        return await waiting
    finally:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError


def end_tasks_at_exit(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what still runs in this loop when the process ends.

    `asyncio.run` would. Daphne's reactor leaves its tasks as they are, and Python may crash when it clears away
    suspended ones (seen with 3.11: exit by SIGSEGV).
    """
    atexit.register(_end_tasks, weakref.ref(loop))


def _end_tasks(loop_reference: weakref.ref[asyncio.AbstractEventLoop]) -> None:
    loop = loop_reference()
    if loop is None or loop.is_closed() or loop.is_running():
        return
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=EXIT_SECONDS))

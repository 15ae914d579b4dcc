"""Blocking calls that nobody waits for at the end: a look-up or a mail server that hangs must not hold up the stop.

A thread of an executor is joined when the program ends; one of these is not. For calls that need no database only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


async def in_daemon_thread(function: Callable[..., T], *args: Any) -> T:
    """What `function(*args)` returns or raises. Cancelled: its result is dropped when it comes."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(settle_future: Callable[[], None]) -> None:
        if not future.done():
            settle_future()

    def work() -> None:
        try:
            result = function(*args)
        except Exception as error:
            told = partial(future.set_exception, error)
        else:
            told = partial(future.set_result, result)
        with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
            loop.call_soon_threadsafe(settle, told)

    Thread(target=work, name=f"alerts-{function.__name__}", daemon=True).start()
    return await future

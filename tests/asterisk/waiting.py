"""Waiting for a condition instead of for time to pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.support.patience import patient

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], seconds: float, *, every: float = 0.1) -> T:
    """The first true thing that `look` returns. Raises AssertionError with the last untrue one after `seconds`, or
    longer on a busy machine."""
    deadline = time.monotonic() + patient(seconds)
    while not (seen := await look()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s; last seen: {seen!r}"
        await asyncio.sleep(every)
    return seen

"""The worker's way to the database: one thread of its own with one connection, kept as long as it is good.

Blocking functions run there one after the other, in the order they were given. After a fault of the database the
connection is dropped whatever its state: the next function gets a new one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import DatabaseError, connections


class DatabaseThread:
    """Call it with a function and its arguments. Errors: the function's. `close` at the end."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"database-{name}")

    async def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _work, function, args)

    def close(self) -> None:
        self._thread.submit(connections.close_all)
        self._thread.shutdown(wait=True)


def _work(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return function(*args)
    except DatabaseError:
        connections.close_all()
        raise

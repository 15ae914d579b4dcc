"""The bounded line between the reader of a link and whoever works on its events.

`put` never waits and never fails, so a slow consumer cannot stall the reader (a PBX hangs up on slow readers).
When the line is full everything in it is dropped and an `Overflow` takes its place: from there on the consumer
knows nothing for certain and asks the PBX again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from queues.ami.errors import LinkDown
from queues.ami.events import Event


@dataclass(frozen=True, slots=True)
class Overflow:
    """Events were lost here, `dropped` of them: take a fresh snapshot."""

    dropped: int


class Inbox:
    """Events with the instant they were received, for one consumer. `overflowed` counts overflows."""

    def __init__(self, size: int) -> None:
        self.overflowed = 0
        self._size = size
        self._items: deque[tuple[Event | Overflow, datetime]] = deque()
        self._end: LinkDown | None = None
        self._has_news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, event: Event, at: datetime) -> int:
        """Append `event`; how many events were lost to make room, 0 as a rule."""
        dropped = 0
        if len(self._items) >= self._size:
            dropped = len(self._items)
            self._items.clear()
            self._items.append((Overflow(dropped), at))
            self.overflowed += 1
        self._items.append((event, at))
        self._has_news.set()
        return dropped

    def end(self, reason: LinkDown) -> None:
        """Nothing more will come: `get` raises `reason` once the rest is taken."""
        self._end = reason
        self._has_news.set()

    async def get(self) -> tuple[Event | Overflow, datetime]:
        """The oldest item, waited for. **Errors** LinkDown after the last one."""
        while not self._items:
            if self._end is not None:
                raise LinkDown(self._end.reason)
            self._has_news.clear()
            await self._has_news.wait()
        return self._items.popleft()

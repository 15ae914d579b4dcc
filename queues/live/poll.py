"""One poll being reconciled: what it told, and what of the board it may overrule. Pure.

A poll is true of some instant after it was asked for. What an event touched since then is the event's. An event
that happened before may still be on its way, and tells more (why a caller left): so what a poll adds or corrects
counts at once, what it silently lacks is doubted the first time and believed the second time in a row,
unless `is_first`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from queues.ami.events import Snapshot
from queues.live.draft import Draft

#: Events older than this against a poll cannot outrun it any more.
_TOUCH_MEMORY = timedelta(seconds=120)


class Poll:
    """The snapshot, the draft it is worked into, and the doubts it raises."""

    def __init__(self, draft: Draft, snapshot: Snapshot, asked_at: datetime, is_first: bool) -> None:
        self.draft = draft
        self.board = draft.board
        self.memory = draft.memory
        self.snapshot = snapshot
        self.asked_at = asked_at
        self.is_first = is_first
        self.doubts: set[tuple[str, str]] = set()
        #: Channels by Uniqueid; None when this poll did not ask for them, or may not.
        self.by_uniqueid = {c.uniqueid: c for c in snapshot.channels} if snapshot.channels is not None else None
        #: How many callers each queue counted as abandoned and as completed since the last poll.
        self.abandoned: dict[str, int] = {}
        self.completed: dict[str, int] = {}

    def is_settled(self, table: str, key: str) -> bool:
        """Whether the poll may overrule the board about a row it contradicts."""
        if self.is_first:
            return True
        if (table, key) in self.memory.doubts:
            self.memory.drift += 1
            return True
        self.doubts.add((table, key))
        return False

    def is_outrun(self, table: str, key: str) -> bool:
        """Whether an event spoke of the row after this poll was asked for."""
        touched_at = self.memory.touched_at.get((table, key))
        return touched_at is not None and touched_at >= self.asked_at

    def covers(self, queue: str) -> bool:
        return self.snapshot.queue is None or self.snapshot.queue == queue

    def remember(self) -> None:
        """Keep the doubts of this poll; those of queues it did not ask about stay as they are."""
        if self.snapshot.queue is not None:
            self.doubts |= {doubt for doubt in self.memory.doubts if self._queue_of(doubt) != self.snapshot.queue}
        self.memory.doubts = self.doubts
        horizon = self.asked_at - _TOUCH_MEMORY
        for known in [k for k, at in self.memory.touched_at.items() if at < horizon]:
            del self.memory.touched_at[known]

    def _queue_of(self, doubt: tuple[str, str]) -> str:
        table, key = doubt
        if table == "callers":
            caller = self.board.callers.get(key)
            return caller.queue if caller else ""
        if table == "members":
            member = self.board.members.get(key)
            return member.queue if member else ""
        return key

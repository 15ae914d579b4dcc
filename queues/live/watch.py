"""What is remembered between two looks at limits and rules, beside the incidents on the board. Pure.

None of it is saved. After a restart open incidents are on the board again, and whatever was about to open or to close
is waited for anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from queues.live.hours import Span


class Subject(NamedTuple):
    """What an incident is about: a queue, an agent, or the whole PBX."""

    queue: str = ""
    interface: str = ""


@dataclass(slots=True)
class Watch:
    """By the incident's key, but for `active`, the causes by subject that are open or about to be, and `spans`, whether
    a queue is open, by its number."""

    #: People's wishes have been told: before, nobody knows what is wrong.
    is_on: bool = False
    active: dict[Subject, set[str]] = field(default_factory=dict)
    #: Since when it is so, though it does not count yet.
    breached: dict[str, datetime] = field(default_factory=dict)
    #: Since when it is well again, though it is not over yet.
    well: dict[str, datetime] = field(default_factory=dict)
    #: The worst value seen, and when the row was last told.
    worst: dict[str, float] = field(default_factory=dict)
    told_at: dict[str, datetime] = field(default_factory=dict)
    #: When the last one of this key was opened: the next is opened later, however short it was.
    opened_at: dict[str, datetime] = field(default_factory=dict)
    #: Since when the link has not been up.
    down_since: datetime | None = None
    spans: dict[str, Span] = field(default_factory=dict)

    def is_active(self, subject: Subject, cause: str) -> bool:
        return cause in self.active.get(subject, ())

    def add(self, subject: Subject, cause: str) -> None:
        self.active.setdefault(subject, set()).add(cause)

    def forget(self, subject: Subject, cause: str, key: str) -> None:
        """It is over, or was nothing."""
        self.active[subject].remove(cause)
        if not self.active[subject]:
            del self.active[subject]
        for known in (self.breached, self.well, self.worst, self.told_at):
            known.pop(key, None)

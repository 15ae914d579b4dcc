"""What an agent's day is made of beside their calls: pauses that are over, and rings they let pass. Pure rows.

Both are history from the moment they exist: no board shows them, the database keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PauseSpell:
    """A time an agent was paused in all their queues for one reason, "" for none."""

    table: ClassVar[str] = "pauses"

    pbx: str
    interface: str
    began_at: datetime
    ended_at: datetime
    reason: str = ""

    @property
    def key(self) -> str:
        return f"{self.interface} {self.began_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class MissedRing:
    """A queue rang this agent for a caller, and the time to answer ran out."""

    table: ClassVar[str] = "missed"

    pbx: str
    interface: str
    queue: str
    at: datetime
    uniqueid: str = ""

    @property
    def key(self) -> str:
        return f"{self.interface} {self.uniqueid} {self.at.isoformat()}"

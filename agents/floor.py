"""What this app must know of a PBX before it asks anything of it.

`agents` does not know queues; whoever asks on behalf of a person hands over a `Floor` that does
(`queues.selectors.Floor`). Types only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """`is_up`: a worker holds the link now and the PBX lets it in. `actions`: the `CommandKind` values it can
    carry out. `error`: why it is not up, in words, "" if nobody knows. `is_watched`: a worker holds the link,
    connected or not."""

    is_up: bool
    actions: frozenset[str]
    error: str = ""
    is_watched: bool = False


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A queue call that has not ended. `agent_interface` is "" until an agent has it; `is_waiting`: still in line."""

    uniqueid: str
    queue: str
    channel: str
    agent_interface: str
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """One phone's membership of a queue. `is_fixed`: the PBX's configuration has it, so nobody can log it out."""

    queue: str
    is_fixed: bool = False
    penalty: int = 0
    state_interface: str = ""


class Floor(Protocol):
    """The PBXs as the database knows them. Numbers of queues are in lower case."""

    def link(self, pbx: str, at: datetime) -> LinkFacts: ...

    def is_queue(self, pbx: str, number: str) -> bool: ...

    def memberships(self, pbx: str, interface: str) -> tuple[Membership, ...]: ...

    def paused(self, pbx: str, queue: str, reason: str) -> frozenset[str]:
        """The interfaces of who is paused for this reason in this queue."""
        ...

    def live_call(self, pbx: str, uniqueid: str) -> LiveCall | None: ...

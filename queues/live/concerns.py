"""Rows about what wants somebody's attention: calls we owe, and incidents.

As in `queues.live.state`: immutable, complete, `_at` and `_until` aware UTC by the server's clock, "" means none for
text, None for everything else. No clock, no I/O, no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class ClosedBy(StrEnum):
    """How a call we owed was settled. CAME_AGAIN: they called in and were answered; CALLED_BACK: we reached them;
    BY_HAND: somebody closed it with an outcome in words."""

    CAME_AGAIN = "came_again"
    CALLED_BACK = "called_back"
    BY_HAND = "by_hand"


class Severity(StrEnum):
    """How bad a broken limit is. The words are those of the colours people set limits in."""

    AMBER = "amber"
    RED = "red"


def owed_key(party: str, queue: str) -> str:
    """The key of what we owe this party in this queue. Queues' names may have slashes, a party has none."""
    return f"{party}/{queue}"


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One person to call back: somebody who called a queue, was not answered, and has not been since.

    `party` is their number as `agents.numbers.party_of` writes it, whatever spelling the PBX tells, and `number` and
    `name` as last told. `tries` counts their unanswered calls since `first_at`; the last ended at `last_at` with
    `last_outcome` (a `CallOutcome`) after `last_wait_seconds`. `due_at`: by when they should have been called.
    `claimed_by` names who has taken it on (their login is `claimed_login`), with the phone `claimed_interface`, until
    `claimed_until`, when the claim lapses. `attempts` callbacks did not reach them, the last at `attempted_at`. While
    `closed_at` is None it is on the board; afterwards it stays in the database only."""

    table: ClassVar[str] = "owed"

    pbx: str
    queue: str
    party: str
    opened_at: datetime
    number: str = ""
    name: str = ""
    tries: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    last_outcome: str = ""
    last_wait_seconds: int | None = None
    due_at: datetime | None = None
    claimed_by: str = ""
    claimed_login: str = ""
    claimed_interface: str = ""
    claimed_at: datetime | None = None
    claimed_until: datetime | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    closed_at: datetime | None = None
    closed_how: ClosedBy | None = None
    closed_by: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        return owed_key(self.party, self.queue)


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """Something that is not as people want it, from the first breach to the recovery.

    `cause` says which limit or rule it is ("limit:waiting", "rule:7"), `queue` or `interface` what it is about, ""
    when it is about the whole PBX. `title` says in words what is wrong; `value` and `limit` are the figures behind it
    where there is one (seconds, callers or percent, as `cause` has it), `worst` the worst value so far.
    `breached_at`: since when it is so; `opened_at`: since when it counts. `acknowledged_by` names who has seen it.
    While `closed_at` is None it is on the board; afterwards it stays in the database only."""

    table: ClassVar[str] = "incidents"

    pbx: str
    cause: str
    opened_at: datetime
    severity: Severity = Severity.RED
    queue: str = ""
    interface: str = ""
    title: str = ""
    value: float | None = None
    limit: float | None = None
    worst: float | None = None
    breached_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def key(self) -> str:
        return incident_key(self.cause, self.queue, self.interface)


def incident_key(cause: str, queue: str = "", interface: str = "") -> str:
    """One incident at a time for a cause and what it is about."""
    return f"{cause}\n{queue}\n{interface}"

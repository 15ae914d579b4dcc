"""Which messages a flush makes: of an incident that began or is over, of a call that rings, was answered or ended.

Pure: rows before and after, targets and names go in, `Occasion`s and `Draft`s come out. An occasion is what happened,
a draft is that told to one target. Its `once` is the same however often and by whatever worker it is made, so the
database keeps it a single time. `queues.alerts.writing` reads what is needed and writes the drafts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from queues.live.concerns import IncidentRow
from queues.live.state import CallRow

#: A queue by its natural key: (pbx, number).
QueueKey = tuple[str, str]


class Event(StrEnum):
    """What a message tells of; the words of its JSON."""

    INCIDENT_OPENED = "incident.opened"
    INCIDENT_CLOSED = "incident.closed"
    CALL_RINGING = "call.ringing"
    CALL_ANSWERED = "call.answered"
    CALL_ENDED = "call.ended"
    TEST = "test"


class Wanted(StrEnum):
    """What a webhook may want to be told, the words of `Webhook.events`. Who hears that an incident began hears that
    it is over."""

    INCIDENTS = "incidents"
    CALL_RINGING = "call.ringing"
    CALL_ANSWERED = "call.answered"
    CALL_ENDED = "call.ended"


CALLS = frozenset({Wanted.CALL_RINGING, Wanted.CALL_ANSWERED, Wanted.CALL_ENDED})
_WANTED_FOR = {Event.INCIDENT_OPENED: Wanted.INCIDENTS, Event.INCIDENT_CLOSED: Wanted.INCIDENTS}


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook that is switched on. `events`: words of `Wanted`; `queues` empty: all, and what is of no queue."""

    id: int
    events: frozenset[str]
    queues: frozenset[QueueKey] = frozenset()

    def wants(self, event: Event, pbx: str, queue: str) -> bool:
        return _WANTED_FOR.get(event, event.value) in self.events and (
            not self.queues or (bool(queue) and (pbx, queue) in self.queues)
        )


@dataclass(frozen=True, slots=True)
class Target:
    """Who is told: a webhook by its id, or an e-mail address."""

    hook: int | None = None
    recipient: str = ""

    def __str__(self) -> str:
        return f"hook {self.hook}" if self.hook is not None else f"mail {self.recipient}"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to tell. `about` is the digest of the call or incident, `detail` what tells several messages of one
    event about it apart; `facts` are JSON."""

    event: Event
    about: str
    pbx: str
    queue: str
    at: datetime
    facts: dict[str, Any] = field(hash=False)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of the outbox to be: the message of an occasion to a target, not to be sent before `due_at`."""

    once: str
    about: str
    target: Target
    event: Event
    body: dict[str, Any] = field(hash=False)
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Names:
    """What people call queues (by number) and agents (by interface) of one PBX."""

    queues: dict[str, str] = field(default_factory=dict)
    agents: dict[str, str] = field(default_factory=dict)


def digest(*identity: object) -> str:
    """The same 64 characters for the same identity, of whatever length; parts cannot run into each other."""
    return hashlib.sha256("\0".join(str(part) for part in identity).encode()).hexdigest()


def draft(occasion: Occasion, target: Target, due_at: datetime) -> Draft:
    """The occasion told to one target. `body` has `id`, the same at every try, `event`, `at`, `pbx` and the facts."""
    once = f"{occasion.event} {occasion.about} {digest(occasion.detail)} {target}"
    body = {
        "id": f"msg_{digest(once)[:32]}",
        "event": occasion.event.value,
        "at": occasion.at.isoformat(),
        "pbx": occasion.pbx,
        **occasion.facts,
    }
    return Draft(once, occasion.about, target, occasion.event, body, due_at)


# --- incidents --------------------------------------------------------------------------------------------------


def incident_digest(row: IncidentRow) -> str:
    return digest("incident", row.pbx, row.cause, row.queue, row.interface, row.opened_at.isoformat())


def incident_opened(row: IncidentRow, names: Names) -> Occasion:
    return _incident(Event.INCIDENT_OPENED, row, names, row.opened_at)


def incident_closed(row: IncidentRow, names: Names, at: datetime) -> Occasion:
    return _incident(Event.INCIDENT_CLOSED, row, names, row.closed_at or at)


def _incident(event: Event, row: IncidentRow, names: Names, at: datetime) -> Occasion:
    facts = {
        "cause": row.cause,
        "severity": row.severity.value,
        "title": row.title,
        "queue": row.queue,
        "queue_name": names.queues.get(row.queue, ""),
        "agent": row.interface,
        "agent_name": names.agents.get(row.interface, ""),
        "value": row.value,
        "limit": row.limit,
        "worst": row.worst,
        "breached_at": _text(row.breached_at),
        "opened_at": _text(row.opened_at),
        "closed_at": _text(row.closed_at),
        "acknowledged_by": row.acknowledged_by,
    }
    return Occasion(event, incident_digest(row), row.pbx, row.queue, at, {"incident": facts})


# --- calls ------------------------------------------------------------------------------------------------------


def call_occasions(before: CallRow | None, after: CallRow, names: Names, at: datetime) -> Iterator[Occasion]:
    """What the database learns of a call by this flush, in the order it happened. A phone counts as ringing once a
    call; an end told otherwise later (the PBX knew more by then) is told again."""
    if after.ended_at is None:
        for interface in after.ringing:
            if before is None or interface not in before.ringing:
                yield _call(Event.CALL_RINGING, after, names, at, interface, detail=interface)
    if after.answered_at is not None and (before is None or before.answered_at is None):
        yield _call(Event.CALL_ANSWERED, after, names, after.answered_at, after.agent_interface)
    if after.ended_at is not None and (before is None or before.ended_at is None or before.outcome != after.outcome):
        detail = after.outcome.value if after.outcome else ""
        yield _call(Event.CALL_ENDED, after, names, after.ended_at, after.agent_interface, detail=detail)


def _call(event: Event, row: CallRow, names: Names, at: datetime, interface: str, detail: str = "") -> Occasion:
    facts = {
        "uniqueid": row.uniqueid,
        "linkedid": row.linkedid,
        "queue": row.queue,
        "queue_name": names.queues.get(row.queue, ""),
        "number": row.number,
        "name": row.name,
        "agent": interface,
        "agent_name": names.agents.get(interface, ""),
        "joined_at": _text(row.joined_at),
        "answered_at": _text(row.answered_at),
        "ended_at": _text(row.ended_at),
        "wait_seconds": row.hold_seconds,
        "talk_seconds": row.talk_seconds,
        "outcome": row.outcome.value if row.outcome else None,
        "ended_by": row.ended_by,
        "tries": row.tries,
    }
    about = digest("call", *row.natural_key)
    return Occasion(event, about, row.pbx, row.queue, at, {"call": facts}, detail)


# --- to whom ----------------------------------------------------------------------------------------------------


def hooks_that_want(occasion: Occasion, hooks: Iterable[Hook]) -> list[Target]:
    """The webhooks that asked for this event of this queue."""
    return [Target(hook=hook.id) for hook in hooks if hook.wants(occasion.event, occasion.pbx, occasion.queue)]


def rule_of(cause: str) -> int | None:
    """The alert rule an incident's cause names, as `rule:7` does; None for any other cause."""
    kind, _colon, number = cause.partition(":")
    return int(number) if kind == "rule" and number.isascii() and number.isdigit() else None


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None

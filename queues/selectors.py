"""Reads of this app: the saved board of a PBX as `Board`, and what requests must know of it.

`load_board` is the inverse of `queues.live.store`: what it returns equals the board whose changes were saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from agents.floor import LinkFacts, LiveCall, Membership
from agents.models import Agent
from agents.states import AgentState, DeviceState
from queues.live.concerns import ClosedBy, IncidentRow, OwedRow, Severity
from queues.live.state import (
    AgentRow,
    Board,
    CallOutcome,
    CallRow,
    CallState,
    LinkRow,
    LinkState,
    MemberRow,
    QueueRow,
)
from queues.models import Call, Incident, Link, Member, OwedCall, Queue

#: How a column's plain value becomes a row's, where the two differ.
_CAST: dict[tuple[type, str], Callable[[Any], Any]] = {
    (LinkRow, "state"): LinkState,
    (LinkRow, "limitations"): tuple,
    (LinkRow, "warnings"): tuple,
    (LinkRow, "actions"): tuple,
    (MemberRow, "device_state"): DeviceState,
    (CallRow, "state"): CallState,
    (CallRow, "outcome"): lambda word: word and CallOutcome(word),
    (CallRow, "ringing"): tuple,
    (AgentRow, "state"): AgentState,
    (AgentRow, "left_queues"): tuple,
    (AgentRow, "device_state"): DeviceState,
    (QueueRow, "limits"): lambda limits: tuple(map(tuple, limits)),
    (OwedRow, "closed_how"): lambda word: word and ClosedBy(word),
    (IncidentRow, "severity"): Severity,
}


@dataclass(frozen=True, slots=True)
class SavedBoard:
    """A board with the place it has in its worker's stream of deltas. `heard_at`, `lease_expires_at`: see `Link`."""

    board: Board
    epoch: int
    seq: int
    heard_at: datetime | None
    lease_expires_at: datetime | None

    def as_of(self, at: datetime) -> Board:
        """The board for somebody who reads it once: a worker that was killed leaves its last word behind, and
        its lease tells since when nobody watches the PBX."""
        link = self.board.link
        if link is None or (self.lease_expires_at is not None and self.lease_expires_at > at):
            return self.board
        if link.state not in (LinkState.UP, LinkState.CONNECTING):
            return self.board
        since = self.lease_expires_at or self.heard_at or link.since
        unwatched = replace(link, state=LinkState.DOWN, since=since, error=_("No worker is connected to this PBX."))
        return replace(self.board, links={link.key: unwatched})


def load_board(pbx: str) -> Board:
    """The saved board of this PBX; an empty one if nothing was ever saved."""
    with _one_moment():
        return _board(pbx)


def load_boards(pbx: str | None = None) -> list[SavedBoard]:
    """The saved boards of all PBXs, or of one, each consistent with its epoch and seq."""
    with _one_moment():
        links = Link.objects.order_by("pbx") if pbx is None else Link.objects.filter(pbx=pbx)
        return [
            SavedBoard(_board(link.pbx), link.epoch, link.seq, link.heard_at, link.lease_expires_at) for link in links
        ]


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reads inside see the database as it is at one moment, without making a writer wait."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Not `atomic`: that would begin IMMEDIATE, as our settings have it for writers, and lock them out.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _board(pbx: str) -> Board:
    here = {"pbx": pbx}
    return Board(
        pbx=pbx,
        links=_rows(LinkRow, Link.objects.filter(**here)),
        queues=_rows(QueueRow, Queue.objects.filter(**here, is_on_board=True)),
        members=_rows(MemberRow, Member.objects.filter(**here)),
        callers=_rows(CallRow, Call.objects.filter(**here, ended_at=None)),
        agents=_rows(AgentRow, Agent.objects.filter(**here).annotate(shown_name=_SHOWN_NAME), name="shown_name"),
        owed=_rows(OwedRow, OwedCall.objects.filter(**here, closed_at=None)),
        incidents=_rows(IncidentRow, Incident.objects.filter(**here, closed_at=None)),
    )


#: The name people gave a phone wins over the PBX's.
_SHOWN_NAME = models.Case(models.When(display_name="", then="name"), default="display_name")


def _rows(row_class: type[Any], saved: models.QuerySet[Any], **renamed: str) -> dict[str, Any]:
    """Rows of this class by key, oldest first."""
    return {row.key: row for row in read_rows(row_class, saved.order_by("pk"), **renamed)}


def read_rows(row_class: type[Any], saved: models.QuerySet[Any], **renamed: str) -> list[Any]:
    """Rows of this class from columns of their fields' names, but for `renamed`."""
    names = [field.name for field in fields(row_class)]
    casts = [_CAST.get((row_class, name), _as_it_is) for name in names]
    columns = [renamed.get(name, name) for name in names]
    return [
        row_class(*(cast(value) for cast, value in zip(casts, values, strict=True)))
        for values in saved.values_list(*columns)
    ]


def _as_it_is(value: Any) -> Any:
    return value


#: Memberships of the PBX's own configuration: QueueRemove refuses them.
_FIXED = ("static", "realtime")


class Floor:
    """What `agents` must know of the PBXs before it asks anything of them: see `agents.floor.Floor`. Made for one
    request: what it has read it keeps, so that a request for many agents does not read it for each."""

    def __init__(self) -> None:
        self._links: dict[str, Link | None] = {}
        self._queues_with_login: dict[str, frozenset[str]] = {}
        self._memberships: dict[tuple[str, str], tuple[Membership, ...]] = {}

    def link(self, pbx: str, at: datetime) -> LinkFacts:
        if pbx not in self._links:
            self._links[pbx] = Link.objects.filter(pbx=pbx).first()
        link = self._links[pbx]
        if link is None:
            return LinkFacts(is_up=False, actions=frozenset())
        # A worker that was killed leaves its last word behind; its lease tells that it is gone.
        is_held = link.lease_expires_at is not None and link.lease_expires_at > at
        error = link.error if link.state != LinkState.UP else ""
        is_up = is_held and link.state == LinkState.UP
        return LinkFacts(is_up, frozenset(link.actions), error, is_watched=is_held)

    def is_queue(self, pbx: str, number: str) -> bool:
        return Queue.objects.filter(pbx=pbx, number=number.lower(), is_on_board=True).exists()

    def memberships(self, pbx: str, interface: str) -> tuple[Membership, ...]:
        key = (pbx, interface)
        if key not in self._memberships:
            members = Member.objects.filter(pbx=pbx, interface=interface).order_by("queue")
            self._memberships[key] = tuple(map(self._membership, members))
        return self._memberships[key]

    def _membership(self, member: Member) -> Membership:
        # Where agents log in and out by themselves (UCM), so may we; else only who was added can be removed.
        has_login = member.agent_login_enabled or member.queue in self._with_login(member.pbx)
        return Membership(
            queue=member.queue,
            is_fixed=member.membership in _FIXED and not has_login,
            penalty=member.penalty,
            state_interface=member.state_interface if member.state_interface != member.interface else "",
        )

    def _with_login(self, pbx: str) -> frozenset[str]:
        """The queues of this PBX whose agents log in by themselves."""
        if pbx not in self._queues_with_login:
            found = Queue.objects.filter(pbx=pbx, agent_login_enabled=True).values_list("number", flat=True)
            self._queues_with_login[pbx] = frozenset(found)
        return self._queues_with_login[pbx]

    def paused(self, pbx: str, queue: str, reason: str) -> frozenset[str]:
        on_it = Member.objects.filter(pbx=pbx, queue=queue, paused=True, pause_reason=reason)
        return frozenset(on_it.values_list("interface", flat=True))

    def live_call(self, pbx: str, uniqueid: str) -> LiveCall | None:
        call = Call.objects.filter(pbx=pbx, uniqueid=uniqueid, ended_at=None).order_by("pk").last()
        if call is None:
            return None
        return LiveCall(
            call.uniqueid, call.queue, call.channel, call.agent_interface, is_waiting=call.state == CallState.WAITING
        )


def queues_of(pbx: str, interfaces: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The queues of these phones, given as (pbx, interface), on this PBX."""
    own = [interface for phone_pbx, interface in interfaces if phone_pbx == pbx]
    return frozenset(Member.objects.filter(pbx=pbx, interface__in=own).values_list("queue", flat=True))

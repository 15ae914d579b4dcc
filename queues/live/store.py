"""Every write of the tables of `queues`: the board's changes, and the lease of the worker that makes them.

One flush is one transaction: `Link.seq` goes up by one, fenced by the worker run's `epoch`, then each table is
upserted in bulk on its natural key. Plain functions for the worker's database thread; the time is an argument.
Agents' rows belong to another app and go through its service.

Errors: `LeaseLost` when another run has taken the link; then nothing was written. Database errors pass through;
then nothing was written either, and the caller may save the same changes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F, Q

from agents.models import Agent, PauseReason
from agents.services import upsert_agents
from queues.live import shifts
from queues.live.concerns import IncidentRow, OwedRow, owed_key
from queues.live.memory import QueueSettings
from queues.live.state import HISTORY, AgentRow, CallRow, Change, LinkRow, LinkState, MemberRow, QueueRow, member_key
from queues.models import Call, Incident, Link, Member, MissedRing, Outage, OwedCall, PauseSpell, Queue

T = TypeVar("T")

#: A lease not renewed for so long may be taken by another worker.
LEASE_SECONDS = 6.0

#: Fields people set, which a flush must not put back.
_SETTINGS = frozenset({"wrap_up_seconds", "target_percent", "target_formula", "target_short_seconds"})
#: Rows per statement at most; SQLite takes fewer, which Django knows.
_BATCH = 500


class LeaseLost(Exception):
    """Another worker run speaks for this PBX now: stop, write nothing, send nothing."""


def _names(row: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row))


_QUEUE = _names(QueueRow)
_MEMBER = _names(MemberRow)
_CALL = _names(CallRow)
_LINK = tuple(name for name in _names(LinkRow) if name != "pbx")
_CALL_KEY = ("pbx", "boot", "uniqueid", "queue", "joined_at")
_OWED = _names(OwedRow)
_OWED_KEY = ("pbx", "queue", "party", "opened_at")
_SPELL = _names(shifts.PauseSpell)
_SPELL_KEY = ("pbx", "interface", "began_at")
_MISSED = _names(shifts.MissedRing)
_MISSED_KEY = ("pbx", "interface", "uniqueid", "at")
_INCIDENT = _names(IncidentRow)
_INCIDENT_KEY = ("pbx", "cause", "queue", "interface", "opened_at")


# --- the lease -------------------------------------------------------------------------------------------------


def acquire_lease(pbx: str, holder: str, at: datetime) -> int | None:
    """Become the worker that speaks for `pbx`: the new epoch, or None while another one holds the lease."""
    expires_at = at + timedelta(seconds=LEASE_SECONDS)
    with transaction.atomic():
        Link.objects.get_or_create(pbx=pbx, defaults={"since": at, "state": LinkState.CONNECTING})
        free = Q(lease_expires_at=None) | Q(lease_expires_at__lte=at) | Q(lease_holder=holder)
        taken = Link.objects.filter(free, pbx=pbx).update(
            epoch=F("epoch") + 1, seq=0, lease_holder=holder, lease_expires_at=expires_at
        )
        return Link.objects.values_list("epoch", flat=True).get(pbx=pbx) if taken else None


def renew_lease(pbx: str, epoch: int, at: datetime, heard_at: datetime | None) -> None:
    """Hold on to the lease, and note when the PBX was last heard. Errors: LeaseLost."""
    renewed = Link.objects.filter(pbx=pbx, epoch=epoch).update(
        lease_expires_at=at + timedelta(seconds=LEASE_SECONDS), heard_at=heard_at
    )
    if not renewed:
        raise LeaseLost(pbx)


def last_heard(pbx: str) -> datetime | None:
    """When the PBX was last heard, as far as that was noted; None also while nobody is connected to it."""
    return Link.objects.values_list("heard_at", flat=True).get(pbx=pbx)


def release_lease(pbx: str, epoch: int, at: datetime) -> None:
    """Let another worker take over at once. Not ours any more: nothing happens."""
    Link.objects.filter(pbx=pbx, epoch=epoch).update(lease_expires_at=at, lease_holder="")


def under_lease(pbx: str, epoch: int, write: Callable[..., T], *args: Any) -> T:
    """What `write(*args)` returns, in one transaction with the proof that this run still speaks for the PBX: a run
    that stood still cannot write when another one has begun. Errors: LeaseLost, and then nothing was written."""
    with transaction.atomic():
        if not Link.objects.select_for_update().filter(pbx=pbx, epoch=epoch).values_list("pk"):
            raise LeaseLost(pbx)
        return write(*args)


# --- the board -------------------------------------------------------------------------------------------------


def save(
    pbx: str, epoch: int, changes: Sequence[Change], first: Callable[[Sequence[Change]], object] | None = None
) -> tuple[int, list[Change]]:
    """Write one flush, which holds a row once at most, as an `Outbox` gives it: PostgreSQL refuses two of a key.

    `first` writes what belongs to it elsewhere, in the same transaction and while the rows are still as they were.
    Returns its `seq` and the board's changes (no history) with the ids of new agents.
    """
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.table, []).append(change)
    link = next((c.row for c in by_table.get("links", ()) if isinstance(c.row, LinkRow)), None)
    values: dict[str, Any] = {name: getattr(link, name) for name in _LINK} if link else {}
    with transaction.atomic():
        if link is not None:
            _note_outage(link)
        if not Link.objects.filter(pbx=pbx, epoch=epoch).update(seq=F("seq") + 1, **_json(values)):
            raise LeaseLost(pbx)
        if first is not None:
            first(changes)
        _save_queues(pbx, by_table.get("queues", ()))
        _save_members(pbx, by_table.get("members", ()))
        _save_calls(by_table.get("callers", ()), by_table.get("calls", ()))
        _save_concerns([*by_table.get("owed", ()), *by_table.get("incidents", ()), *by_table.get("closed", ())])
        _forget_withdrawn(pbx, by_table.get("owed", ()))
        _save_shifts([*by_table.get("pauses", ()), *by_table.get("missed", ())])
        ids = upsert_agents([c.row for c in by_table.get("agents", ()) if isinstance(c.row, AgentRow)])
        seq = Link.objects.values_list("seq", flat=True).get(pbx=pbx)
    return seq, [_with_id(change, ids) for change in changes if change.table not in HISTORY]


def _note_outage(link: LinkRow) -> None:
    """Note when the PBX was out of sight. A worker that was killed left its last word, which is that it was not: then
    it was so since the PBX was last heard."""
    under_way = Outage.objects.filter(pbx=link.pbx, ended_at=None)
    heard = Link.objects.filter(pbx=link.pbx, state=LinkState.UP).values_list("heard_at", flat=True).first()
    began_at = min(heard or link.since, link.since)
    if link.state is not LinkState.UP and not under_way.exists():
        Outage.objects.create(pbx=link.pbx, began_at=began_at)
    elif link.state is LinkState.UP and not under_way.update(ended_at=link.since) and began_at < link.since:
        Outage.objects.create(pbx=link.pbx, began_at=began_at, ended_at=link.since)


def _with_id(change: Change, ids: dict[str, int]) -> Change:
    row = change.row
    if isinstance(row, AgentRow) and row.id != ids[row.interface]:
        return replace(change, row=replace(row, id=ids[row.interface]))
    return change


def _json(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _upsert(
    model: type[models.Model], rows: Iterable[Any], names: tuple[str, ...], key: tuple[str, ...], **fixed: Any
) -> None:
    """Insert or update rows on their natural key, in as few statements as may be."""
    objects = [model(**_json({name: getattr(row, name) for name in names}), **fixed) for row in rows]
    updated = [n for n in (*names, *fixed) if n not in key and not (n in _SETTINGS and model is Queue)]
    if objects:
        model._default_manager.bulk_create(
            objects, batch_size=_BATCH, update_conflicts=True, unique_fields=key, update_fields=updated
        )


def _save_queues(pbx: str, changes: Iterable[Change]) -> None:
    changes = list(changes)
    _upsert(Queue, [c.row for c in changes if c.row], _QUEUE, ("pbx", "number"), is_on_board=True)
    gone = [c.key for c in changes if c.row is None]
    if gone:
        Queue.objects.filter(pbx=pbx, number__in=gone).update(is_on_board=False)


def _save_members(pbx: str, changes: Iterable[Change]) -> None:
    changes = list(changes)
    _upsert(Member, [c.row for c in changes if c.row], _MEMBER, ("pbx", "queue", "interface"))
    gone = {c.key for c in changes if c.row is None}
    if gone:
        known = Member.objects.filter(pbx=pbx).values_list("pk", "queue", "interface")
        Member.objects.filter(pk__in=[pk for pk, queue, i in known if member_key(queue, i) in gone]).delete()


def _save_calls(live: Iterable[Change], ended: Iterable[Change]) -> None:
    """Callers on the board and calls that ended are rows of one table. The end comes last, so it wins."""
    rows = {c.row.natural_key: c.row for c in (*live, *ended) if isinstance(c.row, CallRow)}
    _upsert(Call, rows.values(), _CALL, _CALL_KEY)


def _save_concerns(changes: Iterable[Change]) -> None:
    """Owed calls and incidents: what is open, and after it, so that it wins, what is closed."""
    owed = {row.key + str(row.opened_at): row for c in changes if isinstance(row := c.row, OwedRow)}
    _upsert(OwedCall, owed.values(), _OWED, _OWED_KEY)
    incidents = {row.key + str(row.opened_at): row for c in changes if isinstance(row := c.row, IncidentRow)}
    _upsert(Incident, incidents.values(), _INCIDENT, _INCIDENT_KEY)


def _forget_withdrawn(pbx: str, changes: Iterable[Change]) -> None:
    """Delete what went off the board without being closed: nothing was owed after all."""
    open_since = {c.key: c.row.opened_at if isinstance(c.row, OwedRow) else None for c in changes}
    parties = sorted({key.partition("/")[0] for key in open_since})
    stale = []
    for start in range(0, len(parties), _BATCH):
        known = OwedCall.objects.filter(pbx=pbx, closed_at=None, party__in=parties[start : start + _BATCH])
        for pk, party, queue, opened_at in known.values_list("pk", "party", "queue", "opened_at"):
            key = owed_key(party, queue)
            if key in open_since and opened_at != open_since[key]:
                stale.append(pk)
    for start in range(0, len(stale), _BATCH):
        OwedCall.objects.filter(pk__in=stale[start : start + _BATCH]).delete()


def _save_shifts(changes: Iterable[Change]) -> None:
    rows = [c.row for c in changes]
    _upsert(PauseSpell, [row for row in rows if isinstance(row, shifts.PauseSpell)], _SPELL, _SPELL_KEY)
    _upsert(MissedRing, [row for row in rows if isinstance(row, shifts.MissedRing)], _MISSED, _MISSED_KEY)


# --- what people set -------------------------------------------------------------------------------------------


def pause_limits() -> dict[str, int]:
    """How many agents of a queue may be on a pause at once, by its reason; reasons without a limit are left out."""
    reasons = PauseReason.objects.values_list("name", "limit_per_queue")
    return {name: limit for name, limit in reasons if limit is not None}


def load_settings(pbx: str) -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, QueueSettings]]:
    """What no PBX tells: agents' display names and the queues they were logged out of by interface, the settings of
    each queue by number."""
    names = Agent.objects.filter(pbx=pbx).exclude(display_name="").values_list("interface", "display_name")
    logged_out = Agent.objects.filter(pbx=pbx).exclude(usual_queues=[]).values_list("interface", "usual_queues")
    left = {interface: tuple(sorted(entry["queue"] for entry in entries)) for interface, entries in logged_out}
    queues = Queue.objects.filter(pbx=pbx).values_list("number", *_names(QueueSettings))
    return dict(names), left, {number: QueueSettings(*values) for number, *values in queues}


def prune_shifts(before: datetime) -> int:
    """Delete what days before then were made of. Returns how many rows."""
    old = (PauseSpell.objects.filter(ended_at__lt=before), MissedRing.objects.filter(at__lt=before))
    return sum(rows.delete()[0] for rows in old)


def prune_concerns(before: datetime) -> int:
    """Delete what was owed and settled, and outages that ended, before then. Returns how many rows."""
    old = (OwedCall.objects.filter(closed_at__lt=before), Outage.objects.filter(ended_at__lt=before))
    return sum(rows.delete()[0] for rows in old)


def prune_calls(before: datetime) -> int:
    """Delete calls that ended before then, a batch at a time: a worker that wants to save waits no longer than
    for one. Live calls have no end. Returns how many."""
    deleted = 0
    while batch := list(Call.objects.filter(ended_at__lt=before).values_list("pk", flat=True)[:_BATCH]):
        deleted += Call.objects.filter(pk__in=batch).delete()[0]
    return deleted

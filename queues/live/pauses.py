"""Rules of pauses: since when, why, by whom, and until when a member is paused. Pure.

Only the PBX's word pauses or ends a pause on the board. What it does not tell is who asked and until when (a UCM not
even why): that is noted when somebody asks through us (`note_pause`), and goes from there to the row once the PBX says
that this member is paused. A pause that ended or began anew without us is of others, and has neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from queues.ami.events import MemberTold
from queues.live.draft import Draft
from queues.live.memory import AskedPause
from queues.live.state import Board, MemberRow, member_key

#: Above it UCM's PausedTime is an instant, below it a duration (unverified: no guide says so).
_EPOCH_FLOOR = 10**9
#: LastPause counts whole seconds by a clock that is not ours: nearer than this it is the same instant.
_TOLERANCE = timedelta(seconds=5)
#: The PBX tells a pause of ours within so much of our asking; one that began later is of others.
_ANSWER_TIME = timedelta(seconds=10)
#: Somebody whom the PBX says is not paused so long after we asked for it will not be.
_FORGET_AFTER = timedelta(seconds=30)

NOT_PAUSED: dict[str, Any] = {
    "paused": False,
    "pause_reason": "",
    "paused_at": None,
    "paused_by": "",
    "pause_until": None,
}


def from_pbx_clock(draft: Draft, epoch: float | None) -> datetime | None:
    """An instant of the PBX's clock by ours; None for "never" (0) and for what is not told."""
    if not epoch or epoch < 0:
        return None
    try:
        return datetime.fromtimestamp(epoch - draft.memory.clock_offset, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def told_values(draft: Draft, row: MemberRow, told: MemberTold, *, is_new: bool) -> dict[str, Any]:
    """What of `row` an event or poll changes that says whether this member is paused. `is_new`: the row was not on
    the board before."""
    asked = draft.memory.asked_pauses.get(row.key)
    if not told.paused:
        if asked is not None and (row.paused or draft.at - asked.at > _FORGET_AFTER):
            del draft.memory.asked_pauses[row.key]
        return NOT_PAUSED
    told_at = _told_at(draft, row, told)
    if asked is not None and not _is_answer(row, asked, told_at):
        asked = None
    reason = told.pause_reason or (asked.reason if asked else "") or (row.pause_reason if row.paused else "")
    paused_at = _paused_at(draft, row, told, told_at, reason, is_new=is_new)
    values = {"paused": True, "pause_reason": reason, "paused_at": paused_at}
    if not _is_anew(row, paused_at, reason):
        return values
    if asked is not None:
        del draft.memory.asked_pauses[row.key]
        return values | {"paused_by": asked.by, "pause_until": asked.until}
    return values | {"pause_reason": told.pause_reason or "", "paused_by": "", "pause_until": None}


def _told_at(draft: Draft, row: MemberRow, told: MemberTold) -> datetime | None:
    """When the PBX says the pause began, None when it does not or cannot be believed: for realtime members
    LastPause is stale, which shows when a pause is announced that began long ago."""
    if told.paused_time and told.paused_time < _EPOCH_FLOOR:
        return draft.at - timedelta(seconds=told.paused_time)
    told_at = from_pbx_clock(draft, told.paused_time or told.last_pause_at)
    is_announced = told.kind != "row" and not row.paused
    if told_at is not None and is_announced and abs(told_at - draft.at) > _TOLERANCE:
        return None
    return told_at


def _paused_at(
    draft: Draft, row: MemberRow, told: MemberTold, told_at: datetime | None, reason: str, *, is_new: bool
) -> datetime | None:
    """Since when the member is paused. Somebody who pauses again while paused starts the clock anew (P4 of the
    field's complaints), unless this is the same pause told once more."""
    if not row.paused:
        if told.kind == "row" and is_new:
            return told_at  # Nobody saw it begin.
        return told_at or draft.at
    if told.kind != "pause":
        return told_at if _has_moved(row.paused_at, told_at) else row.paused_at
    if told_at is None:
        return draft.at if reason != row.pause_reason else row.paused_at
    return told_at if row.paused_at is None or told_at > row.paused_at else row.paused_at


def _has_moved(before: datetime | None, now: datetime | None) -> bool:
    return before is not None and now is not None and now - before > _TOLERANCE


def _is_anew(row: MemberRow, paused_at: datetime | None, reason: str) -> bool:
    """Whether this is another pause than the one on the row."""
    return not row.paused or reason != row.pause_reason or _has_moved(row.paused_at, paused_at)


def _is_answer(row: MemberRow, asked: AskedPause, told_at: datetime | None) -> bool:
    """Whether the pause told now is the one asked for. Without an instant nobody can tell for somebody who was paused
    already; then `confirm` does."""
    if told_at is not None:
        return -_TOLERANCE <= told_at - asked.at <= _ANSWER_TIME
    return not row.paused


# --- what is asked for through us ------------------------------------------------------------------------------


def note_pause(board: Board, interface: str, queues: frozenset[str] | None, asked: AskedPause) -> None:
    """Remember a pause that is about to be asked of the PBX, in these queues or, with None, in all. A poll under way
    is older than it. What the board shows already, after a restart of ours, needs no note."""
    for key in _memberships(board, interface, queues):
        if not _shows(board.members[key], asked):
            board.memory.asked_pauses[key] = asked
            board.memory.touched_at["members", key] = asked.at


def _shows(row: MemberRow, asked: AskedPause) -> bool:
    is_then = row.paused_at is not None and abs(row.paused_at - asked.at) <= _TOLERANCE
    return row.paused and is_then and (row.paused_by, row.pause_until) == (asked.by, asked.until)


def forget_pause(board: Board, interface: str, queues: frozenset[str] | None, asked: AskedPause) -> None:
    """The PBX refused what `note_pause` noted."""
    for key in _memberships(board, interface, queues):
        if board.memory.asked_pauses.get(key) == asked:
            del board.memory.asked_pauses[key]


def _memberships(board: Board, interface: str, queues: frozenset[str] | None) -> list[str]:
    keys = sorted(board.memory.members_of_agent[interface])
    return [key for key in keys if queues is None or board.members[key].queue in queues]


def confirm(draft: Draft, interface: str, queues: frozenset[str] | None, asked: AskedPause) -> None:
    """The PBX said that it did what `note_pause` noted. Whom it shows as paused already may have been so before,
    and a PBX need not tell again; the others it will tell of."""
    for key in _memberships(draft.board, interface, queues):
        row = draft.board.members[key]
        if not row.paused or draft.memory.asked_pauses.get(key) != asked:
            continue
        del draft.memory.asked_pauses[key]
        draft.put_member(
            replace(
                row,
                paused_at=asked.at if _has_moved(row.paused_at, asked.at) else row.paused_at,
                pause_reason=asked.reason or row.pause_reason,
                paused_by=asked.by,
                pause_until=asked.until,
            )
        )


# --- the end of a timed pause ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Return:
    """Somebody's pause that is over, in these queues, because it was to end at `until`."""

    interface: str
    queues: tuple[str, ...]
    until: datetime


def due_returns(board: Board, at: datetime) -> list[Return]:
    """Who is to come back from pause now."""
    due: dict[tuple[str, datetime], list[str]] = {}
    for row in board.members.values():
        if row.paused and row.pause_until is not None and row.pause_until <= at:
            due.setdefault((row.interface, row.pause_until), []).append(row.queue)
    return [Return(interface, tuple(sorted(queues)), until) for (interface, until), queues in sorted(due.items())]


def still_due(board: Board, over: Return) -> bool:
    """Whether that is still so: nobody has ended one of these pauses meanwhile, or begun another one."""
    rows = [board.members.get(member_key(queue, over.interface)) for queue in over.queues]
    return all(row is not None and row.paused and row.pause_until == over.until for row in rows)


def next_return(board: Board, at: datetime) -> datetime | None:
    """When the next timed pause of the board ends after `at`."""
    ends = (row.pause_until for row in board.members.values() if row.paused and row.pause_until is not None)
    return min((until for until in ends if until > at), default=None)


def stay(draft: Draft, over: Return) -> None:
    """Coming back did not work and is not tried again: they are paused until somebody ends it."""
    for queue in over.queues:
        row = draft.board.members.get(member_key(queue, over.interface))
        if row is not None and row.pause_until == over.until:
            draft.put_member(replace(row, pause_until=None))

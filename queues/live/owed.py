"""Calls we owe: who called a queue, was not answered, and has not been since. Pure.

One line for a person and queue, however often they try. It opens when their call is abandoned or given up by the queue,
counts their further tries, and is over when they call again and are answered in whichever queue of this PBX: who got
through has told us. (That we reached them, or that somebody closed it, is `queues.live.claims`' business.) Time alone
never ends it.

Left out: who hung up before the queue's short-abandon limit, who left by a key or was sent elsewhere, and who hides
their number. A call may come again with a better outcome: one that was not given up after all is taken off its line,
and a line without any was never owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from agents.numbers import party_of
from queues.live.concerns import ClosedBy, OwedRow, owed_key
from queues.live.draft import Draft
from queues.live.hours import Hours
from queues.live.ledger import key_of
from queues.live.memory import OwedLine, QueueSettings
from queues.live.state import Board, CallOutcome, CallRow, Change

#: How a caller leaves whom we owe a call.
OWING = frozenset({CallOutcome.ABANDONED, CallOutcome.TIMED_OUT})

#: So many openings and closings are looked at: more than a month of them.
_SPANS = 100

#: What a line says of the calls it is made of, beside their number.
_OF_CALLS = ("number", "name", "first_at", "last_at", "last_outcome", "last_wait_seconds")


def is_unanswered(call: CallRow, short_seconds: int) -> bool:
    """Whether this call, told anew, ended so that we owe another."""
    if call.answered_at is not None or call.outcome not in OWING:
        return False
    return call.outcome is CallOutcome.TIMED_OUT or (call.hold_seconds or 0) >= short_seconds


def follow(draft: Draft) -> None:
    """Bring the lines in step with what this input told of callers' fates."""
    for call in draft.fates:
        _fold(draft, call)
    draft.fates.clear()


def recall(board: Board, at: datetime, calls: Iterable[CallRow], counted: Mapping[str, datetime]) -> list[Change]:
    """Take in calls that ended while nobody followed them, oldest first. `counted` says by a line's key until when
    its calls are known to be counted, in lines that may be closed by now."""
    draft = Draft(board, at)
    for call in calls:
        until = counted.get(_key(board, call))
        if until is None or (call.ended_at or at) > until:
            draft.fates.append(call)
    follow(draft)
    return draft.changes


def set_due(draft: Draft) -> None:
    """Work out anew by when people should be called back: what is set for their queue has changed."""
    for row in list(draft.board.owed.values()):
        draft.put_owed(replace(row, due_at=_due_at(draft, row)))


def respell(draft: Draft) -> None:
    """Let lines from elsewhere go by how numbers are understood now, in which several may be one person's."""
    for row in list(draft.board.owed.values()):
        party = party_of(row.number, draft.memory.region) or row.party
        if party == row.party:
            continue
        draft.drop_owed(row.key)
        draft.memory.owed_lines.pop(row.key, None)
        other = draft.board.owed.get(owed_key(party, row.queue))
        renamed = replace(row, party=party)
        if other is not None:
            renamed = _merged(renamed, other)
        draft.put_owed(replace(renamed, due_at=_due_at(draft, renamed)))
        draft.memory.owed_lines.pop(renamed.key, None)


def _merged(row: OwedRow, other: OwedRow) -> OwedRow:
    """One line of two, with the claim of `other`."""
    latest = max(row, other, key=lambda line: line.last_at or line.opened_at)
    return replace(
        other,
        **{name: getattr(latest, name) for name in _OF_CALLS if name != "first_at"},
        tries=row.tries + other.tries,
        first_at=min(row.first_at or row.opened_at, other.first_at or other.opened_at),
        attempts=row.attempts + other.attempts,
        attempted_at=max(filter(None, (row.attempted_at, other.attempted_at)), default=None),
    )


def _key(board: Board, call: CallRow) -> str:
    return owed_key(party_of(call.number, board.memory.region), call.queue)


def _fold(draft: Draft, call: CallRow) -> None:
    party = party_of(call.number, draft.memory.region)
    settings = draft.memory.queue_settings.get(call.queue, QueueSettings())
    if party and is_unanswered(call, settings.target_short_seconds):
        _count(draft, call, party)
        return
    _discount(draft, call)
    answered_at = call.answered_at or (call.ended_at if call.outcome is CallOutcome.COMPLETED else None)
    if not party or answered_at is None:
        return
    for row in lines_of(draft.board, party):
        if row.last_at is None or row.last_at <= answered_at:
            close(draft, row, ClosedBy.CAME_AGAIN)


def lines_of(board: Board, party: str) -> list[OwedRow]:
    """What we owe this person, in every queue."""
    return [row for row in board.owed.values() if row.party == party]


def _count(draft: Draft, call: CallRow, party: str) -> None:
    memory, identity = draft.memory, key_of(call)
    key = memory.owed_calls.get(identity)
    if key is None:
        key = owed_key(party, call.queue)
        if key not in draft.board.owed:
            _open(draft, call, party)
        line = memory.owed_lines.setdefault(key, OwedLine(loaded=draft.board.owed[key]))
        memory.remember_owed(identity, key)
    elif key in memory.owed_lines and identity in memory.owed_lines[key].calls:
        line = memory.owed_lines[key]
    else:
        return  # That line is closed, and whoever closed it knew of this call.
    line.calls[identity] = call
    draft.put_owed(_counted(draft, draft.board.owed[key], line))


def _open(draft: Draft, call: CallRow, party: str) -> None:
    # The instant is part of what makes a line one row for ever, and one may follow another within one read.
    opened_at, latest = call.ended_at or draft.at, draft.memory.owed_opened_at
    if latest is not None and opened_at <= latest:
        opened_at = latest + timedelta.resolution
    draft.memory.owed_opened_at = opened_at
    row = OwedRow(draft.board.pbx, call.queue, party, opened_at)
    draft.memory.owed_lines[row.key] = OwedLine()
    draft.put_owed(row)


def _discount(draft: Draft, call: CallRow) -> None:
    """If this call was counted, it is no unanswered one after all."""
    memory, identity = draft.memory, key_of(call)
    line = memory.owed_lines.get(memory.owed_calls.get(identity, ""))
    if line is None or line.calls.pop(identity, None) is None:
        return
    row = draft.board.owed[memory.owed_calls.pop(identity)]
    if line.calls or line.loaded is not None:
        draft.put_owed(_counted(draft, row, line))
    else:
        draft.drop_owed(row.key)
        del memory.owed_lines[row.key]


def _counted(draft: Draft, row: OwedRow, line: OwedLine) -> OwedRow:
    """The row with what its calls say: those counted before it was loaded, and those since."""
    before = line.loaded or row
    told = {name: getattr(before, name) for name in _OF_CALLS}
    calls = sorted(line.calls.values(), key=lambda call: (call.ended_at, key_of(call)))
    if calls:
        last = calls[-1]
        told |= {
            "number": last.number,
            "name": last.name or before.name,
            "first_at": line.loaded.first_at if line.loaded else calls[0].ended_at,
            "last_at": last.ended_at,
            "last_outcome": last.outcome,
            "last_wait_seconds": last.hold_seconds,
        }
    row = replace(row, **told, tries=len(calls) + (line.loaded.tries if line.loaded else 0))
    return replace(row, due_at=_due_at(draft, row))


def _due_at(draft: Draft, row: OwedRow) -> datetime:
    """Counted from their first call: who tries again need not wait for longer."""
    settings = draft.memory.queue_settings.get(row.queue, QueueSettings())
    minutes = timedelta(minutes=settings.callback_minutes)
    return open_time_after(draft.memory.wishes.hours_of(row.queue), row.first_at or row.opened_at, minutes)


def open_time_after(hours: Hours | None, at: datetime, wanted: timedelta) -> datetime:
    """The instant by which `wanted` has passed since `at` while it was open, so that no night and no weekend counts;
    without opening hours, and with such as never come, all time counts."""
    left, instant = wanted, at
    for _ in range(_SPANS):
        span = hours.span(instant) if hours is not None else None
        if span is None:
            break
        if span.is_open and span.until - instant >= left:
            return instant + left
        if span.is_open:
            left -= span.until - instant
        instant = span.until
    return at + wanted


def close(draft: Draft, row: OwedRow, how: ClosedBy, by: str = "", note: str = "") -> None:
    """This line is over."""
    draft.close_owed(replace(row, closed_at=draft.at, closed_how=how, closed_by=by, note=note))
    draft.memory.owed_lines.pop(row.key, None)

"""What people do about the calls we owe: claiming, releasing and closing a line, and calling back. Pure.

A line is claimed by one person at a time, so that nobody is called twice; a claim nobody acts on lapses. Who calls back
claims it; if that does not reach the party, the claim ends with the call, so that a colleague may try later, and the
line says when it was tried. Whoever supervises the queue may overrule a claim.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from queues.live import owed
from queues.live.concerns import ClosedBy, OwedRow
from queues.live.draft import Draft
from queues.live.state import Board, Change

#: So long a claim holds.
CLAIM_TIME = timedelta(minutes=15)

_UNCLAIMED: dict[str, Any] = {
    "claimed_by": "",
    "claimed_login": "",
    "claimed_interface": "",
    "claimed_at": None,
    "claimed_until": None,
}


class ClaimRefused(Exception):
    """`row` is claimed by somebody else; None: nothing is owed to them there (any more)."""

    def __init__(self, row: OwedRow | None) -> None:
        super().__init__()
        self.row = row


@dataclass(frozen=True, slots=True)
class Claimer:
    """Who acts: by name, login and the phone they would call from ("" without any). `may_overrule`: others' claims."""

    name: str
    login: str
    interface: str = ""
    may_overrule: bool = False


def claim(board: Board, key: str, who: Claimer, at: datetime) -> list[Change]:
    """Take this line on, or go on doing so for longer. Errors: ClaimRefused, also for who may overrule: they release it
    first, which its claimer is told by the board."""
    draft = Draft(board, at)
    row = _free_for(board, key, replace(who, may_overrule=False), at)
    draft.put_owed(
        replace(
            row,
            claimed_by=who.name,
            claimed_login=who.login,
            claimed_interface=who.interface,
            claimed_at=at,
            claimed_until=at + CLAIM_TIME,
        )
    )
    return draft.changes


def release(board: Board, key: str, who: Claimer, at: datetime) -> list[Change]:
    """Leave this line to others; no change if nobody has claimed it. Errors: ClaimRefused."""
    draft = Draft(board, at)
    draft.put_owed(replace(_free_for(board, key, who, at), **_UNCLAIMED))
    return draft.changes


def close(board: Board, key: str, who: Claimer, note: str, at: datetime) -> list[Change]:
    """Be done with this line. Errors: ClaimRefused."""
    draft = Draft(board, at)
    owed.close(draft, _free_for(board, key, who, at), ClosedBy.BY_HAND, who.name, note)
    return draft.changes


def reached(board: Board, party: str, by: str, at: datetime) -> list[Change]:
    """They were called and answered: nothing is owed to them any more, in whichever queue."""
    draft = Draft(board, at)
    for row in owed.lines_of(board, party):
        owed.close(draft, row, ClosedBy.CALLED_BACK, by)
    return draft.changes


def not_reached(board: Board, party: str, login: str, at: datetime) -> list[Change]:
    """They were called and did not answer; who called leaves it to others for now."""
    draft = Draft(board, at)
    for row in owed.lines_of(board, party):
        freed = _UNCLAIMED if row.claimed_login == login else {}
        draft.put_owed(replace(row, attempts=row.attempts + 1, attempted_at=at, **freed))
    return draft.changes


def lapse(board: Board, at: datetime) -> list[Change]:
    """Let time pass: claims nobody has acted on end."""
    draft = Draft(board, at)
    for row in list(board.owed.values()):
        if row.claimed_until is not None and row.claimed_until <= at:
            draft.put_owed(replace(row, **_UNCLAIMED))
    return draft.changes


def _free_for(board: Board, key: str, who: Claimer, at: datetime) -> OwedRow:
    """Errors: ClaimRefused if it is gone, or somebody else's whom they may not overrule."""
    row = board.owed.get(key)
    if row is None:
        raise ClaimRefused(None)
    is_held = row.claimed_until is not None and row.claimed_until > at
    if is_held and row.claimed_login != who.login and not who.may_overrule:
        raise ClaimRefused(row)
    return row

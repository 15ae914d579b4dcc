"""The line for a pause that only so many agents of a queue may be on at once. Pure.

Who waits is told by their agent row (`pause_line_…`), so that the line survives a restart; it is served in the order of
`pause_line_since`. A place counts as taken by whoever is paused for that reason in the queue, whom we have just asked
the PBX to pause, and who waits ahead. Who is paused meanwhile, or logged out, waits no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from queues.live.draft import Draft
from queues.live.state import AgentRow, Board, Change

NOT_WAITING: dict[str, Any] = {
    "pause_line_reason": "",
    "pause_line_minutes": None,
    "pause_line_since": None,
    "pause_line_place": None,
}


@dataclass(frozen=True, slots=True)
class Turn:
    """An agent whose turn it is to be paused."""

    interface: str
    reason: str
    minutes: int | None
    since: datetime


def full_queue(board: Board, interface: str, reason: str) -> str:
    """A queue of this agent in which as many as may are on this pause or will be before them; "" if there is none."""
    limit = board.memory.pause_limits.get(reason)
    if limit is None:
        return ""
    ahead = _ahead(board, interface, reason)
    return next((q for q in _queues(board, interface) if len(_taken(board, q, interface, reason, ahead)) >= limit), "")


def _queues(board: Board, interface: str) -> list[str]:
    return sorted(board.members[key].queue for key in board.memory.members_of_agent[interface])


def _taken(board: Board, queue: str, interface: str, reason: str, ahead: set[str]) -> set[str]:
    """Who has a place on this pause in this queue, other than this agent."""
    asked = board.memory.asked_pauses
    taken = set()
    for key in board.memory.members_of_queue[queue]:
        row = board.members[key]
        is_on_it = row.paused and row.pause_reason == reason
        will_be = key in asked and asked[key].reason == reason
        if is_on_it or will_be or row.interface in ahead:
            taken.add(row.interface)
    return taken - {interface}


def _waiting(board: Board, reason: str) -> list[AgentRow]:
    """Who waits for this pause, first come first."""
    rows = (row for row in board.agents.values() if row.pause_line_since is not None)
    return sorted(
        (row for row in rows if row.pause_line_reason == reason),
        key=lambda row: (row.pause_line_since, row.interface),
    )


def _ahead(board: Board, interface: str, reason: str) -> set[str]:
    """Who waits ahead of this agent; all of the line if they are not in it."""
    ahead = set()
    for row in _waiting(board, reason):
        if row.interface == interface:
            break
        ahead.add(row.interface)
    return ahead


def wait(board: Board, interface: str, reason: str, minutes: int | None, at: datetime) -> list[Change] | None:
    """Get in line, behind all others; who waits for this pause already keeps their place. None when the agent is in
    no queue."""
    row = board.agents.get(interface)
    if row is None or not row.member_count:
        return None
    draft = Draft(board, at)
    since = row.pause_line_since if row.pause_line_reason == reason and row.pause_line_since is not None else at
    told: dict[str, Any] = {"pause_line_reason": reason, "pause_line_minutes": minutes, "pause_line_since": since}
    draft.put_agent(replace(row, **told))
    refresh(draft)
    return draft.changes


def leave(board: Board, interface: str, at: datetime) -> list[Change]:
    """Wait no longer."""
    draft = Draft(board, at)
    if (row := board.agents.get(interface)) is not None:
        draft.put_agent(replace(row, **NOT_WAITING))
    refresh(draft)
    return draft.changes


def refresh(draft: Draft) -> None:
    """Let those go who wait no longer, and tell everybody their place: one more than wait ahead in their queues."""
    board = draft.board
    reasons = {row.pause_line_reason for row in board.agents.values() if row.pause_line_since is not None}
    for reason in sorted(reasons):
        waiting: list[AgentRow] = []
        for row in _waiting(board, reason):
            if not row.member_count or row.paused_count == row.member_count:
                draft.put_agent(replace(row, **NOT_WAITING))
                continue
            queues = set(_queues(board, row.interface))
            place = 1 + sum(1 for other in waiting if queues & set(_queues(board, other.interface)))
            draft.put_agent(replace(row, pause_line_place=place))
            waiting.append(row)


def due_turns(board: Board) -> Iterator[Turn]:
    """Whose turn it is now: there is a place for them, and for everybody ahead of them."""
    rows = [row for row in board.agents.values() if row.pause_line_since is not None]
    for row in sorted(rows, key=lambda row: (str(row.pause_line_since), row.interface)):
        if row.pause_line_since is not None and not full_queue(board, row.interface, row.pause_line_reason):
            yield Turn(row.interface, row.pause_line_reason, row.pause_line_minutes, row.pause_line_since)

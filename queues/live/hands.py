"""Raised hands: an agent asks for help with the call in hand, and everybody who sees them knows. Pure.

A hand is down again when the agent or a supervisor lowers it, or when there is no call any more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agents.states import AgentState
from queues.live.draft import Draft
from queues.live.state import Board, Change

#: Only somebody on a call has one to ask for help with.
ON_CALL = frozenset({AgentState.ON_CALL, AgentState.OTHER_CALL})


def raise_hand(board: Board, interface: str, at: datetime) -> list[Change] | None:
    """The changes, none if it was up already; None when the agent is on no call."""
    row = board.agents.get(interface)
    if row is None or row.state not in ON_CALL:
        return None
    return _put(board, interface, row.hand_raised_at or at, at)


def lower_hand(board: Board, interface: str, at: datetime) -> list[Change]:
    """The changes, none if it was down."""
    return _put(board, interface, None, at)


def _put(board: Board, interface: str, raised_at: datetime | None, at: datetime) -> list[Change]:
    draft = Draft(board, at)
    if (row := board.agents.get(interface)) is not None:
        draft.put_agent(replace(row, hand_raised_at=raised_at))
    return draft.changes

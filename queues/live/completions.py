"""Rules for AgentComplete, the queue's word on a talk that is over. Pure.

It may come late, without the caller's ids, or never (tests/data/recordings, Asterisk 16 and 22); and for a caller whose
talk nobody saw, because we were not connected while they were put through.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from queues.ami.events import AgentCompleted
from queues.live import calls
from queues.live.draft import Draft
from queues.live.state import CallOutcome, CallRow, CallState

#: An AgentComplete this soon after the hang-up tells the same end; a later one tells of a talk that went on
#: without our agent (recording transfer-redirect).
_SAME_END = timedelta(seconds=3)
#: How far the PBX's whole-second talk time may be from ours for the two to be one call.
_TALK_TOLERANCE_SECONDS = 3


def completed(draft: Draft, event: AgentCompleted) -> None:
    """End the call this event tells of; which one that is, the event may leave open."""
    late = draft.memory.unconfirmed.get((event.queue, event.interface), [])
    if (unseen := _unseen_talk(draft, event)) is not None:
        _tell_unseen(draft, event, unseen)
        return
    row = _completed_call(draft, event)
    known_end = _best_match(draft.at, event, late)
    if row is not None and (
        known_end is None or _mismatch(draft.at, event, row) <= _mismatch(draft.at, event, known_end)
    ):
        _end(draft, event, row)
    elif known_end is not None:
        _confirm(draft, event, known_end, late)


def _unseen_talk(draft: Draft, event: AgentCompleted) -> CallRow | None:
    """The call this event means if it came before this connection and nobody saw its talk: still in line on the
    board, or ended there by what a poll or a hang-up let us guess. Its figures must fit: the caller may have come
    to the same queue twice."""
    row = draft.board.callers.get(event.uniqueid) or draft.memory.guessed.get(event.uniqueid)
    if (
        row is None
        or row.queue != event.queue
        or row.state is CallState.TALKING
        or not calls.is_from_before(draft, row)
    ):
        return None
    told = event.hold_seconds + event.talk_seconds
    return row if abs((draft.at - row.joined_at).total_seconds() - told) <= _TALK_TOLERANCE_SECONDS else None


def _tell_unseen(draft: Draft, event: AgentCompleted, row: CallRow) -> None:
    answered_at = draft.at - timedelta(seconds=event.talk_seconds)
    talked = replace(
        row,
        state=CallState.TALKING,
        position=0,
        agent_interface=event.interface,
        agent_uniqueid=event.agent_uniqueid,
        left_at=answered_at,
        answered_at=answered_at,
    )
    if row.key in draft.board.callers:
        _end(draft, event, talked)
        return
    del draft.memory.guessed[row.uniqueid]
    final = replace(
        talked,
        outcome=CallOutcome.COMPLETED,
        hold_seconds=event.hold_seconds,
        talk_seconds=event.talk_seconds,
        ended_by=event.reason,
    )
    draft.keep(final)
    calls.note_last_call(draft, final)


def _end(draft: Draft, event: AgentCompleted, row: CallRow) -> None:
    calls.end(
        draft,
        row,
        CallOutcome.COMPLETED,
        hold_seconds=event.hold_seconds,
        talk_seconds=event.talk_seconds,
        ended_by=event.reason,
    )


def _completed_call(draft: Draft, event: AgentCompleted) -> CallRow | None:
    """The open call the event may mean: by the caller's id, the agent's channel, else by who talks."""
    if event.uniqueid and (row := draft.board.callers.get(event.uniqueid)) is not None:
        return row if row.state is CallState.TALKING and row.queue == event.queue else None
    if event.uniqueid in draft.memory.gone or event.uniqueid in draft.memory.ended:
        return None
    for key in sorted(draft.memory.callers_of_agent[event.interface]):
        row = draft.board.callers[key]
        if row.state is CallState.TALKING and row.queue == event.queue and row.agent_interface == event.interface:
            if event.agent_uniqueid and row.agent_uniqueid and event.agent_uniqueid != row.agent_uniqueid:
                continue
            return row
    return None


def _mismatch(at: datetime, event: AgentCompleted, row: CallRow) -> float:
    """How badly the event's figures fit the call, in seconds."""
    if event.uniqueid and event.uniqueid == row.uniqueid:
        return 0.0
    talked = (at - row.answered_at).total_seconds() if row.answered_at else 0.0
    return abs(talked - event.talk_seconds) + abs((row.hold_seconds or 0) - event.hold_seconds)


def _best_match(at: datetime, event: AgentCompleted, late: list[CallRow]) -> CallRow | None:
    fitting = [row for row in late if _mismatch(at, event, row) <= _TALK_TOLERANCE_SECONDS]
    return min(fitting, key=lambda row: _mismatch(at, event, row), default=None)


def _confirm(draft: Draft, event: AgentCompleted, ended: CallRow, late: list[CallRow]) -> None:
    """The agent's side of a call we ended at the hang-up: who ended it, and for how long they talked."""
    late.remove(ended)
    if draft.at - (ended.ended_at or draft.at) <= _SAME_END:
        draft.keep(replace(ended, ended_by=event.reason, talk_seconds=event.talk_seconds))
    else:
        draft.keep(replace(ended, ended_by="transfer"))

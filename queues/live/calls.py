"""Rules for callers: from joining a queue to the end, whatever order and gaps the events have. Pure.

Every way out of a queue ends here, once: `end`. What a PBX leaves open is decided as the recordings taught
(tests/data/recordings, Asterisk 16 and 22): an Abandon that nobody asked a hang-up before is the queue giving up on the
caller. What tells of a talk's end afterwards is `completions`' business.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from queues.ami.events import (
    AgentCalled,
    AgentConnected,
    AgentNotAnswered,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    DialEnded,
    QueueVariableSet,
)
from queues.live.draft import Draft
from queues.live.memory import LastCall, Leg
from queues.live.shifts import MissedRing
from queues.live.state import CallOutcome, CallRow, CallState, member_key

#: Nobody stays between waiting line and agent longer than this (announcements, gosubs).
CONNECTING_LIMIT = timedelta(seconds=60)

_OUTCOME_OF_STATUS = {
    "TIMEOUT": CallOutcome.TIMED_OUT,
    "LEAVEEMPTY": CallOutcome.TIMED_OUT,
    "LEAVEUNAVAIL": CallOutcome.TIMED_OUT,
    "CONTINUE": CallOutcome.EXITED,
    "WITHDRAW": CallOutcome.REDIRECTED,
}


def joined(draft: Draft, event: CallerJoined) -> None:
    if event.uniqueid in draft.memory.gone:
        return
    draft.queue(event.queue)
    row = draft.board.callers.get(event.uniqueid)
    if row is not None and row.queue == event.queue and row.state is CallState.WAITING:
        draft.put_caller(replace(row, number=event.number, name=event.name, channel=event.channel))
        return
    if row is not None:
        end_moved_on(draft, row)
    revise(draft, event.uniqueid, CallOutcome.REDIRECTED)
    joined_at = begun(draft, event.uniqueid, draft.at)
    draft.memory.ended.pop(event.uniqueid, None)
    _shift_positions(draft, event.queue, event.position, by=1)
    draft.put_caller(
        CallRow(
            pbx=draft.board.pbx,
            boot=boot(draft),
            uniqueid=event.uniqueid,
            queue=event.queue,
            joined_at=joined_at,
            linkedid=event.linkedid,
            channel=event.channel,
            number=event.number,
            name=event.name,
            position=event.position,
        )
    )


def begun(draft: Draft, uniqueid: str, at: datetime) -> datetime:
    """When a visit that seems to begin at `at` does: after the caller's visit before it, although several may come
    within one read of the socket. The instant is part of what makes a call one row for ever."""
    before = draft.memory.ended.get(uniqueid)
    return at if before is None else max(at, before.joined_at + timedelta.resolution)


def is_from_before(draft: Draft, row: CallRow) -> bool:
    """Whether the caller came before this connection was made, so that nobody saw all that became of them."""
    return draft.board.link is not None and row.joined_at < draft.board.link.since


def boot(draft: Draft) -> str:
    return draft.board.link.boot if draft.board.link else ""


def _shift_positions(draft: Draft, queue: str, start: int, *, by: int) -> None:
    """Move the callers at `start` and behind: no event ever tells them (recording abandon)."""
    for key in list(draft.memory.callers_of_queue[queue]):
        row = draft.board.callers[key]
        if row.state is CallState.WAITING and row.position >= start:
            draft.put_caller(replace(row, position=max(1, row.position + by)))


def left(draft: Draft, event: CallerLeft) -> None:
    row = draft.board.callers.get(event.uniqueid)
    if row is None or row.queue != event.queue or row.state is not CallState.WAITING:
        return
    draft.put_caller(replace(row, state=CallState.CONNECTING, left_at=draft.at, position=0))
    _shift_positions(draft, event.queue, event.position + 1, by=-1)


def abandoned(draft: Draft, event: CallerAbandoned) -> None:
    row = draft.board.callers.get(event.uniqueid)
    if row is None or row.queue != event.queue or row.state is CallState.TALKING:
        return
    end(draft, row, _unanswered(draft, event.uniqueid), hold_seconds=event.hold_seconds)
    if row.state is CallState.WAITING:
        _shift_positions(draft, event.queue, event.position + 1, by=-1)


def _unanswered(draft: Draft, uniqueid: str) -> CallOutcome:
    """How a caller left of whom the PBX only tells that they did, unanswered."""
    if uniqueid in draft.memory.hanging_up:
        return CallOutcome.ABANDONED
    if uniqueid in draft.memory.moved:
        return CallOutcome.REDIRECTED
    return CallOutcome.TIMED_OUT if draft.memory.hears_calls else CallOutcome.ABANDONED


def status_told(draft: Draft, event: QueueVariableSet) -> None:
    """QUEUESTATUS names the reason after the fact."""
    outcome = _OUTCOME_OF_STATUS.get(event.status.upper())
    if outcome is None:
        return
    row = draft.board.callers.get(event.uniqueid)
    if row is not None and row.state is CallState.CONNECTING:
        end(draft, row, outcome)
    else:
        revise(draft, event.uniqueid, outcome)


def called(draft: Draft, event: AgentCalled) -> None:
    row = draft.board.callers.get(event.uniqueid)
    if row is None or row.state is CallState.TALKING or row.queue != event.queue:
        return
    if event.agent_uniqueid in draft.memory.gone:
        return
    draft.memory.legs[event.agent_uniqueid] = Leg(caller=event.uniqueid, interface=event.interface)
    if event.interface not in row.ringing:
        draft.put_caller(replace(row, ringing=tuple(sorted({*row.ringing, event.interface}))))


def not_answered(draft: Draft, event: AgentNotAnswered) -> None:
    draft.memory.legs.pop(event.agent_uniqueid, None)
    stop_ringing(draft, event.uniqueid, event.interface)
    if member_key(event.queue, event.interface) in draft.board.members:
        draft.keep_history(MissedRing(draft.board.pbx, event.interface, event.queue, draft.at, event.uniqueid))


def dial_ended(draft: Draft, event: DialEnded) -> None:
    leg = draft.memory.legs.get(event.agent_uniqueid)
    if leg is None:
        return
    if event.status == "ANSWER":
        leg.is_answered = True
    elif not leg.is_answered:
        del draft.memory.legs[event.agent_uniqueid]
        stop_ringing(draft, leg.caller, leg.interface)


def stop_ringing(draft: Draft, caller: str, interface: str) -> None:
    row = draft.board.callers.get(caller)
    if row is not None and interface in row.ringing:
        draft.put_caller(replace(row, ringing=tuple(i for i in row.ringing if i != interface)))


def _forget_legs(draft: Draft, caller: str) -> None:
    """Nobody is rung for this caller any more."""
    for uniqueid in [u for u, leg in draft.memory.legs.items() if leg.caller == caller]:
        del draft.memory.legs[uniqueid]


def connected(draft: Draft, event: AgentConnected) -> None:
    if event.uniqueid in draft.memory.gone:
        return
    row = draft.board.callers.get(event.uniqueid)
    if row is not None and row.queue != event.queue:
        end_moved_on(draft, row)
        row = None
    if row is None:
        draft.queue(event.queue)
        row = CallRow(
            pbx=draft.board.pbx,
            boot=boot(draft),
            uniqueid=event.uniqueid,
            queue=event.queue,
            joined_at=begun(draft, event.uniqueid, draft.at - timedelta(seconds=event.hold_seconds)),
            linkedid=event.linkedid,
            channel=event.channel,
            number=event.number,
            name=event.name,
        )
    elif row.state is CallState.TALKING and row.agent_uniqueid == event.agent_uniqueid:
        return
    _forget_legs(draft, event.uniqueid)
    draft.put_caller(
        replace(
            row,
            state=CallState.TALKING,
            ringing=(),
            position=0,
            agent_interface=event.interface,
            agent_uniqueid=event.agent_uniqueid,
            left_at=row.left_at or draft.at,
            answered_at=draft.at,
            hold_seconds=event.hold_seconds,
        )
    )


def talked_seconds(draft: Draft, row: CallRow) -> int | None:
    """How long caller and agent have talked by now; None if nobody saw it begin."""
    return int((draft.at - row.answered_at).total_seconds()) if row.answered_at else None


def end_hung_up(draft: Draft, row: CallRow) -> None:
    """The caller's or the agent's channel is gone and no queue event has told the end."""
    if row.state is CallState.TALKING:
        final = end(draft, row, CallOutcome.COMPLETED, talk_seconds=talked_seconds(draft, row))
        pending = draft.memory.unconfirmed[row.queue, row.agent_interface]
        pending.append(final)
        del pending[:-5]
    elif row.state is CallState.WAITING or _was_answered(draft, row):
        end(draft, row, CallOutcome.ABANDONED)
    else:
        end(draft, row, CallOutcome.EXITED)


def _was_answered(draft: Draft, row: CallRow) -> bool:
    return any(leg.caller == row.uniqueid and leg.is_answered for leg in draft.memory.legs.values())


def end_moved_on(draft: Draft, row: CallRow) -> None:
    """The caller turned up elsewhere although no event told that they left."""
    if row.state is CallState.TALKING:
        end(draft, row, CallOutcome.COMPLETED, talk_seconds=talked_seconds(draft, row), ended_by="transfer")
    else:
        end(draft, row, CallOutcome.REDIRECTED)


def end(
    draft: Draft,
    row: CallRow,
    outcome: CallOutcome,
    *,
    hold_seconds: int | None = None,
    talk_seconds: int | None = None,
    ended_by: str = "",
) -> CallRow:
    """Take a call off the board for good and return its final row."""
    if hold_seconds is None:
        hold_seconds = row.hold_seconds
    if hold_seconds is None:
        hold_seconds = max(0, int(((row.left_at or draft.at) - row.joined_at).total_seconds()))
    final = replace(
        row,
        ringing=(),
        ended_at=draft.at,
        outcome=outcome,
        ended_by=ended_by,
        hold_seconds=hold_seconds,
        talk_seconds=talk_seconds,
    )
    draft.end_call(final)
    draft.memory.ended[row.uniqueid] = final
    if outcome is not CallOutcome.COMPLETED and is_from_before(draft, row):
        draft.memory.guessed[row.uniqueid] = final
    draft.memory.moved.discard(row.uniqueid)
    _forget_legs(draft, row.uniqueid)
    if outcome is CallOutcome.COMPLETED:
        note_last_call(draft, final)
    return final


def note_last_call(draft: Draft, final: CallRow) -> None:
    """Their wrap-up begins."""
    if final.agent_interface:
        draft.memory.last_call[final.agent_interface] = LastCall(draft.at, final.queue, final.agent_uniqueid)
        draft.agents.add(final.agent_interface)


def revise(draft: Draft, uniqueid: str, outcome: CallOutcome) -> None:
    """Correct the outcome of a call that ended unanswered while its channel lived on."""
    final = draft.memory.ended.get(uniqueid)
    if final is None or final.outcome in (outcome, CallOutcome.COMPLETED) or uniqueid in draft.memory.hanging_up:
        return
    final = replace(final, outcome=outcome)
    draft.memory.ended[uniqueid] = final
    draft.keep(final)

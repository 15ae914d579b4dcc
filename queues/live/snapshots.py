"""Rules that reconcile queues, members, channels and the waiting line with a poll. Pure.

What a poll may overrule is `poll`'s business; talks with agents are `talks`'.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from agents.states import TALKING_DEVICES
from queues.ami.events import CallerTold, Snapshot
from queues.live import calls
from queues.live.draft import Draft
from queues.live.members import member_told, queue_told
from queues.live.phones import channel_told
from queues.live.poll import Poll
from queues.live.state import CallOutcome, CallRow, CallState, member_key
from queues.live.talks import reconcile_talks, talk, talks_with_agent


def reconcile(draft: Draft, snapshot: Snapshot, *, asked_at: datetime, is_first: bool) -> None:
    """Bring the board in line with `snapshot`, and remember what it contradicted for the first time."""
    poll = Poll(draft, snapshot, asked_at, is_first)
    _queues(poll)
    _members(poll)
    _channels(poll)
    if snapshot.callers is not None:
        _callers(poll)
    reconcile_talks(poll)
    poll.remember()


def _queues(poll: Poll) -> None:
    if not poll.snapshot.has_queues:
        return
    told = {row.queue for row in poll.snapshot.queues}
    for row in poll.snapshot.queues:
        before = poll.board.queues.get(row.queue)
        if before is not None:
            poll.abandoned[row.queue] = max(0, (row.abandoned or 0) - before.abandoned)
            poll.completed[row.queue] = max(0, (row.completed or 0) - before.completed)
        queue_told(poll.draft, row)
    for number in [n for n in poll.board.queues if poll.covers(n) and n not in told]:
        if poll.is_settled("queues", number):
            _drop_queue(poll, number)


def _drop_queue(poll: Poll, number: str) -> None:
    for key in list(poll.memory.members_of_queue[number]):
        poll.draft.drop_member(key)
    for key in list(poll.memory.callers_of_queue[number]):
        calls.end(poll.draft, poll.board.callers[key], CallOutcome.LOST)
    poll.draft.drop_queue(number)


def _members(poll: Poll) -> None:
    if not poll.snapshot.has_members:
        return
    told = {member_key(row.queue, row.interface) for row in poll.snapshot.members}
    for row in poll.snapshot.members:
        if not poll.is_outrun("members", member_key(row.queue, row.interface)):
            member_told(poll.draft, row)
    for key in [k for k, m in poll.board.members.items() if poll.covers(m.queue) and k not in told]:
        if not poll.is_outrun("members", key) and poll.is_settled("members", key):
            poll.draft.drop_member(key)


def _channels(poll: Poll) -> None:
    """Take over who is connected with whom, and end what has no channel any more."""
    if poll.by_uniqueid is None:
        return
    memory = poll.memory
    memory.sees_channels = True
    bridges: dict[str, set[str]] = {}
    for channel in poll.by_uniqueid.values():
        channel_told(poll.draft, channel)
        if channel.bridge_id:
            bridges.setdefault(channel.bridge_id, set()).add(channel.uniqueid)
    memory.bridges = bridges
    memory.bridge_of = {u: bridge for bridge, members in bridges.items() for u in members}
    for uniqueid in [u for u in memory.phones if u not in poll.by_uniqueid]:
        if poll.is_settled("phones", uniqueid):
            phone = memory.phones.pop(uniqueid)
            memory.phones_of_agent[phone.interface].discard(uniqueid)
            poll.draft.agents.add(phone.interface)


def _callers(poll: Poll) -> None:
    entries = {entry.uniqueid: entry for entry in poll.snapshot.callers or ()}
    for entry in entries.values():
        _present(poll, entry)
    waiting = [r for r in poll.board.callers.values() if r.state is CallState.WAITING and poll.covers(r.queue)]
    for row in waiting:
        if row.uniqueid not in entries:
            _absent(poll, row)


def _present(poll: Poll, entry: CallerTold) -> None:
    """A caller the PBX says is waiting."""
    if entry.uniqueid in poll.memory.gone or poll.is_outrun("callers", entry.uniqueid):
        return
    poll.draft.queue(entry.queue)
    row = poll.board.callers.get(entry.uniqueid)
    if row is not None and (row.queue != entry.queue or row.state is not CallState.WAITING):
        if not poll.is_settled("callers", row.key):
            return
        if row.queue == entry.queue and row.state is CallState.CONNECTING:
            row = replace(row, state=CallState.WAITING, left_at=None)
        else:
            calls.end_moved_on(poll.draft, row)
            row = None
    if row is None:
        row = CallRow(
            pbx=poll.board.pbx,
            boot=calls.boot(poll.draft),
            uniqueid=entry.uniqueid,
            queue=entry.queue,
            joined_at=calls.begun(poll.draft, entry.uniqueid, poll.draft.at - timedelta(seconds=entry.wait_seconds)),
        )
    poll.draft.put_caller(
        replace(
            row,
            channel=entry.channel,
            number=entry.number or row.number,
            # Entry rows carry the plain name, events an escaped one that may have lost something.
            name=entry.name or row.name,
            position=entry.position,
            priority=entry.priority,
        )
    )


def _absent(poll: Poll, row: CallRow) -> None:
    """A caller the board says is waiting and the PBX does not."""
    channel = poll.by_uniqueid.get(row.uniqueid) if poll.by_uniqueid is not None else None
    if channel is not None and talks_with_agent(poll, channel):
        return  # `talks` finds the pair.
    if poll.is_outrun("callers", row.key) or not poll.is_settled("callers", row.key):
        return
    if channel is not None and channel.application == "Queue":
        poll.draft.put_caller(replace(row, state=CallState.CONNECTING, left_at=poll.draft.at, position=0))
    elif row.uniqueid in poll.memory.moved:
        calls.end(poll.draft, row, CallOutcome.REDIRECTED)
    elif channel is not None:
        # Elsewhere by now; but in a gap they may have talked with an agent first.
        may_have_talked = poll.is_first and not _are_completions_known(poll, row.queue)
        calls.end(poll.draft, row, CallOutcome.LOST if may_have_talked else CallOutcome.REDIRECTED)
    elif _surely_abandoned(poll, row.queue):
        poll.abandoned[row.queue] -= 1
        calls.end(poll.draft, row, CallOutcome.ABANDONED)
    elif poll.by_uniqueid is not None:
        calls.end(poll.draft, row, CallOutcome.LOST)
    elif not poll.memory.sees_channels and len(busy := _newly_busy_members(poll, row.queue)) == 1:
        talk(poll, row, busy[0], "", None)
    elif not poll.memory.sees_channels and poll.is_first and not busy:
        # After a gap, and nobody's phone is in use: they are with no agent, and nobody saw how they left.
        calls.end(poll.draft, row, CallOutcome.LOST)
    else:
        # Where they went, a poll that lists channels will tell, or the limit on connecting ends it.
        poll.draft.put_caller(replace(row, state=CallState.CONNECTING, left_at=poll.draft.at, position=0))


def _surely_abandoned(poll: Poll, queue: str) -> bool:
    """Whether the queue's counters leave no other end: enough abandons, and no unknown completion."""
    rows = [poll.board.callers[key] for key in poll.memory.callers_of_queue[queue]]
    entries = {entry.uniqueid for entry in poll.snapshot.callers or ()}
    vanished = sum(row.state is CallState.WAITING and row.uniqueid not in entries for row in rows)
    return vanished <= poll.abandoned.get(queue, 0) and _are_completions_known(poll, queue)


def _are_completions_known(poll: Poll, queue: str) -> bool:
    """Whether the talks we know of account for all calls the queue has counted as completed since the last poll."""
    rows = [poll.board.callers[key] for key in poll.memory.callers_of_queue[queue]]
    talks = sum(
        row.state is CallState.TALKING and poll.by_uniqueid is not None and row.uniqueid not in poll.by_uniqueid
        for row in rows
    )
    return poll.completed.get(queue, 0) <= talks


def _newly_busy_members(poll: Poll, queue: str) -> list[str]:
    """The members who are in a call nobody accounts for. Only for a PBX that shows us no channels: if it is one,
    taking them for the caller's agent is better than losing the caller."""
    return [
        member.interface
        for key in poll.memory.members_of_queue[queue]
        if (member := poll.board.members[key]).device_state in TALKING_DEVICES
        and not any(
            poll.board.callers[c].agent_interface == member.interface
            for c in poll.memory.callers_of_agent[member.interface]
        )
    ]

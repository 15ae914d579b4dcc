"""Rules that find the talks of callers with agents in a poll, and end those that are over. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from agents.states import TALKING_DEVICES
from queues.ami.events import ChannelTold
from queues.live import calls
from queues.live.phones import interface_of_channel
from queues.live.poll import Poll
from queues.live.state import CallOutcome, CallRow, CallState, member_key


def reconcile_talks(poll: Poll) -> None:
    """Find queue calls in progress that no event told of, and end those that are over."""
    if poll.by_uniqueid is None:
        if not poll.memory.sees_channels and not poll.memory.hears_calls:
            _end_talks_by_device(poll)
        return
    for channel in list(poll.by_uniqueid.values()):
        agent = talks_with_agent(poll, channel)
        queue = (channel.application_data or "").split(",", 1)[0].lower()
        if agent is None or not queue or not poll.covers(queue):
            continue
        row = poll.board.callers.get(channel.uniqueid)
        if row is not None and row.state is CallState.TALKING and row.queue == queue:
            continue
        if channel.uniqueid in poll.memory.gone or poll.is_outrun("callers", channel.uniqueid):
            continue
        if row is not None and row.queue != queue:
            calls.end_moved_on(poll.draft, row)
            row = None
        if row is None:
            row = _unseen_caller(poll, channel, queue)
        interface = interface_of_channel(poll.draft, agent.channel)
        talk(poll, row, interface, agent.uniqueid, agent.age_seconds)
    for row in [r for r in poll.board.callers.values() if r.state is not CallState.WAITING]:
        is_over = row.uniqueid not in poll.by_uniqueid or (
            row.agent_uniqueid != "" and row.agent_uniqueid not in poll.by_uniqueid
        )
        if not is_over or not poll.covers(row.queue) or poll.is_outrun("callers", row.key):
            continue
        if poll.is_settled("callers", row.key):
            outcome = CallOutcome.COMPLETED if row.state is CallState.TALKING else CallOutcome.LOST
            calls.end(poll.draft, row, outcome)


def talks_with_agent(poll: Poll, channel: ChannelTold) -> ChannelTold | None:
    """The agent's leg of a queue call: a channel of AppQueue, or of a member's phone, in the same bridge."""
    if channel.application != "Queue" or not channel.bridge_id or poll.by_uniqueid is None:
        return None
    for uniqueid in sorted(poll.memory.bridges.get(channel.bridge_id, set()) - {channel.uniqueid}):
        other = poll.by_uniqueid[uniqueid]
        if other.application == "AppQueue" or interface_of_channel(poll.draft, other.channel):
            return other
    return None


def _unseen_caller(poll: Poll, channel: ChannelTold, queue: str) -> CallRow:
    """A caller who was already with an agent when we first looked: their age bounds when they joined."""
    poll.draft.queue(queue)
    return CallRow(
        pbx=poll.board.pbx,
        boot=calls.boot(poll.draft),
        uniqueid=channel.uniqueid,
        queue=queue,
        joined_at=calls.begun(
            poll.draft, channel.uniqueid, poll.draft.at - timedelta(seconds=channel.age_seconds or 0)
        ),
        linkedid=channel.linkedid or "",
        channel=channel.channel,
        number=channel.number or "",
        name=channel.name or "",
    )


def talk(poll: Poll, row: CallRow, interface: str, agent_uniqueid: str, age_seconds: int | None) -> None:
    """Put the caller in a talk; the agent's channel is as old as its ringing, a bound for the answer."""
    answered_at = poll.draft.at
    if poll.is_first and age_seconds is not None:
        answered_at = max(row.joined_at, poll.draft.at - timedelta(seconds=age_seconds))
    poll.draft.put_caller(
        replace(
            row,
            state=CallState.TALKING,
            ringing=(),
            position=0,
            agent_interface=interface,
            agent_uniqueid=agent_uniqueid,
            left_at=row.left_at or answered_at,
            answered_at=row.answered_at or answered_at,
            hold_seconds=max(0, int((answered_at - row.joined_at).total_seconds())),
        )
    )


def _end_talks_by_device(poll: Poll) -> None:
    """Without channels: a talk is over when the agent's phone has been free for two polls."""
    for row in [r for r in poll.board.callers.values() if r.state is CallState.TALKING]:
        member = poll.board.members.get(member_key(row.queue, row.agent_interface))
        is_busy = member is not None and (member.in_call or member.device_state in TALKING_DEVICES)
        if poll.covers(row.queue) and not is_busy and poll.is_settled("callers", row.key):
            talked = calls.talked_seconds(poll.draft, row)
            calls.end(poll.draft, row, CallOutcome.COMPLETED, talk_seconds=talked)

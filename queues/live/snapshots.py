"""Rules that reconcile the board with a poll: what the PBX says when asked, all at once. Pure.

A poll is true of some instant after it was asked for. What an event touched since then is the event's. An event
that happened before may still be on its way, and tells more (why a caller left): so what a poll adds or corrects
counts at once, what it silently lacks is doubted the first time and believed the second time in a row,
unless `is_first`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from agents.states import TALKING_DEVICES
from queues.ami.events import CallerTold, ChannelTold, Snapshot
from queues.live import calls
from queues.live.draft import Draft
from queues.live.members import member_told, queue_told
from queues.live.phones import channel_told, interface_of_channel
from queues.live.state import CallOutcome, CallRow, CallState

#: Events older than this against a poll cannot outrun it any more.
_TOUCH_MEMORY = timedelta(seconds=120)


def reconcile(draft: Draft, snapshot: Snapshot, *, asked_at: datetime, is_first: bool) -> None:
    """Bring the board in line with `snapshot`, and remember what it contradicted for the first time."""
    poll = _Poll(draft, snapshot, asked_at, is_first)
    poll.queues()
    poll.members()
    poll.channels()
    if snapshot.callers is not None:
        poll.callers()
    poll.talks()
    poll.remember()


class _Poll:
    """One reconciliation: the snapshot, and what it makes doubtful."""

    def __init__(self, draft: Draft, snapshot: Snapshot, asked_at: datetime, is_first: bool) -> None:
        self.draft = draft
        self.board = draft.board
        self.memory = draft.memory
        self.snapshot = snapshot
        self.asked_at = asked_at
        self.is_first = is_first
        self.doubts: set[tuple[str, str]] = set()
        #: Channels by Uniqueid; None when this poll did not ask for them, or may not.
        self.by_uniqueid = {c.uniqueid: c for c in snapshot.channels} if snapshot.channels is not None else None
        #: How many callers each queue counted as abandoned and as completed since the last poll.
        self.abandoned: dict[str, int] = {}
        self.completed: dict[str, int] = {}

    def _is_settled(self, table: str, key: str) -> bool:
        """Whether the poll may overrule the board about a row it contradicts."""
        if self.is_first:
            return True
        if (table, key) in self.memory.doubts:
            self.memory.drift += 1
            return True
        self.doubts.add((table, key))
        return False

    def _is_outrun(self, table: str, key: str) -> bool:
        """Whether an event spoke of the row after this poll was asked for."""
        touched_at = self.memory.touched_at.get((table, key))
        return touched_at is not None and touched_at >= self.asked_at

    def remember(self) -> None:
        """Keep the doubts of this poll; those of queues it did not ask about stay as they are."""
        if self.snapshot.queue is not None:
            self.doubts |= {doubt for doubt in self.memory.doubts if self._queue_of(doubt) != self.snapshot.queue}
        self.memory.doubts = self.doubts
        horizon = self.asked_at - _TOUCH_MEMORY
        for known in [k for k, at in self.memory.touched_at.items() if at < horizon]:
            del self.memory.touched_at[known]

    def _queue_of(self, doubt: tuple[str, str]) -> str:
        table, key = doubt
        if table == "callers":
            caller = self.board.callers.get(key)
            return caller.queue if caller else ""
        return key.split("/", 1)[0]

    def _covers(self, queue: str) -> bool:
        return self.snapshot.queue is None or self.snapshot.queue == queue

    def queues(self) -> None:
        if not self.snapshot.has_queues:
            return
        told = {row.queue for row in self.snapshot.queues}
        for row in self.snapshot.queues:
            before = self.board.queues.get(row.queue)
            if before is not None:
                self.abandoned[row.queue] = max(0, (row.abandoned or 0) - before.abandoned)
                self.completed[row.queue] = max(0, (row.completed or 0) - before.completed)
            queue_told(self.draft, row)
        for number in [n for n in self.board.queues if self._covers(n) and n not in told]:
            if self._is_settled("queues", number):
                self._drop_queue(number)

    def _drop_queue(self, number: str) -> None:
        for key in list(self.memory.members_of_queue[number]):
            self.draft.drop_member(key)
        for key in list(self.memory.callers_of_queue[number]):
            calls.end(self.draft, self.board.callers[key], CallOutcome.LOST)
        self.draft.drop_queue(number)

    def members(self) -> None:
        if not self.snapshot.has_members:
            return
        told = {f"{row.queue}/{row.interface}" for row in self.snapshot.members}
        for row in self.snapshot.members:
            if not self._is_outrun("members", f"{row.queue}/{row.interface}"):
                member_told(self.draft, row)
        for key in [k for k, m in self.board.members.items() if self._covers(m.queue) and k not in told]:
            if not self._is_outrun("members", key) and self._is_settled("members", key):
                self.draft.drop_member(key)

    def channels(self) -> None:
        """Take over who is connected with whom, and end what has no channel any more."""
        if self.by_uniqueid is None:
            return
        memory = self.memory
        memory.sees_channels = True
        bridges: dict[str, set[str]] = {}
        for channel in self.by_uniqueid.values():
            channel_told(self.draft, channel)
            if channel.bridge_id:
                bridges.setdefault(channel.bridge_id, set()).add(channel.uniqueid)
        memory.bridges = bridges
        memory.bridge_of = {u: bridge for bridge, members in bridges.items() for u in members}
        for uniqueid in [u for u in memory.phones if u not in self.by_uniqueid]:
            if self._is_settled("phones", uniqueid):
                phone = memory.phones.pop(uniqueid)
                memory.phones_of_agent[phone.interface].discard(uniqueid)
                self.draft.agents.add(phone.interface)

    def callers(self) -> None:
        entries = {entry.uniqueid: entry for entry in self.snapshot.callers or ()}
        for entry in entries.values():
            self._present(entry)
        waiting = [r for r in self.board.callers.values() if r.state is CallState.WAITING and self._covers(r.queue)]
        for row in waiting:
            if row.uniqueid not in entries:
                self._absent(row)

    def _present(self, entry: CallerTold) -> None:
        """A caller the PBX says is waiting."""
        if entry.uniqueid in self.memory.gone or self._is_outrun("callers", entry.uniqueid):
            return
        self.draft.queue(entry.queue)
        row = self.board.callers.get(entry.uniqueid)
        if row is not None and (row.queue != entry.queue or row.state is not CallState.WAITING):
            if not self._is_settled("callers", row.key):
                return
            if row.queue == entry.queue and row.state is CallState.CONNECTING:
                row = replace(row, state=CallState.WAITING, left_at=None)
            else:
                calls.end_moved_on(self.draft, row)
                row = None
        if row is None:
            row = CallRow(
                pbx=self.board.pbx,
                boot=calls.boot(self.draft),
                uniqueid=entry.uniqueid,
                queue=entry.queue,
                joined_at=self.draft.at - timedelta(seconds=entry.wait_seconds),
            )
        self.draft.put_caller(
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

    def _absent(self, row: CallRow) -> None:
        """A caller the board says is waiting and the PBX does not."""
        channel = self.by_uniqueid.get(row.uniqueid) if self.by_uniqueid is not None else None
        if channel is not None and self._talks_with_agent(channel):
            return  # `talks` finds the pair.
        if self._is_outrun("callers", row.key) or not self._is_settled("callers", row.key):
            return
        if channel is not None and channel.application == "Queue":
            self.draft.put_caller(replace(row, state=CallState.CONNECTING, left_at=self.draft.at, position=0))
        elif channel is not None:
            calls.end(self.draft, row, CallOutcome.REDIRECTED)
        elif self._surely_abandoned(row.queue):
            self.abandoned[row.queue] -= 1
            calls.end(self.draft, row, CallOutcome.ABANDONED)
        elif self.by_uniqueid is not None:
            calls.end(self.draft, row, CallOutcome.LOST)
        elif not self.memory.sees_channels and (interface := self._newly_busy_member(row.queue)):
            self._talk(row, interface, "", None)
        else:
            # Where they went, a poll that lists channels will tell, or the limit on connecting ends it.
            self.draft.put_caller(replace(row, state=CallState.CONNECTING, left_at=self.draft.at, position=0))

    def _surely_abandoned(self, queue: str) -> bool:
        """Whether the queue's counters leave no other end: enough abandons, and no completion that the talks
        we know of do not account for."""
        rows = [self.board.callers[key] for key in self.memory.callers_of_queue[queue]]
        talks = sum(
            row.state is CallState.TALKING and self.by_uniqueid is not None and row.uniqueid not in self.by_uniqueid
            for row in rows
        )
        entries = {entry.uniqueid for entry in self.snapshot.callers or ()}
        vanished = sum(row.state is CallState.WAITING and row.uniqueid not in entries for row in rows)
        return vanished <= self.abandoned.get(queue, 0) and self.completed.get(queue, 0) <= talks

    def _newly_busy_member(self, queue: str) -> str:
        """The one member who is in a call nobody accounts for, "" unless there is exactly one. Only for a PBX
        that shows us no channels: better than losing the caller."""
        busy = [
            member.interface
            for key in self.memory.members_of_queue[queue]
            if (member := self.board.members[key]).device_state in TALKING_DEVICES
            and not any(
                self.board.callers[c].agent_interface == member.interface
                for c in self.memory.callers_of_agent[member.interface]
            )
        ]
        return busy[0] if len(busy) == 1 else ""

    def _talks_with_agent(self, channel: ChannelTold) -> ChannelTold | None:
        """The agent's leg of a queue call: a channel of AppQueue, or of a member's phone, in the same bridge."""
        if channel.application != "Queue" or not channel.bridge_id or self.by_uniqueid is None:
            return None
        for uniqueid in sorted(self.memory.bridges.get(channel.bridge_id, set()) - {channel.uniqueid}):
            other = self.by_uniqueid[uniqueid]
            if other.application == "AppQueue" or interface_of_channel(self.draft, other.channel):
                return other
        return None

    def talks(self) -> None:
        """Find queue calls in progress that no event told of, and end those that are over."""
        if self.by_uniqueid is None:
            if not self.memory.sees_channels and not self.memory.hears_calls:
                self._end_talks_by_device()
            return
        for channel in list(self.by_uniqueid.values()):
            agent = self._talks_with_agent(channel)
            queue = (channel.application_data or "").split(",", 1)[0].lower()
            if agent is None or not queue or not self._covers(queue):
                continue
            row = self.board.callers.get(channel.uniqueid)
            if row is not None and row.state is CallState.TALKING and row.queue == queue:
                continue
            if channel.uniqueid in self.memory.gone or self._is_outrun("callers", channel.uniqueid):
                continue
            if row is None or row.queue != queue:
                row = self._unseen_caller(channel, queue)
            interface = interface_of_channel(self.draft, agent.channel)
            self._talk(row, interface, agent.uniqueid, agent.age_seconds)
        for row in [r for r in self.board.callers.values() if r.state is not CallState.WAITING]:
            is_over = row.uniqueid not in self.by_uniqueid or (
                row.agent_uniqueid != "" and row.agent_uniqueid not in self.by_uniqueid
            )
            if not is_over or not self._covers(row.queue) or self._is_outrun("callers", row.key):
                continue
            if self._is_settled("callers", row.key):
                outcome = CallOutcome.COMPLETED if row.state is CallState.TALKING else CallOutcome.LOST
                calls.end(self.draft, row, outcome)

    def _unseen_caller(self, channel: ChannelTold, queue: str) -> CallRow:
        """A caller who was already with an agent when we first looked: their age bounds when they joined."""
        self.draft.queue(queue)
        return CallRow(
            pbx=self.board.pbx,
            boot=calls.boot(self.draft),
            uniqueid=channel.uniqueid,
            queue=queue,
            joined_at=self.draft.at - timedelta(seconds=channel.age_seconds or 0),
            linkedid=channel.linkedid or "",
            channel=channel.channel,
            number=channel.number or "",
            name=channel.name or "",
        )

    def _talk(self, row: CallRow, interface: str, agent_uniqueid: str, age_seconds: int | None) -> None:
        """Put the caller in a talk; the agent's channel is as old as its ringing, a bound for the answer."""
        answered_at = self.draft.at
        if self.is_first and age_seconds is not None:
            answered_at = max(row.joined_at, self.draft.at - timedelta(seconds=age_seconds))
        self.draft.put_caller(
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

    def _end_talks_by_device(self) -> None:
        """Without channels: a talk is over when the agent's phone has been free for two polls."""
        for row in [r for r in self.board.callers.values() if r.state is CallState.TALKING]:
            member = self.board.members.get(f"{row.queue}/{row.agent_interface}")
            is_busy = member is not None and (member.in_call or member.device_state in TALKING_DEVICES)
            if self._covers(row.queue) and not is_busy and self._is_settled("callers", row.key):
                talked = int((self.draft.at - row.answered_at).total_seconds()) if row.answered_at else None
                calls.end(self.draft, row, CallOutcome.COMPLETED, talk_seconds=talked)

"""Calls in queues: joining, ringing, taking, leaving and counting, as Asterisk's app_queue does it.

In: orders about a call (`join`, `answer`, `abandon`, `finish`, …) and time passing. Out: facts, in the order
recorded from Asterisk 16.28. What a caller does after a queue is the floor's business (`on_exit`).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from queues.simulator.agenda import Agenda
from queues.simulator.distribution import choose
from queues.simulator.entities import (
    Call,
    CallState,
    Channel,
    ChannelState,
    DeviceState,
    Member,
    Outcome,
    Queue,
    Ring,
)
from queues.simulator.membership import pause
from queues.simulator.switch import Switch


class Queueing:
    """The queues. `on_exit` gets a channel whose queue gave up on it, to go on in the dialplan;
    `forgets` is the probability that an AgentComplete lacks a channel block (seen in 15 of 59)."""

    def __init__(self, switch: Switch, agenda: Agenda, rng: Random, on_exit: Callable[[Channel], None]) -> None:
        self.queues: dict[str, Queue] = {}
        self.forgets = 0.0
        self._switch = switch
        self._agenda = agenda
        self._rng = rng
        self._on_exit = on_exit

    # Joining

    def join(self, channel: Channel, queue: Queue, priority: int = 0) -> Call:
        """A channel enters a queue; a full queue refuses it (outcome REFUSED) without any queue event."""
        switch = self._switch
        switch.run(channel, "Queue", f"{queue.number},tT,,,{int(queue.max_wait_seconds) or ''}")
        call = Call(queue, channel, switch.now, priority)
        if queue.max_waiting and len(queue.waiting) >= queue.max_waiting:
            call.state, call.outcome, call.ended_at = CallState.ENDED, Outcome.REFUSED, switch.now
            switch.set_variable(channel, "QUEUESTATUS", "FULL")
            self._on_exit(channel)
            return call
        channel.activity = call
        behind = next((i for i, other in enumerate(queue.waiting) if other.priority < priority), len(queue.waiting))
        queue.waiting.insert(behind, call)
        call.original_position = behind + 1
        queue.counters.offered += 1
        if len(queue.waiting) == 1:
            self._tell_queue_device(queue)
        switch.tell(
            "QueueCallerJoin",
            channel,
            call=call,
            headers={"Queue": queue.number, "Position": call.original_position, "Count": len(queue.waiting)},
        )
        switch.tell("QueueStatus", queue=queue)
        switch.tell("MusicOnHoldStart", channel, headers={"Class": "default"})
        if queue.max_wait_seconds:
            call.wait_timer = self._agenda.at(
                switch.now + queue.max_wait_seconds, lambda: self.give_up(call, "TIMEOUT")
            )
        self.look(queue)
        return call

    # Ringing

    def look(self, queue: Queue) -> None:
        """Ring whoever is free for whoever waits. Called whenever either may have changed. With ringall only
        the first in line is rung for."""
        line = queue.waiting[:1] if queue.strategy == "ringall" else list(queue.waiting)
        for call in line:
            if call.rings:
                continue
            if self._switch.now < call.retry_at:
                self.look_later(queue, call.retry_at)
                continue
            free = [member for member in queue.members.values() if self._is_free(member)]
            members = choose(queue, free, call.tried, self._rng)
            if not members:
                return
            self._ring(call, members)

    def look_later(self, queue: Queue, at: float) -> None:
        """Look again at `at`, unless that is planned already or a look before it is, which will plan the next."""
        if queue.next_look_at is None or at < queue.next_look_at:
            queue.next_look_at = at
            self._agenda.at(at, lambda: self._look_as_planned(queue, at))

    def _look_as_planned(self, queue: Queue, at: float) -> None:
        if queue.next_look_at == at:
            queue.next_look_at = None
        self.look(queue)

    def _is_free(self, member: Member) -> bool:
        """May a queue ring this member now? Wrap-up counts per queue, as without shared_lastcall."""
        if member.is_paused or member.phone is None or member.is_in_call:
            return False
        now, queue = self._switch.now, member.queue
        if member.last_call_at and now < member.last_call_at + queue.wrap_up_seconds:
            self.look_later(queue, member.last_call_at + queue.wrap_up_seconds)
            return False
        state = member.phone.state
        return state is DeviceState.NOT_INUSE or (member.rings_in_use and state is DeviceState.INUSE)

    def _ring(self, call: Call, members: list[Member]) -> None:
        switch, queue, caller = self._switch, call.queue, call.channel
        for member in members:
            phone = member.phone
            channel = switch.create(member.interface, "from-internal", "s", phone=phone, linked_to=caller)
            channel.activity = call
            channel.exten = queue.number
            channel.connected_number, channel.connected_name = caller.number, caller.name
            call.rings[member.interface] = Ring(member, channel, switch.now)
            switch.tell("AgentCalled", caller, channel, headers=_who(member))
            switch.tell("DialBegin", caller, channel, headers={"DialString": member.interface})
            queue.last_rung = member.interface
            if member.interface in call.tried:
                call.tried.clear()  # everybody had their turn: another round
            call.tried.add(member.interface)
        if len(members) == 1:
            self._show_agent(caller, call.rings[members[0].interface].channel)
        rings = [call.rings[member.interface] for member in members]
        for ring in rings:
            switch.set_state(ring.channel, ChannelState.RINGING)
            switch.run(ring.channel, "AppQueue", "(Outgoing Line)")
            switch.tell("NewConnectedLine", ring.channel)
        for ring in rings:
            switch.tell_device(ring.channel)
            switch.tell("DialState", caller, ring.channel, headers={"DialStatus": "RINGING"})
        call.ring_timer = self._agenda.at(switch.now + queue.ring_seconds, lambda: self._ring_out(call))

    def _ring_out(self, call: Call) -> None:
        """Nobody answered in time: every phone stops, the caller waits on."""
        call.retry_at = self._switch.now + call.queue.retry_seconds
        for ring in list(call.rings.values()):
            self._not_answered(call, ring)
        for channel in self._stop_ringing(call):
            self._switch.hang_up(channel, 0)
        self.look_later(call.queue, self._switch.now)

    def _not_answered(self, call: Call, ring: Ring, *, is_refusal: bool = False) -> None:
        """The phone did not take the call; told in the other order when it refused (as recorded)."""
        switch, member = self._switch, ring.member
        headers = _who(member) | {"RingTime": int((switch.now - ring.started_at) * 1000)}
        if not is_refusal:
            switch.tell("AgentRingNoAnswer", call.channel, ring.channel, headers=headers)
        switch.tell("DialEnd", call.channel, ring.channel, headers={"DialStatus": "NOANSWER"})
        if is_refusal:
            switch.tell("AgentRingNoAnswer", call.channel, ring.channel, headers=headers)
        if call.queue.pauses_silent_agents and not member.is_paused:
            pause(switch, member, True, "Auto-Pause")

    def _stop_ringing(self, call: Call, times: int = 1) -> list[Channel]:
        """Cancel every phone that rings for `call`, told `times` over (the real one repeats itself when no
        DialEnd went before); returns their channels, still to be hung up."""
        if call.ring_timer:
            call.ring_timer.cancel()
        channels = []
        for ring in call.rings.values():
            ring.member.calls_abandoned += 1
            ring.channel.activity = None
            for _ in range(times):
                self._switch.tell("DialEnd", call.channel, ring.channel, headers={"DialStatus": "CANCEL"})
            channels.append(ring.channel)
        call.rings.clear()
        return channels

    def reject(self, call: Call, channel: Channel) -> None:
        """A ringing phone refuses (busy): no ring time, and the next try after the retry pause."""
        switch = self._switch
        ring = next(ring for ring in call.rings.values() if ring.channel is channel)
        del call.rings[ring.member.interface]
        ring.member.calls_abandoned += 1
        switch.tell("HangupRequest", channel, headers={"Cause": 17})
        self._not_answered(call, ring, is_refusal=True)
        channel.activity = None
        switch.hang_up(channel, 17)
        if not call.rings and call.state is CallState.WAITING:
            if call.ring_timer:
                call.ring_timer.cancel()
            call.retry_at = switch.now + call.queue.retry_seconds
            self.look_later(call.queue, switch.now)

    # Talking

    def answer(self, call: Call, channel: Channel) -> None:
        """The phone of `channel` takes the call; all others stop ringing."""
        switch, queue, caller = self._switch, call.queue, call.channel
        ring = next(ring for ring in call.rings.values() if ring.channel is channel)
        member = ring.member
        del call.rings[member.interface]
        channel.state = ChannelState.UP
        switch.tell("Newstate", channel)
        switch.tell("DialEnd", caller, channel, headers={"DialStatus": "ANSWER"})
        others = self._stop_ringing(call)
        self._show_agent(caller, channel)
        for other in others:
            switch.tell("DialEnd", caller, other, headers={"DialStatus": "CANCEL"})
        switch.tell("MusicOnHoldStop", caller)
        call.hold_seconds = int(switch.now - call.joined_at)
        call.member, call.agent_channel, call.answered_at = member, channel, switch.now
        self._leave_line(call, channel, member)
        call.state = CallState.TALKING
        queue.talking.append(call)
        queue.counters.held(call.hold_seconds)
        member.is_in_call, member.caller_channel = True, caller.channel
        switch.tell(
            "AgentConnect",
            caller,
            channel,
            call=call,
            headers={
                **_who(member),
                "HoldTime": call.hold_seconds,
                "RingTime": int(switch.now - ring.started_at),
            },
        )
        switch.tell_device(channel)
        for other in others:
            switch.hang_up(other, 26)
        switch.bridge(channel, caller)
        self.look(queue)

    def _show_agent(self, caller: Channel, agent: Channel) -> None:
        """The caller's phone shows the agent; told once."""
        if (caller.connected_number, caller.connected_name) != (agent.number, agent.name):
            self._switch.connect_line(caller, agent)

    def _leave_line(self, call: Call, peer: Channel | None = None, member: Member | None = None) -> None:
        """Out of the waiting line, for whatever reason: `peer` and `member` when the call was taken."""
        queue, position = call.queue, call.position
        queue.waiting.remove(call)
        if call.wait_timer:
            call.wait_timer.cancel()
        if not queue.waiting:
            self._tell_queue_device(queue)
        self._switch.tell(
            "QueueCallerLeave",
            call.channel,
            peer,
            call=call,
            member=member,
            headers={"Queue": queue.number, "Position": position, "Count": len(queue.waiting)},
        )

    def finish(self, call: Call, reason: str) -> None:
        """Count a call that was talked as completed and tell AgentComplete; `reason` is caller, agent or
        transfer. The channels are the business of whoever ends it."""
        member, queue = call.member, call.queue
        assert member is not None  # noqa: S101  a call that talks has one
        talk_seconds = int(self._switch.now - call.answered_at)
        if call.state is CallState.TALKING:
            self._free_member(call, talk_seconds)
            is_counted = True
        else:
            is_counted = member.calls_taken == call.calls_when_left
        if is_counted:
            queue.counters.completed += 1
            queue.counters.completed_in_level += call.hold_seconds <= queue.service_level_seconds
            queue.counters.talked(talk_seconds)
        is_late = call.state is CallState.LEFT
        call.state, call.outcome, call.ended_at = CallState.ENDED, Outcome.COMPLETED, self._switch.now
        channel, dest = (None, None) if is_late else self._blocks_told(call)
        self._switch.tell(
            "AgentComplete",
            channel,
            dest,
            call=call,
            headers={
                **_who(member),
                "HoldTime": call.hold_seconds,
                "TalkTime": talk_seconds,
                "Reason": reason,
            },
        )
        self._switch.tell("QueueStatus", queue=queue)

    def _blocks_told(self, call: Call) -> tuple[Channel | None, Channel | None]:
        """Which of the two channels AgentComplete still describes: often one or both are gone already."""
        if self.forgets and self._rng.random() < self.forgets:
            return self._rng.choice(((None, call.agent_channel), (call.channel, None), (None, None)))
        return call.channel, call.agent_channel

    def _free_member(self, call: Call, talk_seconds: int) -> None:
        member = call.member
        assert member is not None  # noqa: S101
        member.is_in_call = False
        member.calls_taken += 1
        member.talk_seconds += talk_seconds
        member.last_call_at = self._switch.now
        call.queue.talking.remove(call)

    def leave_talking(self, call: Call) -> None:
        """The caller is moved on: the member is free at once, the call completes only when the caller's
        channel ends (recorded from Asterisk 16.28: no AgentComplete before)."""
        self._free_member(call, int(self._switch.now - call.answered_at))
        call.state = CallState.LEFT
        call.calls_when_left = call.member.calls_taken if call.member else 0
        call.channel.unfinished.append(call)

    # Leaving unanswered

    def abandon(self, call: Call, outcome: Outcome = Outcome.ABANDONED) -> list[Channel]:
        """A waiting caller is gone (hung up, or moved elsewhere); counted as abandoned either way. Returns
        the phones that rang, to be hung up when the caller's own channel has had its end."""
        self._switch.tell("MusicOnHoldStop", call.channel)
        phones = self._stop_ringing(call, times=2)
        self._tell_abandoned(call)
        self._leave_line(call)
        self._end_unanswered(call, outcome)
        return phones

    def give_up(self, call: Call, status: str) -> None:
        """The queue gives up on a caller, who goes on in the dialplan: counted as abandoned, as recorded.
        `status` is the QUEUESTATUS that tells why (TIMEOUT, WITHDRAW), to those who may read the dialplan."""
        switch = self._switch
        for ring in list(call.rings.values()):
            self._not_answered(call, ring)
        phones = self._stop_ringing(call)
        self._tell_abandoned(call)
        switch.tell("MusicOnHoldStop", call.channel)
        self._leave_line(call)
        self._end_unanswered(call, Outcome.TIMED_OUT)
        switch.set_variable(call.channel, "QUEUESTATUS", status)
        call.channel.activity = None
        self._on_exit(call.channel)
        for channel in phones:
            switch.hang_up(channel, 0)

    def _tell_abandoned(self, call: Call) -> None:
        queue, waited = call.queue, int(self._switch.now - call.joined_at)
        queue.counters.abandoned += 1
        queue.counters.abandoned_in_level += waited <= queue.service_level_seconds
        self._switch.tell(
            "QueueCallerAbandon",
            call.channel,
            call=call,
            headers={
                "Queue": queue.number,
                "Position": call.position,
                "OriginalPosition": call.original_position,
                "HoldTime": waited,
            },
        )

    def _end_unanswered(self, call: Call, outcome: Outcome) -> None:
        call.state, call.outcome, call.ended_at = CallState.ENDED, outcome, self._switch.now
        self._switch.tell("QueueStatus", queue=call.queue)
        self.look_later(call.queue, self._switch.now)

    def _tell_queue_device(self, queue: Queue) -> None:
        state = "RINGING" if queue.waiting else "NOT_INUSE"
        self._switch.tell("DeviceStateChange", headers={"Device": f"Queue:{queue.number}", "State": state})


def _who(member: Member) -> dict[str, str | int]:
    """The headers that name a member in the events of its calls."""
    return {"Queue": member.queue.number, "Interface": member.interface, "MemberName": member.name}

"""The floor: everything that happens in the simulated call centre, and every way to make it happen.

A pure, deterministic state machine: time enters by `advance`, randomness by the seed, and the world hears of
it by facts (`listen`). Tests script exact stories with it (`arrive`, `answer`, `abandon`, …); the autopilot
and the AMI actions use the same methods. What the PBX does by itself (ringing, retrying, timing out) it
does here too; what people do is somebody else's business.
"""

from __future__ import annotations

import re
from random import Random

from queues.simulator import membership
from queues.simulator.agenda import Agenda, Appointment
from queues.simulator.dialing import Dialing
from queues.simulator.entities import (
    Call,
    CallState,
    Channel,
    ChannelState,
    Counters,
    Dial,
    Member,
    Origin,
    Outcome,
    Parking,
    Phone,
    Queue,
)
from queues.simulator.facts import Fact, Listener
from queues.simulator.queueing import Queueing
from queues.simulator.switch import Switch

#: The contexts of a UCM's dialplan, and what a trunk takes.
INTERNAL_CONTEXT, EXTERNAL_CONTEXT = "from-internal", "outbound-allroutes"
_EXTERNAL_NUMBER = re.compile(r"\+?[0-9*#]{3,32}")

#: How long a parked call stays, in seconds.
PARKING_SECONDS = 45.0


class Refused(Exception):
    """The PBX will not do it; the text is its own."""


class Floor:
    """`now` is epoch seconds by the PBX's clock; `boot` counts its starts, `booted_at` tells when the last
    one was. `outbound_trunk` and `did_context` name what external calls go through."""

    def __init__(self, *, now: float, seed: int = 1, did_context: str = "ext-did-1", human_names: bool = False) -> None:
        self.rng = Random(seed)  # noqa: S311  a simulation, not a secret
        self.boot = 1
        self.booted_at = now
        self.outbound_trunk = "trunk_1"
        self.human_names = human_names
        self.switch = Switch(now, self.rng)
        self.agenda = Agenda()
        self.queueing = Queueing(self.switch, self.agenda, self.rng, self._leave_dialplan)
        self._dialing = Dialing(self.switch, self.agenda, self._run_origin)
        self._did_context = did_context
        self._parking_spaces: dict[str, Channel] = {}
        self.listen(self._on_fact)

    # Time and the world

    @property
    def now(self) -> float:
        return self.switch.now

    @property
    def queues(self) -> dict[str, Queue]:
        """All queues by number."""
        return self.queueing.queues

    def listen(self, listener: Listener) -> None:
        """Have `listener` called with every fact, at once and in order."""
        self.switch.listeners.append(listener)

    def advance(self, now: float) -> None:
        """Let time pass up to `now`, doing in order what falls due; time never goes back."""
        while (due := self.agenda.take_due(now)) is not None:
            at, what = due
            self.switch.now = max(self.switch.now, at)
            what()
        self.switch.now = max(self.switch.now, now)

    def later(self, seconds: float, what) -> Appointment:
        """Have `what` called in `seconds` of simulated time."""
        return self.agenda.add(self.now + seconds, what)

    def _settle(self) -> None:
        self.advance(self.now)

    def _on_fact(self, fact: Fact) -> None:
        """What one happening means for the rest: freed phones take callers, and a caller who is gone for
        good completes the calls they were moved out of."""
        if fact.event == "QueueMemberStatus" and fact.member:
            self.queueing.look_later(fact.member.queue, self.now)
        elif fact.event == "Hangup" and fact.channel:
            for call in fact.channel.unfinished:
                self.queueing.finish(call, "caller")

    # Furniture

    def add_queue(self, number: str, name: str = "", **settings) -> Queue:
        """A queue; `settings` are fields of `Queue` (strategy, ring_seconds, wrap_up_seconds, …)."""
        queue = self.queues[number.lower()] = Queue(number, name or number, **settings)
        return queue

    def add_phone(self, extension: str, name: str = "", *, is_registered: bool = True) -> Phone:
        """A telephone `PJSIP/<extension>`; `name` is its caller id."""
        phone = Phone(extension, name or extension, is_registered)
        phone.told = phone.state
        self.switch.phones[phone.interface] = phone
        return phone

    def add_member(
        self, queue: str, interface: str, name: str = "", *, penalty: int = 0, is_dynamic: bool = False
    ) -> Member:
        """A membership there from the start. Without a name it is the phone's human one, if this PBX shows
        them, else the interface."""
        member = self._make_member(self.find_queue(queue), interface, name, is_dynamic)
        member.penalty = penalty
        membership.add(self.switch, member.queue, member, is_told=False)
        return member

    def _make_member(self, queue: Queue, interface: str, name: str, is_dynamic: bool) -> Member:
        phone = self.switch.phones.get(interface)
        human = phone.name if phone and self.human_names else interface
        return Member(queue, interface, phone, name or human, is_dynamic, logged_in_at=self.now)

    def find_queue(self, number: str) -> Queue:
        """The queue of that number, case aside. KeyError when there is none."""
        return self.queues[number.lower()]

    def members_of(self, interface: str, queue: str | None = None) -> list[Member]:
        """The memberships of an interface: all, or the one in `queue`."""
        found = self.switch.memberships.get(interface, [])
        return [member for member in found if queue is None or member.queue.number.lower() == queue.lower()]

    # Callers

    def arrive(
        self, queue: str, *, number: str = "0301234567", name: str = "", trunk: str = "trunk_1", priority: int = 0
    ) -> Call:
        """A caller comes in by a trunk and enters a queue, which rings whoever it may at once."""
        target, switch = self.find_queue(queue), self.switch
        channel = switch.create(
            f"PJSIP/{trunk}", self._did_context, target.number, number=number, name=name, state=ChannelState.RING
        )
        switch.run(channel, "Goto", f"{INTERNAL_CONTEXT},{target.number},1")
        channel.context = INTERNAL_CONTEXT
        switch.run(channel, "Answer")
        switch.set_state(channel, ChannelState.UP)
        switch.tell_device(channel)
        channel.priority = 2
        call = self.queueing.join(channel, target, priority)
        self._settle()
        return call

    def answer(self, call: Call, interface: str | None = None) -> None:
        """A phone that rings for `call` is picked up: that of `interface`, else the first.
        Refused when none rings."""
        ring = call.rings.get(interface) if interface else next(iter(call.rings.values()), None)
        if ring is None:
            raise Refused("That phone does not ring for this call")
        self.queueing.answer(call, ring.channel)
        self._settle()

    def abandon(self, call: Call) -> None:
        """The caller hangs up, waiting or talking; nothing when the call has ended."""
        if call.state is not CallState.ENDED:
            self.hang_up(call.channel)

    hang_up_caller = abandon

    def hang_up_agent(self, call: Call) -> None:
        """The agent hangs up; nothing when nobody talks."""
        if call.state is CallState.TALKING and call.agent_channel:
            self.hang_up(call.agent_channel)

    # Phones

    def pick_up(self, interface: str) -> None:
        """The phone is answered, whatever rings it. Refused when it does not ring."""
        channel = self._ringing_channel(interface)
        if isinstance(channel.activity, Call):
            self.queueing.answer(channel.activity, channel)
        elif isinstance(channel.activity, Dial):
            self._dialing.answer(channel.activity)
        self._settle()

    def answer_trunk(self, channel: Channel) -> None:
        """The outside party of a dialled call answers."""
        if isinstance(channel.activity, Dial) and channel.state is ChannelState.RINGING:
            self._dialing.answer(channel.activity)
            self._settle()

    def reject(self, interface: str) -> None:
        """The phone refuses what rings it. Refused when it does not ring."""
        self.hang_up(self._ringing_channel(interface))

    def _ringing_channel(self, interface: str) -> Channel:
        phone = self.switch.phones.get(interface)
        for channel in phone.channels if phone else ():
            if channel.state is ChannelState.RINGING:
                return channel
        raise Refused(f"{interface} does not ring")

    def dial(self, interface: str, number: str) -> Channel:
        """The phone dials an extension, a queue or an outside number; returns its channel."""
        phone = self.switch.phones[interface]
        context = INTERNAL_CONTEXT if self.target(INTERNAL_CONTEXT, number) else EXTERNAL_CONTEXT
        channel = self.switch.create(interface, context, number, phone=phone, state=ChannelState.RING)
        self.switch.tell_device(channel)
        self._go(channel, context, number)
        self._settle()
        return channel

    def set_registered(self, interface: str, is_registered: bool) -> None:
        """A phone is unplugged or comes back; its calls go on (the PBX has not noticed)."""
        phone = self.switch.phones[interface]
        phone.is_registered = is_registered
        self.switch.tell_phone(phone)
        self._settle()

    # Members

    def pause(self, interface: str, queue: str | None = None, reason: str = "") -> None:
        """Pause a member in one queue or everywhere. Refused when it is a member of none."""
        self._set_paused(interface, queue, True, reason)

    def unpause(self, interface: str, queue: str | None = None, reason: str = "") -> None:
        """End a pause, as `pause`."""
        self._set_paused(interface, queue, False, reason)

    def _set_paused(self, interface: str, queue: str | None, is_paused: bool, reason: str) -> None:
        members = self.members_of(interface, queue)
        if not members:
            raise Refused("Interface not found")
        for member in members:
            membership.pause(self.switch, member, is_paused, reason)
            self.queueing.look_later(member.queue, self.now)
        self._settle()

    def log_in(self, interface: str, queue: str, *, name: str = "", penalty: int = 0, paused: bool = False) -> Member:
        """A dynamic member joins a queue. Refused with the PBX's words when it cannot."""
        target = self.queues.get(queue.lower())
        if target is None:
            raise Refused("Unable to add interface to queue: No such queue")
        if interface in target.members:
            raise Refused("Unable to add interface: Already there")
        member = self._make_member(target, interface, name, True)
        member.penalty, member.is_paused = penalty, paused
        member.paused_at = self.now if paused else 0.0
        membership.add(self.switch, target, member, is_told=True)
        self.queueing.look_later(target, self.now)
        self._settle()
        return member

    def log_out(self, interface: str, queue: str) -> None:
        """A dynamic member leaves a queue. Refused with the PBX's words when it cannot."""
        target = self.queues.get(queue.lower())
        if target is None:
            raise Refused("Unable to remove interface from queue: No such queue")
        member = target.members.get(interface)
        if member is None:
            raise Refused("Unable to remove interface: Not there")
        if not member.is_dynamic:
            raise Refused("Member not dynamic")
        membership.remove(self.switch, member)
        self._settle()

    def set_penalty(self, interface: str, queue: str | None, penalty: int) -> None:
        """Change a member's penalty in one queue or all. Refused as QueuePenalty is."""
        members = self.members_of(interface, queue)
        if not members or penalty < 0:
            raise Refused("Invalid interface, queuename or penalty")
        for member in members:
            membership.set_penalty(self.switch, member, penalty)

    def set_rings_in_use(self, interface: str, queue: str | None, rings_in_use: bool) -> None:
        """May a member be rung while on the phone? Refused as QueueMemberRingInUse is."""
        members = self.members_of(interface, queue)
        if not members:
            raise Refused("Invalid interface, queuename or ringinuse value\n")
        for member in members:
            membership.set_rings_in_use(self.switch, member, rings_in_use)

    def reset_counters(self, queue: str | None = None) -> None:
        """QueueReset: the figures of one queue or all go to 0, those of their members too."""
        for target in self.queues.values():
            if queue is None or target.number.lower() == queue.lower():
                target.counters = Counters()
                for member in target.members.values():
                    member.calls_taken = member.calls_abandoned = member.talk_seconds = 0
                    member.last_call_at = 0.0

    # Ending and moving calls

    def hang_up(self, channel: Channel, *, is_by_party: bool = True, cause: int = 16) -> None:
        """End a channel: its party hangs up, or (not `is_by_party`) the PBX does it by order of an AMI user,
        which shows as no HangupRequest, and as reason "caller" even for an agent."""
        activity, switch = channel.activity, self.switch
        if channel.is_gone:
            return
        is_agent = isinstance(activity, Call) and channel is not activity.channel
        if is_by_party and not (is_agent and channel.state is not ChannelState.UP):
            switch.tell("HangupRequest", channel, Cause=cause)
        if isinstance(activity, Call):
            self._hang_up_queue_call(activity, channel, is_by_party, cause)
        elif isinstance(activity, Dial):
            self._dialing.end(activity, channel, cause)
        else:
            self._unpark(channel)
            switch.tell("SoftHangupRequest", channel, Cause=cause)
            switch.hang_up(channel, cause)
        self._settle()

    def _hang_up_queue_call(self, call: Call, channel: Channel, is_by_party: bool, cause: int) -> None:
        switch, is_agent = self.switch, channel is not call.channel
        if call.state is CallState.TALKING:
            reason = "agent" if is_agent and is_by_party else "caller"
            self._end_talk(call, channel, reason, cause)
        elif is_agent:
            self.queueing.reject(call, channel)
        else:
            phones = self.queueing.abandon(call)
            switch.tell("SoftHangupRequest", channel, Cause=cause)
            switch.hang_up(channel, 0)
            for phone in phones:
                switch.hang_up(phone, 0)

    def _end_talk(self, call: Call, first: Channel, reason: str, cause: int) -> None:
        switch, agent = self.switch, call.agent_channel
        assert agent is not None  # noqa: S101  a call that talks has one
        second = call.channel if first is agent else agent
        switch.leave(first)
        switch.tell("SoftHangupRequest", first, Cause=cause)
        switch.leave(second)
        self.queueing.finish(call, reason)
        if first is call.channel:
            switch.tell("QueueCallerHangup", first, call=call, Queue=call.queue.number, PeerChannel=agent.channel)
        switch.hang_up(first, cause)
        switch.hang_up(second, cause)

    def redirect(self, channel: Channel, context: str, exten: str) -> None:
        """Move a channel to another extension; whoever talked with it is left behind and ends.
        Refused when it is not up. A caller taken out of a line counts as abandoned, as recorded."""
        if channel.state is not ChannelState.UP:
            raise Refused("Redirect failed, channel not up.")
        self._take_out(channel)
        self._go(channel, context or channel.context, exten)
        self._settle()

    def _take_out(self, channel: Channel) -> None:
        """Free a channel of what it does, ending the other side's legs."""
        activity, switch = channel.activity, self.switch
        channel.activity = None
        if isinstance(activity, Dial):
            self._dialing.release(activity, channel)
        elif isinstance(activity, Parking):
            self._unpark(channel)
        elif isinstance(activity, Call) and activity.state is CallState.WAITING:
            for phone in self.queueing.abandon(activity, Outcome.REDIRECTED):
                switch.hang_up(phone, 0)
        elif isinstance(activity, Call) and activity.agent_channel:
            agent = activity.agent_channel
            second = agent if channel is activity.channel else activity.channel
            switch.leave(channel)
            switch.leave(second)
            if channel is agent:
                self.queueing.finish(activity, "agent")
            else:
                self.queueing.leave_talking(activity)
            switch.hang_up(second)

    def blind_transfer(self, transferer: Channel, context: str, exten: str, *, is_attended: bool = False) -> None:
        """The party of `transferer` hands the other side over to an extension and is out. Refused when it
        talks with nobody. `is_attended` only tells it as an AttendedTransfer: the consultation before it is
        not simulated."""
        bridge = transferer.bridge
        if bridge is None or len(bridge.channels) != 2:
            raise Refused("Transfer invalid")
        other = next(channel for channel in bridge.channels if channel is not transferer)
        activity, switch = transferer.activity, self.switch
        event = "AttendedTransfer" if is_attended else "BlindTransfer"
        switch.tell(event, transferer, other, bridge=bridge, Context=context, Extension=exten)
        switch.leave(other)
        switch.leave(transferer)
        if isinstance(activity, Call):
            self.queueing.finish(activity, "transfer")
        other.activity = None
        switch.hang_up(transferer)
        self._go(other, context, exten)
        self._settle()

    def park(self, channel: Channel, seconds: float = PARKING_SECONDS) -> str:
        """Park a channel and return its space; it is hung up when nobody fetches it in time (a real one
        would call back)."""
        if channel.state is not ChannelState.UP:
            raise Refused("Park action failed\n")
        self._take_out(channel)
        space = next(str(number) for number in range(701, 10_000) if str(number) not in self._parking_spaces)
        self._parking_spaces[space] = channel
        timer = self.later(seconds, lambda: self.hang_up(channel, is_by_party=False))
        channel.activity = Parking(space, timer)
        self.switch.tell("ParkedCall", channel, ParkingSpace=space, ParkingTimeout=int(seconds))
        self._settle()
        return space

    def _unpark(self, channel: Channel) -> None:
        for space, parked in list(self._parking_spaces.items()):
            if parked is channel:
                del self._parking_spaces[space]
        if isinstance(channel.activity, Parking) and channel.activity.timer:
            channel.activity.timer.cancel()

    # The dialplan

    def target(self, context: str, exten: str) -> Queue | Phone | str | None:
        """Where an extension leads: a queue, a phone, the name of a trunk, or nowhere."""
        if context == EXTERNAL_CONTEXT:
            return self.outbound_trunk if _EXTERNAL_NUMBER.fullmatch(exten) else None
        if context != INTERNAL_CONTEXT:
            return None
        return self.queues.get(exten.lower()) or self.switch.phones.get(f"PJSIP/{exten}")

    def originate(self, origin: Origin) -> None:
        """Ring a phone and send it somewhere; `origin.on_result` hears how it went."""
        self._dialing.originate(origin)
        self._settle()

    def _run_origin(self, channel: Channel, origin: Origin) -> None:
        if origin.application:
            channel.activity = Dial(channel)
            self.switch.run(channel, origin.application, origin.data)
        else:
            self._go(channel, origin.context, origin.exten)

    def _go(self, channel: Channel, context: str, exten: str) -> None:
        """Send a channel to an extension of the dialplan; to nowhere means it is hung up."""
        channel.context, channel.exten, channel.priority = context, exten, 1
        target = self.target(context, exten)
        if isinstance(target, Queue):
            if channel.state is not ChannelState.UP:
                self.switch.set_state(channel, ChannelState.UP)
            self.queueing.join(channel, target)
        elif target is None:
            self._leave_dialplan(channel)
        else:
            self._dialing.dial(channel, exten, target)

    def _leave_dialplan(self, channel: Channel) -> None:
        """The dialplan of a channel ends: the PBX hangs it up."""
        self.switch.run(channel, "Hangup")
        self.switch.tell("SoftHangupRequest", channel, Cause=16)
        self.switch.hang_up(channel)

    # The machine

    def restart(self) -> None:
        """The PBX stops and starts: every call is gone without a word, counters are 0, dynamic members too."""
        self.agenda.clear()
        self.boot += 1
        self.booted_at = self.now
        self._parking_spaces.clear()
        self.switch.restart()
        for queue in self.queues.values():
            for call in [*queue.waiting, *queue.talking]:
                call.state, call.outcome, call.ended_at = CallState.ENDED, Outcome.LOST, self.now
            queue.waiting, queue.talking, queue.next_look_at = [], [], None
            for member in list(queue.members.values()):
                self._start_again(member)
        self.reset_counters()

    def _start_again(self, member: Member) -> None:
        if member.is_dynamic:
            del member.queue.members[member.interface]
            self.switch.memberships[member.interface].remove(member)
        member.is_paused, member.is_in_call, member.pause_reason = False, False, ""
        member.paused_at, member.logged_in_at, member.caller_channel = 0.0, self.now, ""

"""The floor: everything that happens in the simulated call centre, and every way to make it happen.

A pure, deterministic state machine: time enters by `advance`, randomness by the seed, and the world hears of
it by facts (`listen`). Tests script exact stories with it (`arrive`, `answer`, `abandon`, …); the autopilot
and the AMI actions use the same methods. What the PBX does by itself (ringing, retrying, timing out) it
does here too; what people do is somebody else's business.
"""

from __future__ import annotations

from random import Random
from typing import Any

from queues.simulator import membership
from queues.simulator.agenda import Agenda
from queues.simulator.calls import EXTERNAL_CONTEXT, INTERNAL_CONTEXT, Calls, Refused
from queues.simulator.entities import Call, CallState, Channel, ChannelState, Counters, Member, Outcome, Phone, Queue
from queues.simulator.facts import Fact, Listener
from queues.simulator.queueing import Queueing
from queues.simulator.switch import Switch


class Floor:
    """`calls` ends and moves calls, `agenda` is its time; `booted_at` is when the PBX last started, epoch
    seconds by its own clock. `did_context` is where calls from outside come in, `human_names` says whether
    members go by the names of people (stock) or of interfaces (UCM), `has_spying` whether phones may listen in."""

    def __init__(
        self,
        *,
        now: float,
        seed: int = 1,
        did_context: str = "ext-did-1",
        human_names: bool = False,
        has_spying: bool = False,
    ) -> None:
        self.rng = Random(seed)  # noqa: S311  a simulation, not a secret
        self.booted_at = now
        self.agenda = Agenda(now)
        self.switch = Switch(self.agenda, self.rng, self._react)
        self.queueing = Queueing(self.switch, self.agenda, self.rng, lambda channel: self.calls.leave_dialplan(channel))
        self.calls = Calls(self.switch, self.agenda, self.queueing, has_spying=has_spying)
        self._did_context = did_context
        self._human_names = human_names

    # Time and the world

    @property
    def now(self) -> float:
        return self.agenda.now

    @property
    def queues(self) -> dict[str, Queue]:
        """All queues by number in lower case."""
        return self.queueing.queues

    def listen(self, listener: Listener) -> None:
        """Have `listener` called with every fact, at once and in order."""
        self.switch.listeners.append(listener)

    def advance(self, now: float) -> None:
        """Let time pass up to `now`, doing in order what falls due."""
        self.agenda.advance(now)

    def _react(self, fact: Fact) -> None:
        """What one happening means for the rest: freed phones take callers, and a caller who is gone for
        good completes the calls they were moved out of."""
        if fact.event == "QueueMemberStatus" and fact.member:
            self.queueing.look_later(fact.member.queue, self.now)
        elif fact.event == "Hangup" and fact.channel:
            for call in fact.channel.unfinished:
                self.queueing.finish(call, "caller")
            self.calls.channel_gone(fact.channel)

    # Furniture

    def add_queue(self, number: str, name: str = "", **settings: Any) -> Queue:
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
        human = phone.name if phone and self._human_names else interface
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
        self.agenda.settle()
        return call

    def answer(self, call: Call, interface: str | None = None) -> None:
        """A phone that rings for `call` is picked up: that of `interface`, else the first.
        Refused when none rings."""
        ring = call.rings.get(interface) if interface else next(iter(call.rings.values()), None)
        if ring is None:
            raise Refused("That phone does not ring for this call")
        self.calls.pick_up(ring.channel)

    def abandon(self, call: Call) -> None:
        """The caller hangs up, waiting or talking; nothing when the call has ended."""
        if call.state is not CallState.ENDED:
            self.calls.hang_up(call.channel)

    def hang_up_agent(self, call: Call) -> None:
        """The agent hangs up; nothing when nobody talks."""
        if call.state is CallState.TALKING and call.agent_channel:
            self.calls.hang_up(call.agent_channel)

    # Phones

    def pick_up(self, interface: str) -> None:
        """The phone is answered, whatever rings it. Refused when it does not ring."""
        self.calls.pick_up(self._ringing_channel(interface))

    def reject(self, interface: str) -> None:
        """The phone refuses what rings it. Refused when it does not ring."""
        self.calls.hang_up(self._ringing_channel(interface))

    def _ringing_channel(self, interface: str) -> Channel:
        phone = self.switch.phones.get(interface)
        for channel in phone.channels if phone else ():
            if channel.state is ChannelState.RINGING:
                return channel
        raise Refused(f"{interface} does not ring")

    def dial(self, interface: str, number: str) -> Channel:
        """The phone dials an extension, a queue or an outside number; returns its channel."""
        phone = self.switch.phones[interface]
        context = INTERNAL_CONTEXT if self.calls.target(INTERNAL_CONTEXT, number) else EXTERNAL_CONTEXT
        channel = self.switch.create(interface, context, number, phone=phone, state=ChannelState.RING)
        self.switch.tell_device(channel)
        self.calls.go(channel, context, number)
        self.agenda.settle()
        return channel

    def set_registered(self, interface: str, is_registered: bool) -> None:
        """A phone is unplugged or comes back; its calls go on (the PBX has not noticed)."""
        phone = self.switch.phones[interface]
        phone.is_registered = is_registered
        self.switch.tell_phone(phone)
        self.agenda.settle()

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
        self.agenda.settle()

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
        self.agenda.settle()
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
        self.agenda.settle()

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

    # The machine

    def restart(self) -> None:
        """The PBX stops and starts: every call is gone without a word, counters are 0, dynamic members too."""
        lost = [call for queue in self.queues.values() for call in [*queue.waiting, *queue.talking]]
        lost += [call for channel in self.switch.channels.values() for call in channel.unfinished]
        for call in lost:
            call.state, call.outcome, call.ended_at = CallState.ENDED, Outcome.LOST, self.now
        self.agenda.clear()
        self.booted_at = self.now
        self.calls.restart()
        self.switch.restart()
        for queue in self.queues.values():
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

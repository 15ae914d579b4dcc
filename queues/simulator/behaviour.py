"""The autopilot: what the people of a simulated call centre do of their own accord.

In: the facts the floor tells, and its seeded randomness. Out: the same orders a test could give (arrive,
answer, hang up, pause, …), planned on the floor's agenda. So a run is decided by its seed alone.
"""

from __future__ import annotations

from collections.abc import Callable

from queues.simulator.cast import person
from queues.simulator.entities import Call, CallState, Channel, ChannelState, Dial, Member, Phone
from queues.simulator.facts import Fact
from queues.simulator.floor import Floor

#: Why agents pause, as often as listed.
PAUSE_REASONS = ("Break", "Break", "Lunch", "Meeting", "Training", "Back office")

#: How much of their time agents should spend on calls, if the rate of calls is to be borne.
_OCCUPANCY = 0.7

#: About how often something happens to each phone that is no call, in seconds.
_WALK_SECONDS = 360.0

#: Longest mean talk, in seconds, when there are agents enough.
_TALK_SECONDS = 150.0


class Autopilot:
    """`rate` calls a minute arrive, agents take them and rest. `begin` starts it, and again after a restart."""

    def __init__(self, floor: Floor, rate: float) -> None:
        self._floor = floor
        self._rate = rate
        self._rng = floor.rng
        self._callers = 0
        self._dynamic: list[tuple[str, str, int]] = []
        floor.queueing.forgets = 0.2
        self._reactions: dict[str, Callable[[Fact], None]] = {
            "QueueCallerJoin": self._caller_waits,
            "Newstate": self._something_rings,
            "AgentConnect": self._they_talk,
            "BridgeEnter": self._maybe_other_talk,
            "AgentComplete": self._after_call,
        }
        floor.listen(self._react)

    def begin(self) -> None:
        """Set the day going: callers to come, phones that come and go, dynamic members who log in again."""
        floor = self._floor
        members = [member for queue in floor.queues.values() for member in queue.members.values()]
        if not self._dynamic:
            self._dynamic = [(m.queue.number, m.interface, m.penalty) for m in members if m.is_dynamic]
        for queue, interface, penalty in self._dynamic:
            if interface not in floor.find_queue(queue).members:
                self._log_in_later(queue, interface, penalty, self._rng.uniform(5, 60))
        self._next_arrival()
        self._next_walk()

    def _react(self, fact: Fact) -> None:
        reaction = self._reactions.get(fact.event)
        if reaction:
            reaction(fact)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self._floor.agenda.later(seconds, what)

    def _around(self, mean: float) -> float:
        """A duration with a long tail around `mean` seconds."""
        return mean * self._rng.lognormvariate(-0.18, 0.6)

    # Callers

    def _next_arrival(self) -> None:
        if self._floor.queues:
            self._later(self._rng.expovariate(self._rate / 60.0), self._arrive)

    def _arrive(self) -> None:
        """A caller comes, to a queue as often as it has members. Now and then one withholds their number."""
        self._next_arrival()
        queues = list(self._floor.queues.values())
        weights = [len(queue.members) + 0.1 for queue in queues]
        queue = self._rng.choices(queues, weights)[0].number
        is_anonymous = self._rng.random() < 0.04
        number = "anonymous" if is_anonymous else f"0{self._rng.randint(30_000_000, 899_999_999)}"
        self._callers += 1
        has_name = self._rng.random() < 0.3 and not is_anonymous
        name = person(self._rng.randrange(10_000)) if has_name else ""
        trunk = "trunk_1" if self._rng.random() < 0.8 else "trunk_2"
        self._floor.arrive(queue, number=number, name=name, trunk=trunk)

    def _caller_waits(self, fact: Fact) -> None:
        call = fact.call
        if call:
            patience = self._rng.expovariate(1 / 90.0) + 5.0
            self._later(patience, lambda: self._lose_patience(call))

    def _lose_patience(self, call: Call) -> None:
        if call.state is CallState.WAITING:
            self._floor.abandon(call)

    # Phones

    def _something_rings(self, fact: Fact) -> None:
        """Most phones are answered; some ring out, a few are refused."""
        channel = fact.channel
        if channel is None or channel.state is not ChannelState.RINGING:
            return
        chance = self._rng.random()
        if chance < 0.93:
            self._later(self._rng.uniform(1.5, 9.0), lambda: self._answer(channel))
        elif chance < 0.95 and channel.phone:
            self._later(self._rng.uniform(1.0, 4.0), lambda: self._refuse(channel))

    def _answer(self, channel: Channel) -> None:
        if not channel.is_gone and channel.state is ChannelState.RINGING:
            self._floor.calls.pick_up(channel)

    def _refuse(self, channel: Channel) -> None:
        if not channel.is_gone and channel.state is ChannelState.RINGING:
            self._floor.calls.hang_up(channel)

    # Talks

    @property
    def talk_seconds(self) -> float:
        """Mean talk: long, unless so many calls come that the agents could not take them all."""
        agents = sum(phone.is_registered for phone in self._floor.switch.phones.values())
        bearable = _OCCUPANCY * agents * 60.0 / self._rate - 15.0
        return max(4.0, min(_TALK_SECONDS, bearable))

    def _they_talk(self, fact: Fact) -> None:
        call = fact.call
        if call:
            self._later(self._around(self.talk_seconds), lambda: self._end_talk(call))

    def _end_talk(self, call: Call) -> None:
        if call.state is not CallState.TALKING or call.agent_channel is None:
            return
        chance = self._rng.random()
        if chance < 0.03:
            self._floor.calls.blind_transfer(call.agent_channel, "from-internal", "2000")
        elif chance < 0.3:
            self._floor.hang_up_agent(call)
        else:
            self._floor.abandon(call)

    def _maybe_other_talk(self, fact: Fact) -> None:
        """A dialled call was answered: it ends some time, too."""
        channel, bridge = fact.channel, fact.bridge
        if channel and bridge and len(bridge.channels) == 2 and isinstance(channel.activity, Dial):
            self._later(self._around(min(60.0, self.talk_seconds)), lambda: self._end_other(channel))

    def _end_other(self, channel: Channel) -> None:
        if not channel.is_gone and isinstance(channel.activity, Dial):
            self._floor.calls.hang_up(channel)

    # Agents

    def _after_call(self, fact: Fact) -> None:
        """After a call an agent sometimes has to ring somebody."""
        member = fact.call.member if fact.call else None
        if member and member.phone and self._rng.random() < 0.04:
            phone = member.phone
            seconds = self._rng.uniform(1.0, member.queue.wrap_up_seconds + 1.0)
            self._later(seconds, lambda: self._call_somebody(phone))

    def _pause(self, interface: str) -> None:
        reason = self._rng.choice(PAUSE_REASONS)
        self._floor.pause(interface, reason=reason)
        self._later(self._around(600.0 if reason == "Lunch" else 150.0), lambda: self._unpause(interface))

    def _unpause(self, interface: str) -> None:
        if any(member.is_paused for member in self._floor.members_of(interface)):
            self._floor.unpause(interface)

    def _call_somebody(self, phone: Phone) -> None:
        if phone.channels or not phone.is_registered:
            return
        number = "2001" if self._rng.random() < 0.4 else f"0{self._rng.randint(30_000_000, 899_999_999)}"
        self._floor.dial(phone.interface, number)

    def _next_walk(self) -> None:
        phones = len(self._floor.switch.phones)
        if phones:
            self._later(self._rng.expovariate(phones / _WALK_SECONDS), self._walk)

    def _walk(self) -> None:
        """An agent who is not on the phone takes a pause, goes home for a while, loses the network, or comes
        back from a pause the PBX put them into."""
        self._next_walk()
        phone = self._rng.choice(list(self._floor.switch.phones.values()))
        members = self._floor.members_of(phone.interface)
        if phone.channels or not phone.is_registered or not members:
            return
        chance = self._rng.random()
        if any(member.pause_reason == "Auto-Pause" for member in members):
            self._unpause(phone.interface)
        elif any(member.is_dynamic for member in members) and chance < 0.4:
            self._go_home(members)
        elif chance < 0.3 and not members[0].is_paused:
            self._pause(phone.interface)
        elif chance > 0.94:
            self._floor.set_registered(phone.interface, False)
            self._later(self._around(60.0), lambda: self._floor.set_registered(phone.interface, True))

    def _go_home(self, members: list[Member]) -> None:
        """Only dynamic members can."""
        away = self._around(300.0)
        for member in [member for member in members if member.is_dynamic]:
            self._floor.log_out(member.interface, member.queue.number)
            self._log_in_later(member.queue.number, member.interface, member.penalty, away)

    def _log_in_later(self, queue: str, interface: str, penalty: int, seconds: float) -> None:
        self._later(seconds, lambda: self._log_in(queue, interface, penalty))

    def _log_in(self, queue: str, interface: str, penalty: int) -> None:
        if interface not in self._floor.find_queue(queue).members:
            self._floor.log_in(interface, queue, penalty=penalty)

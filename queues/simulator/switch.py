"""The switch: channels, bridges and device states of the floor, and the facts they make.

In: orders to create, move, join and end channels. Out: facts, in the order a real Asterisk 16.28 told them
(recorded in its AMI stream). It knows nothing of queues but that a phone may have memberships, whose
status is told with the phone's.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from queues.simulator.agenda import Agenda
from queues.simulator.entities import (
    Bridge,
    Call,
    Channel,
    ChannelState,
    DeviceState,
    Member,
    Phone,
    Queue,
)
from queues.simulator.facts import Fact, Listener

#: Q.850 causes the floor uses, with the words of `Cause-txt`.
CAUSES = {0: "Unknown", 16: "Normal Clearing", 17: "User busy", 20: "Subscriber absent", 26: "Answered elsewhere"}

_NO_HEADERS: dict[str, str | int] = {}

#: A device state in which a queue has somebody free (`Queue:…_avail`).
FREE_STATES = frozenset({DeviceState.UNKNOWN, DeviceState.NOT_INUSE})


class Switch:
    """Channels and phones. `rng` only makes ids of bridges. `react` hears of each fact after the world did, so
    that what it makes happen is told after its cause."""

    def __init__(self, agenda: Agenda, rng: Random, react: Listener) -> None:
        self._agenda = agenda
        self._react = react
        self.listeners: list[Listener] = []
        self.phones: dict[str, Phone] = {}
        self.memberships: dict[str, list[Member]] = {}
        self.channels: dict[str, Channel] = {}
        self.trunk_states: dict[str, DeviceState] = {}
        self._trunks: dict[str, int] = {}
        self._rng = rng
        self._uniqueids = 0
        self._names = 0

    @property
    def now(self) -> float:
        return self._agenda.now

    def tell(
        self,
        event: str,
        channel: Channel | None = None,
        dest: Channel | None = None,
        *,
        member: Member | None = None,
        bridge: Bridge | None = None,
        queue: Queue | None = None,
        call: Call | None = None,
        third: Channel | None = None,
        headers: Mapping[str, str | int] = _NO_HEADERS,
    ) -> None:
        """Tell every listener that `event` happened now."""
        fact = Fact(event, self.now, channel, dest, member, bridge, queue, call, headers, third)
        for listener in self.listeners:
            listener(fact)
        self._react(fact)

    def restart(self) -> None:
        """Everything in flight is gone without a word; ids start again."""
        self.channels.clear()
        self._trunks.clear()
        self.trunk_states.clear()
        self._uniqueids = self._names = 0
        for phone in self.phones.values():
            phone.channels.clear()
            phone.told = phone.state

    # Channels

    def find(self, name: str) -> Channel | None:
        """The channel of that name or Uniqueid (names are compared without case, as Asterisk does)."""
        found = self.channels.get(name)
        if found is not None:
            return found
        wanted = name.lower()
        return next((channel for channel in self.channels.values() if channel.channel.lower() == wanted), None)

    def create(
        self,
        endpoint: str,
        context: str,
        exten: str,
        *,
        number: str = "",
        name: str = "",
        phone: Phone | None = None,
        linked_to: Channel | None = None,
        state: ChannelState = ChannelState.DOWN,
        half: str = "",
    ) -> Channel:
        """A new channel on `endpoint` ("PJSIP/1000", "PJSIP/trunk_1"), told as Newchannel; `half` of a Local one."""
        uniqueid = f"{int(self.now)}.{self._uniqueids}"
        channel = Channel(
            channel=f"{endpoint}-{self._names:08x}{half}",
            endpoint=endpoint,
            uniqueid=uniqueid,
            linkedid=linked_to.linkedid if linked_to else uniqueid,
            number=phone.extension if phone else number,
            name=phone.name if phone else name,
            context=context,
            exten=exten,
            created_at=self.now,
            state=state,
            phone=phone,
        )
        self._uniqueids += 1
        # Both halves of a Local channel have one name.
        self._names += half != ";1"
        self.channels[uniqueid] = channel
        if phone:
            phone.channels.append(channel)
        else:
            self._trunks[endpoint] = self._trunks.get(endpoint, 0) + 1
        self.tell("Newchannel", channel)
        self._tell_active_count()
        return channel

    def create_local(self, exten: str, context: str, linked_to: Channel) -> tuple[Channel, Channel]:
        """A Local channel: its near half, which is dialled, and its far half, which runs the dialplan."""
        endpoint = f"Local/{exten}@{context}"
        near = self.create(endpoint, context, "s", linked_to=linked_to, half=";1")
        far = self.create(endpoint, context, exten, linked_to=linked_to, state=ChannelState.RING, half=";2")
        return near, far

    def set_state(self, channel: Channel, state: ChannelState) -> None:
        """Newstate; the device follows with `tell_device` when its turn has come."""
        channel.state = state
        self.tell("Newstate", channel)

    def connect_line(self, channel: Channel, other: Channel) -> None:
        """Show `other`'s caller id on `channel`."""
        channel.connected_number, channel.connected_name = other.number, other.name
        self.tell("NewConnectedLine", channel)

    def run(self, channel: Channel, application: str, data: str = "") -> None:
        """`channel` executes a dialplan application: Newexten."""
        channel.application, channel.data = application, data
        self.tell(
            "Newexten", channel, headers={"Extension": channel.exten, "Application": application, "AppData": data}
        )

    def set_variable(self, channel: Channel, variable: str, value: str) -> None:
        self.tell("VarSet", channel, headers={"Variable": variable, "Value": value})

    def hang_up(self, channel: Channel, cause: int = 16) -> None:
        """The last of a channel: Hangup, then its device."""
        if channel.is_gone:
            return
        channel.is_gone = True
        channel.activity = None
        del self.channels[channel.uniqueid]
        if channel.phone:
            channel.phone.channels.remove(channel)
        else:
            self._trunks[channel.endpoint] -= 1
        self.tell("Hangup", channel, headers={"Cause": cause, "Cause-txt": CAUSES.get(cause, "Unknown")})
        self._tell_active_count()
        self.tell_device(channel)

    def _tell_active_count(self) -> None:
        self.tell("ActiveCount", headers={"ActiveCalls": len(self.channels)})

    # Bridges

    def bridge(self, *channels: Channel) -> Bridge:
        """Put channels into a new conversation, in that order."""
        digits = f"{self._rng.getrandbits(128):032x}"
        uniqueid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        bridge = Bridge(uniqueid)
        self.tell("BridgeCreate", bridge=bridge)
        for channel in channels:
            self.enter(bridge, channel)
        return bridge

    def enter(self, bridge: Bridge, channel: Channel) -> None:
        bridge.channels.append(channel)
        channel.bridge = bridge
        self.tell("BridgeEnter", channel, bridge=bridge)

    def leave(self, channel: Channel) -> None:
        """Take a channel out of its conversation, if it is in one."""
        bridge = channel.bridge
        if bridge is None:
            return
        bridge.channels.remove(channel)
        channel.bridge = None
        self.tell("BridgeLeave", channel, bridge=bridge)
        if not bridge.channels:
            self.tell("BridgeDestroy", bridge=bridge)

    # Devices

    def tell_device(self, channel: Channel) -> None:
        """Tell how the channel's phone, or its trunk, stands now."""
        if channel.phone:
            self.tell_phone(channel.phone)
            return
        state = DeviceState.INUSE if self._trunks[channel.endpoint] else DeviceState.NOT_INUSE
        if self.trunk_states.get(channel.endpoint) is not state:
            self.trunk_states[channel.endpoint] = state
            self.tell("DeviceStateChange", headers={"Device": channel.endpoint, "State": state.name})

    def tell_phone(self, phone: Phone) -> None:
        """Tell a phone's device state, and the status of its memberships, if it changed."""
        state = phone.state
        if state is phone.told:
            return
        phone.told = state
        self.tell("DeviceStateChange", headers={"Device": phone.interface, "State": state.name})
        for member in self.memberships.get(phone.interface, ()):
            self.tell("QueueMemberStatus", member=member)
            self.tell_availability(member.queue)

    def tell_availability(self, queue: Queue) -> None:
        """Tell `Queue:…_avail` when a queue's last free member went, or its first came."""
        is_available = any(not m.is_paused and m.state in FREE_STATES for m in queue.members.values())
        if is_available is not queue.is_available_told:
            queue.is_available_told = is_available
            state = "NOT_INUSE" if is_available else "INUSE"
            self.tell("DeviceStateChange", headers={"Device": f"Queue:{queue.number}_avail", "State": state})

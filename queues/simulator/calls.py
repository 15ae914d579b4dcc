"""Ending and moving calls, and the dialplan that says where an extension leads.

In: orders about channels, by their parties or by an AMI user. Out: facts, in the order recorded from Asterisk
16.28, and `Refused` with the PBX's words when it will not.
"""

from __future__ import annotations

import re

from queues.simulator.agenda import Agenda
from queues.simulator.consulting import Consulting
from queues.simulator.dialing import Dialing
from queues.simulator.entities import (
    Call,
    CallState,
    Channel,
    ChannelState,
    Dial,
    Origin,
    Outcome,
    Parking,
    Phone,
    Queue,
)
from queues.simulator.queueing import Queueing
from queues.simulator.spying import Spying
from queues.simulator.switch import Switch

#: The contexts of a UCM's dialplan, and what its trunks take.
INTERNAL_CONTEXT, EXTERNAL_CONTEXT = "from-internal", "outbound-allroutes"
_EXTERNAL_NUMBER = re.compile(r"\+?[0-9*#]{3,32}")

#: The trunk that outside calls leave by.
OUTBOUND_TRUNK = "trunk_1"

#: How long a parked call stays, in seconds.
PARKING_SECONDS = 45.0


class Refused(Exception):
    """The PBX will not do it; the text is its own."""


class Calls:
    """Every channel's way through the PBX. `has_spying`: it has the application ChanSpy."""

    def __init__(self, switch: Switch, agenda: Agenda, queueing: Queueing, *, has_spying: bool) -> None:
        self._switch = switch
        self._spying = Spying(switch)
        self._has_spying = has_spying
        self._agenda = agenda
        self._queueing = queueing
        self._dialing = Dialing(switch, agenda, self._run_origin)
        self._consulting = Consulting(switch, agenda, queueing, go=self.go, hang_up=self.hang_up)
        self._parking_spaces: dict[str, Channel] = {}

    # Ending and moving calls

    def hang_up(self, channel: Channel, *, is_by_party: bool = True, cause: int = 16) -> None:
        """End a channel: its party hangs up, or (not `is_by_party`) the PBX does it by order of an AMI user,
        which shows as no HangupRequest, and as reason "caller" even for an agent."""
        activity, switch = channel.activity, self._switch
        if channel.is_gone or self._consulting.completes(channel):
            return
        is_agent = isinstance(activity, Call) and channel is not activity.channel
        if is_by_party and not (is_agent and channel.state is not ChannelState.UP):
            switch.tell("HangupRequest", channel, headers={"Cause": cause})
        if isinstance(activity, Call):
            self._hang_up_queue_call(activity, channel, is_by_party, cause)
        elif isinstance(activity, Dial):
            self._dialing.end(activity, channel, cause)
        else:
            self._unpark(channel)
            switch.tell("SoftHangupRequest", channel, headers={"Cause": cause})
            switch.hang_up(channel, cause)
        self._agenda.settle()

    def _hang_up_queue_call(self, call: Call, channel: Channel, is_by_party: bool, cause: int) -> None:
        switch, is_agent = self._switch, channel is not call.channel
        if call.state is CallState.TALKING:
            reason = "agent" if is_agent and is_by_party else "caller"
            self._end_talk(call, channel, reason, cause)
        elif is_agent:
            self._queueing.reject(call, channel)
        else:
            phones = self._queueing.abandon(call)
            switch.tell("SoftHangupRequest", channel, headers={"Cause": cause})
            switch.hang_up(channel, 0)
            for phone in phones:
                switch.hang_up(phone, 0)

    def _end_talk(self, call: Call, first: Channel, reason: str, cause: int) -> None:
        switch, agent = self._switch, call.agent_channel
        assert agent is not None  # noqa: S101  a call that talks has one
        second = call.channel if first is agent else agent
        switch.leave(first)
        switch.tell("SoftHangupRequest", first, headers={"Cause": cause})
        switch.leave(second)
        self._queueing.finish(call, reason)
        if first is call.channel:
            switch.tell(
                "QueueCallerHangup",
                first,
                call=call,
                headers={"Queue": call.queue.number, "PeerChannel": agent.channel},
            )
        switch.hang_up(first, cause)
        switch.hang_up(second, cause)

    def redirect(self, channel: Channel, context: str, exten: str) -> None:
        """Move a channel to another extension; whoever talked with it is left behind and ends.
        Refused when it is not up. A caller taken out of a line counts as abandoned, as recorded."""
        if channel.state is not ChannelState.UP:
            raise Refused("Redirect failed, channel not up.")
        self._take_out(channel)
        self.go(channel, context or channel.context, exten)
        self._agenda.settle()

    def _take_out(self, channel: Channel) -> None:
        """Free a channel of what it does, ending the other side's legs."""
        activity, switch = channel.activity, self._switch
        channel.activity = None
        if isinstance(activity, Dial):
            self._dialing.release(activity, channel)
        elif isinstance(activity, Parking):
            self._unpark(channel)
        elif isinstance(activity, Call) and activity.state is CallState.WAITING:
            for phone in self._queueing.abandon(activity, Outcome.REDIRECTED):
                switch.hang_up(phone, 0)
        elif isinstance(activity, Call) and activity.agent_channel:
            agent = activity.agent_channel
            second = agent if channel is activity.channel else activity.channel
            switch.leave(channel)
            switch.leave(second)
            if channel is agent:
                self._queueing.finish(activity, "agent")
            else:
                self._queueing.leave_talking(activity)
            switch.hang_up(second)

    def blind_transfer(self, transferer: Channel, context: str, exten: str) -> None:
        """The party of `transferer` hands the other side over to an extension and is out. Refused when it
        talks with nobody."""
        bridge = transferer.bridge
        if bridge is None or len(bridge.channels) != 2:
            raise Refused("Transfer invalid")
        other = next(channel for channel in bridge.channels if channel is not transferer)
        activity, switch = transferer.activity, self._switch
        told = {"Context": context, "Extension": exten}
        switch.tell("BlindTransfer", transferer, other, bridge=bridge, headers=told)
        switch.leave(other)
        switch.leave(transferer)
        if isinstance(activity, Call):
            self._queueing.finish(activity, "transfer")
        other.activity = None
        switch.hang_up(transferer)
        self.go(other, context, exten)
        self._agenda.settle()

    def consult(self, channel: Channel, context: str, exten: str) -> None:
        """The party of `channel` asks somebody else while the other side waits, and hands it over by hanging up. Where
        that leads nowhere, or nobody talks, nothing happens, as on a real PBX."""
        if self.has_extension(context, exten):
            self._consulting.begin(channel, context, exten)

    def park(self, channel: Channel, seconds: float = PARKING_SECONDS) -> str:
        """Park a channel and return its space; it is hung up when nobody fetches it in time (a real one
        would call back)."""
        if channel.state is not ChannelState.UP:
            raise Refused("Park action failed\n")
        self._take_out(channel)
        space = next(str(number) for number in range(701, 10_000) if str(number) not in self._parking_spaces)
        self._parking_spaces[space] = channel
        timer = self._agenda.later(seconds, lambda: self.hang_up(channel, is_by_party=False))
        channel.activity = Parking(space, timer)
        self._switch.tell("ParkedCall", channel, headers={"ParkingSpace": space, "ParkingTimeout": int(seconds)})
        self._agenda.settle()
        return space

    def _unpark(self, channel: Channel) -> None:
        for space, parked in list(self._parking_spaces.items()):
            if parked is channel:
                del self._parking_spaces[space]
        if isinstance(channel.activity, Parking) and channel.activity.timer:
            channel.activity.timer.cancel()

    # The dialplan

    def target(self, context: str, exten: str) -> Queue | Phone | Parking | str | None:
        """Where an extension leads: a queue, a phone, whom is parked there, the name of a trunk, or nowhere."""
        if context == EXTERNAL_CONTEXT:
            return OUTBOUND_TRUNK if _EXTERNAL_NUMBER.fullmatch(exten) else None
        if context != INTERNAL_CONTEXT:
            return None
        if (parked := self._parking_spaces.get(exten)) is not None and isinstance(parked.activity, Parking):
            return parked.activity
        return self._queueing.queues.get(exten.lower()) or self._switch.phones.get(f"PJSIP/{exten}")

    def pick_up(self, channel: Channel) -> None:
        """Whoever `channel` rings answers it."""
        if isinstance(channel.activity, Call):
            self._queueing.answer(channel.activity, channel)
        elif isinstance(channel.activity, Dial):
            self._dialing.answer(channel.activity)
        self._agenda.settle()

    def originate(self, origin: Origin) -> None:
        """Ring a phone and send it somewhere; `origin.on_result` hears how it went."""
        self._dialing.originate(origin)
        self._agenda.settle()

    def _run_origin(self, channel: Channel, origin: Origin) -> None:
        if not origin.application:
            self.go(channel, origin.context, origin.exten)
            return
        channel.activity = Dial(channel)
        is_spy = origin.application.lower() == "chanspy"
        if is_spy and not self._has_spying:
            # "No such application": the phone was answered for nothing.
            self._end_application(channel)
            return
        self._switch.run(channel, origin.application, origin.data)
        if is_spy and not self._spying.begin(channel, origin.data):
            self._end_application(channel)

    def _end_application(self, channel: Channel) -> None:
        channel.activity = None
        self._switch.tell("SoftHangupRequest", channel, headers={"Cause": 16})
        self._switch.hang_up(channel)

    def channel_gone(self, channel: Channel) -> None:
        """A channel has ended: so do the phones that only listened to it."""
        for spy in self._spying.gone(channel):
            self._switch.hang_up(spy, 0)
        self._consulting.gone(channel)

    def has_extension(self, context: str, exten: str) -> bool:
        """What the dialplan function DIALPLAN_EXISTS says."""
        return self.target(context, exten) is not None

    def go(self, channel: Channel, context: str, exten: str) -> None:
        """Send a channel to an extension of the dialplan; one that leads nowhere hangs it up."""
        channel.context, channel.exten, channel.priority = context, exten, 1
        target = self.target(context, exten)
        if isinstance(target, Queue):
            if channel.state is not ChannelState.UP:
                self._switch.set_state(channel, ChannelState.UP)
            self._queueing.join(channel, target)
        elif isinstance(target, Parking):
            self._fetch(channel, exten)
        elif target is None:
            self.leave_dialplan(channel)
        else:
            self._dialing.dial(channel, exten, target)

    def _fetch(self, channel: Channel, space: str) -> None:
        """Whoever dials a parking space talks with whom is parked there."""
        parked = self._parking_spaces[space]
        self._unpark(parked)
        if channel.state is not ChannelState.UP:
            self._switch.set_state(channel, ChannelState.UP)
        parked.activity = channel.activity = Dial(channel, parked)
        self._switch.tell("UnParkedCall", parked, headers={"ParkingSpace": space})
        self._switch.bridge(parked, channel)

    def leave_dialplan(self, channel: Channel) -> None:
        """The dialplan of a channel ends: the PBX hangs it up."""
        self._switch.run(channel, "Hangup")
        self._switch.tell("SoftHangupRequest", channel, headers={"Cause": 16})
        self._switch.hang_up(channel)

    def restart(self) -> None:
        """Nothing is parked, and nobody listens or asks any more."""
        self._parking_spaces.clear()
        self._spying.restart()
        self._consulting.restart()

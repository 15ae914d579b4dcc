"""Calls that are no queue calls: a phone that was told to dial (Originate), an extension or trunk dialled.

In: `originate`, `dial`, and what the parties do (`answer`, `end`). Out: facts in the order recorded from
Asterisk 16.28. Where an answered Originate goes is the floor's business (`on_answered`).
"""

from __future__ import annotations

from collections.abc import Callable

from queues.simulator.agenda import Agenda
from queues.simulator.entities import Channel, ChannelState, DeviceState, Dial, Origin, Phone
from queues.simulator.switch import Switch

#: How long Dial lets the other side ring.
DIAL_SECONDS = 30.0

#: `Reason` of OriginateResponse (Asterisk tells 0 for busy, unreachable and unknown alike).
FAILED, HUNG_UP, NO_ANSWER, ANSWERED = 0, 1, 3, 4


class Dialing:
    """`on_answered` gets the first leg of an Originate once it is taken, and what it is to do."""

    def __init__(self, switch: Switch, agenda: Agenda, on_answered: Callable[[Channel, Origin], None]) -> None:
        self._switch = switch
        self._agenda = agenda
        self._on_answered = on_answered

    def originate(self, origin: Origin) -> None:
        """Ring the phone of `origin.channel`; the outcome comes by `origin.on_result`, at once when the
        phone cannot be rung at all."""
        phone = self._switch.phones.get(origin.channel)
        if phone is None or not phone.is_registered:
            self._tell_result(origin, False, FAILED, None)
            return
        switch = self._switch
        channel = switch.create(phone.interface, origin.context or "from-internal", "s", phone=phone)
        switch.run(channel, "AppDial2", "(Outgoing Line)")
        dial = Dial(channel, dial_string=phone.extension, origin=origin)
        channel.activity = dial
        switch.tell("DialBegin", None, channel, headers={"DialString": phone.extension})
        if phone.told is not DeviceState.NOT_INUSE:
            self._refused(dial, origin)
            return
        switch.tell("DialState", None, channel, headers={"DialStatus": "RINGING"})
        dial.timer = self._agenda.at(switch.now + origin.timeout_seconds, lambda: self._origin_out(dial, origin))
        switch.set_state(channel, ChannelState.RINGING)
        switch.tell_device(channel)

    def _refused(self, dial: Dial, origin: Origin) -> None:
        """The phone is busy: recorded with Reason 0, not 5."""
        self._switch.tell("HangupRequest", dial.caller, headers={"Cause": 17})
        self._tell_result(origin, False, FAILED, None)
        self._switch.tell("DialEnd", None, dial.caller, headers={"DialStatus": "BUSY"})
        self._switch.hang_up(dial.caller, 17)

    def _origin_out(self, dial: Dial, origin: Origin) -> None:
        self._tell_result(origin, False, NO_ANSWER, None)
        self._switch.hang_up(dial.caller, 0)

    def _tell_result(self, origin: Origin, is_success: bool, reason: int, channel: Channel | None) -> None:
        if origin.on_result:
            origin.on_result(is_success, reason, channel)

    def dial(self, caller: Channel, exten: str, target: Phone | str) -> None:
        """`caller` (up) dials a phone, or a number through the trunk named `target`."""
        switch = self._switch
        phone = target if isinstance(target, Phone) else None
        dial_string = phone.extension if phone else f"{exten}@{target}"
        switch.run(caller, "Dial", f"PJSIP/{dial_string},{int(DIAL_SECONDS)},tT")
        if phone and not phone.is_registered:
            caller.activity = None
            switch.tell("SoftHangupRequest", caller, headers={"Cause": 20})
            switch.hang_up(caller, 20)
            return
        endpoint, context = (phone.interface, "from-internal") if phone else (f"PJSIP/{target}", "from-trunk")
        callee = switch.create(endpoint, context, exten, number=exten, phone=phone, linked_to=caller)
        dial = Dial(caller, callee, dial_string)
        caller.activity = callee.activity = dial
        switch.run(callee, "AppDial", "(Outgoing Line)")
        switch.connect_line(callee, caller)
        switch.tell("DialBegin", caller, callee, headers={"DialString": dial_string})
        switch.connect_line(caller, callee)
        if phone and phone.told is not DeviceState.NOT_INUSE:
            switch.tell("HangupRequest", callee, headers={"Cause": 17})
            switch.tell("DialEnd", caller, callee, headers={"DialStatus": "BUSY"})
            switch.hang_up(callee, 17)
            self._give_up(caller, 17)
            return
        dial.timer = self._agenda.at(switch.now + DIAL_SECONDS, lambda: self._dial_out(dial))
        switch.set_state(callee, ChannelState.RINGING)
        switch.tell_device(callee)
        switch.tell("DialState", caller, callee, headers={"DialStatus": "RINGING"})

    def _give_up(self, caller: Channel, cause: int) -> None:
        self._switch.tell("SoftHangupRequest", caller, headers={"Cause": cause})
        self._switch.hang_up(caller, cause)

    def _dial_out(self, dial: Dial) -> None:
        assert dial.callee is not None  # noqa: S101  only a dial with a callee has this timer
        self._switch.tell("DialEnd", dial.caller, dial.callee, headers={"DialStatus": "NOANSWER"})
        self._switch.hang_up(dial.callee, 0)
        self._give_up(dial.caller, 16)

    def answer(self, dial: Dial) -> None:
        """The ringing side takes the call."""
        switch = self._switch
        if dial.timer:
            dial.timer.cancel()
        if dial.origin:
            origin, dial.origin = dial.origin, None
            switch.set_state(dial.caller, ChannelState.UP)
            switch.tell("DialEnd", None, dial.caller, headers={"DialStatus": "ANSWER"})
            dial.caller.context, dial.caller.exten = origin.context or "default", origin.exten or "s"
            switch.tell_device(dial.caller)
            self._tell_result(origin, True, ANSWERED, dial.caller)
            self._on_answered(dial.caller, origin)
            return
        callee = dial.callee
        assert callee is not None  # noqa: S101
        switch.set_state(callee, ChannelState.UP)
        if dial.caller.state is not ChannelState.UP:
            switch.set_state(dial.caller, ChannelState.UP)
        switch.tell("DialEnd", dial.caller, callee, headers={"DialStatus": "ANSWER"})
        switch.tell_device(callee)
        callee.exten = ""
        switch.run(callee, "AppDial", "(Outgoing Line)")
        switch.bridge(callee, dial.caller)

    def end(self, dial: Dial, first: Channel, cause: int = 16) -> None:
        """One side ends the call: both channels go, that one first."""
        switch = self._switch
        if dial.timer:
            dial.timer.cancel()
        if dial.origin:
            self._tell_result(dial.origin, False, HUNG_UP, None)
            switch.tell("SoftHangupRequest", first, headers={"Cause": cause})
            switch.hang_up(first, cause)
            return
        other = dial.callee if first is dial.caller else dial.caller
        if dial.callee and dial.callee.state is ChannelState.RINGING:
            switch.tell("DialEnd", dial.caller, dial.callee, headers={"DialStatus": "CANCEL"})
        switch.leave(first)
        switch.tell("SoftHangupRequest", first, headers={"Cause": cause})
        if other:
            switch.leave(other)
        switch.hang_up(first, cause)
        if other:
            switch.hang_up(other, cause)

    def release(self, dial: Dial, channel: Channel) -> None:
        """`channel` is moved elsewhere: the other side's leg ends, `channel` itself stays up."""
        switch = self._switch
        if dial.timer:
            dial.timer.cancel()
        other = dial.callee if channel is dial.caller else dial.caller
        switch.leave(channel)
        channel.activity = None
        if other:
            switch.leave(other)
            switch.hang_up(other)

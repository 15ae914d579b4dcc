"""Attended transfers: somebody in a talk asks a third party first, while the other waits, and hands them over by
hanging up.

In: `begin`, and what then happens to the channels (`completes`, `gone`). Out: facts in the order recorded from Asterisk
16.28: the PBX presses the feature code and the number, waits for more digits, and dials the third party through a Local
channel, whose near half talks with who asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from queues.simulator.agenda import Agenda
from queues.simulator.entities import Bridge, Call, Channel, ChannelState, Dial
from queues.simulator.queueing import Queueing
from queues.simulator.switch import Switch

#: How long the PBX waits for more digits.
DIGIT_SECONDS = 3.0


@dataclass(slots=True, eq=False)
class Consultation:
    """`asking` talks with `near`, the half of the Local channel whose other half, `far`, dials; `waiting` is left alone
    in `talk`."""

    asking: Channel
    waiting: Channel
    talk: Bridge
    near: Channel
    far: Channel


class Consulting:
    """`go` sends a channel to an extension, `hang_up` ends one."""

    def __init__(
        self,
        switch: Switch,
        agenda: Agenda,
        queueing: Queueing,
        *,
        go: Callable[[Channel, str, str], None],
        hang_up: Callable[[Channel], None],
    ) -> None:
        self._switch = switch
        self._agenda = agenda
        self._queueing = queueing
        self._go = go
        self._hang_up = hang_up
        self._open: list[Consultation] = []
        #: The halves of Local channels: when one ends, so does the other.
        self._halves: dict[Channel, Channel] = {}

    def begin(self, asking: Channel, context: str, exten: str) -> None:
        """`asking` presses the feature code and then the number."""
        self._agenda.later(DIGIT_SECONDS, lambda: self._dial(asking, context, exten))

    def _dial(self, asking: Channel, context: str, exten: str) -> None:
        talk = asking.bridge
        if talk is None or len(talk.channels) != 2 or asking.is_gone:
            return
        waiting = next(channel for channel in talk.channels if channel is not asking)
        near, far = self._switch.create_local(exten, context, asking)
        self._halves |= {near: far, far: near}
        self._switch.bridge(near)
        self._move(asking, near.bridge)
        self._open.append(Consultation(asking, waiting, talk, near, far))
        self._switch.set_state(near, ChannelState.RINGING)
        self._go(far, context, exten)
        self._agenda.settle()

    def _move(self, channel: Channel, bridge: Bridge | None) -> None:
        assert bridge is not None  # noqa: S101  it was made just now, or holds who waits
        self._switch.leave(channel)
        self._switch.enter(bridge, channel)

    def completes(self, channel: Channel) -> bool:
        """Whether `channel`, about to be hung up, hands over who waits for it: then that is done."""
        found = next((one for one in self._open if one.asking is channel), None)
        if found is None:
            return False
        self._open.remove(found)
        switch, asked_in = self._switch, found.near.bridge
        activity, found.asking.activity = found.asking.activity, None
        self._move(found.near, found.talk)
        switch.tell("AttendedTransfer", found.asking, found.waiting, bridge=asked_in, third=found.near)
        switch.leave(found.asking)
        if isinstance(activity, Call):
            self._queueing.finish(activity, "transfer")
        found.waiting.activity = found.near.activity = Dial(found.waiting, found.near)
        switch.hang_up(found.asking)
        return True

    def gone(self, channel: Channel) -> None:
        """`channel` has ended: the other half of a Local channel does, and who asked is back with who waited; without
        who asked nobody is asked any more."""
        for left in [one for one in self._open if one.asking is channel]:
            self._open.remove(left)
            self._hang_up(left.near)
        half = self._halves.pop(channel, None)
        if half is None:
            return
        self._halves.pop(half, None)
        found = next((one for one in self._open if channel in (one.near, one.far)), None)
        if found is not None:
            self._open.remove(found)
            self._switch.leave(found.near)
            if not found.asking.is_gone and found.talk.channels:
                self._move(found.asking, found.talk)
        self._hang_up(half)

    def restart(self) -> None:
        """Nobody asks any more."""
        self._open.clear()
        self._halves.clear()

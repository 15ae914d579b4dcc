"""Phones that listen in: the application ChanSpy of a stock Asterisk.

In: a channel that runs it, with the application's data. Out: facts, in the words recorded from Asterisk 16.28. The
channel that is listened to notices nothing; when it ends, so does whoever listens (option E).
"""

from __future__ import annotations

from queues.simulator.entities import Channel
from queues.simulator.switch import Switch


class Spying:
    """Who listens to whom, until either is gone."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._spied: dict[Channel, Channel] = {}

    def begin(self, spy: Channel, data: str) -> bool:
        """`data` is the application's: a channel's whole name, then options. False when there is no such channel."""
        target = self._switch.find(data.partition(",")[0])
        if target is None or target is spy:
            return False
        self._spied[spy] = target
        self._switch.tell("ChanSpyStart", spy, target)
        return True

    def gone(self, channel: Channel) -> list[Channel]:
        """`channel` has ended; returns who listened to it and ends, too."""
        if (target := self._spied.pop(channel, None)) is not None:
            self._switch.tell("ChanSpyStop", channel, target)
        left_alone = [spy for spy, target in self._spied.items() if target is channel]
        for spy in left_alone:
            del self._spied[spy]
            self._switch.tell("ChanSpyStop", spy, channel)
        return left_alone

    def restart(self) -> None:
        """Nobody listens any more."""
        self._spied.clear()

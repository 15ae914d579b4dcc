"""Actions about queues, their members and the callers who wait in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from queues.ami.actions.base import Action, checked, one_channel, one_interface

#: Longest pause reason Asterisk keeps, in bytes (app_queue.c).
MAX_REASON_BYTES = 79


@dataclass(frozen=True, slots=True)
class QueuePause(Action):
    """Pause a member, or end the pause, in `queue` or (None) in all of its queues. A reason is cut to what
    Asterisk keeps."""

    name = "QueuePause"
    interface: str
    paused: bool
    queue: str | None = None
    reason: str | None = None

    def fields(self) -> list[tuple[str, str]]:
        told = Action.fields(self)
        return [(name, _cut(value) if name == "Reason" else value) for name, value in told]


def _cut(text: str) -> str:
    """The first 79 bytes of `text`, without half a character at the end."""
    return text.encode("utf-8", "surrogatepass")[:MAX_REASON_BYTES].decode("utf-8", "ignore")


@dataclass(frozen=True, slots=True)
class QueueAdd(Action):
    """Make an interface a dynamic member. The PBX takes any dial string: this action does not."""

    name = "QueueAdd"
    queue: str
    interface: str = field(metadata=checked(one_interface))
    penalty: int | None = None
    paused: bool | None = None
    member_name: str | None = None
    state_interface: str | None = None


@dataclass(frozen=True, slots=True)
class QueueRemove(Action):
    """Remove a dynamic member; static ones are refused."""

    name = "QueueRemove"
    queue: str
    interface: str


@dataclass(frozen=True, slots=True)
class QueuePenalty(Action):
    """Set a member's penalty in `queue`, or (None) in all of its queues."""

    name = "QueuePenalty"
    interface: str
    penalty: int
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class QueueReset(Action):
    """Set the counters of `queue`, or (None) of all queues, to 0. The PBX asks for no privilege: we must."""

    name = "QueueReset"
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class QueueLogin(Action):
    """UCM only: an agent logs in. No document tells the parameters: these are a guess."""

    name = "QueueLogin"
    is_verified = False
    queue: str
    interface: str


@dataclass(frozen=True, slots=True)
class QueueLogoff(Action):
    """UCM only: an agent logs out. No document tells the parameters: these are a guess."""

    name = "QueueLogoff"
    is_verified = False
    queue: str
    interface: str


@dataclass(frozen=True, slots=True)
class QueueChangePriorityCaller(Action):
    """Give a waiting caller another priority. `caller` is the channel's name, exactly; no event tells of it.

    With `immediate` the caller moves in the line at once, in Asterisk 18.20, 20.5 and later. The older ones know no
    such header and keep the line as it is: the priority then counts against those who join later."""

    name = "QueueChangePriorityCaller"
    queue: str
    caller: str = field(metadata=checked(one_channel))
    priority: int
    immediate: bool | None = None


@dataclass(frozen=True, slots=True)
class QueueWithdrawCaller(Action):
    """Send a waiting caller out of the queue. `caller` is the channel's name, exactly."""

    name = "QueueWithdrawCaller"
    queue: str
    caller: str = field(metadata=checked(one_channel))
    withdraw_info: str | None = None

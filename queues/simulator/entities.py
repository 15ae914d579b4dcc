"""What there is on the floor: phones, channels, bridges, queues, memberships, queue calls and dialled calls.

Plain mutable records without rules; `switch`, `queueing` and `dialing` change them. Every `_at` is epoch
seconds by the PBX's own clock, 0.0 meaning never; `_seconds` are seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from queues.simulator.agenda import Appointment


class ChannelState(IntEnum):
    """Asterisk's channel states, as far as the floor has them."""

    DOWN = 0
    RING = 4
    RINGING = 5
    UP = 6

    @property
    def words(self) -> str:
        """The text of `ChannelStateDesc`."""
        return self.name.capitalize()


#: States of a channel whose phone is in use: it talks, or it dials.
_IN_USE = frozenset({ChannelState.UP, ChannelState.RING})


class DeviceState(IntEnum):
    """Asterisk's device states; the names are the words of `DeviceStateChange`."""

    UNKNOWN = 0
    NOT_INUSE = 1
    INUSE = 2
    BUSY = 3
    INVALID = 4
    UNAVAILABLE = 5
    RINGING = 6
    RINGINUSE = 7
    ONHOLD = 8


class CallState(Enum):
    """A queue call. LEFT: the caller was moved on while talking; the PBX completes the call only when the
    caller is gone for good (seen in Asterisk 16 and 22 after a Redirect)."""

    WAITING = "waiting"
    TALKING = "talking"
    LEFT = "left"
    ENDED = "ended"


class Outcome(Enum):
    """How a queue call ended. REFUSED: it never got into the line; LOST: the PBX restarted."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    REDIRECTED = "redirected"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(slots=True, eq=False)
class Phone:
    """A telephone and its extension. `told` is the device state last told to the world."""

    extension: str
    name: str
    is_registered: bool = True
    channels: list[Channel] = field(default_factory=list)
    told: DeviceState = DeviceState.UNKNOWN

    @property
    def interface(self) -> str:
        return f"PJSIP/{self.extension}"

    @property
    def state(self) -> DeviceState:
        """What its channels make of it."""
        if not self.is_registered:
            return DeviceState.UNAVAILABLE
        is_up = is_ringing = False
        for channel in self.channels:
            is_up = is_up or channel.state in _IN_USE
            is_ringing = is_ringing or channel.state not in _IN_USE
        if is_ringing:
            return DeviceState.RINGINUSE if is_up else DeviceState.RINGING
        return DeviceState.INUSE if is_up else DeviceState.NOT_INUSE


@dataclass(slots=True, eq=False)
class Bridge:
    """A conversation."""

    uniqueid: str
    channels: list[Channel] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Channel:
    """One leg of a call. `number` and `name` are its own caller id, `connected_*` the other side's.
    `activity` is what hanging it up ends; `unfinished` are queue calls it was moved out of while talking."""

    channel: str
    endpoint: str
    uniqueid: str
    linkedid: str
    number: str
    name: str
    context: str
    exten: str
    created_at: float
    state: ChannelState = ChannelState.DOWN
    priority: int = 1
    connected_number: str = ""
    connected_name: str = ""
    application: str = ""
    data: str = ""
    phone: Phone | None = None
    bridge: Bridge | None = None
    is_gone: bool = False
    recording: str = ""
    activity: Call | Dial | Parking | None = None
    unfinished: list[Call] = field(default_factory=list)

    @property
    def callid(self) -> str:
        """A SIP Call-ID, as a UCM tells it."""
        return f"{self.uniqueid.replace('.', '-')}@pbx"


@dataclass(slots=True, eq=False)
class Member:
    """A phone's membership of a queue. `phone` is None for an interface that does not exist.
    `calls_abandoned` counts offers this member did not take, `caller_channel` keeps the last caller."""

    queue: Queue
    interface: str
    phone: Phone | None
    name: str
    is_dynamic: bool = False
    penalty: int = 0
    is_paused: bool = False
    pause_reason: str = ""
    paused_at: float = 0.0
    logged_in_at: float = 0.0
    calls_taken: int = 0
    calls_abandoned: int = 0
    talk_seconds: int = 0
    last_call_at: float = 0.0
    is_in_call: bool = False
    caller_channel: str = ""
    rings_in_use: bool = False

    @property
    def state(self) -> DeviceState:
        return DeviceState.INVALID if self.phone is None else self.phone.told


@dataclass(slots=True)
class Counters:
    """A queue's figures, counted as app_queue does: `completed` at the end of a call, `abandoned` including
    timeouts, both averages exponential with weight 1/4. `offered` is every join."""

    offered: int = 0
    completed: int = 0
    abandoned: int = 0
    completed_in_level: int = 0
    abandoned_in_level: int = 0
    hold_seconds: int = 0
    talk_seconds: int = 0

    def held(self, seconds: int) -> None:
        self.hold_seconds = ((self.hold_seconds << 2) - self.hold_seconds + seconds) >> 2

    def talked(self, seconds: int) -> None:
        self.talk_seconds = ((self.talk_seconds << 2) - self.talk_seconds + seconds) >> 2


@dataclass(slots=True, eq=False)
class Queue:
    """A call queue and how it distributes. 0 in `max_waiting` and `max_wait_seconds`: no limit."""

    number: str
    name: str
    strategy: str = "ringall"
    ring_seconds: float = 30.0
    retry_seconds: float = 2.0
    wrap_up_seconds: float = 10.0
    max_waiting: int = 0
    max_wait_seconds: float = 0.0
    service_level_seconds: int = 0
    weight: int = 0
    chairman: str = ""
    has_agent_login: bool = False
    pauses_silent_agents: bool = False
    members: dict[str, Member] = field(default_factory=dict)
    waiting: list[Call] = field(default_factory=list)
    talking: list[Call] = field(default_factory=list)
    counters: Counters = field(default_factory=Counters)
    last_rung: str = ""
    is_available_told: bool = True
    next_look_at: float | None = None


@dataclass(slots=True, eq=False)
class Ring:
    """A member's phone ringing for a queue call."""

    member: Member
    channel: Channel
    started_at: float


@dataclass(slots=True, eq=False)
class Call:
    """A caller's visit to a queue. `rings` are the phones ringing for it now, by interface."""

    queue: Queue
    channel: Channel
    joined_at: float
    priority: int = 0
    original_position: int = 0
    state: CallState = CallState.WAITING
    outcome: Outcome | None = None
    rings: dict[str, Ring] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    retry_at: float = 0.0
    member: Member | None = None
    agent_channel: Channel | None = None
    answered_at: float = 0.0
    ended_at: float = 0.0
    hold_seconds: int = 0
    calls_when_left: int = 0
    ring_timer: Appointment | None = None
    wait_timer: Appointment | None = None

    @property
    def position(self) -> int:
        """Its place in the line from 1; 0 when it does not wait."""
        return self.queue.waiting.index(self) + 1 if self.state is CallState.WAITING else 0


@dataclass(slots=True, eq=False)
class Dial:
    """A call that is no queue call: `caller` dialled, `callee` rings or talks (None: `caller` runs an
    application). While `origin` is set it is an Originate whose first leg, `caller`, still rings."""

    caller: Channel
    callee: Channel | None = None
    dial_string: str = ""
    origin: Origin | None = None
    timer: Appointment | None = None


@dataclass(slots=True)
class Origin:
    """What an Originate wants once its first leg is answered: an extension, or an application with `data`.
    `on_result` is called once with (success, Reason of OriginateResponse, the channel if there is one)."""

    channel: str
    context: str = ""
    exten: str = ""
    application: str = ""
    data: str = ""
    number: str = ""
    name: str = ""
    timeout_seconds: float = 30.0
    on_result: Callable[[bool, int, Channel | None], None] | None = None


@dataclass(slots=True, eq=False)
class Parking:
    """A parked channel and its space."""

    space: str
    timer: Appointment | None = None

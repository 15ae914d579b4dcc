"""What a PBX says, typed: one frozen dataclass per thing that can happen or be told in a list.

An event has one spelling whatever dialect and version it came from, and fixed units (seconds, percent, epoch
seconds of the PBX's own clock); `queues.ami.events.parse` makes them.
Live events and list rows that say the same thing become the same class. This module knows no clock and
no board; what an event means is `queues.live.reducer`'s business.

Conventions of every field: None means "this frame does not tell", so a reader keeps what it knew;
0.0 in an epoch field means "never". Empty caller ids, `<unknown>` and `unknown` all become "".
C-escapes of caller names in live events are undone (QueueEntry rows carry none).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueTold:
    """A queue's row: stock `QueueParams`, UCM `QueueStatus` (list row or live), `QueueSummary`."""

    queue: str
    name: str | None = None
    strategy: str | None = None
    waiting: int | None = None
    max_waiting: int | None = None
    calls_total: int | None = None
    completed: int | None = None
    abandoned: int | None = None
    hold_seconds: int | None = None
    talk_seconds: int | None = None
    service_level_seconds: int | None = None
    service_level_percent: float | None = None
    service_level_text: str | None = None
    abandoned_percent: float | None = None
    weight: int | None = None
    chairman: str | None = None
    agent_login_enabled: bool | None = None
    available_count: int | None = None
    agent_count: int | None = None
    longest_hold_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class MemberTold:
    """A membership: stock `QueueMember` row, UCM `QueueMemberStatus`/`GsAgent` row, or any live
    `QueueMember…` event but Removed. `kind` is the frame's name in lower case without "queuemember"
    ("status", "pause", "added", "penalty", "ringinuse"), or "row" for a list row.

    `device_state` is AMI's number, 0 to 8. `paused_time` is UCM's `PausedTime` as sent: epoch seconds if
    at least 10**9, else seconds so far (a guess: no document says). `last_caller_channel` is the
    *last* caller of a UCM agent, never proof of a current call.
    """

    queue: str
    interface: str
    kind: str
    member_name: str | None = None
    state_interface: str | None = None
    membership: str | None = None
    penalty: int | None = None
    calls_taken: int | None = None
    calls_abandoned: int | None = None
    talk_seconds: int | None = None
    last_call_at: float | None = None
    last_pause_at: float | None = None
    login_at: float | None = None
    in_call: bool | None = None
    device_state: int | None = None
    paused: bool | None = None
    pause_reason: str | None = None
    paused_time: float | None = None
    wrap_up_seconds: int | None = None
    ring_in_use: bool | None = None
    last_caller_channel: str | None = None
    agent_login_enabled: bool | None = None
    #: The queue's display name, told by UCM's `GsAgent` rows only.
    queue_name: str | None = None


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """A dynamic member left a queue (`QueueMemberRemoved`)."""

    queue: str
    interface: str


@dataclass(frozen=True, slots=True)
class CallerTold:
    """A waiting caller as a list row tells it (`QueueEntry`). `wait_seconds` counts from joining."""

    queue: str
    uniqueid: str
    channel: str
    position: int
    number: str
    name: str
    wait_seconds: int
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """`QueueCallerJoin`. `position` counts from 1. `started_at` is UCM's `StartTime`."""

    queue: str
    uniqueid: str
    linkedid: str
    channel: str
    number: str
    name: str
    position: int
    started_at: float | None = None


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """`QueueCallerLeave`: every way out of the waiting line, an answered call included (then it comes
    *before* AgentConnect). `count` is how many still wait. `answered_by_channel` is UCM's `PeerChannel`."""

    queue: str
    uniqueid: str
    position: int
    count: int | None = None
    answered_by_channel: str | None = None


@dataclass(frozen=True, slots=True)
class CallerAbandoned:
    """`QueueCallerAbandon`: hung up, but also timed out, thrown out or redirected."""

    queue: str
    uniqueid: str
    position: int
    hold_seconds: int


@dataclass(frozen=True, slots=True)
class AgentCalled:
    """A member's phone is rung for a caller. `uniqueid` is the caller's, `agent_uniqueid` the phone's."""

    queue: str
    interface: str
    uniqueid: str
    agent_uniqueid: str
    agent_channel: str
    member_name: str | None = None


@dataclass(frozen=True, slots=True)
class AgentConnected:
    """A caller and a member talk (`AgentConnect`). `hold_seconds` is the caller's wait."""

    queue: str
    interface: str
    uniqueid: str
    linkedid: str
    agent_uniqueid: str
    agent_channel: str
    hold_seconds: int
    ring_seconds: int
    channel: str = ""
    number: str = ""
    name: str = ""
    member_name: str | None = None


@dataclass(frozen=True, slots=True)
class AgentCompleted:
    """A queue call ended for its member (`AgentComplete`); the caller's or the agent's block is often
    missing (then that id is ""), and it may come long after the agent was free.
    `reason` is "caller", "agent" or "transfer"."""

    queue: str
    interface: str
    uniqueid: str
    agent_uniqueid: str
    hold_seconds: int
    talk_seconds: int
    reason: str
    member_name: str | None = None


@dataclass(frozen=True, slots=True)
class AgentNotAnswered:
    """A member's phone stopped ringing unanswered: `AgentRingNoAnswer` (`ring_seconds`, sent as
    milliseconds) or `AgentDump` (the agent hung up before being bridged)."""

    queue: str
    interface: str
    uniqueid: str
    agent_uniqueid: str
    ring_seconds: float


@dataclass(frozen=True, slots=True)
class ChannelTold:
    """A channel: `Newchannel`, `Newstate`, `NewCallerid`, `NewConnectedLine`, or a `CoreShowChannel`/
    `Status` row. `state` is Asterisk's 0 to 10 (4 ring, 5 ringing, 6 up)."""

    uniqueid: str
    channel: str
    linkedid: str | None = None
    state: int | None = None
    number: str | None = None
    name: str | None = None
    connected_number: str | None = None
    connected_name: str | None = None
    context: str | None = None
    exten: str | None = None
    application: str | None = None
    application_data: str | None = None
    bridge_id: str | None = None
    age_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelRenamed:
    """`Rename`: the same Uniqueid under another channel name (masquerade)."""

    uniqueid: str
    channel: str


@dataclass(frozen=True, slots=True)
class ChannelGone:
    """`Hangup`: the last event of a channel. `cause` is the Q.850 number."""

    uniqueid: str
    channel: str
    cause: int
    cause_text: str


@dataclass(frozen=True, slots=True)
class HangupRequested:
    """`HangupRequest` or `SoftHangupRequest`: somebody ends this channel. Seen before a queue's Abandon event
    it proves that the caller hung up; missing, the queue gave up on the caller (recordings/queue-timeout-16)."""

    uniqueid: str


@dataclass(frozen=True, slots=True)
class QueueVariableSet:
    """`VarSet` of QUEUESTATUS, the only word on why a caller left: TIMEOUT, FULL, JOINEMPTY, LEAVEEMPTY,
    CONTINUE, WITHDRAW… Comes after the Leave event, and only to users who may read the dialplan."""

    uniqueid: str
    status: str


@dataclass(frozen=True, slots=True)
class DialEnded:
    """`DialEnd`: a ringing phone (`agent_uniqueid`) was answered, cancelled, busy… for a caller.
    `status` as sent, upper case: ANSWER, CANCEL, NOANSWER, BUSY, CONGESTION…"""

    uniqueid: str
    agent_uniqueid: str
    status: str


@dataclass(frozen=True, slots=True)
class DialProgressed:
    """`DialState` PROGRESS: who is dialled sends sound before answering, as trunks do instead of ringing. The other
    states say no more than the channel's own."""

    uniqueid: str
    agent_uniqueid: str


@dataclass(frozen=True, slots=True)
class BridgeChanged:
    """`BridgeEnter` (`entered`) or `BridgeLeave`: a channel joined or left a conversation."""

    bridge_id: str
    uniqueid: str
    channel: str
    entered: bool


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """`DeviceStateChange`: `device` as sent; `device_state` is AMI's number, 0 to 8."""

    device: str
    device_state: int


@dataclass(frozen=True, slots=True)
class Transferred:
    """A successful `BlindTransfer` or `AttendedTransfer`. `transferer_uniqueid` hands over the caller
    `transferee_uniqueid` ("" when not told); `to` is the extension, "" when not told."""

    transferer_uniqueid: str
    transferee_uniqueid: str
    to: str


@dataclass(frozen=True, slots=True)
class Parked:
    """`ParkedCall`: this channel was set aside; who dials `space` fetches it."""

    uniqueid: str
    space: str


@dataclass(frozen=True, slots=True)
class OriginateEnded:
    """`OriginateResponse`: how the first leg of an asynchronous Originate ended. `reason`: 0 failed or
    busy or unreachable, 1 hung up, 3 no answer, 4 answered, 5 busy, 8 congestion."""

    action_id: str
    is_success: bool
    reason: int
    channel: str
    uniqueid: str


@dataclass(frozen=True, slots=True)
class PbxBooted:
    """`FullyBooted`: comes at login and when a boot ends. `uptime_seconds` None before Asterisk 14."""

    uptime_seconds: int | None


@dataclass(frozen=True, slots=True)
class PbxReloaded:
    """`Reload`: configuration was read again; memberships may have changed without an event."""

    module: str


@dataclass(frozen=True, slots=True)
class PbxShutDown:
    """`Shutdown`: the link is about to close."""

    is_restart: bool


Event = (
    QueueTold
    | MemberTold
    | MemberRemoved
    | CallerTold
    | CallerJoined
    | CallerLeft
    | CallerAbandoned
    | AgentCalled
    | AgentConnected
    | AgentCompleted
    | AgentNotAnswered
    | ChannelTold
    | ChannelRenamed
    | ChannelGone
    | HangupRequested
    | QueueVariableSet
    | DialEnded
    | DialProgressed
    | BridgeChanged
    | DeviceChanged
    | Transferred
    | Parked
    | OriginateEnded
    | PbxBooted
    | PbxReloaded
    | PbxShutDown
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the PBX told when asked, one poll. `queue` None: all queues, else only that one.

    `callers` is None when nobody who waits could be asked for (then nothing may be concluded from their
    absence); `channels` likewise. Members and queues that are missing from the tuples do not exist, unless
    `has_queues`/`has_members` says that this poll did not ask for them.
    """

    queue: str | None
    queues: tuple[QueueTold, ...]
    members: tuple[MemberTold, ...]
    callers: tuple[CallerTold, ...] | None
    channels: tuple[ChannelTold, ...] | None
    has_queues: bool = True
    has_members: bool = True

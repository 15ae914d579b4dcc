"""What an agent is doing, what may be asked of a PBX, and the one rule that decides an agent's state.

Plain values and pure functions: no Django, no clock, no I/O, so that the board, the database and the
pages share one spelling. The enum values are the words on the wire and in the database.
"""

from __future__ import annotations

from enum import StrEnum


class DeviceState(StrEnum):
    """State of a phone as the PBX reports it. Asterisk numbers them 0 to 8 in this order."""

    UNKNOWN = "unknown"
    NOT_IN_USE = "not_in_use"
    IN_USE = "in_use"
    BUSY = "busy"
    INVALID = "invalid"
    UNAVAILABLE = "unavailable"
    RINGING = "ringing"
    RING_IN_USE = "ring_in_use"
    ON_HOLD = "on_hold"

    @classmethod
    def from_number(cls, number: int) -> DeviceState:
        """The state of AMI's number (`Status` of a queue member); out of range is UNKNOWN."""
        return _BY_NUMBER[number] if 0 <= number < len(_BY_NUMBER) else cls.UNKNOWN


_BY_NUMBER = tuple(DeviceState)

#: The phone cannot be reached: not registered, or no such device.
UNREACHABLE_DEVICES = frozenset({DeviceState.INVALID, DeviceState.UNAVAILABLE})
#: The phone rings, perhaps beside a call.
RINGING_DEVICES = frozenset({DeviceState.RINGING, DeviceState.RING_IN_USE})
#: The phone holds a call.
TALKING_DEVICES = frozenset({DeviceState.IN_USE, DeviceState.BUSY, DeviceState.RING_IN_USE, DeviceState.ON_HOLD})


class AgentState(StrEnum):
    """The one word a supervisor reads on an agent's tile."""

    LOGGED_OUT = "logged_out"
    UNREACHABLE = "unreachable"
    RINGING = "ringing"
    ON_CALL = "on_call"
    OTHER_CALL = "other_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    AVAILABLE = "available"


def agent_state(
    *,
    memberships: int,
    paused_memberships: int,
    device: DeviceState,
    on_queue_call: bool,
    is_called: bool,
    in_wrap_up: bool,
) -> AgentState:
    """The state of an agent; the first line that fits wins.

    `memberships` and `paused_memberships` count the agent's queues; `device` is the worst state any of
    them reports; `on_queue_call`: a queue's caller is connected to them; `is_called`: a queue rings them;
    `in_wrap_up`: less than the queue's wrap-up has passed since their last queue call ended.

    A connected queue call beats everything but a missing membership: PBXs report device states late,
    so a caller who is talking proves more than a phone that is said to be idle.
    """
    if not memberships:
        return AgentState.LOGGED_OUT
    if on_queue_call:
        return AgentState.ON_CALL
    if device in UNREACHABLE_DEVICES:
        return AgentState.UNREACHABLE
    if is_called or device in RINGING_DEVICES:
        return AgentState.RINGING
    if device in TALKING_DEVICES:
        return AgentState.OTHER_CALL
    if in_wrap_up:
        return AgentState.WRAP_UP
    if paused_memberships == memberships:
        return AgentState.PAUSED
    return AgentState.AVAILABLE


class CommandKind(StrEnum):
    """What a person may ask. Of the PBX: REDIRECT and PICKUP move a waiting caller, TRANSFER and CONSULT (attended: ask
    first) the caller an agent talks with, PARK sets them aside; LISTEN, WHISPER and BARGE join the call of an agent
    from one's own phone; READY ends a wrap-up. Of the board (`BOARD_KINDS`), which needs no PBX: to claim, release or
    close a call we owe, to raise or lower a hand, to wait for a pause or not any more, to take note of an alert."""

    PAUSE = "pause"
    UNPAUSE = "unpause"
    ORIGINATE = "originate"
    HANGUP = "hangup"
    REDIRECT = "redirect"
    PICKUP = "pickup"
    PRIORITY = "priority"
    TRANSFER = "transfer"
    LOG_IN = "log_in"
    LOG_OUT = "log_out"
    PENALTY = "penalty"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    CONSULT = "consult"
    PARK = "park"
    RECORD = "record"
    STOP_RECORDING = "stop_recording"
    READY = "ready"
    CLAIM = "claim"
    RELEASE = "release"
    CLOSE = "close"
    RAISE_HAND = "raise_hand"
    LOWER_HAND = "lower_hand"
    AWAIT_PAUSE = "await_pause"
    FORGO_PAUSE = "forgo_pause"
    ACKNOWLEDGE = "acknowledge"


#: What the worker does by itself, whether the PBX is there or not.
BOARD_KINDS = frozenset(
    {
        CommandKind.CLAIM,
        CommandKind.RELEASE,
        CommandKind.CLOSE,
        CommandKind.RAISE_HAND,
        CommandKind.LOWER_HAND,
        CommandKind.AWAIT_PAUSE,
        CommandKind.FORGO_PAUSE,
        CommandKind.ACKNOWLEDGE,
    }
)


class CallProgress(StrEnum):
    """How far a call that we placed has got. OWN_PHONE: the phone of who dialled rings; DIALLING: it was picked up, and
    the PBX calls the other; THEIRS: the other's rings; CONNECTED: they talk; ENDED: it is over, also when who dialled
    gave up; the others say how it ended without a talk."""

    OWN_PHONE = "own_phone"
    DIALLING = "dialling"
    THEIRS = "theirs"
    CONNECTED = "connected"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    ENDED = "ended"


class CommandState(StrEnum):
    """The life of one request. SENT is written before the action leaves, so none is ever sent twice. UNDONE: taken
    back by whoever asked, before it was sent."""

    QUEUED = "queued"
    SENT = "sent"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    UNDONE = "undone"


#: States that never change again.
FINAL_COMMAND_STATES = frozenset(set(CommandState) - {CommandState.QUEUED, CommandState.SENT})

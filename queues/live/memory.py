"""What the reducer remembers between two inputs, beside the rows of the board.

Indexes over the rows, what channels and bridges the PBX has, and what is not certain yet. None of it is
saved: after a restart `queues.live.draft.reindex` and the next snapshot rebuild it. No I/O, no clock.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from queues.live.concerns import OwedRow
from queues.live.ledger import CallKey, Ledger
from queues.live.limits import Stay
from queues.live.presence import Presence
from queues.live.watch import Watch
from queues.live.wishes import Wishes

#: How many hung-up channels are remembered, so that a late event cannot bring one back.
GONE_LIMIT = 5000
#: How many calls are remembered as counted in a line of calls we owe, so that none is counted again.
OWED_LIMIT = 5000


@dataclass(slots=True)
class Phone:
    """A channel of an agent's phone: whom it is connected with, for calls that no queue made."""

    uniqueid: str
    interface: str
    channel: str
    state: int = 0
    party_number: str = ""
    party_name: str = ""


@dataclass(slots=True)
class Leg:
    """A ring or talk of one agent for one caller, by the agent channel's Uniqueid."""

    caller: str
    interface: str
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class LastCall:
    """An agent's latest queue call: when it ended, in which queue, by which channel of their phone."""

    at: datetime
    queue: str
    agent_uniqueid: str


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """What people set for a queue in the admin. `own_target_seconds` None: as the PBX says."""

    wrap_up_seconds: int = 0
    own_target_seconds: int | None = None
    target_percent: int = 80
    target_formula: str = "a"
    target_short_seconds: int = 5
    reset_hour: int = 0
    callback_minutes: int = 60


@dataclass(slots=True)
class OwedLine:
    """What an open line of calls we owe is made of: as it came from the database, None if it was opened since, and
    the calls (CallRow) since then."""

    loaded: OwedRow | None = None
    calls: dict[CallKey, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """So many agents would keep a queue's promise; None: its traffic is too small to tell."""

    agents: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AskedPause:
    """A pause as it was asked for through us at the instant `at`: `by` whom, and `until` when (None: for good)."""

    at: datetime
    reason: str
    by: str
    until: datetime | None


@dataclass(slots=True)
class Memory:
    """See the module."""

    #: PBX clock minus server clock, seconds; changes only when it is off by more than half a second.
    clock_offset: float = 0.0
    #: Live events of the classes agent and call have been heard since the link came up.
    hears_queues: bool = False
    hears_calls: bool = False
    #: Contradictions between poll and events that were settled in the poll's favour.
    drift: int = 0

    # indexes over the rows
    callers_of_queue: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    callers_of_agent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    members_of_agent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    members_of_queue: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    members_of_device: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: The member interface behind a device name, its own or the one that tells its state.
    interface_of_device: dict[str, str] = field(default_factory=dict)

    #: When a live event last spoke of a member or caller, by (table, key): a poll asked for earlier is older.
    touched_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    #: The PBX lists its channels to us.
    sees_channels: bool = False

    # channels
    phones: dict[str, Phone] = field(default_factory=dict)
    phones_of_agent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    phone_names: dict[str, str] = field(default_factory=dict)
    bridges: dict[str, set[str]] = field(default_factory=dict)
    bridge_of: dict[str, str] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)
    hanging_up: set[str] = field(default_factory=set)
    #: Callers being sent elsewhere through us.
    moved: set[str] = field(default_factory=set)
    gone: OrderedDict[str, None] = field(default_factory=OrderedDict)

    # what may still be corrected
    #: Ended calls (CallRow) whose channel lives on, by Uniqueid.
    ended: dict[str, Any] = field(default_factory=dict)
    #: Calls (CallRow) ended by a hang-up, whose AgentComplete has not come yet, by (queue, interface).
    unconfirmed: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    #: Ended calls (CallRow) from before this connection of whose end the queue has not spoken, by Uniqueid.
    guessed: dict[str, Any] = field(default_factory=dict)
    #: Rows a poll contradicted once; the second time in a row the poll wins.
    doubts: set[tuple[str, str]] = field(default_factory=set)
    #: The queue call each agent had last, by interface.
    last_call: dict[str, LastCall] = field(default_factory=dict)
    #: Pauses asked for through us that the board does not show yet, by member key.
    asked_pauses: dict[str, AskedPause] = field(default_factory=dict)
    #: How many agents of a queue may be on a pause at once, by its reason.
    pause_limits: dict[str, int] = field(default_factory=dict)
    #: When agents ended their wrap-up through us: their calls before it need none any more.
    ready_at: dict[str, datetime] = field(default_factory=dict)
    #: Queues that agents were logged out of through us, by interface.
    left_queues: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Names people gave in the admin, by interface; and what they set for queues, by number.
    display_names: dict[str, str] = field(default_factory=dict)
    queue_settings: dict[str, QueueSettings] = field(default_factory=dict)
    #: The country whose national numbers are understood, "" for none: see `agents.numbers`.
    region: str = ""
    #: The open lines of calls we owe, by their rows' keys; in which line each call was counted, be it open or not; and
    #: when the latest was opened.
    owed_lines: dict[str, OwedLine] = field(default_factory=dict)
    owed_calls: OrderedDict[CallKey, str] = field(default_factory=OrderedDict)
    owed_opened_at: datetime | None = None
    #: The calls of the day and what they count for.
    ledger: Ledger = field(default_factory=Ledger)
    #: What people set that the board is judged by.
    wishes: Wishes = field(default_factory=Wishes)
    #: What is about to become an incident or to be over.
    watch: Watch = field(default_factory=Watch)
    #: Who is there for each queue.
    presence: Presence = field(default_factory=Presence)
    #: Agents a queue needs now, and when that was worked out.
    needs: dict[str, Need] = field(default_factory=dict)
    #: Agents in a state that may last too long, and since when a phone has been in use without any channel.
    stays: dict[str, Stay] = field(default_factory=dict)
    stuck_since: dict[str, datetime] = field(default_factory=dict)

    def remember_gone(self, uniqueid: str) -> None:
        """Note a hung-up channel; the oldest are forgotten."""
        self.gone[uniqueid] = None
        if len(self.gone) > GONE_LIMIT:
            self.gone.popitem(last=False)

    def remember_owed(self, call: CallKey, key: str) -> None:
        """Note in which line a call was counted; the oldest are forgotten."""
        self.owed_calls[call] = key
        if len(self.owed_calls) > OWED_LIMIT:
            self.owed_calls.popitem(last=False)

    def forget_channels(self) -> None:
        """Drop everything about channels: the PBX restarted, or will tell them all anew."""
        for known in (self.phones, self.phones_of_agent, self.bridges, self.bridge_of, self.legs, self.ended):
            known.clear()
        self.unconfirmed.clear()
        self.guessed.clear()
        self.hanging_up.clear()
        self.moved.clear()
        self.doubts.clear()

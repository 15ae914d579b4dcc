"""The board of one PBX: its rows, and the changes that turn one board into the next.

A row is an immutable, complete statement about one thing (link, queue, member, caller, agent); a change
replaces or removes one whole row. `queues.live.reducer` makes changes, `wire` encodes them, `store` writes
them, the browser applies them: all four end in the same rows. This module knows no clock, no I/O, no Django.

Every `_at`, `_since` and `_until` is an aware UTC datetime by the *server's* clock; `_seconds` are whole
seconds. "" means none or not told for text, None for everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from agents.states import AgentState, DeviceState
from queues.live.concerns import IncidentRow, OwedRow
from queues.live.memory import Memory
from queues.live.shifts import MissedRing, PauseSpell


class LinkState(StrEnum):
    """How the connection to the PBX stands. REFUSED: it answers, but does not let us in."""

    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"
    REFUSED = "refused"


class CallState(StrEnum):
    """A caller on the board. CONNECTING: left the waiting line, the agent has not been told yet."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    TALKING = "talking"


class CallOutcome(StrEnum):
    """How a queue call ended. TIMED_OUT: the queue gave up on it (time limit, emptied queue);
    REDIRECTED: it went on elsewhere unanswered; EXITED: the caller pressed a key to leave;
    LOST: it ended while the link was down or unseen, so nobody knows how."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    REDIRECTED = "redirected"
    EXITED = "exited"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """The connection itself. `since` is when `state` began; `error` says in words what is wrong and what to
    check; `limitations` say what the PBX does not let us see or do, `warnings` what is unsafe.
    `boot` identifies the PBX's run ("" when it may not be asked); `clock_offset_seconds` is PBX − server."""

    table: ClassVar[str] = "links"

    pbx: str
    state: LinkState
    since: datetime
    dialect: str = ""
    version: str = ""
    error: str = ""
    limitations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: Actions of `agents.states.CommandKind` this link can carry out.
    actions: tuple[str, ...] = ()
    boot: str = ""
    clock_offset_seconds: float = 0.0

    @property
    def key(self) -> str:
        return self.pbx


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue. `number` is its identity, in lower case ("6500", "support-night"). `waiting` and
    `oldest_joined_at` are ours, from the callers; the other figures are the PBX's own words:
    `hold_seconds` and `talk_seconds` are its averages, `completed`/`abandoned` its counters since its own
    reset.

    `wrap_up_seconds` (AMI never tells it) and what begins with `target_` are people's settings: answer within
    `target_seconds` (the PBX's `service_level_seconds` where nobody set one) for `target_percent` of the callers, by
    formula `target_formula`; abandoned before `target_short_seconds` is a short abandon. `today_…` are our own
    figures from our own calls since `today_since`, the last time the clock struck the queue's reset hour: callers
    who joined since then. Each is defined in `queues.live.figures`; `today_wait_seconds` sums the waits of the
    `today_answered`, `today_talk_seconds` the talks of the `today_talked`.

    `limits` are what people set as too much or too little, as (figure, amber, red); `is_open` whether the queue's
    opening hours say so, None without any. `staff_needed`: so many agents would keep the promise at the traffic of
    the last half hour, None while that is too little to tell; `staff_present` are there now, of whom `staff_free` could
    take a call at once."""

    table: ClassVar[str] = "queues"

    pbx: str
    number: str
    name: str
    strategy: str = ""
    waiting: int = 0
    oldest_joined_at: datetime | None = None
    completed: int = 0
    abandoned: int = 0
    calls_total: int | None = None
    hold_seconds: int | None = None
    talk_seconds: int | None = None
    service_level_seconds: int | None = None
    service_level_percent: float | None = None
    service_level_text: str = ""
    abandoned_percent: float | None = None
    max_waiting: int | None = None
    weight: int | None = None
    chairman: str = ""
    agent_login_enabled: bool | None = None
    available_count: int | None = None
    agent_count: int | None = None
    wrap_up_seconds: int = 0
    target_seconds: int = 20
    target_percent: int = 80
    target_formula: str = "a"
    target_short_seconds: int = 5
    today_since: datetime | None = None
    today_offered: int = 0
    today_answered: int = 0
    today_in_time: int = 0
    today_abandoned: int = 0
    today_short_abandoned: int = 0
    today_abandoned_in_time: int = 0
    today_flowed_out: int = 0
    today_lost: int = 0
    today_wait_seconds: int = 0
    today_talk_seconds: int = 0
    today_talked: int = 0
    today_longest_wait: int = 0
    today_service_level: float | None = None
    limits: tuple[tuple[str, float | None, float | None], ...] = ()
    is_open: bool | None = None
    staff_needed: int | None = None
    staff_present: int = 0
    staff_free: int = 0

    @property
    def key(self) -> str:
        return self.number


def member_key(queue: str, interface: str) -> str:
    """The key of a membership: "6500/PJSIP/1000". Interfaces have slashes, too, so those of a queue's name are
    escaped, or two memberships could share a key."""
    return f"{queue.replace('%', '%25').replace('/', '%2F')}/{interface}"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One agent's membership of one queue. `membership` is static, dynamic or realtime;
    `calls_abandoned` counts offers this member let ring out (UCM `CallsAbandon`). `paused_by` is the person who
    paused them through us, "" when it was the phone or another program; `pause_until` when they come back by
    themselves."""

    table: ClassVar[str] = "members"

    pbx: str
    queue: str
    interface: str
    name: str = ""
    state_interface: str = ""
    membership: str = ""
    penalty: int = 0
    paused: bool = False
    pause_reason: str = ""
    paused_at: datetime | None = None
    paused_by: str = ""
    pause_until: datetime | None = None
    device_state: DeviceState = DeviceState.UNKNOWN
    in_call: bool = False
    calls_taken: int = 0
    calls_abandoned: int | None = None
    talk_seconds: int | None = None
    last_call_at: datetime | None = None
    logged_in_at: datetime | None = None
    wrap_up_seconds: int = 0
    ring_in_use: bool | None = None
    agent_login_enabled: bool | None = None
    last_caller_channel: str = ""

    @property
    def key(self) -> str:
        return member_key(self.queue, self.interface)


@dataclass(frozen=True, slots=True)
class CallRow:
    """A caller of a queue, from joining to the end. While `ended_at` is None it is on the board; afterwards
    it stays in the database only. `ringing` are the interfaces being rung now. `hold_seconds` is the wait,
    `talk_seconds` the talk with the agent; both are None until known. `ended_by` is caller, agent,
    transfer or "". `tries` counts the calls of the same number to this PBX's queues today before this one."""

    table: ClassVar[str] = "callers"

    pbx: str
    boot: str
    uniqueid: str
    queue: str
    joined_at: datetime
    linkedid: str = ""
    channel: str = ""
    number: str = ""
    name: str = ""
    position: int = 0
    priority: int | None = None
    state: CallState = CallState.WAITING
    ringing: tuple[str, ...] = ()
    agent_interface: str = ""
    agent_uniqueid: str = ""
    left_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: CallOutcome | None = None
    ended_by: str = ""
    hold_seconds: int | None = None
    talk_seconds: int | None = None
    tries: int = 0

    @property
    def key(self) -> str:
        return self.uniqueid

    @property
    def natural_key(self) -> tuple[str, str, str, str, datetime]:
        """What makes this call one row of the database for ever."""
        return (self.pbx, self.boot, self.uniqueid, self.queue, self.joined_at)


@dataclass(frozen=True, slots=True)
class AgentRow:
    """A person behind a phone, over all their memberships. `id` is the database's, 0 until saved.
    `is_since_exact` is False when the state was already so when we first looked. `queue`, `party_number`,
    `party_name` describe the call in hand or ringing, `call_uniqueid` what to hang up to end it.
    `paused_count` of `member_count` memberships are paused, the latest by `paused_by`; `pause_until` is when the
    first of them ends by itself. `left_queues` are those they were logged out of through us and are not back in.
    `calls_today` and `talk_seconds_today` are our own count of queue calls.

    `amber_at` and `red_at` say when the present state begins to last too long. `changed_by` names another person who
    changed this agent's state through us last: when, and how (a `CommandKind`). `hand_raised_at`: they ask for help
    with the call in hand. `pause_line_…`: the pause they wait for (reason, minutes or None), since when, and their
    place in the line for it, 1 is first.
    `recording_since`: when the recording of their call was begun through us, as far as it runs."""

    table: ClassVar[str] = "agents"

    pbx: str
    interface: str
    id: int = 0
    extension: str = ""
    name: str = ""
    state: AgentState = AgentState.LOGGED_OUT
    state_since: datetime | None = None
    is_since_exact: bool = False
    device_state: DeviceState = DeviceState.UNKNOWN
    queue: str = ""
    party_number: str = ""
    party_name: str = ""
    call_uniqueid: str = ""
    pause_reason: str = ""
    paused_count: int = 0
    member_count: int = 0
    wrap_up_until: datetime | None = None
    paused_by: str = ""
    pause_until: datetime | None = None
    last_call_at: datetime | None = None
    calls_today: int = 0
    talk_seconds_today: int = 0
    left_queues: tuple[str, ...] = ()
    amber_at: datetime | None = None
    red_at: datetime | None = None
    changed_by: str = ""
    changed_at: datetime | None = None
    change: str = ""
    hand_raised_at: datetime | None = None
    pause_line_reason: str = ""
    pause_line_minutes: int | None = None
    pause_line_since: datetime | None = None
    pause_line_place: int | None = None
    recording_since: datetime | None = None

    @property
    def key(self) -> str:
        return self.interface


Row = LinkRow | QueueRow | MemberRow | CallRow | AgentRow | OwedRow | IncidentRow | PauseSpell | MissedRing

#: The tables of a board, in the order they are sent and saved.
TABLES = ("links", "queues", "members", "callers", "agents", "owed", "incidents")


#: See `Change`.
HISTORY = ("calls", "closed", "pauses", "missed")


@dataclass(frozen=True, slots=True)
class Change:
    """One row replaced (`row`) or taken off the board (`row` None).

    The tables of `HISTORY` are no part of the board: final rows, for the database only. "calls" are those that ended,
    which may come again with a better outcome once more is known; "closed" are owed calls and incidents that are over;
    "pauses" and "missed" are those of `queues.live.shifts`.
    """

    table: str
    key: str
    row: Row | None


@dataclass(slots=True)
class Board:
    """All rows of one PBX, each table keyed by its row's `key`. The link row has the key `pbx`.

    `memory` is what the reducer remembers between inputs; it is no part of what a board says, so two boards
    with the same rows are equal.
    """

    pbx: str
    links: dict[str, LinkRow] = field(default_factory=dict)
    queues: dict[str, QueueRow] = field(default_factory=dict)
    members: dict[str, MemberRow] = field(default_factory=dict)
    callers: dict[str, CallRow] = field(default_factory=dict)
    agents: dict[str, AgentRow] = field(default_factory=dict)
    owed: dict[str, OwedRow] = field(default_factory=dict)
    incidents: dict[str, IncidentRow] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @property
    def link(self) -> LinkRow | None:
        return self.links.get(self.pbx)

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply changes made elsewhere: the same operation the database and the browser perform."""
        for change in changes:
            if change.table in HISTORY:
                continue
            table = getattr(self, change.table)
            if change.row is None:
                table.pop(change.key, None)
            else:
                table[change.key] = change.row

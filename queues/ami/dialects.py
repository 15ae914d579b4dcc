"""What this PBX is and lets us do: a Grandstream UCM or a stock Asterisk, and how to take its snapshot.

The dialect is told by `ListCommands` alone (the banner only gives the AMI version): it lists what the user may
run, and `Queues` is never sent to a PBX that is no UCM. What the user may not do is left out of the snapshot and
named in `limitations`; only a lost link or a missing answer is an error.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from queues.ami.actions import (
    Action,
    CoreSettings,
    CoreShowChannels,
    CoreStatus,
    GSAgents,
    ListCommands,
    Ping,
    Queues,
    QueueStatus,
)
from queues.ami.connection import Reply
from queues.ami.errors import ActionRefused, LinkDown
from queues.ami.events import CallerTold, ChannelTold, Event, MemberTold, QueueTold, Snapshot
from queues.ami.events.values import Values, clean

#: Actions only a UCM has. GSAgents needs the privilege Agent, QueueClean needs none.
_UCM_COMMANDS = frozenset({"gsagents", "queuelogin", "queueclean"})
#: Any of them tells who is in a queue.
_QUEUE_LISTS = frozenset({"queuestatus", "queues", "gsagents"})


class Link(Protocol):
    """What is needed of a `Client` here."""

    now: Callable[[], datetime]

    @property
    def banner_version(self) -> str: ...

    async def perform(self, action: Action) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is known about a PBX after login.

    `name` is ucm or asterisk. `commands` are the actions this user may run, in lower case; empty when the PBX would
    not say, and then everything is worth a try. `boot` changes with every start of the PBX, "" if it may not be
    asked. `clock_offset_seconds` is PBX − server. `limitations` are codes for the board: no_gsagents,
    no_queue_events, no_channels, no_pause, no_originate, no_hangup, no_call_control. `actions` are the kinds of
    commands that can be carried out.
    """

    name: str
    version: str = ""
    commands: frozenset[str] = frozenset()
    boot: str = ""
    clock_offset_seconds: float = 0.0
    limitations: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    def offers(self, action: str) -> bool:
        """Whether this user may run `action`, as far as the PBX told."""
        return not self.commands or action.lower() in self.commands


async def probe(link: Link, override: str | None = None) -> Dialect:
    """Find out what the PBX behind `link` is. `override` names the dialect and wins over detection.

    **Errors** LinkDown, also from a PBX that has no queues (yet): asked again later, it may have. ActionTimeout."""
    commands = await _commands(link)
    if commands and not commands & _QUEUE_LISTS:
        # QueueStatus needs no privilege, so it is not the user who lacks it. Asterisk lets us in some moments
        # before its queue module is loaded.
        raise LinkDown("The PBX offers no queues: it is still starting, or its queue module is not loaded.")
    name = override or ("ucm" if commands & _UCM_COMMANDS else "asterisk")
    dialect = Dialect(name, commands=commands)
    return dataclasses.replace(
        dialect,
        version=await _version(link, dialect),
        boot=await _boot(link, dialect),
        clock_offset_seconds=await measure_clock(link),
        limitations=_limitations(dialect),
        actions=_actions(dialect),
    )


async def measure_clock(link: Link) -> float:
    """Seconds the PBX's clock is ahead of ours; 0.0 if it does not tell. Good to half the round trip.

    **Errors** LinkDown, ActionTimeout."""
    sent_at = link.now()
    try:
        reply = await link.perform(Ping())
    except ActionRefused:
        return 0.0
    middle = sent_at + (link.now() - sent_at) / 2
    # Asterisk sends microseconds, its old releases none, a UCM whatever its base does.
    told = Values(reply.fields, Counter()).epoch("Timestamp")
    return told - middle.timestamp() if told else 0.0


async def take_snapshot(link: Link, dialect: Dialect, queue: str | None = None) -> Snapshot:
    """Ask for everything, or for one queue only (then without channels, and cheaply).

    What the user may not ask is None or marked as not asked for.

    **Errors** LinkDown, ActionTimeout; a list cut short is never a snapshot."""
    if queue is not None:
        return _one_queue(queue, await _rows(link, dialect, QueueStatus(queue)), dialect.name)
    vendor = agents = None
    if dialect.name == "ucm":
        vendor = await _rows(link, dialect, Queues())
        if vendor is None:
            agents = await _rows(link, dialect, GSAgents())
    status = await _rows(link, dialect, QueueStatus())
    channels = await _rows(link, dialect, CoreShowChannels())
    return Snapshot(
        queue=None,
        queues=_queues(vendor, agents, status),
        members=_members(vendor if vendor is not None else agents, status),
        callers=None if status is None else _of(CallerTold, status),
        channels=None if channels is None else _of(ChannelTold, channels),
        has_queues=vendor is not None or status is not None,
        has_members=vendor is not None or agents is not None or status is not None,
    )


def _one_queue(queue: str, status: list[Event] | None, dialect: str) -> Snapshot:
    """The snapshot of one queue. A UCM may leave members out of this list, and an unknown queue is an empty one:
    what is not told is then marked as not asked for, so that the board keeps what it knew."""
    queues, members = _of(QueueTold, status or []), _of(MemberTold, status or [])
    if dialect == "ucm":
        queues, members = tuple(map(_shared_queue, queues)), tuple(map(_shared_member, members))
    return Snapshot(
        queue=queue.lower(),
        queues=queues,
        members=members,
        callers=_of(CallerTold, status or []) if queues else None,
        channels=None,
        has_queues=bool(queues),
        has_members=bool(members) or (bool(queues) and dialect == "asterisk"),
    )


def _shared_queue(row: QueueTold) -> QueueTold:
    """A UCM's stock row without what its own row figures otherwise: the board would hop between the two."""
    return dataclasses.replace(
        row, hold_seconds=None, talk_seconds=None, service_level_seconds=None, service_level_percent=None
    )


def _shared_member(row: MemberTold) -> MemberTold:
    """The same for a member: UCM's LoginTime is when the agent logged in, Asterisk's when the membership began."""
    return dataclasses.replace(row, login_at=None)


def _queues(
    vendor: list[Event] | None, agents: list[Event] | None, status: list[Event] | None
) -> tuple[QueueTold, ...]:
    """The queues: a UCM's own rows completed from QueueStatus, else what is there."""
    stock = {row.queue: row for row in _of(QueueTold, status or [])}
    if vendor is not None:
        return tuple(_complete_queue(row, stock.get(row.queue)) for row in _of(QueueTold, vendor))
    for row in _of(MemberTold, agents or []):
        known = stock.get(row.queue, QueueTold(row.queue))
        stock[row.queue] = dataclasses.replace(known, name=row.queue_name)
    return tuple(stock.values())


def _complete_queue(row: QueueTold, other: QueueTold | None) -> QueueTold:
    if other is None:
        return row
    # What UCM's CallCount counts is a guess; QueueStatus counts who waits.
    waiting = row.waiting if other.waiting is None else other.waiting
    return _completed(dataclasses.replace(row, waiting=waiting), other)


def _members(vendor: list[Event] | None, status: list[Event] | None) -> tuple[MemberTold, ...]:
    """The members: a UCM's own rows completed from QueueStatus (state interface, pause reason), else the latter's."""
    stock = _of(MemberTold, status or [])
    if vendor is None:
        return stock
    by_key = {(row.queue, row.interface): row for row in stock}
    return tuple(_complete_member(row, by_key.get((row.queue, row.interface))) for row in _of(MemberTold, vendor))


def _complete_member(row: MemberTold, other: MemberTold | None) -> MemberTold:
    if other is None:
        return row
    # A UCM's MemberName repeats the interface; QueueStatus may know the person.
    name = other.member_name if row.member_name == row.interface and other.member_name else row.member_name
    return _completed(dataclasses.replace(row, member_name=name), other)


Row = TypeVar("Row", QueueTold, MemberTold, CallerTold, ChannelTold)


def _of(kind: type[Row], rows: list[Event]) -> tuple[Row, ...]:
    return tuple(row for row in rows if isinstance(row, kind))


def _completed(row: Row, other: Row) -> Row:
    """`row` with what it does not tell taken from `other`."""
    names = [item.name for item in dataclasses.fields(row) if getattr(row, item.name) is None]
    return dataclasses.replace(row, **{name: getattr(other, name) for name in names})


async def _rows(link: Link, dialect: Dialect, action: Action) -> list[Event] | None:
    """The rows of a list; None if this user may not have it."""
    reply = await _ask(link, dialect, action)
    return None if reply is None else reply.rows


async def _ask(link: Link, dialect: Dialect, action: Action) -> Reply | None:
    """The reply, None where the action is not offered or refused."""
    if not dialect.offers(action.name):
        return None
    try:
        return await link.perform(action)
    except ActionRefused:
        return None


async def _commands(link: Link) -> frozenset[str]:
    """The actions this user may run, in lower case: the header names of ListCommands."""
    try:
        reply = await link.perform(ListCommands())
    except ActionRefused:
        return frozenset()
    names = {name.strip().lower() for name, _ in reply.fields.headers}
    return frozenset(names - {"response", "actionid", "message"})


async def _version(link: Link, dialect: Dialect) -> str:
    reply = await _ask(link, dialect, CoreSettings())
    version = (reply and reply.fields.get("AsteriskVersion")) or ""
    return clean(f"Asterisk {version}" if version else f"AMI {link.banner_version}")


async def _boot(link: Link, dialect: Dialect) -> str:
    reply = await _ask(link, dialect, CoreStatus())
    if reply is None:
        return ""
    parts = [reply.fields.get("CoreStartupDate") or "", reply.fields.get("CoreStartupTime") or ""]
    return clean(" ".join(parts)).strip()


def _limitations(dialect: Dialect) -> tuple[str, ...]:
    found = []
    if dialect.name == "ucm" and not dialect.offers("GSAgents"):
        # One box of the UCM, Agent, allows this action, the events of queues and pausing alike.
        found += ["no_gsagents", "no_queue_events"]
    wanted = {
        "no_channels": "CoreShowChannels",
        "no_pause": "QueuePause",
        "no_originate": "Originate",
        "no_hangup": "Hangup",
    }
    found += [code for code, action in wanted.items() if not dialect.offers(action)]
    if not dialect.offers("Redirect"):
        found.append("no_call_control")
    return tuple(found)


#: What each kind of command needs: all actions of one of these sets. Asterisk lets anybody change priorities; who
#: may not move calls shall not do that either.
_NEEDS = {
    "pause": ({"QueuePause"},),
    "unpause": ({"QueuePause"},),
    "originate": ({"Originate"},),
    "hangup": ({"Hangup"},),
    "redirect": ({"Redirect"},),
    "pickup": ({"Redirect"},),
    "priority": ({"QueueChangePriorityCaller", "Redirect"},),
    "transfer": ({"Redirect"},),
    "consult": ({"Atxfer"},),
    "park": ({"Park"},),
    "record": ({"MixMonitor", "StopMixMonitor"}, {"Monitor", "StopMonitor"}),
    "stop_recording": ({"MixMonitor", "StopMixMonitor"}, {"Monitor", "StopMonitor"}),
    "log_in": ({"QueueAdd"},),
    "log_out": ({"QueueRemove"},),
    "penalty": ({"QueuePenalty"},),
}
#: A UCM has actions of its own for these.
_UCM_NEEDS = {"log_in": ({"QueueAdd"}, {"QueueLogin"}), "log_out": ({"QueueRemove"}, {"QueueLogoff"})}
#: A UCM joins calls by feature codes only, which ask for the extension by tone: no Originate can complete that.
_STOCK_NEEDS = {
    "listen": ({"Originate"},),
    "whisper": ({"Originate"},),
    "barge": ({"Originate"},),
    # Only a member that was added anew is known to be free of its wrap-up, and only there.
    "ready": ({"QueueAdd", "QueueRemove"},),
}


def _actions(dialect: Dialect) -> tuple[str, ...]:
    needs = _NEEDS | (_UCM_NEEDS if dialect.name == "ucm" else _STOCK_NEEDS)
    return tuple(kind for kind, ways in needs.items() if any(all(map(dialect.offers, way)) for way in ways))

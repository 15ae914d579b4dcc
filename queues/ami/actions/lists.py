"""Actions that are answered by a list: rows, then a completion."""

from __future__ import annotations

from dataclasses import dataclass

from queues.ami.actions.base import Action


@dataclass(frozen=True, slots=True)
class Queues(Action):
    """UCM only: queues and members with the vendor's figures. Never send it to a stock Asterisk: 13 and 14
    answer with unframed text."""

    name = "Queues"
    rows = frozenset({"queuestatus", "queuememberstatus"})
    completion = "queuescomplete"


@dataclass(frozen=True, slots=True)
class GSAgents(Action):
    """UCM only: one row per agent and queue."""

    name = "GSAgents"
    rows = frozenset({"gsagent"})
    completion = "gsagentcomplete"


@dataclass(frozen=True, slots=True)
class QueueStatus(Action):
    """Queues, members and waiting callers. An unknown queue is an empty list, not an error."""

    name = "QueueStatus"
    rows = frozenset({"queueparams", "queuemember", "queueentry"})
    completion = "queuestatuscomplete"
    queue: str | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class QueueSummary(Action):
    """One row of figures per queue."""

    name = "QueueSummary"
    rows = frozenset({"queuesummary"})
    completion = "queuesummarycomplete"
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Status(Action):
    """Channels with their age; its rows carry a Privilege."""

    name = "Status"
    rows = frozenset({"status"})
    completion = "statuscomplete"
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class CoreShowChannels(Action):
    """Channels with what they run and their bridge."""

    name = "CoreShowChannels"
    rows = frozenset({"coreshowchannel"})
    completion = "coreshowchannelscomplete"


@dataclass(frozen=True, slots=True)
class ExtensionStateList(Action):
    """States of all hints."""

    name = "ExtensionStateList"
    rows = frozenset({"extensionstatus"})
    completion = "extensionstatelistcomplete"


@dataclass(frozen=True, slots=True)
class DeviceStateList(Action):
    """States of all devices."""

    name = "DeviceStateList"
    rows = frozenset({"devicestatechange"})
    completion = "devicestatelistcomplete"

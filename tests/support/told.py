"""Short builders of what a PBX tells, for tests of the board. `BEGIN + seconds(n)` is the time of a story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from queues.ami import events as ami
from queues.live.reducer import adopt, apply_event, apply_link, apply_snapshot
from queues.live.state import Board, Change, LinkState

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def queue(number: str = "6500", **told: Any) -> ami.QueueTold:
    return ami.QueueTold(queue=number, **told)


def member(interface: str = "PJSIP/1000", queue: str = "6500", kind: str = "row", **told: Any) -> ami.MemberTold:
    told = {"device_state": 1, "paused": False} | told
    return ami.MemberTold(queue=queue, interface=interface, kind=kind, **told)


def entry(uniqueid: str = "1.1", queue: str = "6500", **told: Any) -> ami.CallerTold:
    told = {
        "channel": f"PJSIP/trunk-{uniqueid}",
        "position": 1,
        "number": "030",
        "name": "Anna",
        "wait_seconds": 5,
    } | told
    return ami.CallerTold(queue=queue, uniqueid=uniqueid, **told)


def join(uniqueid: str = "1.1", queue: str = "6500", **told: Any) -> ami.CallerJoined:
    told = {"linkedid": uniqueid, "channel": "PJSIP/trunk-1", "number": "030", "name": "Anna", "position": 1} | told
    return ami.CallerJoined(queue=queue, uniqueid=uniqueid, **told)


def connect(
    uniqueid: str = "1.1", interface: str = "PJSIP/1000", queue: str = "6500", **told: Any
) -> ami.AgentConnected:
    told = {
        "linkedid": uniqueid,
        "agent_uniqueid": "a.1",
        "agent_channel": "",
        "hold_seconds": 4,
        "ring_seconds": 2,
    } | told
    return ami.AgentConnected(queue=queue, interface=interface, uniqueid=uniqueid, **told)


def complete(uniqueid: str = "", interface: str = "PJSIP/1000", queue: str = "6500", **told: Any) -> ami.AgentCompleted:
    told = {"agent_uniqueid": "", "hold_seconds": 4, "talk_seconds": 10, "reason": "caller"} | told
    return ami.AgentCompleted(queue=queue, interface=interface, uniqueid=uniqueid, **told)


def hangup(uniqueid: str) -> ami.ChannelGone:
    return ami.ChannelGone(uniqueid=uniqueid, channel="", cause=16, cause_text="Normal Clearing")


def snapshot(
    *, queues: Any = None, members: Any = (), callers: Any = (), channels: Any = (), queue: str | None = None
) -> ami.Snapshot:
    """A poll that told these rows; by default one queue 6500."""
    return ami.Snapshot(
        queue=queue,
        queues=tuple(queues if queues is not None else [ami.QueueTold("6500")]),
        members=tuple(members),
        callers=None if callers is None else tuple(callers),
        channels=None if channels is None else tuple(channels),
    )


class Story:
    """A board living through a story: events and polls at seconds after BEGIN, all changes kept."""

    def __init__(self, *events: ami.Event) -> None:
        self.board = adopt(Board("pbx"))
        self.changes: list[Change] = list(apply_link(self.board, BEGIN, LinkState.UP, boot="1"))
        for event in events:
            self.event(0, event)

    def event(self, seconds: float, event: ami.Event) -> None:
        self.changes += apply_event(self.board, event, after(seconds))

    def poll(self, seconds: float, told: ami.Snapshot, *, is_first: bool = False, asked: float | None = None) -> None:
        asked_at = after(seconds if asked is None else asked)
        self.changes += apply_snapshot(self.board, told, after(seconds), asked_at=asked_at, is_first=is_first)

    @property
    def calls(self) -> list[Any]:
        """The final rows of ended calls."""
        return list({c.key: c.row for c in self.changes if c.table == "calls"}.values())

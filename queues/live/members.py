"""Rules for queues, memberships and devices: what a row or an event about them changes. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from agents.states import DeviceState
from queues.ami.events import DeviceChanged, MemberRemoved, MemberTold, QueueTold
from queues.live.draft import Draft
from queues.live.state import MemberRow, QueueRow

_Row = TypeVar("_Row", QueueRow, MemberRow)

#: Above it UCM's PausedTime is an instant, below it a duration (unverified: no guide says so).
_EPOCH_FLOOR = 10**9
#: LastPause counts whole seconds by a clock that is not ours: nearer than this to the event it is the event.
_PAUSE_TOLERANCE = timedelta(seconds=5)

#: Fields copied from a `QueueTold` as they are when it tells them.
_QUEUE_FIELDS = (
    "strategy",
    "max_waiting",
    "calls_total",
    "completed",
    "abandoned",
    "hold_seconds",
    "talk_seconds",
    "service_level_seconds",
    "service_level_percent",
    "service_level_text",
    "abandoned_percent",
    "weight",
    "chairman",
    "agent_login_enabled",
    "available_count",
    "agent_count",
)
#: Fields copied from a `MemberTold` as they are when it tells them.
_MEMBER_FIELDS = (
    "state_interface",
    "membership",
    "penalty",
    "calls_taken",
    "calls_abandoned",
    "talk_seconds",
    "in_call",
    "wrap_up_seconds",
    "ring_in_use",
    "agent_login_enabled",
    "last_caller_channel",
)


def from_pbx_clock(draft: Draft, epoch: float | None) -> datetime | None:
    """An instant of the PBX's clock by ours; None for "never" (0) and for what is not told."""
    if not epoch or epoch < 0:
        return None
    try:
        return datetime.fromtimestamp(epoch - draft.memory.clock_offset, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def queue_told(draft: Draft, told: QueueTold) -> None:
    row = draft.queue(told.queue)
    values = {name: value for name in _QUEUE_FIELDS if (value := getattr(told, name)) is not None}
    if told.name:
        values["name"] = told.name
    draft.put_queue(_replaced(row, values))


def _replaced(row: _Row, values: dict[str, Any]) -> _Row:
    """The row with new values, or the same object when none differs (most polls change nothing)."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    return replace(row, **values)


def member_told(draft: Draft, told: MemberTold) -> None:
    """Put or update a membership; its queue comes with it if need be."""
    draft.queue(told.queue)
    key = f"{told.queue}/{told.interface}"
    if told.kind != "row":
        draft.memory.touched_at["members", key] = draft.at
    row = draft.board.members.get(key)
    is_new = row is None
    if row is None:
        row = MemberRow(pbx=draft.board.pbx, queue=told.queue, interface=told.interface)
    values: dict[str, Any] = {name: value for name in _MEMBER_FIELDS if (value := getattr(told, name)) is not None}
    if told.member_name is not None:
        values["name"] = told.member_name
    if told.device_state is not None:
        values["device_state"] = DeviceState.from_number(told.device_state)
    if told.last_call_at is not None:
        values["last_call_at"] = from_pbx_clock(draft, told.last_call_at)
    if told.login_at is not None:
        values["logged_in_at"] = from_pbx_clock(draft, told.login_at)
    if told.paused is not None:
        values |= _pause_values(draft, row, told, is_new=is_new)
    new = _replaced(row, values)
    if is_new or new is not row:
        draft.put_member(new)


def _pause_values(draft: Draft, row: MemberRow, told: MemberTold, *, is_new: bool) -> dict[str, Any]:
    if not told.paused:
        if row.paused:
            draft.memory.pause_reasons.pop(row.key, None)
        return {"paused": False, "pause_reason": "", "paused_at": None}
    values: dict[str, Any] = {"paused": True}
    remembered = draft.memory.pause_reasons.get(row.key)
    if told.pause_reason:
        values["pause_reason"] = told.pause_reason
    elif remembered is not None:
        values["pause_reason"] = remembered
    elif told.pause_reason is not None:
        values["pause_reason"] = ""
    told_at = _pause_began(draft, told)
    if told.kind == "row":
        # Seen by asking: the PBX's own instant, or that it was so already.
        if not row.paused:
            values["paused_at"] = told_at or (None if is_new else draft.at)
    elif not row.paused:
        values["paused_at"] = _live_pause_at(draft, told_at)
    elif told.kind == "pause" and (told_at is None or row.paused_at is None or told_at > row.paused_at):
        # Paused again while paused: the clock starts anew (P4 of the field's complaints), unless this is
        # the same event once more.
        if told_at is not None:
            values["paused_at"] = told_at
        elif values.get("pause_reason", row.pause_reason) != row.pause_reason:
            values["paused_at"] = draft.at
    return values


def _live_pause_at(draft: Draft, told_at: datetime | None) -> datetime:
    """When a pause that an event just announced began: LastPause is stale for realtime members."""
    if told_at is not None and abs(told_at - draft.at) <= _PAUSE_TOLERANCE:
        return told_at
    return draft.at


def _pause_began(draft: Draft, told: MemberTold) -> datetime | None:
    if told.paused_time:
        if told.paused_time >= _EPOCH_FLOOR:
            return from_pbx_clock(draft, told.paused_time)
        return draft.at - timedelta(seconds=told.paused_time)
    return from_pbx_clock(draft, told.last_pause_at)


def member_removed(draft: Draft, event: MemberRemoved) -> None:
    key = f"{event.queue}/{event.interface}"
    draft.memory.touched_at["members", key] = draft.at
    draft.drop_member(key)


def device_changed(draft: Draft, event: DeviceChanged, device: str) -> None:
    """A phone's state, for all memberships that follow it. `device` is its comparable name."""
    state = DeviceState.from_number(event.device_state)
    for key in draft.memory.members_of_device.get(device, ()):
        row = draft.board.members[key]
        draft.memory.touched_at["members", key] = draft.at
        if row.device_state != state:
            draft.put_member(replace(row, device_state=state))

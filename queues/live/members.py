"""Rules for queues, memberships and devices: what a row or an event about them changes, but for pauses. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agents.states import DeviceState
from queues.ami.events import DeviceChanged, MemberRemoved, MemberTold, QueueTold
from queues.live.draft import Draft, replaced
from queues.live.pauses import from_pbx_clock, told_values
from queues.live.state import MemberRow, member_key

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


def queue_told(draft: Draft, told: QueueTold) -> None:
    row = draft.queue(told.queue)
    values = {name: value for name in _QUEUE_FIELDS if (value := getattr(told, name)) is not None}
    if told.name:
        values["name"] = told.name
    draft.put_queue(replaced(row, values))


def member_told(draft: Draft, told: MemberTold) -> None:
    """Put or update a membership; its queue comes with it if need be."""
    draft.queue(told.queue)
    key = member_key(told.queue, told.interface)
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
        values |= told_values(draft, row, told, is_new=is_new)
    new = replaced(row, values)
    if is_new or new is not row:
        draft.put_member(new)


def member_removed(draft: Draft, event: MemberRemoved) -> None:
    key = member_key(event.queue, event.interface)
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

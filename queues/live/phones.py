"""Rules for channels and bridges: whose phone is in a call no queue made, and when a channel ends a call. Pure."""

from __future__ import annotations

from dataclasses import replace

from queues.ami.events import BridgeChanged, ChannelGone, ChannelRenamed, ChannelTold
from queues.live.calls import end_hung_up, revise, stop_ringing
from queues.live.draft import Draft
from queues.live.interfaces import channel_device, extension_of
from queues.live.memory import Memory, Phone
from queues.live.state import CallOutcome


def interface_of_channel(draft: Draft, channel: str) -> str:
    """The member interface a channel belongs to, "" when it is nobody's phone."""
    return draft.memory.interface_of_device.get(channel_device(channel), "")


def channel_told(draft: Draft, told: ChannelTold) -> None:
    if told.uniqueid in draft.memory.gone:
        return
    caller = draft.board.callers.get(told.uniqueid)
    if caller is not None and told.channel and caller.channel != told.channel:
        draft.put_caller(replace(caller, channel=told.channel))
    phone = draft.memory.phones.get(told.uniqueid)
    if phone is None:
        interface = interface_of_channel(draft, told.channel)
        # The far half of a Local channel is the dialplan's, not the phone's.
        if not interface or told.channel.endswith(";2"):
            return
        phone = Phone(uniqueid=told.uniqueid, interface=interface, channel=told.channel)
        draft.memory.phones[told.uniqueid] = phone
        draft.memory.phones_of_agent[interface].add(told.uniqueid)
    before = (phone.state, phone.party_number, phone.party_name, phone.channel)
    phone.channel = told.channel
    if told.state is not None:
        phone.state = told.state
    if told.connected_number or told.connected_name:
        phone.party_number = told.connected_number or ""
        phone.party_name = told.connected_name or ""
    if told.name and told.number == extension_of(phone.interface):
        if draft.memory.phone_names.get(phone.interface) != told.name:
            draft.agents.add(phone.interface)
        draft.memory.phone_names[phone.interface] = told.name
    if before != (phone.state, phone.party_number, phone.party_name, phone.channel):
        draft.agents.add(phone.interface)


def renamed(draft: Draft, event: ChannelRenamed) -> None:
    caller = draft.board.callers.get(event.uniqueid)
    if caller is not None:
        draft.put_caller(replace(caller, channel=event.channel))
    phone = draft.memory.phones.get(event.uniqueid)
    if phone is not None:
        phone.channel = event.channel


def bridge_changed(draft: Draft, event: BridgeChanged) -> None:
    memory = draft.memory
    if event.entered:
        memory.bridges.setdefault(event.bridge_id, set()).add(event.uniqueid)
        memory.bridge_of[event.uniqueid] = event.bridge_id
        # A caller the queue gave up on talks to somebody else now.
        revise(draft, event.uniqueid, CallOutcome.REDIRECTED)
        return
    _leave_bridge(memory, event.bridge_id, event.uniqueid)
    if memory.bridge_of.get(event.uniqueid) == event.bridge_id:
        del memory.bridge_of[event.uniqueid]


def _leave_bridge(memory: Memory, bridge: str, uniqueid: str) -> None:
    """Take a channel out of a bridge; an empty bridge is forgotten."""
    members = memory.bridges.get(bridge)
    if members is not None:
        members.discard(uniqueid)
        if not members:
            del memory.bridges[bridge]


def channel_gone(draft: Draft, event: ChannelGone) -> None:
    uniqueid = event.uniqueid
    draft.memory.remember_gone(uniqueid)
    caller = draft.board.callers.get(uniqueid)
    if caller is not None:
        end_hung_up(draft, caller)
    _agent_channel_gone(draft, uniqueid)
    _forget_channel(draft, uniqueid)


def _agent_channel_gone(draft: Draft, uniqueid: str) -> None:
    """The agent's leg ended: that ends their part of a talk, unless another leg took its place."""
    leg = draft.memory.legs.pop(uniqueid, None)
    if leg is not None:
        stop_ringing(draft, leg.caller, leg.interface)
    for row in [r for r in draft.board.callers.values() if r.agent_uniqueid == uniqueid]:
        heir = _other_in_bridge(draft, row.uniqueid, uniqueid)
        if heir:
            # A Local channel was optimised away: the phone behind it holds the same talk.
            draft.put_caller(replace(row, agent_uniqueid=heir))
        else:
            end_hung_up(draft, row)


def _other_in_bridge(draft: Draft, caller: str, leaving: str) -> str:
    bridge = draft.memory.bridge_of.get(caller)
    others = draft.memory.bridges.get(bridge, set()) - {caller, leaving} if bridge else set()
    return min(others, default="")


def _forget_channel(draft: Draft, uniqueid: str) -> None:
    memory = draft.memory
    memory.ended.pop(uniqueid, None)
    memory.hanging_up.discard(uniqueid)
    memory.moved.discard(uniqueid)
    bridge = memory.bridge_of.pop(uniqueid, None)
    if bridge is not None:
        _leave_bridge(memory, bridge, uniqueid)
    phone = memory.phones.pop(uniqueid, None)
    if phone is not None:
        memory.phones_of_agent[phone.interface].discard(uniqueid)
        draft.agents.add(phone.interface)

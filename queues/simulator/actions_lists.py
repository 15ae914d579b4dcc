"""AMI actions that ask about the machine: its clock and version, its channels, phones and extensions."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from queues.simulator.desk import Desk
from queues.simulator.entities import Member
from queues.simulator.floor import Floor
from queues.simulator.requests import Request, answer, listing, refusal


def ping(desk: Desk, request: Request) -> list[str]:
    return [answer(request, Ping="Pong", Timestamp=f"{desk.clock():.6f}")]


def core_settings(desk: Desk, request: Request) -> list[str]:
    return [
        answer(
            request,
            AMIversion=desk.dialect.ami_version,
            AsteriskVersion=desk.dialect.asterisk_version,
            SystemName="",
            CoreMaxCalls=0,
            CoreMaxLoadAvg="0.000000",
            CoreRunUser="",
            CoreRunGroup="",
            CoreMaxFilehandles=desk.dialect.max_file_handles,
            CoreRealTimeEnabled="No",
            CoreCDRenabled="Yes",
            CoreHTTPenabled="No",
        )
    ]


def core_status(desk: Desk, request: Request) -> list[str]:
    """Dates and times are the PBX's local ones; this PBX lives in UTC."""
    booted = datetime.fromtimestamp(desk.floor.booted_at, UTC)
    day, time = booted.strftime("%Y-%m-%d"), booted.strftime("%H:%M:%S")
    return [
        answer(
            request,
            CoreStartupDate=day,
            CoreStartupTime=time,
            CoreReloadDate=day,
            CoreReloadTime=time,
            CoreCurrentCalls=len(desk.floor.switch.channels),
        )
    ]


_DIALPLAN_EXISTS = re.compile(r"DIALPLAN_EXISTS\(([^,)]*),([^,)]*)(?:,([^)]*))?\)")


def get_variable(desk: Desk, request: Request) -> list[str]:
    """Of all variables and functions only DIALPLAN_EXISTS; the others have no value, as unknown ones on the real one
    (recorded: no error)."""
    name = request.get("Variable")
    if not name:
        return [refusal(request, "No variable specified")]
    asked = _DIALPLAN_EXISTS.fullmatch(name)
    value = ""
    if asked:
        is_there = (asked[3] or "1") == "1" and desk.floor.calls.has_extension(asked[1], asked[2])
        value = str(int(is_there))
    return [answer(request, Variable=name, Value=value)]


def core_show_channels(desk: Desk, request: Request) -> list[str]:
    channels = desk.floor.switch.channels.values()
    rows = [desk.dialect.channel_row(channel, desk.floor.now, request.action_id) for channel in channels]
    return listing(request, "Channels will follow", rows, "CoreShowChannelsComplete")


def status(desk: Desk, request: Request) -> list[str]:
    wanted = request.get("Channel")
    channels = [desk.channel(request)] if wanted else list(desk.floor.switch.channels.values())
    rows = [desk.dialect.status_row(channel, desk.floor.now, request.action_id) for channel in channels]
    *body, end = listing(request, "Channel status will follow", rows, "StatusComplete")
    return [*body, f"{end}Items: {len(rows)}\r\n"]


def device_state_list(desk: Desk, request: Request) -> list[str]:
    floor = desk.floor
    states = [(phone.interface, phone.told.name) for phone in floor.switch.phones.values()]
    states += [(trunk, state.name) for trunk, state in floor.switch.trunk_states.items()]
    states += [(f"Queue:{q.number}", "RINGING" if q.waiting else "NOT_INUSE") for q in floor.queues.values()]
    states += [
        (f"Queue:{m.queue.number}_pause_{m.interface}", "INUSE" if m.is_paused else "NOT_INUSE")
        for m in _members(floor)
    ]
    rows = [
        f"Event: DeviceStateChange\r\n{request.action_id}Device: {device}\r\nState: {state}\r\n"
        for device, state in states
    ]
    return listing(request, "Device State Changes will follow", rows, "DeviceStateListComplete")


def _members(floor: Floor) -> list[Member]:
    return [member for queue in floor.queues.values() for member in queue.members.values()]


#: Device states as ExtensionStatus numbers them, by the state's number.
_EXTENSION_STATES = {
    0: (4, "Unavailable"),
    1: (0, "Idle"),
    2: (1, "InUse"),
    3: (2, "Busy"),
    4: (4, "Unavailable"),
    5: (4, "Unavailable"),
    6: (8, "Ringing"),
    7: (9, "InUse&Ringing"),
    8: (16, "Hold"),
}


def extension_state_list(desk: Desk, request: Request) -> list[str]:
    rows = []
    for phone in desk.floor.switch.phones.values():
        number, words = _EXTENSION_STATES[phone.told.value]
        rows.append(
            f"Event: ExtensionStatus\r\n{request.action_id}Exten: {phone.extension}\r\nContext: from-internal\r\n"
            f"Hint: {phone.interface}\r\nStatus: {number}\r\nStatusText: {words}\r\n"
        )
    return listing(request, "Extension Statuses will follow", rows, "ExtensionStateListComplete")


def reload(desk: Desk, request: Request) -> list[str]:
    """Stock only; nothing is read again, but it is told (class system)."""
    desk.floor.switch.tell("Reload", headers={"Module": request.get("Module") or "All", "Status": 0})
    return [answer(request, Message="Module Reloaded")]

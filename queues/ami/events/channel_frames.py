"""Frames about channels, devices, bridges, dialling, and the PBX itself.

Sources: Asterisk 13 to 23, main/manager_channels.c, main/manager_bridges.c, main/devicestate.c, main/manager.c.
"""

from __future__ import annotations

import re

from queues.ami.events import kinds
from queues.ami.events.values import Values

_DURATION = re.compile(r"(\d{1,6}):(\d\d):(\d\d)", re.ASCII)

#: `State` of DeviceStateChange, as AMI's numbers.
_DEVICE_STATES = {
    "UNKNOWN": 0,
    "NOT_INUSE": 1,
    "INUSE": 2,
    "BUSY": 3,
    "INVALID": 4,
    "UNAVAILABLE": 5,
    "RINGING": 6,
    "RINGINUSE": 7,
    "ONHOLD": 8,
}


def channel(values: Values) -> kinds.ChannelTold:
    """`Newchannel`, `Newstate`, `NewCallerid`, `NewConnectedLine`; rows `CoreShowChannel` and `Status`."""
    return kinds.ChannelTold(
        uniqueid=values.identity("Uniqueid"),
        channel=values.identity("Channel"),
        linkedid=values.text("Linkedid"),
        state=values.whole("ChannelState"),
        number=values.caller_id("CallerIDNum"),
        name=values.caller_id("CallerIDName"),
        connected_number=values.caller_id("ConnectedLineNum"),
        connected_name=values.caller_id("ConnectedLineName"),
        context=values.text("Context"),
        exten=values.text("Exten"),
        application=values.text("Application"),
        application_data=values.text("ApplicationData", "Data"),
        bridge_id=values.text("BridgeId"),
        age_seconds=_age(values),
    )


def _age(values: Values) -> int | None:
    """How long a channel exists: Duration hh:mm:ss of CoreShowChannel, Seconds of Status."""
    duration = _DURATION.fullmatch(values.word("Duration"))
    if duration is None:
        return values.whole("Seconds")
    hours, minutes, seconds = map(int, duration.groups())
    return hours * 3600 + minutes * 60 + seconds


def channel_renamed(values: Values) -> kinds.ChannelRenamed:
    """`Rename`."""
    return kinds.ChannelRenamed(values.identity("Uniqueid"), values.identity("Newname"))


def channel_gone(values: Values) -> kinds.ChannelGone:
    """`Hangup`."""
    return kinds.ChannelGone(
        values.identity("Uniqueid"), values.word("Channel"), values.count("Cause"), values.word("Cause-txt")
    )


def hangup_requested(values: Values) -> kinds.HangupRequested:
    """`HangupRequest` and `SoftHangupRequest`."""
    return kinds.HangupRequested(values.identity("Uniqueid"))


def variable_set(values: Values) -> kinds.QueueVariableSet | None:
    """`VarSet`, of which only QUEUESTATUS is of interest."""
    if values.frame.get("Variable") != "QUEUESTATUS":
        return None
    return kinds.QueueVariableSet(values.identity("Uniqueid"), values.word("Value"))


def dial_ended(values: Values) -> kinds.DialEnded:
    """`DialEnd`; an Originate's has no caller."""
    return kinds.DialEnded(values.word("Uniqueid"), values.identity("DestUniqueid"), values.word("DialStatus").upper())


def dial_progressed(values: Values) -> kinds.DialProgressed | None:
    """`DialState`, of which only PROGRESS is of interest."""
    if values.word("DialStatus").upper() != "PROGRESS":
        return None
    return kinds.DialProgressed(values.word("Uniqueid"), values.identity("DestUniqueid"))


def bridge_changed(values: Values) -> kinds.BridgeChanged:
    """`BridgeEnter` and `BridgeLeave`."""
    entered = (values.frame.get("Event") or "").strip().lower() == "bridgeenter"
    return kinds.BridgeChanged(
        bridge_id=values.identity("BridgeUniqueid"),
        uniqueid=values.identity("Uniqueid"),
        channel=values.word("Channel"),
        entered=entered,
    )


def device_changed(values: Values) -> kinds.DeviceChanged:
    """`DeviceStateChange`."""
    return kinds.DeviceChanged(values.identity("Device"), _DEVICE_STATES.get(values.word("State").upper(), 0))


def transferred(values: Values) -> kinds.Transferred | None:
    """`BlindTransfer` and `AttendedTransfer` that succeeded."""
    if values.word("Result").lower() != "success":
        return None
    return kinds.Transferred(
        transferer_uniqueid=values.identity("TransfererUniqueid", "OrigTransfererUniqueid"),
        transferee_uniqueid=values.word("TransfereeUniqueid"),
        to=values.word("Extension", "TransferTargetCallerIDNum"),
    )


def parked(values: Values) -> kinds.Parked:
    """`ParkedCall`; before Asterisk 12 it was no Parkee's but a channel's."""
    return kinds.Parked(values.identity("ParkeeUniqueid", "Uniqueid"), values.word("ParkingSpace", "Exten"))


def originate_ended(values: Values) -> kinds.OriginateEnded:
    """`OriginateResponse`."""
    return kinds.OriginateEnded(
        action_id=values.identity("ActionID"),
        is_success=values.word("Response").lower() == "success",
        reason=values.count("Reason"),
        channel=values.word("Channel"),
        uniqueid=values.word("Uniqueid"),
    )


def booted(values: Values) -> kinds.PbxBooted:
    """`FullyBooted`."""
    return kinds.PbxBooted(values.whole("Uptime"))


def reloaded(values: Values) -> kinds.PbxReloaded:
    """`Reload`."""
    return kinds.PbxReloaded(values.word("Module"))


def shut_down(values: Values) -> kinds.PbxShutDown:
    """`Shutdown`."""
    return kinds.PbxShutDown(bool(values.flag("Restart")))

"""Frames to typed events: the one place that knows how each dialect and version spells things.

In: a `Frame` of a live event or of a list's row. Out: an event of `queues.ami.events.kinds`, or None when
nothing there describes the frame or it lacks its identity. Never raises for what a PBX sends.
Sources: the UCM AMI guide (examples 4 and 5), Asterisk 13 to 23 (apps/app_queue.c, main/manager_channels.c),
and streams recorded from Asterisk 16.28 and 22.10 (tests/data).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from queues.ami.events import kinds
from queues.ami.events.values import NoIdentity, Values
from queues.ami.frames import Frame, Wanted

_SERVICE_LEVEL = re.compile(r"SL:\s*(\d{1,3}(?:\.\d{1,9})?)\s*%\s*within\s*(\d{1,9})\s*s", re.ASCII | re.IGNORECASE)
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


def from_frame(frame: Frame, faults: Counter[str] | None = None) -> kinds.Event | None:
    """The event `frame` tells, or None. `faults` counts broken fields and missing identities."""
    parse = _PARSERS.get((frame.get("Event") or "").strip().lower())
    if parse is None:
        return None
    faults = Counter() if faults is None else faults
    try:
        return parse(Values(frame, faults))
    except NoIdentity:
        faults["identity"] += 1
        return None


def _queue(values: Values) -> kinds.Event | None:
    # UCM writes "SL:0.0% within 0s" (and spells the header SeviceLevel in lists), stock plain seconds.
    text = values.text("SeviceLevel", "ServiceLevel")
    level = _SERVICE_LEVEL.search(text) if text else None
    return kinds.QueueTold(
        queue=values.queue(),
        name=values.text("QueueName"),
        strategy=values.text("Strategy"),
        waiting=values.whole("CallCount", "Calls", "Callers"),
        max_waiting=values.whole("Max"),
        calls_total=values.whole("CallsTotal"),
        completed=values.whole("CallsComplete", "Completed"),
        abandoned=values.whole("CallsAbandoned", "Abandoned"),
        hold_seconds=values.whole("AvgWaitTime", "HoldTime"),
        talk_seconds=values.whole("AvgTalkTime", "TalkTime"),
        service_level_seconds=int(level[2]) if level else values.whole("ServiceLevel"),
        service_level_percent=float(level[1]) if level else values.number("ServicelevelPerf"),
        service_level_text=text if level else None,
        abandoned_percent=values.number("AbandonedRate"),
        weight=values.whole("Weight"),
        chairman=values.text("Chairman"),
        agent_login_enabled=values.flag("EnableAgentLogin"),
        available_count=values.whole("AvailableCount", "Available"),
        agent_count=values.whole("AgentCount"),
        longest_hold_seconds=values.whole("LongestHoldTime"),
    )


def _member(values: Values) -> kinds.Event | None:
    status = values.whole("Status")
    return kinds.MemberTold(
        queue=values.queue(),
        interface=values.identity("Interface", "Location", "Agent"),
        kind=_member_kind(values.frame),
        member_name=values.text("MemberName", "Name"),
        state_interface=values.text("StateInterface"),
        membership=values.text("Membership"),
        penalty=values.whole("Penalty"),
        calls_taken=values.whole("CallsTaken"),
        calls_abandoned=values.whole("CallsAbandon"),
        talk_seconds=values.whole("TalkTime"),
        last_call_at=values.epoch("LastCall"),
        last_pause_at=values.epoch("LastPause"),
        login_at=values.epoch("LoginTime"),
        in_call=values.flag("InCall"),
        device_state=None if status is None else status if status <= 8 else 0,
        paused=values.flag("Paused"),
        # Asterisk before 13.8 has only Reason; where both are told, an unpause's Reason is no reason to be paused.
        pause_reason=values.text("PausedReason", "Reason"),
        paused_time=values.epoch("PausedTime"),
        wrap_up_seconds=values.whole("Wrapuptime"),
        ring_in_use=values.flag("Ringinuse"),
        last_caller_channel=values.text("CallerChannel"),
        agent_login_enabled=values.flag("EnableAgentLogin"),
        queue_name=values.text("QueueName"),
    )


def _member_kind(frame: Frame) -> str:
    """Live events carry Privilege, rows do not: a UCM names its rows like live events."""
    if frame.get("Privilege") is None:
        return "row"
    return (frame.get("Event") or "").strip().lower().removeprefix("queuemember")


def _member_removed(values: Values) -> kinds.Event | None:
    return kinds.MemberRemoved(values.queue(), values.identity("Interface", "Location"))


def _caller_row(values: Values) -> kinds.Event | None:
    return kinds.CallerTold(
        queue=values.queue(),
        uniqueid=values.identity("Uniqueid"),
        channel=values.word("Channel"),
        position=values.count("Position"),
        number=values.caller_id("CallerIDNum", escaped=False) or "",
        name=values.caller_id("CallerIDName", escaped=False) or "",
        wait_seconds=values.count("Wait"),
        priority=values.whole("Priority"),
    )


def _caller_joined(values: Values) -> kinds.Event | None:
    return kinds.CallerJoined(
        queue=values.queue(),
        uniqueid=values.identity("Uniqueid"),
        linkedid=values.word("Linkedid"),
        channel=values.word("Channel"),
        number=values.caller_id("CallerIDNum") or "",
        name=values.caller_id("CallerIDName") or "",
        position=values.count("Position"),
        started_at=values.epoch("StartTime"),
    )


def _caller_left(values: Values) -> kinds.Event | None:
    return kinds.CallerLeft(
        queue=values.queue(),
        uniqueid=values.identity("Uniqueid"),
        position=values.count("Position"),
        count=values.whole("Count"),
        answered_by_channel=values.text("PeerChannel"),
    )


def _caller_abandoned(values: Values) -> kinds.Event | None:
    return kinds.CallerAbandoned(
        values.queue(), values.identity("Uniqueid"), values.count("Position"), values.count("HoldTime")
    )


def _agent_called(values: Values) -> kinds.Event | None:
    return kinds.AgentCalled(
        queue=values.queue(),
        interface=values.identity("Interface"),
        uniqueid=values.word("Uniqueid"),
        agent_uniqueid=values.word("DestUniqueid"),
        agent_channel=values.word("DestChannel"),
        member_name=values.text("MemberName"),
    )


def _agent_connected(values: Values) -> kinds.Event | None:
    return kinds.AgentConnected(
        queue=values.queue(),
        interface=values.identity("Interface"),
        uniqueid=values.identity("Uniqueid"),
        linkedid=values.word("Linkedid"),
        agent_uniqueid=values.word("DestUniqueid"),
        agent_channel=values.word("DestChannel"),
        hold_seconds=values.count("HoldTime"),
        ring_seconds=values.count("RingTime"),
        channel=values.word("Channel"),
        number=values.caller_id("CallerIDNum") or "",
        name=values.caller_id("CallerIDName") or "",
        member_name=values.text("MemberName"),
    )


def _agent_completed(values: Values) -> kinds.Event | None:
    return kinds.AgentCompleted(
        queue=values.queue(),
        interface=values.identity("Interface"),
        uniqueid=values.word("Uniqueid"),
        agent_uniqueid=values.word("DestUniqueid"),
        hold_seconds=values.count("HoldTime"),
        talk_seconds=values.count("TalkTime"),
        reason=values.word("Reason").lower(),
        member_name=values.text("MemberName"),
    )


def _agent_not_answered(values: Values) -> kinds.Event | None:
    return kinds.AgentNotAnswered(
        queue=values.queue(),
        interface=values.identity("Interface"),
        uniqueid=values.word("Uniqueid"),
        agent_uniqueid=values.word("DestUniqueid"),
        # The only time of a queue event that is in milliseconds.
        ring_seconds=(values.number("RingTime") or 0.0) / 1000,
    )


def _channel(values: Values) -> kinds.Event | None:
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


def _channel_renamed(values: Values) -> kinds.Event | None:
    return kinds.ChannelRenamed(values.identity("Uniqueid"), values.identity("Newname"))


def _channel_gone(values: Values) -> kinds.Event | None:
    return kinds.ChannelGone(
        values.identity("Uniqueid"), values.word("Channel"), values.count("Cause"), values.word("Cause-txt")
    )


def _hangup_requested(values: Values) -> kinds.Event | None:
    return kinds.HangupRequested(values.identity("Uniqueid"))


def _variable_set(values: Values) -> kinds.Event | None:
    if values.frame.get("Variable") != "QUEUESTATUS":
        return None
    return kinds.QueueVariableSet(values.identity("Uniqueid"), values.word("Value"))


def _dial_ended(values: Values) -> kinds.Event | None:
    return kinds.DialEnded(values.word("Uniqueid"), values.identity("DestUniqueid"), values.word("DialStatus").upper())


def _bridge_changed(values: Values) -> kinds.Event | None:
    entered = (values.frame.get("Event") or "").strip().lower() == "bridgeenter"
    return kinds.BridgeChanged(
        bridge_id=values.identity("BridgeUniqueid"),
        uniqueid=values.identity("Uniqueid"),
        channel=values.word("Channel"),
        entered=entered,
    )


def _device_changed(values: Values) -> kinds.Event | None:
    return kinds.DeviceChanged(values.identity("Device"), _DEVICE_STATES.get(values.word("State").upper(), 0))


def _transferred(values: Values) -> kinds.Event | None:
    if values.word("Result").lower() != "success":
        return None
    return kinds.Transferred(
        transferer_uniqueid=values.identity("TransfererUniqueid", "OrigTransfererUniqueid"),
        transferee_uniqueid=values.word("TransfereeUniqueid"),
        to=values.word("Extension", "TransferTargetCallerIDNum"),
    )


def _originate_ended(values: Values) -> kinds.Event | None:
    return kinds.OriginateEnded(
        action_id=values.identity("ActionID"),
        is_success=values.word("Response").lower() == "success",
        reason=values.count("Reason"),
        channel=values.word("Channel"),
        uniqueid=values.word("Uniqueid"),
    )


def _booted(values: Values) -> kinds.Event:
    return kinds.PbxBooted(values.whole("Uptime"))


def _reloaded(values: Values) -> kinds.Event:
    return kinds.PbxReloaded(values.word("Module"))


def _shut_down(values: Values) -> kinds.Event:
    return kinds.PbxShutDown(bool(values.flag("Restart")))


_LIVE_PARSERS: dict[str, Callable[[Values], kinds.Event | None]] = {
    "queuestatus": _queue,
    "queuememberstatus": _member,
    "queuememberadded": _member,
    "queuememberpause": _member,
    "queuememberpenalty": _member,
    "queuememberringinuse": _member,
    "queuememberremoved": _member_removed,
    "queuecallerjoin": _caller_joined,
    "queuecallerleave": _caller_left,
    "queuecallerabandon": _caller_abandoned,
    "agentcalled": _agent_called,
    "agentconnect": _agent_connected,
    "agentcomplete": _agent_completed,
    "agentringnoanswer": _agent_not_answered,
    "agentdump": _agent_not_answered,
    "newchannel": _channel,
    "newstate": _channel,
    "newcallerid": _channel,
    "newconnectedline": _channel,
    "rename": _channel_renamed,
    "hangup": _channel_gone,
    "hanguprequest": _hangup_requested,
    "softhanguprequest": _hangup_requested,
    "varset": _variable_set,
    "dialend": _dial_ended,
    "bridgeenter": _bridge_changed,
    "bridgeleave": _bridge_changed,
    "devicestatechange": _device_changed,
    "blindtransfer": _transferred,
    "attendedtransfer": _transferred,
    "originateresponse": _originate_ended,
    "fullybooted": _booted,
    "reload": _reloaded,
    "shutdown": _shut_down,
}
_PARSERS: dict[str, Callable[[Values], kinds.Event | None]] = {
    **_LIVE_PARSERS,
    "queueparams": _queue,
    "queuesummary": _queue,
    "queuemember": _member,
    "gsagent": _member,
    "queueentry": _caller_row,
    "coreshowchannel": _channel,
    "status": _channel,
}

#: The live events worth decoding. A dialplan sets variables all the time; only one of them is of interest.
DEFAULT_WANTED: Wanted = {name.encode(): b"" for name in _LIVE_PARSERS} | {b"varset": b"\nVariable: QUEUESTATUS\n"}

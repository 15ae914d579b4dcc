"""Frames about queues, their members, their callers and the agents who take them.

Sources: the UCM AMI guide (examples 4 and 5); Asterisk 13 to 23, apps/app_queue.c.
"""

from __future__ import annotations

import re

from queues.ami.events import kinds
from queues.ami.events.values import Values
from queues.ami.frames import Frame

#: UCM's service level, "SL:0.0% within 0s".
_SERVICE_LEVEL = re.compile(r"SL:\s*(\d{1,3}(?:\.\d{1,9})?)\s*%\s*within\s*(\d{1,9})\s*s", re.ASCII | re.IGNORECASE)


def queue(values: Values) -> kinds.QueueTold:
    """`QueueParams`, `QueueSummary`, and UCM's `QueueStatus`."""
    # SeviceLevel: so spelled in UCM's lists. Stock sends plain seconds.
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


def member(values: Values) -> kinds.MemberTold:
    """`QueueMember` and `GsAgent` rows; `QueueMember…` events and UCM's rows of the same name."""
    status, paused = values.whole("Status"), values.flag("Paused")
    # Asterisk before 13.8 has only Reason.
    reason = values.text("PausedReason", "Reason")
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
        paused=paused,
        # Some releases repeat the reason given for an unpause, which is no reason to be paused.
        pause_reason="" if reason and paused is False else reason,
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


def member_removed(values: Values) -> kinds.MemberRemoved:
    """`QueueMemberRemoved`."""
    return kinds.MemberRemoved(values.queue(), values.identity("Interface", "Location"))


def caller_row(values: Values) -> kinds.CallerTold:
    """`QueueEntry`, the only frame whose caller names are not escaped."""
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


def caller_joined(values: Values) -> kinds.CallerJoined:
    """`QueueCallerJoin`."""
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


def caller_left(values: Values) -> kinds.CallerLeft:
    """`QueueCallerLeave`."""
    return kinds.CallerLeft(
        queue=values.queue(),
        uniqueid=values.identity("Uniqueid"),
        position=values.count("Position"),
        count=values.whole("Count"),
        answered_by_channel=values.text("PeerChannel"),
    )


def caller_abandoned(values: Values) -> kinds.CallerAbandoned:
    """`QueueCallerAbandon`."""
    return kinds.CallerAbandoned(
        values.queue(), values.identity("Uniqueid"), values.count("Position"), values.count("HoldTime")
    )


def agent_called(values: Values) -> kinds.AgentCalled:
    """`AgentCalled`."""
    return kinds.AgentCalled(
        queue=values.queue(),
        interface=values.identity("Interface"),
        uniqueid=values.word("Uniqueid"),
        agent_uniqueid=values.word("DestUniqueid"),
        agent_channel=values.word("DestChannel"),
        member_name=values.text("MemberName"),
    )


def agent_connected(values: Values) -> kinds.AgentConnected:
    """`AgentConnect`."""
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


def agent_completed(values: Values) -> kinds.AgentCompleted:
    """`AgentComplete`; the caller's block, the agent's, or both may be missing."""
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


def agent_not_answered(values: Values) -> kinds.AgentNotAnswered:
    """`AgentRingNoAnswer` and `AgentDump`."""
    return kinds.AgentNotAnswered(
        queue=values.queue(),
        interface=values.identity("Interface"),
        uniqueid=values.word("Uniqueid"),
        agent_uniqueid=values.word("DestUniqueid"),
        # The only time of a queue event that is in milliseconds.
        ring_seconds=(values.number("RingTime") or 0.0) / 1000,
    )

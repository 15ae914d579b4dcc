"""A UCM's live events, header by header as public typings and transcripts made against real UCMs have them."""

from __future__ import annotations

from tests.support.simulated import BEGIN, Story

#: The channel block, in the order of a CoreShowChannel row of a real UCM.
_BLOCK = (
    "Channel ChannelState ChannelStateDesc CallerIDNum CallerIDName ConnectedLineNum ConnectedLineName Language "
    "AccountCode Context Exten Priority Callid Linkedid PageFlag Application Reg_calleenum Reg_callernum "
    "Reg_callername Uniqueid"
)
BLOCK = tuple(_BLOCK.split())
DEST = tuple(f"Dest{name}" for name in BLOCK)
HEAD = ("Event", "Privilege")
_MEMBER = (
    "Queue LastCall MemberName EnableAgentLogin Interface LoginTime TalkTime StateInterface Penalty Membership Paused "
    "CallerChannel CallsTaken Status CallsAbandon PausedTime Ringinuse"
)
MEMBER = tuple(_MEMBER.split())
BRIDGE = ("BridgeUniqueid", "BridgeType", "BridgeTechnology", "BridgeCreator", "BridgeName", "BridgeNumChannels")

EXPECTED = {
    "QueueCallerJoin": (*HEAD, *BLOCK, "Count", "StartTime", "Queue", "Position"),
    "QueueCallerLeave": (
        *(*HEAD, *BLOCK, "Queue", "CalleeIDNum", "Position", "Dynamic", "Count", "PeerChannel", "LeaveTime"),
    ),
    "AgentConnect": (*HEAD, *BLOCK, *DEST, "Queue", "Interface", "HoldTime", "MemberName", "RingTime"),
    "AgentComplete": (*HEAD, *BLOCK, *DEST, "Queue", "TalkTime", "Interface", "HoldTime", "MemberName", "Reason"),
    "QueueMemberStatus": (*HEAD, *MEMBER),
    "QueueMemberPause": (*HEAD, *MEMBER),
    "Newexten": (*HEAD, *BLOCK, "Extension", "Application", "AppData"),
    "HangupRequest": (*HEAD, *BLOCK),
    "SoftHangupRequest": (*HEAD, *BLOCK, "Key", "FaxStatus", "Cause"),
    "BridgeEnter": (*HEAD, *BRIDGE, *BLOCK),
    "QueueCallerHangup": (*HEAD, *BLOCK, "Queue", "PeerChannel"),
    "ActiveCount": (*HEAD, "ActiveCalls"),
    "QueueStatus": (
        *(*HEAD, "Queue", "CallsTotal", "CallCount", "CallsComplete", "CallsAbandoned", "Strategy", "Chairman"),
        *("EnableAgentLogin", "QueueName", "ServiceLevel", "AbandonedRate", "AvgWaitTime", "AvgTalkTime"),
        *("AvailableCount", "AgentCount"),
    ),
}


def taken_call() -> Story:
    """Anna Kowalska takes a call after 4 s and talks 6 s until the caller hangs up."""
    story = Story("ucm", members="1000")
    call = story.floor.arrive("6500", number="0301", name="")
    story.wait(4)
    story.floor.answer(call)
    story.wait(6)
    story.floor.abandon(call)
    story.floor.pause("PJSIP/1000", reason="Lunch")
    return story


def test_every_event_has_the_headers_of_a_real_ucm_in_their_order():
    told = taken_call().told
    for event, names in EXPECTED.items():
        assert {packet.names for packet in told if packet["Event"] == event} == {names}


def test_newexten_carries_application_twice():
    packet = taken_call().events("Newexten")[0]
    assert [value for name, value in packet.headers if name == "Application"] == ["Goto", "Goto"]


def test_join_and_leave_carry_the_times_and_the_agent():
    story = taken_call()
    join, leave = story.events("QueueCallerJoin", "QueueCallerLeave")
    assert int(join["StartTime"]) == BEGIN
    assert int(leave["LeaveTime"]) == BEGIN + 4
    assert (leave["CalleeIDNum"], leave["PeerChannel"][:10]) == ("1000", "PJSIP/1000")


def test_nobody_is_an_empty_caller_id():
    assert taken_call().events("QueueCallerJoin")[0]["ConnectedLineNum"] == ""


def test_a_member_goes_by_its_interface_and_the_person_is_on_the_channel():
    connect = taken_call().events("AgentConnect")[0]
    assert (connect["MemberName"], connect["DestCallerIDName"]) == ("PJSIP/1000", "Anna Kowalska")


def test_caller_channel_keeps_the_last_caller_after_the_call():
    status = taken_call().events("QueueMemberStatus")[-1]
    assert status["Status"] == "1"
    assert status["CallerChannel"].startswith("PJSIP/trunk_1-")
    assert (status["CallsTaken"], status["TalkTime"]) == ("1", "6")


def test_a_pause_tells_when_but_not_why():
    pause = taken_call().events("QueueMemberPause")[0]
    assert (pause["Paused"], int(pause["PausedTime"])) == ("1", BEGIN + 10)


def test_a_live_queue_status_is_no_list_row():
    status = taken_call().events("QueueStatus")[-1]
    assert (status["Privilege"], status["CallsComplete"]) == ("agent,all", "1")
    assert status["ServiceLevel"] == "SL:0.0% within 0s"

"""Queues, members, callers and agents as both dialects spell them."""

from collections import Counter

import pytest

from queues.ami import events
from queues.ami.events import from_frame
from tests.support.streams import frame, frames, stream

CALLER = r"""
Privilege: agent,all
Channel: PJSIP/trunk_1-00000018
ChannelState: 6
CallerIDNum: 0301112233
CallerIDName: Petra O\'Neil
ConnectedLineNum: <unknown>
ConnectedLineName: <unknown>
Context: from-internal
Exten: 6500
Uniqueid: 1795422138.66
Linkedid: 1795422138.60
""".strip("\n")
AGENT = """
DestChannel: PJSIP/1000-00000019
DestCallerIDNum: 1000
DestUniqueid: 1795422139.67
DestLinkedid: 1795422138.60
Interface: PJSIP/1000
MemberName: Ada
""".strip("\n")
MEMBER = """
Queue: Support-Night
MemberName: Ada
Interface: PJSIP/1000
StateInterface: hint:1000@phones
Membership: dynamic
Penalty: 3
CallsTaken: 7
LastCall: 1795422267
LastPause: 1795422268
LoginTime: 1795422263
InCall: 1
Status: 7
Paused: 1
PausedReason: Lunch
Ringinuse: 0
Wrapuptime: 15
""".strip("\n")


def told(text: str) -> events.Event | None:
    return from_frame(frame(text))


def test_the_guides_queue_row_is_read_in_full():
    rows = [row for row in map(from_frame, frames(stream("ucm-guide-queues"))) if row is not None]
    assert rows == [
        events.QueueTold(
            queue="6500",
            name="tt",
            strategy="ringall",
            waiting=0,
            calls_total=0,
            completed=0,
            abandoned=0,
            hold_seconds=0,
            talk_seconds=0,
            service_level_seconds=0,
            service_level_percent=0.0,
            service_level_text="SL:0.0% within 0s",
            abandoned_percent=0.0,
            chairman="",
            agent_login_enabled=False,
            available_count=0,
            agent_count=1,
        ),
        events.MemberTold(
            queue="6500",
            interface="PJSIP/1000",
            kind="row",
            member_name="PJSIP/1000",
            membership="dynamic",
            penalty=0,
            calls_taken=0,
            calls_abandoned=0,
            talk_seconds=0,
            last_call_at=0.0,
            login_at=1633618142.0,
            device_state=5,
            paused=False,
            paused_time=0.0,
            last_caller_channel="",
            agent_login_enabled=False,
        ),
    ]


def test_the_guides_agent_row_is_a_membership_with_the_queues_name():
    (row,) = (row for row in map(from_frame, frames(stream("ucm-guide-gsagents"))) if row is not None)
    assert isinstance(row, events.MemberTold)
    assert (row.queue, row.interface, row.kind, row.queue_name) == ("6500", "PJSIP/1000", "row", "tt")
    assert (row.device_state, row.login_at, row.paused, row.paused_time) == (5, 1633618142.0, False, None)


def test_a_ucms_service_level_is_taken_apart_under_both_spellings():
    for name in ("SeviceLevel", "ServiceLevel"):
        row = told(f"Event: QueueStatus\nQueue: 6500\n{name}: SL:87.5% within 20s\nAbandonedRate: 25.81%")
        assert (row.service_level_percent, row.service_level_seconds) == (87.5, 20)
        assert row.service_level_text == "SL:87.5% within 20s"
        assert row.abandoned_percent == 25.81


def test_a_stock_queue_row_has_the_same_fields():
    row = told(
        "Event: QueueParams\nQueue: 6501\nMax: 50\nStrategy: leastrecent\nCalls: 2\nHoldtime: 31\nTalkTime: 95\n"
        "Completed: 4\nAbandoned: 1\nServiceLevel: 20\nServicelevelPerf: 75.0\nServicelevelPerf2: 60.0\nWeight: 2"
    )
    assert row == events.QueueTold(
        queue="6501",
        strategy="leastrecent",
        waiting=2,
        max_waiting=50,
        completed=4,
        abandoned=1,
        hold_seconds=31,
        talk_seconds=95,
        service_level_seconds=20,
        service_level_percent=75.0,
        weight=2,
    )


def test_a_summary_row_tells_who_is_available_and_the_longest_wait():
    row = told(
        "Event: QueueSummary\nQueue: 6500\nLoggedIn: 4\nAvailable: 3\nCallers: 2\nHoldTime: 5\nTalkTime: 60\n"
        "LongestHoldTime: 44"
    )
    assert (row.available_count, row.waiting, row.longest_hold_seconds, row.agent_count) == (3, 2, 44, None)


def test_a_live_ucm_queue_event_is_the_same_statement_as_its_row():
    row = told("Event: QueueStatus\nPrivilege: agent,all\nQueue: 6500\nCallCount: 3")
    assert row == events.QueueTold("6500", waiting=3)


def test_a_live_member_event_is_read_in_full():
    assert told(f"Event: QueueMemberStatus\nPrivilege: agent,all\n{MEMBER}") == events.MemberTold(
        queue="support-night",
        interface="PJSIP/1000",
        kind="status",
        member_name="Ada",
        state_interface="hint:1000@phones",
        membership="dynamic",
        penalty=3,
        calls_taken=7,
        last_call_at=1795422267.0,
        last_pause_at=1795422268.0,
        login_at=1795422263.0,
        in_call=True,
        device_state=7,
        paused=True,
        pause_reason="Lunch",
        wrap_up_seconds=15,
        ring_in_use=False,
    )


@pytest.mark.parametrize("kind", ["Status", "Pause", "Added", "Penalty", "Ringinuse"])
def test_the_kind_of_a_member_event_is_the_end_of_its_name(kind):
    assert told(f"Event: QueueMember{kind}\nPrivilege: agent,all\n{MEMBER}").kind == kind.lower()


def test_a_stock_member_row_says_the_same_under_other_names():
    row = told(
        "Event: QueueMember\nQueue: 6501\nName: Bob\nLocation: PJSIP/1003\nStateInterface: PJSIP/1003\n"
        "Membership: static\nStatus: 1\nPaused: 0\nPausedReason: \nActionID: 1"
    )
    assert (row.interface, row.member_name, row.kind) == ("PJSIP/1003", "Bob", "row")
    assert (row.pause_reason, row.paused) == ("", False)


def test_before_13_8_the_reason_of_a_pause_is_called_reason():
    row = told("Event: QueueMemberPause\nPrivilege: agent,all\nQueue: 1\nInterface: A/1\nPaused: 1\nReason: Tea")
    assert row.pause_reason == "Tea"


@pytest.mark.parametrize("reasons", ["PausedReason: \nReason: Tea", "PausedReason: Tea", "Reason: Tea"])
def test_an_unpauses_reason_is_no_reason_to_be_paused(reasons):
    row = told(f"Event: QueueMemberPause\nPrivilege: agent,all\nQueue: 1\nInterface: A/1\nPaused: 0\n{reasons}")
    assert row.pause_reason == ""


def test_a_ucm_that_tells_no_reasons_tells_none():
    row = told("Event: QueueMemberPause\nPrivilege: agent,all\nQueue: 1\nInterface: A/1\nPaused: 1")
    assert row.pause_reason is None


def test_a_device_state_out_of_range_is_unknown():
    assert told("Event: QueueMember\nQueue: 1\nLocation: A/1\nStatus: 17").device_state == 0
    assert told("Event: QueueMember\nQueue: 1\nLocation: A/1\nStatus: x").device_state is None
    assert told("Event: QueueMember\nQueue: 1\nLocation: A/1").device_state is None


def test_a_member_who_leaves_is_named():
    assert told(f"Event: QueueMemberRemoved\nPrivilege: agent,all\n{MEMBER}") == events.MemberRemoved(
        "support-night", "PJSIP/1000"
    )


def test_a_waiting_callers_row_has_names_that_are_not_escaped():
    row = told(
        "Event: QueueEntry\nQueue: 6500\nPosition: 2\nChannel: Local/6500@x;2\nUniqueid: cap1.3-2\n"
        "CallerIDNum: anonymous\nCallerIDName: back\\\\slash\nWait: 12\nPriority: 5"
    )
    assert row == events.CallerTold("6500", "cap1.3-2", "Local/6500@x;2", 2, "anonymous", "back\\\\slash", 12, 5)


def test_a_caller_joins_and_leaves():
    assert told(
        f"Event: QueueCallerJoin\n{CALLER}\nQueue: 6500\nPosition: 1\nCount: 1\nStartTime: 1795422138"
    ) == events.CallerJoined(
        queue="6500",
        uniqueid="1795422138.66",
        linkedid="1795422138.60",
        channel="PJSIP/trunk_1-00000018",
        number="0301112233",
        name="Petra O'Neil",
        position=1,
        started_at=1795422138.0,
    )
    assert told(f"Event: QueueCallerLeave\n{CALLER}\nQueue: 6500\nPosition: 1\nCount: 4") == events.CallerLeft(
        "6500", "1795422138.66", 1, 4
    )
    ucm = told(f"Event: QueueCallerLeave\n{CALLER}\nQueue: 6500\nPosition: 1\nPeerChannel: PJSIP/1000-1")
    assert (ucm.answered_by_channel, ucm.count) == ("PJSIP/1000-1", None)


def test_a_caller_abandons():
    text = f"Event: QueueCallerAbandon\n{CALLER}\nQueue: 6500\nPosition: 2\nOriginalPosition: 3\nHoldTime: 17"
    assert told(text) == events.CallerAbandoned("6500", "1795422138.66", 2, 17)


def test_an_agent_is_called_connected_and_done():
    assert told(f"Event: AgentCalled\n{CALLER}\n{AGENT}\nQueue: 6500") == events.AgentCalled(
        "6500", "PJSIP/1000", "1795422138.66", "1795422139.67", "PJSIP/1000-00000019", "Ada"
    )
    assert told(f"Event: AgentConnect\n{CALLER}\n{AGENT}\nQueue: 6500\nHoldTime: 9\nRingTime: 4") == (
        events.AgentConnected(
            queue="6500",
            interface="PJSIP/1000",
            uniqueid="1795422138.66",
            linkedid="1795422138.60",
            agent_uniqueid="1795422139.67",
            agent_channel="PJSIP/1000-00000019",
            hold_seconds=9,
            ring_seconds=4,
            channel="PJSIP/trunk_1-00000018",
            number="0301112233",
            name="Petra O'Neil",
            member_name="Ada",
        )
    )
    ending = "Queue: 6500\nHoldTime: 9\nTalkTime: 125\nReason: Caller"
    assert told(f"Event: AgentComplete\n{CALLER}\n{AGENT}\n{ending}") == events.AgentCompleted(
        "6500", "PJSIP/1000", "1795422138.66", "1795422139.67", 9, 125, "caller", "Ada"
    )


def test_an_end_without_the_callers_and_the_agents_block_is_still_an_end():
    row = told("Event: AgentComplete\nQueue: 6500\nInterface: PJSIP/1000\nHoldTime: 1\nTalkTime: 2\nReason: agent")
    assert row == events.AgentCompleted("6500", "PJSIP/1000", "", "", 1, 2, "agent")


def test_a_phone_that_was_not_answered_rang_milliseconds():
    text = f"{CALLER}\n{AGENT}\nQueue: 6500"
    row = told(f"Event: AgentRingNoAnswer\n{text}\nRingTime: 10250")
    assert row == events.AgentNotAnswered("6500", "PJSIP/1000", "1795422138.66", "1795422139.67", 10.25)
    assert told(f"Event: AgentDump\n{text}").ring_seconds == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "Event: QueueParams\nMax: 0",
        "Event: QueueMember\nQueue: 1\nName: x",
        "Event: QueueMemberRemoved\nQueue: 1",
        "Event: QueueEntry\nQueue: 1\nPosition: 1",
        "Event: QueueCallerJoin\nUniqueid: 1",
        "Event: QueueCallerLeave\nQueue: 1",
        "Event: QueueCallerAbandon\nQueue: 1",
        "Event: AgentCalled\nQueue: 1",
        "Event: AgentConnect\nQueue: 1\nInterface: A/1",
        "Event: AgentComplete\nInterface: A/1",
        "Event: AgentRingNoAnswer\nQueue: 1",
    ],
)
def test_what_lacks_its_identity_is_no_event_and_counted(text):
    faults: Counter = Counter()
    assert from_frame(frame(text), faults) is None
    assert faults == {"identity": 1}


def test_a_broken_number_costs_only_its_field():
    faults: Counter = Counter()
    row = from_frame(frame("Event: QueueEntry\nQueue: 1\nUniqueid: 2\nPosition: x\nWait: 5"), faults)
    assert (row.position, row.wait_seconds) == (0, 5)
    assert faults == {"number": 1}


def test_names_of_events_and_headers_are_compared_without_case():
    assert told("event: QUEUEMEMBERREMOVED\nqueue: Q\ninterface: A/1") == events.MemberRemoved("q", "A/1")

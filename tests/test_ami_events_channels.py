"""Channels, devices, bridges, dialling, and the PBX itself."""

from collections import Counter

import pytest

from queues.ami import events
from queues.ami.events import DEFAULT_WANTED, from_frame
from tests.support.streams import frame, frames, stream

CHANNEL = r"""
Channel: PJSIP/1000-00000001
ChannelState: 5
ChannelStateDesc: Ringing
CallerIDNum: 1000
CallerIDName: Ada \"Countess\" L.
ConnectedLineNum: <unknown>
ConnectedLineName: <unknown>
Context: from-internal
Exten: 6500
Priority: 1
Uniqueid: 1795422264.5
Linkedid: trf11-2-1
""".strip("\n")


def told(text: str) -> events.Event | None:
    return from_frame(frame(text))


@pytest.mark.parametrize("name", ["Newchannel", "Newstate", "NewCallerid", "NewConnectedLine"])
def test_a_channel_is_told(name):
    assert told(f"Event: {name}\nPrivilege: call,all\n{CHANNEL}") == events.ChannelTold(
        uniqueid="1795422264.5",
        channel="PJSIP/1000-00000001",
        linkedid="trf11-2-1",
        state=5,
        number="1000",
        name='Ada "Countess" L.',
        connected_number="",
        connected_name="",
        context="from-internal",
        exten="6500",
    )


def test_channel_rows_of_both_lists_tell_application_bridge_and_age():
    rows = [row for row in map(from_frame, frames(stream("snapshots-16"))) if isinstance(row, events.ChannelTold)]
    assert len(rows) == 6
    shown, status = rows[0], rows[3]
    assert shown.channel == status.channel == "PJSIP/1004-00000003"
    for row in (shown, status):
        assert (row.application, row.application_data) == ("AppQueue", "(Outgoing Line)")
        assert (row.bridge_id, row.age_seconds) == ("66ab497b-87c1-4aca-b823-dbe7f04005c3", 3)


def test_a_duration_has_hours():
    assert told("Event: CoreShowChannel\nUniqueid: 1\nChannel: A/1\nDuration: 100:02:03").age_seconds == 360123
    assert told("Event: CoreShowChannel\nUniqueid: 1\nChannel: A/1\nDuration: soon").age_seconds is None


def test_a_ucms_doubled_application_is_no_trouble():
    row = told("Event: Newstate\nUniqueid: 1\nChannel: A/1\nApplication: Queue\nApplication: AppQueue")
    assert row.application == "Queue"


def test_a_channel_is_renamed_asked_to_end_and_gone():
    assert told("Event: Rename\nChannel: A/1\nNewname: A/2\nUniqueid: 1") == events.ChannelRenamed("1", "A/2")
    for name in ("HangupRequest", "SoftHangupRequest"):
        assert told(f"Event: {name}\nUniqueid: 1\nCause: 16") == events.HangupRequested("1")
    gone = told("Event: Hangup\nUniqueid: 1\nChannel: A/1\nCause: 17\nCause-txt: User busy")
    assert gone == events.ChannelGone("1", "A/1", 17, "User busy")


def test_only_one_variable_is_of_interest():
    assert told("Event: VarSet\nUniqueid: 1\nVariable: QUEUESTATUS\nValue: FULL") == events.QueueVariableSet(
        "1", "FULL"
    )
    assert told("Event: VarSet\nUniqueid: 1\nVariable: MACRO_DEPTH\nValue: 1") is None


def test_a_dial_ends_also_without_a_caller():
    assert told("Event: DialEnd\nUniqueid: 1\nDestUniqueid: 2\nDialStatus: cancel") == events.DialEnded(
        "1", "2", "CANCEL"
    )
    assert told("Event: DialEnd\nDestUniqueid: 2\nDialStatus: ANSWER") == events.DialEnded("", "2", "ANSWER")


def test_channels_enter_and_leave_bridges():
    text = "BridgeUniqueid: b-1\nBridgeNumChannels: 1\nChannel: A/1\nUniqueid: 1"
    assert told(f"Event: BridgeEnter\n{text}") == events.BridgeChanged("b-1", "1", "A/1", entered=True)
    assert told(f"Event: BridgeLeave\n{text}") == events.BridgeChanged("b-1", "1", "A/1", entered=False)


@pytest.mark.parametrize(
    ("state", "number"), [("UNKNOWN", 0), ("NOT_INUSE", 1), ("INUSE", 2), ("RINGINUSE", 7), ("onhold", 8), ("new", 0)]
)
def test_a_device_changes(state, number):
    assert told(f"Event: DeviceStateChange\nDevice: PJSIP/1000\nState: {state}") == events.DeviceChanged(
        "PJSIP/1000", number
    )


def test_transfers_of_a_recording_are_told_with_both_ends():
    found = [row for row in map(from_frame, frames(stream("transfer-agent-16"))) if isinstance(row, events.Transferred)]
    assert [(row.transferer_uniqueid, row.transferee_uniqueid) for row in found] == [
        ("1795422139.67", "1795422138.66"),
        ("1795422150.70", "1795422149.69"),
    ]
    assert found[0].to != ""


def test_a_transfer_that_failed_is_none():
    assert told("Event: BlindTransfer\nResult: Fail\nTransfererUniqueid: 1\nExtension: 5") is None


def test_how_an_originate_ended_is_told_with_its_action_id():
    text = "Event: OriginateResponse\nPrivilege: call,all\nActionID: x-1\nReason: 4\nChannel: A/1"
    assert told(f"{text}\nResponse: Success\nUniqueid: 7") == events.OriginateEnded("x-1", True, 4, "A/1", "7")
    assert told(f"{text}\nResponse: Failure\nUniqueid: <unknown>") == events.OriginateEnded("x-1", False, 4, "A/1", "")


def test_who_is_parked_is_told_with_the_space():
    text = "Event: ParkedCall\nPrivilege: call,all\nParkeeChannel: A/1\nParkeeUniqueid: 1.1\nParkingSpace: 701"
    assert told(text) == events.Parked("1.1", "701")


def test_of_the_states_of_a_dial_only_the_sound_of_a_trunk_says_more_than_the_channel():
    text = "Event: DialState\nPrivilege: call,all\nUniqueid: 1.1\nDestUniqueid: 1.2\nDialStatus:"
    assert told(f"{text} PROGRESS") == events.DialProgressed("1.1", "1.2")
    assert told(f"{text} RINGING") is None
    assert [DEFAULT_WANTED[b"dialstate"] in f"{text} {word}\n".encode() for word in ("PROGRESS", "RINGING")] == [
        True,
        False,
    ]


def test_the_pbx_boots_reloads_and_shuts_down():
    assert told("Event: FullyBooted\nUptime: 16\nStatus: Fully Booted") == events.PbxBooted(16)
    assert told("Event: FullyBooted\nStatus: Fully Booted") == events.PbxBooted(None)
    assert told("Event: Reload\nModule: app_queue\nStatus: 0") == events.PbxReloaded("app_queue")
    assert told("Event: Shutdown\nShutdown: Cleanly\nRestart: True") == events.PbxShutDown(is_restart=True)
    assert told("Event: Shutdown\nShutdown: Cleanly") == events.PbxShutDown(is_restart=False)


@pytest.mark.parametrize(
    "text",
    [
        "Event: Newchannel\nChannel: A/1",
        "Event: Newchannel\nUniqueid: 1",
        "Event: Rename\nUniqueid: 1",
        "Event: Hangup\nChannel: A/1",
        "Event: HangupRequest\nChannel: A/1",
        "Event: VarSet\nVariable: QUEUESTATUS\nValue: FULL",
        "Event: DialEnd\nUniqueid: 1",
        "Event: BridgeEnter\nUniqueid: 1",
        "Event: DeviceStateChange\nState: INUSE",
        "Event: BlindTransfer\nResult: Success",
        "Event: OriginateResponse\nResponse: Success",
    ],
)
def test_what_lacks_its_identity_is_no_event_and_counted(text):
    faults: Counter = Counter()
    assert from_frame(frame(text), faults) is None
    assert faults == {"identity": 1}


def test_what_nobody_described_is_no_event():
    assert told("Event: MusicOnHoldStart\nUniqueid: 1") is None
    assert told("Response: Success\nMessage: x") is None


@pytest.mark.parametrize("name", ["mixed-60s-16", "mixed-60s-22", "restart-16", "transfer-redirect-22"])
def test_every_wanted_frame_of_a_recording_is_an_event_without_a_fault(name):
    faults: Counter = Counter()
    wanted = [told for told in frames(stream(name), wanted=DEFAULT_WANTED) if told.get("Event") is not None]
    assert wanted
    assert [told for told in wanted if from_frame(told, faults) is None] == []
    assert not faults

"""Lists in every way PBXs send them."""

import pytest

from queues.ami.actions import (
    CoreShowChannels,
    DeviceStateList,
    ExtensionStateList,
    GSAgents,
    Ping,
    Queues,
    QueueStatus,
    QueueSummary,
    Status,
)
from queues.ami.connection import MAX_ROWS, Answered
from queues.ami.errors import FrameError
from queues.ami.events import CallerTold, ChannelTold, DeviceChanged, MemberTold, QueueTold
from tests.support.dialogue import Dialogue
from tests.support.fake_pbx import packet
from tests.support.streams import stream

QUEUES = (
    "Response: Success\nEventList: start\nMessage: Queues list will follow",
    "Event: QueueStatus\nQueue: 6500\nCallCount: 2",
    "Event: QueueMemberStatus\nQueue: 6500\nLocation: PJSIP/1000\nStatus: 1",
    "Event: QueueMemberStatus\nQueue: 6500\nLocation: PJSIP/1001\nStatus: 5",
    "Event: QueuesComplete\nEventList: Complete\nListItems: 1",
)
AGENTS = (
    "Response: Success\nEventList: start\nMessage: Agents status will follow",
    "Event: GsAgent\nAgent: PJSIP/1000\nQueueName: tt\nQueue: 6500\nLocation: PJSIP/1000\nStatus: 5",
    "Event: GsAgent\nAgent: PJSIP/1001\nQueueName: tt\nQueue: 6500\nLocation: PJSIP/1001\nStatus: 1",
    "Event: GsAgentComplete\nEventList: Complete\nListItems: 2",
)
STATUS = (
    "Response: Success\nEventList: start\nMessage: Queue status will follow",
    "Event: QueueParams\nQueue: 6500\nCalls: 1",
    "Event: QueueMember\nQueue: 6500\nName: Ada\nLocation: PJSIP/1000\nStatus: 1",
    "Event: QueueEntry\nQueue: 6500\nPosition: 1\nUniqueid: 7.1\nWait: 3",
    "Event: QueueStatusComplete\nEventList: Complete\nListItems: 3",
)
LISTS = {"Queues": (Queues(), QUEUES), "GSAgents": (GSAgents(), AGENTS), "QueueStatus": (QueueStatus(), STATUS)}
ECHOES = {"everything": (True, True), "response_only": (True, False), "nothing": (False, False)}

LIVE_MEMBER = "Event: QueueMemberStatus\nPrivilege: agent,all\nQueue: 6500\nInterface: PJSIP/1009\nStatus: 6"
LIVE_QUEUE = "Event: QueueStatus\nPrivilege: agent,all\nQueue: 6509\nCallCount: 9"


@pytest.fixture
def dialogue():
    return Dialogue().log_in()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("echoes", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("live", [(), (LIVE_MEMBER, LIVE_QUEUE)], ids=["alone", "amid_live_events"])
@pytest.mark.parametrize("gap", [b"", b"\r\n"], ids=["tight", "extra_empty_lines"])
def test_a_list_is_collected(name, echoes, live, gap):
    action, packets = LISTS[name]
    dialogue = Dialogue(echoes=echoes[0]).log_in()
    listing = dialogue.start(action)
    for number, text in enumerate(packets):
        dialogue.receive(packet(text, listing if echoes[bool(number)] else "") + gap)
        for event in live:
            dialogue.receive(packet(event) + gap)
    reply = dialogue.reply(listing)
    assert len(reply.rows) == len(packets) - 2
    assert {type(row) for row in reply.rows} <= {QueueTold, MemberTold, CallerTold}
    assert len(dialogue.live()) == len(live) * len(packets)
    assert not dialogue.connection.counters.skipped


def test_rows_of_a_ucm_are_told_apart_from_live_events_of_the_same_name(dialogue):
    listing = dialogue.start(Queues())
    dialogue.receive(b"".join(packet(text, listing) + packet(LIVE_MEMBER) + packet(LIVE_QUEUE) for text in QUEUES))
    assert [row.interface for row in dialogue.reply(listing).rows if isinstance(row, MemberTold)] == [
        "PJSIP/1000",
        "PJSIP/1001",
    ]
    assert {event.queue for event in dialogue.live()} == {"6500", "6509"}
    assert {row.kind for row in dialogue.reply(listing).rows if isinstance(row, MemberTold)} == {"row"}
    assert {event.kind for event in dialogue.live() if isinstance(event, MemberTold)} == {"status"}


@pytest.mark.parametrize("end", ["Event: QueueStatusComplete", "Event: queuestatuscomplete\neventlist: COMPLETE"])
@pytest.mark.parametrize("start", ["Response: Success\nMessage: Queue status will follow", "response: success"])
def test_a_list_needs_no_event_list_headers_and_no_particular_case(dialogue, start, end):
    listing = dialogue.start(QueueStatus())
    for text in (start, *STATUS[1:-1], end):
        dialogue.receive(packet(text, listing))
    assert len(dialogue.reply(listing).rows) == 3


def test_a_completion_of_another_name_ends_the_list_by_its_event_list(dialogue):
    listing = dialogue.start(GSAgents())
    for text in (*AGENTS[:-1], "Event: GSAgentsComplete\nEventList: Complete"):
        dialogue.receive(packet(text, listing))
    assert len(dialogue.reply(listing).rows) == 2


def test_an_empty_list_is_a_reply_without_rows(dialogue):
    listing = dialogue.start(QueueStatus("no-such-queue"))
    dialogue.receive(packet(STATUS[0], listing) + packet(STATUS[-1], listing))
    assert dialogue.reply(listing).rows == []


def test_a_refused_list_is_a_refusal(dialogue):
    listing = dialogue.start(CoreShowChannels())
    dialogue.receive(packet("Response: Error\nMessage: Permission denied", listing))
    assert dialogue.refusal(listing) == "Permission denied"


def test_a_cancelled_list_is_a_refusal(dialogue):
    listing = dialogue.start(QueueStatus())
    dialogue.receive(packet(STATUS[0], listing) + packet(STATUS[1], listing))
    dialogue.receive(packet("Event: QueueStatusComplete\nEventList: cancelled", listing))
    assert "cancelled" in dialogue.refusal(listing)


def test_a_list_is_no_reply_before_its_completion(dialogue):
    listing = dialogue.start(QueueStatus())
    for text in STATUS[:-1]:
        dialogue.receive(packet(text, listing))
    assert dialogue.is_open(listing)


def test_two_lists_at_once_are_kept_apart_by_their_ids(dialogue):
    first, second = dialogue.start(QueueStatus("6500")), dialogue.start(QueueStatus("6501"))
    other = [text.replace("6500", "6501") for text in STATUS]
    for mine, theirs in zip(STATUS, other, strict=True):
        dialogue.receive(packet(mine, first) + packet(theirs, second))
    assert {row.queue for row in dialogue.reply(first).rows} == {"6500"}
    assert {row.queue for row in dialogue.reply(second).rows} == {"6501"}


def test_two_lists_without_ids_follow_each_other():
    mute = Dialogue(echoes=False).log_in()
    first, second = mute.start(QueueStatus("6500")), mute.start(QueueStatus("6501"))
    other = [text.replace("6500", "6501") for text in STATUS]
    for text in (*STATUS, *other):
        mute.receive(packet(text))
    assert {row.queue for row in mute.reply(first).rows} == {"6500"}
    assert {row.queue for row in mute.reply(second).rows} == {"6501"}


def test_a_list_whose_end_got_lost_spoils_no_later_one():
    mute = Dialogue(echoes=False).log_in()
    lost = mute.start(QueueStatus())
    for text in STATUS[:-1]:
        mute.receive(packet(text))
    mute.connection.abandon(lost)
    listing = mute.start(QueueStatus())
    for text in STATUS:
        mute.receive(packet(text))
    assert len(mute.reply(listing).rows) == 3
    assert mute.is_open(lost)


def test_an_abandoned_list_that_ends_late_is_swallowed_where_nothing_is_echoed():
    mute = Dialogue(echoes=False).log_in()
    late = mute.start(QueueStatus())
    mute.connection.abandon(late)
    ping = mute.start(Ping())
    for text in (*STATUS, "Response: Success\nPing: Pong"):
        mute.receive(packet(text))
    assert mute.is_open(late)
    assert mute.reply(ping).fields.get("Ping") == "Pong"
    assert mute.live() == []


def test_late_rows_of_an_abandoned_list_are_no_live_events(dialogue):
    listing = dialogue.start(Queues())
    dialogue.connection.abandon(listing)
    for text in QUEUES:
        dialogue.receive(packet(text, listing))
    assert dialogue.happenings == []
    assert dialogue.connection.counters.skipped == {"stray_response": 1, "stray_row": 3}


def test_the_end_of_a_list_may_overtake_its_response(dialogue):
    listing = dialogue.start(QueueSummary())
    dialogue.receive(packet("Event: QueueSummary\nQueue: 6500\nCallers: 0", listing))
    dialogue.receive(packet("Event: QueueSummaryComplete\nEventList: Complete", listing))
    assert len(dialogue.reply(listing).rows) == 1
    assert dialogue.reply(listing).fields.headers == []


def test_rows_of_status_are_rows_although_they_have_a_privilege(dialogue):
    listing = dialogue.start(Status())
    data = stream("snapshots-16").replace(b"lab86880-3", listing.encode())
    dialogue.receive(data[data.index(b"Response: Success\r\nActionID: " + listing.encode()) :])
    assert [type(row) for row in dialogue.reply(listing).rows] == [ChannelTold] * 3


@pytest.mark.parametrize("version", ["16", "22"])
def test_recorded_lists_of_a_real_asterisk_are_collected(dialogue, version):
    data = stream(f"snapshots-{version}")
    ids = sorted({line.split(b": ")[1] for line in data.split(b"\r\n") if line.startswith(b"ActionID")}, key=len)
    prefix = ids[0].rsplit(b"-", 1)[0]
    asked = [CoreShowChannels(), Status(), DeviceStateList(), ExtensionStateList()]
    listings = [dialogue.start(action) for action in asked]
    for number, listing in enumerate(listings, start=2):
        data = data.replace(prefix + b"-%d\r\n" % number, listing.encode() + b"\r\n")
    dialogue.receive(data[data.index(b"\r\n\r\n") + 4 :])
    shown, status, devices, extensions = map(dialogue.reply, listings)
    assert [row.channel for row in shown.rows] != []
    assert {row.uniqueid for row in shown.rows} == {row.uniqueid for row in status.rows}
    assert {type(row) for row in devices.rows} == {DeviceChanged}
    assert (extensions.rows, {row.get("Event") for row in extensions.untyped}) == ([], {"ExtensionStatus"})


def test_two_thousand_rows_in_one_read_are_all_there(dialogue):
    listing = dialogue.start(QueueStatus())
    rows = [f"Event: QueueMember\nQueue: 6500\nName: {n}\nLocation: PJSIP/{n}\nStatus: 1" for n in range(2020)]
    data = b"".join(packet(text, listing) for text in (STATUS[0], *rows, STATUS[-1]))
    assert [type(item) for item in dialogue.receive(data)] == [Answered]
    assert [row.interface for row in dialogue.reply(listing).rows] == [f"PJSIP/{n}" for n in range(2020)]


def test_a_list_without_end_ends_the_link(dialogue):
    listing = dialogue.start(DeviceStateList())
    dialogue.receive(packet("Response: Success\nEventList: start", listing))
    row = packet("Event: DeviceStateChange\nDevice: A", listing)
    dialogue.receive(row * MAX_ROWS)
    assert dialogue.is_open(listing)
    with pytest.raises(FrameError, match="without end"):
        dialogue.receive(row)


def test_events_nobody_wants_are_dropped_also_while_a_list_is_open(dialogue):
    listing = dialogue.start(QueueStatus())
    noise = packet("Event: Newexten\nPrivilege: dialplan,all\nUniqueid: 1")
    for text in STATUS:
        dialogue.receive(packet(text, listing) + noise)
    assert len(dialogue.reply(listing).rows) == 3
    assert dialogue.live() == []
    assert dialogue.connection.counters.unwanted == len(STATUS)

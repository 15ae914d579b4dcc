"""Which answer belongs to which action, with and without ActionIDs, late ones and strange ones included."""

import pytest

from queues.ami.actions import GSAgents, Hangup, Originate, Ping, QueueAdd, Queues
from queues.ami.errors import InvalidAction
from queues.ami.events import MemberTold, OriginateEnded
from tests.support.dialogue import Dialogue
from tests.support.fake_pbx import packet
from tests.support.streams import stream

PONG = "Response: Success\nPing: Pong\nTimestamp: 1.0"


@pytest.fixture
def dialogue():
    return Dialogue().log_in()


@pytest.fixture
def mute():
    """A PBX that echoes no ActionID at all."""
    return Dialogue(echoes=False).log_in()


def test_an_answer_is_the_whole_response(dialogue):
    ping = dialogue.start(Ping())
    dialogue.receive(packet(PONG, ping))
    reply = dialogue.reply(ping)
    assert reply.fields.get("timestamp") == "1.0"
    assert (reply.action_id, reply.rows) == (ping, [])


def test_an_error_is_a_refusal_in_the_pbxs_words(dialogue):
    hangup = dialogue.start(Hangup("1.2"))
    dialogue.receive(packet("Response: Error\nMessage: No such channel", hangup))
    assert dialogue.refusal(hangup) == "No such channel"


def test_words_that_go_on_after_a_line_feed_are_kept_and_made_readable(dialogue):
    hangup = dialogue.start(Hangup("1.2"))
    dialogue.receive(f"Response: Error\r\nActionID: {hangup}\r\nMessage: No\x07such\nchannel\r\n\r\n".encode())
    assert dialogue.refusal(hangup) == "No such channel"


def test_answers_out_of_order_find_their_actions(dialogue):
    first, second = dialogue.start(Ping()), dialogue.start(Hangup("1.2"))
    dialogue.receive(packet("Response: Success\nMessage: Channel Hungup", second) + packet(PONG, first))
    assert dialogue.reply(first).fields.get("Ping") == "Pong"
    assert dialogue.reply(second).fields.get("Message") == "Channel Hungup"


def test_answers_without_action_ids_belong_to_the_oldest_action(mute):
    first, second = mute.start(Ping()), mute.start(Hangup("1.2"))
    mute.receive(packet(PONG) + packet("Response: Error\nMessage: No such channel"))
    assert mute.reply(first).fields.get("Ping") == "Pong"
    assert mute.refusal(second) == "No such channel"


def test_fifty_answers_at_once_each_find_their_action(dialogue):
    pings = [dialogue.start(Ping()) for _ in range(50)]
    dialogue.receive(b"".join(packet(f"Response: Success\nNote: {ping}", ping) for ping in reversed(pings)))
    assert all(dialogue.reply(ping).fields.get("Note") == ping for ping in pings)


def test_the_stock_answer_to_queue_add_is_no_list(dialogue):
    add = dialogue.start(QueueAdd("6500", "PJSIP/1000"))
    dialogue.receive(packet("Response: Success\nMessage: Added interface to queue", add))
    assert dialogue.reply(add).fields.get("Message") == "Added interface to queue"


def test_a_strange_response_is_counted_and_nobodys(dialogue):
    ping = dialogue.start(Ping())
    dialogue.receive(packet(PONG, "somebody-elses"))
    assert dialogue.is_open(ping)
    dialogue.receive(packet(PONG, ping) * 2 + packet(PONG))
    assert dialogue.reply(ping)
    assert dialogue.connection.counters.skipped == {"stray_response": 3}


def test_a_second_answer_does_not_answer_the_next_action(dialogue):
    first = dialogue.start(Ping())
    dialogue.receive(packet(PONG, first))
    second = dialogue.start(Ping())
    dialogue.receive(packet(PONG, first))
    assert dialogue.is_open(second)


def test_the_late_answer_of_an_abandoned_action_is_swallowed(dialogue):
    late, next_one = dialogue.start(Hangup("1.2")), dialogue.start(Ping())
    dialogue.connection.abandon(late)
    dialogue.receive(packet("Response: Success\nMessage: Channel Hungup", late) + packet(PONG, next_one))
    assert dialogue.is_open(late)
    assert dialogue.reply(next_one).fields.get("Ping") == "Pong"


def test_the_late_answer_is_swallowed_also_where_nothing_is_echoed(mute):
    late, next_one = mute.start(Hangup("1.2")), mute.start(Ping())
    mute.connection.abandon(late)
    mute.receive(packet("Response: Success\nMessage: Channel Hungup"))
    assert mute.is_open(late)
    assert mute.is_open(next_one)
    mute.receive(packet(PONG))
    assert mute.reply(next_one).fields.get("Ping") == "Pong"


def test_abandoning_what_is_done_or_unknown_does_nothing(dialogue):
    ping = dialogue.start(Ping())
    dialogue.receive(packet(PONG, ping))
    dialogue.connection.abandon(ping)
    dialogue.connection.abandon("no-such-action")
    assert dialogue.reply(ping)


def test_nothing_is_ever_written_twice(dialogue):
    dialogue.connection.start(Originate("PJSIP/1000", application="Wait"))
    assert dialogue.connection.outgoing().count(b"Action: Originate") == 1
    dialogue.receive(packet("Event: FullyBooted\nPrivilege: system,all"))
    assert dialogue.connection.outgoing() == b""


def test_an_invalid_action_writes_nothing_and_waits_for_nothing(dialogue):
    with pytest.raises(InvalidAction):
        dialogue.connection.start(Hangup("1\r\nAction: Originate"))
    assert dialogue.connection.outgoing() == b""
    ping = dialogue.start(Ping())
    dialogue.receive(packet(PONG))
    assert dialogue.reply(ping)


def test_how_an_originate_ended_is_a_live_event_although_it_has_our_action_id(dialogue):
    call = dialogue.start(Originate("PJSIP/1000", application="Wait"))
    ended = "Event: OriginateResponse\nPrivilege: call,all\nResponse: Failure\nReason: 3\nChannel: PJSIP/1000"
    dialogue.receive(packet("Response: Success\nMessage: Originate successfully queued", call) + packet(ended, call))
    assert dialogue.reply(call).action_id == call
    assert dialogue.live() == [OriginateEnded(call, False, 3, "PJSIP/1000", "")]


def test_text_and_frames_that_are_neither_event_nor_response_are_skipped_and_counted(dialogue):
    ping = dialogue.start(Ping())
    dialogue.receive(b"6500 has 0 calls (max unlimited)\r\n   No Callers\r\n\r\nPrivilege: Command\r\n\r\n")
    dialogue.receive(packet(PONG, ping))
    assert dialogue.reply(ping)
    assert dialogue.connection.counters.skipped == {"not_a_frame": 2}


def test_unwanted_events_that_pass_the_decoder_are_dropped_here(dialogue):
    assert dialogue.receive(b"Privilege: call\r\nEvent: Newexten\r\nUniqueid: 1\r\n\r\n") == []
    assert dialogue.receive(packet("Event: Newexten\nPrivilege: dialplan,all")) == []
    assert dialogue.connection.counters.unwanted == 2


def test_an_event_name_that_is_no_utf8_is_dropped(dialogue):
    assert dialogue.receive(b"X: 1\r\nEvent: \xff\r\n\r\n") == []


def test_with_no_wanted_names_everything_typed_is_handed_on():
    dialogue = Dialogue(wanted=None).log_in()
    dialogue.receive(packet("Event: QueueMember\nPrivilege: agent,all\nQueue: 1\nLocation: A/1"))
    assert dialogue.live() == [MemberTold("1", "A/1", "")]
    assert dialogue.connection.counters.events == {"MemberTold": 1}


def test_odd_packets_of_a_real_pbx_are_answered_by_their_ids(dialogue):
    data = stream("odd-input-16")
    dialogue.receive(data[data.index(b"\r\n\r\n") + 4 :])
    assert dialogue.connection.counters.skipped["not_a_frame"] == 0


def test_lists_that_never_end_do_not_pile_up_where_nothing_is_echoed(mute):
    for _ in range(3):
        lost = mute.start(Queues())
        mute.receive(packet("Response: Success\nEventList: start"))
        mute.connection.abandon(lost)
    agents = mute.start(GSAgents())
    mute.receive(packet("Response: Success\nEventList: start"))
    mute.receive(packet("Event: GsAgent\nQueue: 1\nAgent: A/1") + packet("Event: GsAgentComplete"))
    assert len(mute.reply(agents).rows) == 1
    # With no list open any more, unwanted events are dropped unparsed again.
    mute.receive(packet("Event: Newexten\nPrivilege: dialplan,all"))
    assert mute.connection.counters.unwanted == 1

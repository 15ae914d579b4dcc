"""Calls told with gaps: what the board makes of events that come late, twice, or never."""

from agents.states import AgentState
from queues.ami import events as ami
from queues.live.memory import GONE_LIMIT
from queues.live.reducer import apply_tick, forget_hang_up, forget_move, note_hang_up, note_move
from queues.live.state import CallOutcome, CallState
from tests.support.told import Story, after, complete, connect, hangup, join, member


def left(uniqueid="1.1"):
    return ami.CallerLeft("6500", uniqueid, 1)


def called(uniqueid="1.1", agent="a.1", interface="PJSIP/1000"):
    return ami.AgentCalled("6500", interface, uniqueid, agent, "")


def endings(story):
    return [(call.uniqueid, call.queue, str(call.outcome), call.ended_by) for call in story.calls]


def test_a_caller_who_leaves_by_a_key_exited():
    story = Story(join())
    story.event(5, left())
    story.event(6, hangup("1.1"))

    assert endings(story) == [("1.1", "6500", "exited", "")]


def test_a_caller_who_hangs_up_while_the_agent_hears_the_announcement_abandoned():
    story = Story(join(), called())
    story.event(4, ami.DialEnded("1.1", "a.1", "ANSWER"))
    story.event(4, left())
    story.event(6, hangup("1.1"))

    assert endings(story) == [("1.1", "6500", "abandoned", "")]


def test_a_hang_up_ends_a_waiting_call_even_if_no_queue_event_says_so():
    story = Story(join())
    story.event(5, hangup("1.1"))

    assert endings(story) == [("1.1", "6500", "abandoned", "")]


def test_a_caller_between_line_and_agent_whose_channel_lives_on_exited_after_a_minute():
    story = Story(join(), ami.ChannelTold("9", "PJSIP/9-00000001"))
    story.event(0, left())
    story.changes += apply_tick(story.board, after(60))

    assert endings(story) == [("1.1", "6500", "exited", "")]


def test_the_reason_told_after_the_fact_corrects_the_outcome():
    story = Story(ami.ChannelTold("9", "PJSIP/9-00000001"), join(), join("2.1"))
    story.event(5, ami.CallerAbandoned("6500", "1.1", 1, 5))
    story.event(5, ami.QueueVariableSet("1.1", "WITHDRAW"))
    story.event(6, left("2.1"))
    story.event(6, ami.QueueVariableSet("2.1", "CONTINUE"))
    story.event(6, ami.QueueVariableSet("2.1", "SOMETHING NEW"))

    assert {(c.uniqueid, c.outcome) for c in story.calls} == {
        ("1.1", CallOutcome.REDIRECTED),
        ("2.1", CallOutcome.EXITED),
    }


def test_a_caller_the_queue_gave_up_on_who_then_talks_to_somebody_was_redirected():
    story = Story(ami.ChannelTold("9", "PJSIP/9-00000001"), join())
    story.event(5, ami.CallerAbandoned("6500", "1.1", 1, 5))
    assert story.calls[0].outcome is CallOutcome.TIMED_OUT
    story.event(8, ami.BridgeChanged("b", "1.1", "", entered=True))

    assert story.calls[0].outcome is CallOutcome.REDIRECTED


def test_a_talking_caller_who_turns_up_in_another_queue_has_left_the_agent():
    story = Story(member(kind="status"), join(), connect())
    story.event(20, join(queue="6501"))

    assert endings(story) == [("1.1", "6500", "completed", "transfer")]
    assert story.board.callers["1.1"].queue == "6501"
    assert story.board.agents["PJSIP/1000"].state is AgentState.AVAILABLE


def test_a_waiting_caller_who_turns_up_in_another_queue_was_redirected():
    story = Story(join())
    story.event(20, join(queue="6501"))

    assert endings(story) == [("1.1", "6500", "redirected", "")]


def test_an_answer_in_another_queue_than_the_one_waited_in_ends_the_first_visit():
    story = Story(join())
    story.event(9, connect(queue="6501"))

    assert endings(story) == [("1.1", "6500", "redirected", "")]
    assert story.board.callers["1.1"].queue == "6501"


def test_an_answered_call_whose_beginning_was_missed_began_as_long_ago_as_the_pbx_says():
    story = Story(member(kind="status"))
    story.event(30, connect(hold_seconds=12, number="030"))
    call = story.board.callers["1.1"]

    assert (call.joined_at, call.answered_at, call.number) == (after(18), after(30), "030")


def test_an_agent_who_takes_a_call_over_is_the_one_who_talks():
    story = Story(member(kind="status"), member("PJSIP/1001", kind="status"), join(), connect())
    story.event(5, connect(interface="PJSIP/1001", agent_uniqueid="a.2"))

    assert story.board.callers["1.1"].agent_interface == "PJSIP/1001"
    assert story.board.agents["PJSIP/1000"].state is AgentState.AVAILABLE


def test_nothing_told_of_a_hung_up_channel_counts_any_more():
    story = Story(join(), hangup("1.1"), hangup("a.2"))
    story.changes.clear()
    for event in (join(), connect(), ami.HangupRequested("1.1"), ami.ChannelTold("1.1", "PJSIP/1000-00000001")):
        story.event(9, event)
    assert story.changes == []

    story.event(10, join("3.1"))
    story.event(10, called("3.1", agent="a.2"))
    assert story.board.callers["3.1"].ringing == ()


def test_events_of_another_call_do_not_touch_this_one():
    story = Story(join(), called())
    story.changes.clear()
    story.event(1, ami.CallerAbandoned("6501", "1.1", 1, 1))
    story.event(1, ami.CallerLeft("6501", "1.1", 1))
    story.event(1, ami.AgentNotAnswered("6500", "PJSIP/1009", "1.1", "a.9", 1))
    story.event(1, ami.DialEnded("7.1", "a.7", "CANCEL"))
    story.event(1, complete("7.1"))

    assert story.changes == []


def test_a_completion_naming_another_channel_of_the_agent_leaves_the_open_call():
    story = Story(member(kind="status"), join(), connect())
    story.event(20, complete(agent_uniqueid="a.7", talk_seconds=20))

    assert story.board.callers["1.1"].state is CallState.TALKING


def test_a_completion_of_a_caller_who_is_known_to_be_elsewhere_ends_nothing():
    story = Story(join(), connect())
    story.event(3, hangup("1.1"))
    story.event(5, join("2.1"))
    story.event(6, connect("2.1", agent_uniqueid="a.2"))
    story.event(9, complete("1.1", talk_seconds=3))

    assert story.board.callers["2.1"].state is CallState.TALKING


def test_an_optimised_local_channel_hands_the_talk_to_the_phone_behind_it():
    story = Story(join(), connect(agent_uniqueid="local;1"))
    for uniqueid in ("1.1", "local;1", "phone"):
        story.event(2, ami.BridgeChanged("b", uniqueid, "", entered=True))
    story.event(3, ami.BridgeChanged("b", "local;1", "", entered=False))
    story.event(3, hangup("local;1"))
    assert story.board.callers["1.1"].agent_uniqueid == "phone"

    story.event(9, hangup("phone"))
    assert endings(story) == [("1.1", "6500", "completed", "")]


def test_a_renamed_channel_is_hung_up_by_its_new_name():
    story = Story(member(kind="status"), join())
    story.event(1, ami.ChannelTold("9.1", "PJSIP/1000-00000001"))
    story.event(2, ami.ChannelRenamed("1.1", "PJSIP/trunk-masq"))
    story.event(2, ami.ChannelRenamed("9.1", "PJSIP/1000-masq"))

    assert story.board.callers["1.1"].channel == "PJSIP/trunk-masq"
    assert story.board.memory.phones["9.1"].channel == "PJSIP/1000-masq"


def test_only_so_many_hung_up_channels_are_remembered():
    story = Story(*[hangup(str(n)) for n in range(GONE_LIMIT + 10)])

    assert len(story.board.memory.gone) == GONE_LIMIT
    assert "0" not in story.board.memory.gone


def test_a_caller_put_in_front_moves_the_others_back():
    story = Story(join("1.1", position=1), join("2.1", position=2))
    story.event(5, join("3.1", position=1))

    positions = {c.uniqueid: c.position for c in story.board.callers.values()}
    assert positions == {"3.1": 1, "1.1": 2, "2.1": 3}


def test_a_caller_who_gives_up_between_line_and_agent_moves_nobody_up_twice():
    story = Story(join("1.1", position=1), join("2.1", position=2))
    story.event(5, left("1.1"))
    story.event(6, ami.CallerAbandoned("6500", "1.1", 1, 6))

    assert story.board.callers["2.1"].position == 1


def test_a_phone_that_was_answered_is_not_stopped_by_the_cancel_that_follows():
    story = Story(join(), called())
    story.event(4, ami.DialEnded("1.1", "a.1", "ANSWER"))
    story.event(4, ami.DialEnded("1.1", "a.1", "CANCEL"))

    assert story.board.callers["1.1"].ringing == ("PJSIP/1000",)


def test_a_waiting_caller_hung_up_through_us_abandoned_although_the_pbx_says_why_only_afterwards():
    story = Story(join(), join("9.9", queue="6501"))
    story.event(1, ami.HangupRequested("9.9"))  # this PBX does tell of hang-ups
    note_hang_up(story.board, "1.1")
    story.event(4, ami.CallerAbandoned("6500", "1.1", 1, 4))
    story.event(4, left())
    story.event(4, ami.HangupRequested("1.1"))
    story.event(4, hangup("1.1"))

    assert endings(story) == [("1.1", "6500", "abandoned", "")]


def test_a_caller_whom_the_pbx_would_not_hang_up_times_out_as_before():
    story = Story(join(), join("9.9", queue="6501"))
    story.event(1, ami.HangupRequested("9.9"))
    note_hang_up(story.board, "1.1")
    forget_hang_up(story.board, "1.1")
    story.event(9, ami.CallerAbandoned("6500", "1.1", 1, 9))

    assert endings(story) == [("1.1", "6500", "timed_out", "")]


CHANNEL = ami.ChannelTold("9", "PJSIP/9-00000001")


def test_a_caller_sent_elsewhere_through_us_was_redirected_whoever_answers_there():
    story = Story(CHANNEL, join())
    note_move(story.board, "1.1")
    story.event(5, ami.CallerAbandoned("6500", "1.1", 1, 5))
    story.event(9, hangup("1.1"))

    assert endings(story) == [("1.1", "6500", "redirected", "")]


def test_a_caller_who_hangs_up_before_they_are_sent_elsewhere_abandoned():
    story = Story(CHANNEL, join(), ami.HangupRequested("1.1"))
    note_move(story.board, "1.1")
    story.event(5, ami.CallerAbandoned("6500", "1.1", 1, 5))

    assert endings(story) == [("1.1", "6500", "abandoned", "")]


def test_a_move_the_pbx_refused_explains_nothing():
    story = Story(CHANNEL, join())
    note_move(story.board, "1.1")
    forget_move(story.board, "1.1")
    story.event(5, ami.CallerAbandoned("6500", "1.1", 1, 5))

    assert endings(story) == [("1.1", "6500", "timed_out", "")]


def test_a_move_explains_one_end_only():
    story = Story(CHANNEL, join())
    note_move(story.board, "1.1")
    story.event(5, ami.CallerAbandoned("6500", "1.1", 1, 5))
    story.event(6, join("1.1", "6501"))
    story.event(9, ami.CallerAbandoned("6501", "1.1", 1, 3))

    assert endings(story) == [("1.1", "6500", "redirected", ""), ("1.1", "6501", "timed_out", "")]


def test_where_calls_are_not_heard_a_moved_caller_was_redirected_too():
    story = Story(join())
    note_move(story.board, "1.1")
    story.event(5, ami.CallerAbandoned("6500", "1.1", 1, 5))

    assert endings(story) == [("1.1", "6500", "redirected", "")]

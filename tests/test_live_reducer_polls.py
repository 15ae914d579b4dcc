"""What a poll may change on the board, and when it has to give way to live events."""

from datetime import timedelta

from agents.states import AgentState
from queues.ami import events as ami
from queues.live.reducer import apply_clock, apply_link, apply_tick
from queues.live.state import CallOutcome, CallState, LinkState
from tests.support.told import BEGIN, Story, after, complete, connect, entry, hangup, join, member, queue, snapshot


def channel(uniqueid, name, application, bridge="b1", **told):
    return ami.ChannelTold(uniqueid, name, application=application, bridge_id=bridge, **told)


def test_the_first_poll_puts_queues_members_and_waiting_callers_on_the_board():
    story = Story()
    story.poll(
        0, snapshot(queues=[queue(name="Sales", completed=7)], members=[member()], callers=[entry()]), is_first=True
    )
    board = story.board

    assert board.queues["6500"].name == "Sales"
    assert board.queues["6500"].completed == 7
    assert board.queues["6500"].waiting == 1
    assert board.callers["1.1"].joined_at == BEGIN - timedelta(seconds=5)
    assert board.queues["6500"].oldest_joined_at == BEGIN - timedelta(seconds=5)
    assert board.agents["PJSIP/1000"].state is AgentState.AVAILABLE
    assert not board.agents["PJSIP/1000"].is_since_exact


def test_a_caller_missing_from_one_poll_stays_until_the_second_says_so_too():
    story = Story(join())
    story.poll(10, snapshot())
    assert "1.1" in story.board.callers

    story.poll(20, snapshot())
    assert "1.1" not in story.board.callers
    assert story.calls[0].outcome is CallOutcome.LOST
    assert story.board.memory.drift == 1


def test_a_poll_asked_before_an_event_does_not_undo_it():
    story = Story(member(kind="status"), join())
    story.event(10.2, ami.MemberTold("6500", "PJSIP/1000", "pause", paused=True, pause_reason="Lunch"))
    story.event(10.3, ami.CallerAbandoned("6500", "1.1", 1, 10))
    story.poll(10.5, snapshot(members=[member()], callers=[entry()]), asked=10.0)

    assert story.board.members["6500/PJSIP/1000"].paused
    assert "1.1" not in story.board.callers
    assert len(story.calls) == 1


def test_a_hung_up_channel_is_not_brought_back_by_a_poll():
    story = Story(join())
    story.event(5, hangup("1.1"))
    story.poll(20, snapshot(callers=[entry()]))

    assert not story.board.callers


def test_a_poll_finds_a_talk_that_no_event_told_of():
    story = Story()
    channels = [
        channel("1.1", "PJSIP/trunk-00000001", "Queue", application_data="6500,tT", number="030", age_seconds=60),
        channel("1.2", "PJSIP/1000-00000002", "AppQueue", age_seconds=40),
    ]
    story.poll(0, snapshot(members=[member(device_state=2)], channels=channels), is_first=True)
    call = story.board.callers["1.1"]

    assert (call.state, call.queue, call.agent_interface) == (CallState.TALKING, "6500", "PJSIP/1000")
    assert call.answered_at == BEGIN - timedelta(seconds=40)
    assert call.joined_at == BEGIN - timedelta(seconds=60)
    agent = story.board.agents["PJSIP/1000"]
    assert (agent.state, agent.party_number, agent.state_since) == (AgentState.ON_CALL, "030", call.answered_at)


def test_a_talk_whose_channels_are_gone_ends_with_the_second_poll():
    story = Story(member(kind="status", device_state=2), join(), connect())
    story.poll(10, snapshot(members=[member()]))
    assert story.board.callers["1.1"].state is CallState.TALKING
    story.poll(20, snapshot(members=[member()]))

    assert not story.board.callers
    assert story.calls[0].outcome is CallOutcome.COMPLETED


def test_without_live_events_polls_alone_keep_the_board():
    story = Story()
    story.poll(0, snapshot(queues=[queue(abandoned=3)], members=[member()], callers=[entry()]), is_first=True)
    channels = [
        channel("1.1", "PJSIP/trunk-00000001", "Queue", application_data="6500", age_seconds=15),
        channel("1.2", "PJSIP/1000-00000002", "AppQueue", age_seconds=3),
    ]
    story.poll(10, snapshot(queues=[queue(abandoned=3)], members=[member(device_state=2)], channels=channels))
    assert story.board.callers["1.1"].agent_interface == "PJSIP/1000"

    story.poll(20, snapshot(queues=[queue(abandoned=3)], members=[member()], callers=[entry("2.1")]))
    story.poll(30, snapshot(queues=[queue(abandoned=4)], members=[member()]))
    assert [(c.uniqueid, c.outcome) for c in story.calls] == [
        ("1.1", CallOutcome.COMPLETED),
        ("2.1", CallOutcome.ABANDONED),
    ]


def test_without_events_and_channels_the_one_busy_member_is_taken_for_the_callers_agent():
    story = Story()
    story.poll(0, snapshot(members=[member(), member("PJSIP/1001")], callers=[entry()], channels=None), is_first=True)
    busy = [member(), member("PJSIP/1001", device_state=2)]
    story.poll(10, snapshot(members=busy, channels=None))
    assert story.board.callers["1.1"].agent_interface == "PJSIP/1001"

    story.poll(20, snapshot(members=[member(), member("PJSIP/1001")], channels=None))
    assert story.calls[0].outcome is CallOutcome.COMPLETED


def test_a_poll_of_one_queue_leaves_the_others_alone():
    story = Story(member(kind="status"), member(queue="6501", kind="status"), join("1.1"), join("2.1", queue="6501"))
    for seconds in (10, 12, 14):
        story.poll(seconds, snapshot(queue="6500", queues=[queue()], members=[], channels=None))

    assert "6500/PJSIP/1000" not in story.board.members
    assert "6501/PJSIP/1000" in story.board.members
    assert story.board.callers["2.1"].state is CallState.WAITING
    assert story.board.callers["1.1"].state is CallState.CONNECTING


def test_a_queue_that_is_gone_leaves_with_its_members_and_callers():
    story = Story(member(kind="status"), join())
    for seconds in (10, 20):
        story.poll(seconds, snapshot(queues=[]))

    assert not story.board.queues
    assert not story.board.members
    assert not story.board.callers
    assert story.board.agents["PJSIP/1000"].state is AgentState.LOGGED_OUT


def test_a_restart_of_the_pbx_ends_every_call_as_lost_and_keeps_their_rows_apart():
    story = Story(join())
    story.changes += apply_link(story.board, after(30), LinkState.UP, boot="2")
    story.event(31, join())

    assert [(c.boot, c.outcome) for c in story.calls] == [("1", CallOutcome.LOST)]
    assert story.board.callers["1.1"].boot == "2"


def test_instants_of_a_pbx_whose_clock_is_wrong_are_shown_by_ours():
    story = Story()
    apply_clock(story.board, 300.2)
    told = member(last_call_at=BEGIN.timestamp() + 300, login_at=0.0)
    story.poll(60, snapshot(members=[told]), is_first=True)
    row = story.board.members["6500/PJSIP/1000"]

    assert abs(row.last_call_at - BEGIN) < timedelta(seconds=1)
    assert row.logged_in_at is None

    apply_clock(story.board, 300.4)  # measuring noise
    before = len(story.changes)
    story.poll(70, snapshot(members=[told]))
    assert len(story.changes) == before


def test_a_poll_that_changes_nothing_makes_no_change():
    story = Story()
    told = snapshot(queues=[queue(completed=1)], members=[member(paused=True, paused_time=30.0)], callers=[entry()])
    story.poll(0, told, is_first=True)
    before = len(story.changes)
    story.poll(0, told)

    assert len(story.changes) == before


def test_a_caller_between_line_and_agent_is_given_up_after_a_minute():
    story = Story(join())
    story.event(1, ami.CallerLeft("6500", "1.1", 1))
    assert apply_tick(story.board, after(60)) == []
    story.changes += apply_tick(story.board, after(61))

    assert story.calls[0].outcome is CallOutcome.LOST


def test_a_completion_without_any_id_ends_the_call_whose_figures_fit():
    story = Story(member(kind="status", device_state=2), join(), connect())
    story.event(3, hangup("a.1"))  # sent on to somebody else
    story.event(5, join("2.1"))
    story.event(6, connect("2.1", agent_uniqueid="a.2", hold_seconds=1))
    story.event(20, complete(talk_seconds=20))  # the first caller's end, late

    assert story.board.callers["2.1"].state is CallState.TALKING
    assert [(c.uniqueid, c.ended_by, c.talk_seconds) for c in story.calls] == [("1.1", "transfer", 3)]


def test_a_caller_who_vanished_unseen_is_lost_when_the_counters_leave_several_ends_open():
    story = Story()
    story.poll(0, snapshot(queues=[queue(abandoned=3, completed=5)], callers=[entry()]), is_first=True)
    story.poll(60, snapshot(queues=[queue(abandoned=4, completed=6)]), is_first=True)

    assert [c.outcome for c in story.calls] == [CallOutcome.LOST]

"""Polls that contradict the board: callers who are elsewhere, members who changed, lists that say nothing."""

from dataclasses import replace

import pytest

from agents.states import AgentState
from queues.ami import events as ami
from queues.live.reducer import apply_link, note_move
from queues.live.state import CallOutcome, CallState, LinkState
from tests.support.told import Story, after, complete, connect, entry, hangup, join, member, queue, snapshot


def channel(uniqueid, name, application, bridge="b1", **told):
    return ami.ChannelTold(uniqueid, name, application=application, bridge_id=bridge, **told)


def endings(story):
    return [(call.uniqueid, call.queue, str(call.outcome)) for call in story.calls]


@pytest.mark.parametrize(
    ("application", "state", "ended"),
    [("Queue", CallState.CONNECTING, []), ("Dial", None, [("1.1", "6500", "redirected")])],
)
def test_a_caller_missing_from_the_line_whose_channel_lives_is_where_the_channel_is(application, state, ended):
    story = Story()
    channels = [channel("1.1", "PJSIP/trunk-00000001", application, bridge="")]
    story.poll(0, snapshot(callers=[entry()]), is_first=True)
    story.poll(10, snapshot(channels=channels))

    caller = story.board.callers.get("1.1")
    assert (caller and caller.state) == state
    assert endings(story) == ended


def test_a_caller_sent_elsewhere_through_us_is_redirected_even_if_they_hung_up_there_before_the_poll():
    story = Story(join())
    note_move(story.board, "1.1")
    story.poll(60, snapshot(), is_first=True)

    assert endings(story) == [("1.1", "6500", "redirected")]


def test_a_queue_missing_twice_is_gone_even_if_another_was_asked_about_in_between():
    story = Story()
    story.poll(0, snapshot(queues=[queue(), queue("6501")]), is_first=True)
    story.event(1, join())
    story.poll(10, snapshot())
    story.poll(11, snapshot(queue="6500"))
    assert "6501" in story.board.queues
    story.poll(20, snapshot())

    assert "6501" not in story.board.queues


@pytest.mark.parametrize(("completed", "outcome"), [(5, "redirected"), (6, "lost")])
def test_a_caller_who_went_on_in_a_gap_may_have_talked_with_an_agent_first(completed, outcome):
    story = Story()
    story.poll(0, snapshot(queues=[queue(completed=5)], callers=[entry()]), is_first=True)
    elsewhere = [channel("1.1", "PJSIP/trunk-00000001", "Dial", bridge="")]
    story.poll(60, snapshot(queues=[queue(completed=completed)], channels=elsewhere), is_first=True)

    assert endings(story) == [("1.1", "6500", outcome)]


def back_after_a_gap() -> Story:
    """A caller waited when the link was lost; it is back a minute later and has not yet been asked anything."""
    story = Story()
    story.poll(0, snapshot(queues=[queue()], members=[member()], callers=[entry()]), is_first=True)
    story.changes += apply_link(story.board, after(10), LinkState.DOWN)
    story.changes += apply_link(story.board, after(58), LinkState.CONNECTING)
    story.board.memory.forget_channels()
    return story


#: They came five seconds before the story begins.
TALKED = complete("1.1", hold_seconds=45, talk_seconds=20)
ELSEWHERE = snapshot(members=[member()], channels=[channel("1.1", "PJSIP/trunk-00000001", "Wait", bridge="")])
VANISHED = snapshot(members=[member()])


@pytest.mark.parametrize(
    "told",
    [
        pytest.param([TALKED, ELSEWHERE], id="before the poll, which then sees them elsewhere"),
        pytest.param([ELSEWHERE, TALKED], id="after the poll that saw them elsewhere"),
        pytest.param([VANISHED, TALKED], id="after the poll that did not see them any more"),
        pytest.param([hangup("1.1"), TALKED, VANISHED], id="after their hang-up, before the poll"),
        pytest.param([hangup("1.1"), VANISHED, TALKED], id="after their hang-up and the poll"),
    ],
)
def test_a_talk_that_began_in_a_gap_and_is_over_before_we_see_it_is_known_by_its_end(told):
    story = back_after_a_gap()
    for one in told:
        if isinstance(one, ami.Snapshot):
            story.poll(60, one, is_first=True)
        else:
            story.event(60, one)

    [call] = story.calls
    assert call.outcome is CallOutcome.COMPLETED
    assert (call.agent_interface, call.hold_seconds, call.talk_seconds, call.ended_by) == (
        "PJSIP/1000",
        45,
        20,
        "caller",
    )
    assert call.answered_at == after(40)
    assert story.board.agents["PJSIP/1000"].last_call_at == after(60)
    assert not story.board.callers


@pytest.mark.parametrize(
    "other",
    [
        complete("1.1", queue="6501", hold_seconds=45, talk_seconds=20),
        complete("1.1", hold_seconds=2, talk_seconds=20),
        complete("", hold_seconds=45, talk_seconds=20),
    ],
    ids=["another queue", "another visit to it", "nobody in particular"],
)
def test_the_end_of_another_talk_says_nothing_of_who_waits_since_before_the_gap(other):
    story = back_after_a_gap()
    story.event(60, other)

    assert story.board.callers["1.1"].state is CallState.WAITING
    assert story.calls == []


def test_a_talk_with_somebody_who_is_no_member_is_a_call_of_the_queue_and_nobodys_wrap_up():
    story = Story()
    caller = channel("1.1", "PJSIP/trunk-00000001", "Queue", application_data="6500,tT")
    stranger = channel("a.1", "PJSIP/9999-00000002", "AppQueue")
    story.poll(0, snapshot(channels=[caller, stranger]), is_first=True)
    assert story.board.callers["1.1"].state is CallState.TALKING
    story.event(5, hangup("1.1"))

    assert endings(story) == [("1.1", "6500", "completed")]
    assert story.board.memory.last_call == {}


def test_a_caller_listed_as_waiting_twice_is_no_longer_talking():
    story = Story(member(kind="status"), join(), connect())
    channels = [channel("1.1", "t-00000001", "Queue"), channel("a.1", "x-00000002", "AppDial", bridge="b2")]
    story.poll(10, snapshot(members=[member()], callers=[entry()], channels=channels))
    assert story.board.callers["1.1"].state is CallState.TALKING
    story.poll(20, snapshot(members=[member()], callers=[entry()], channels=channels))

    assert story.board.callers["1.1"].state is CallState.WAITING
    assert endings(story) == [("1.1", "6500", "completed")]


def test_a_caller_listed_as_waiting_after_all_is_back_in_line():
    story = Story(join())
    story.event(1, ami.CallerLeft("6500", "1.1", 1))
    for seconds in (10, 20):
        story.poll(seconds, snapshot(callers=[entry()], channels=[channel("1.1", "t-00000001", "Queue", bridge="")]))

    assert story.board.callers["1.1"].state is CallState.WAITING
    assert story.board.callers["1.1"].joined_at == after(0)


def test_a_talk_found_by_a_poll_moves_the_caller_who_was_thought_to_wait():
    story = Story(member(kind="status"), join())
    channels = [
        channel("1.1", "PJSIP/trunk-00000001", "Queue", application_data="6500"),
        channel("1.2", "PJSIP/1000-00000002", ""),
    ]
    story.poll(10, snapshot(members=[member(device_state=2)], channels=channels))

    assert story.board.agents["PJSIP/1000"].state is AgentState.ON_CALL
    assert story.board.callers["1.1"].answered_at == after(10)


@pytest.mark.parametrize("event", [hangup("1.1"), ami.CallerAbandoned("6500", "1.1", 1, 3)])
def test_a_talk_listed_before_its_end_was_told_does_not_come_back(event):
    story = Story(member(kind="status"), join())
    channels = [
        channel("1.1", "PJSIP/trunk-00000001", "Queue", application_data="6500"),
        channel("1.2", "PJSIP/1000-00000002", "AppQueue"),
    ]
    story.event(10.5, event)
    story.poll(11, snapshot(members=[member()], channels=channels), asked=10)

    assert not story.board.callers


def test_two_callers_in_one_bridge_are_no_talk_with_an_agent():
    story = Story(join())
    channels = [channel("1.1", "t-00000001", "Queue", application_data="6500"), channel("9", "t-00000009", "Queue")]
    story.poll(10, snapshot(callers=[entry()], channels=channels))

    assert story.board.callers["1.1"].state is CallState.WAITING


def test_a_member_whose_device_is_another_now_follows_it():
    story = Story(member(kind="status"))
    story.poll(10, snapshot(members=[member(state_interface="PJSIP/2000")]))
    story.event(11, ami.DeviceChanged("PJSIP/1000", 5))
    assert story.board.agents["PJSIP/1000"].state is AgentState.AVAILABLE
    story.event(12, ami.DeviceChanged("PJSIP/2000", 5))

    assert story.board.agents["PJSIP/1000"].state is AgentState.UNREACHABLE


def test_a_poll_that_asked_for_nothing_proves_nothing():
    story = Story(member(kind="status"), join())
    told = replace(snapshot(callers=None, channels=None), has_queues=False, has_members=False, queues=())
    for seconds in (10, 20):
        story.poll(seconds, told)

    assert set(story.board.queues) == {"6500"}
    assert set(story.board.members) == {"6500/PJSIP/1000"}
    assert set(story.board.callers) == {"1.1"}


def test_old_events_are_forgotten_as_witnesses_against_polls():
    story = Story(member(kind="status"), join())
    story.poll(500, snapshot(members=[member()], callers=[entry()]))

    assert story.board.memory.touched_at == {}


def test_a_doubt_about_one_queue_waits_for_a_poll_that_asks_about_it():
    story = Story(member(kind="status"), member(queue="6501", kind="status"), join("2.1", queue="6501"))
    both = [queue(), queue("6501")]
    story.poll(10, snapshot(queues=both, members=[member()]))
    story.poll(12, snapshot(queue="6500", queues=[queue()], members=[member()], channels=None))
    assert "6501/PJSIP/1000" in story.board.members
    story.poll(20, snapshot(queues=both, members=[member()]))

    assert "6501/PJSIP/1000" not in story.board.members
    assert [c.outcome for c in story.calls] == [CallOutcome.LOST]


def test_a_pause_seen_by_asking_began_when_the_pbx_says_or_is_of_unknown_age():
    story = Story()
    told = [member(paused=True, last_pause_at=after(-90).timestamp()), member("PJSIP/1001", paused=True)]
    story.poll(0, snapshot(members=told), is_first=True)
    board = story.board

    assert board.members["6500/PJSIP/1000"].paused_at == after(-90)
    assert board.members["6500/PJSIP/1001"].paused_at is None
    assert (board.agents["PJSIP/1001"].state, board.agents["PJSIP/1001"].is_since_exact) == (AgentState.PAUSED, False)


def test_pausing_again_for_another_reason_restarts_the_clock_of_a_pbx_that_tells_no_time():
    story = Story(member(kind="status"))
    story.event(5, member(kind="pause", paused=True, pause_reason="Mail"))
    story.event(9, member(kind="pause", paused=True, pause_reason="Mail"))
    assert story.board.members["6500/PJSIP/1000"].paused_at == after(5)
    story.event(30, member(kind="pause", paused=True, pause_reason="Lunch"))

    assert story.board.members["6500/PJSIP/1000"].paused_at == after(30)


def test_an_instant_no_calendar_has_is_no_instant():
    story = Story(member(kind="status", last_call_at=1e18, login_at=-5.0))

    assert story.board.members["6500/PJSIP/1000"].last_call_at is None
    assert story.board.members["6500/PJSIP/1000"].logged_in_at is None


def test_a_talk_found_in_another_queue_than_the_one_waited_in_ends_the_first_visit():
    story = Story(member(kind="status", queue="6501"), join())
    channels = [
        channel("1.1", "PJSIP/trunk-00000001", "Queue", application_data="6501"),
        channel("1.2", "PJSIP/1000-00000002", "AppQueue"),
    ]
    both = [queue(), queue("6501")]
    story.poll(10, snapshot(queues=both, members=[member(queue="6501")], channels=channels))

    assert endings(story) == [("1.1", "6500", "redirected")]
    assert story.board.callers["1.1"].queue == "6501"


def test_a_talk_known_already_is_left_as_it_is():
    story = Story(member(kind="status"), join(), connect())
    channels = [
        channel("1.1", "PJSIP/trunk-00000001", "Queue", application_data="6500"),
        channel("a.1", "PJSIP/1000-00000002", "AppQueue"),
    ]
    before = story.board.callers["1.1"]
    story.poll(10, snapshot(members=[member()], channels=channels))

    assert story.board.callers["1.1"] == replace(before, channel="PJSIP/trunk-00000001")


def test_a_phone_whose_call_is_not_listed_any_more_is_forgotten_at_the_second_poll():
    story = Story(member(kind="status"))
    story.event(1, ami.ChannelTold("9.1", "PJSIP/1000-00000009"))
    story.poll(10, snapshot(members=[member()]))
    assert "9.1" in story.board.memory.phones
    story.poll(20, snapshot(members=[member()]))

    assert "9.1" not in story.board.memory.phones

"""The rules of the floor: who is rung, how calls end, and how a PBX counts them."""

from __future__ import annotations

import pytest

from queues.simulator.calls import Refused
from queues.simulator.entities import CallState, DeviceState, Outcome
from tests.support.simulated import BEGIN, Story


def rung(story: Story, calls: int = 6) -> str:
    """Which phones are rung for one caller who waits, as last digits, until `calls` offers were made."""
    story.floor.arrive("6500")
    while len(story.events("AgentCalled")) < calls:
        story.wait(1)
    return "".join(packet["Interface"][-1] for packet in story.events("AgentCalled"))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("ringall", "012012"),
        ("linear", "012012"),
        ("rrmemory", "012012"),
        ("leastrecent", "000000"),
        ("fewestcalls", "000000"),
    ],
)
def test_each_strategy_rings_in_its_order(strategy, expected):
    assert rung(Story(members="1000 1001 1002", strategy=strategy, ring_seconds=5)) == expected


def test_random_rings_everybody_some_time():
    assert set(rung(Story(members="1000 1001 1002", strategy="random", ring_seconds=5), calls=30)) == set("012")


def talk(story: Story, seconds: float = 5) -> str:
    """A whole call; the last digit of who took it."""
    call = story.floor.arrive("6500")
    story.floor.answer(call)
    story.wait(seconds)
    story.floor.abandon(call)
    return call.member.interface[-1]


@pytest.mark.parametrize(("strategy", "expected"), [("rrmemory", "0120"), ("leastrecent", "0120"), ("linear", "0000")])
def test_strategies_remember_who_took_the_last_call(strategy, expected):
    story = Story(members="1000 1001 1002", strategy=strategy, wrap_up_seconds=0)
    assert "".join(talk(story) for _ in range(4)) == expected


def test_a_higher_penalty_is_rung_only_when_nobody_of_a_lower_one_is_free():
    story = Story(members="1000")
    story.floor.add_member("6500", "PJSIP/1001", penalty=1)
    first, second = story.floor.arrive("6500"), story.floor.arrive("6500")
    assert list(first.rings) == ["PJSIP/1000"]
    story.floor.answer(first)
    assert list(second.rings) == ["PJSIP/1001"]


def test_nobody_is_rung_who_is_paused_busy_unplugged_or_wrapping_up():
    story = Story(members="1000 1001 1002 1003", wrap_up_seconds=10)
    talk(story)
    story.floor.pause("PJSIP/1001")
    story.floor.dial("PJSIP/1002", "2000")
    story.floor.set_registered("PJSIP/1003", False)
    call = story.floor.arrive("6500")
    assert not call.rings
    story.wait(9)
    assert not call.rings
    story.wait(1)
    assert list(call.rings) == ["PJSIP/1000"]


def test_a_member_who_comes_free_is_rung_at_once():
    story = Story(members="1000")
    story.floor.pause("PJSIP/1000")
    call = story.floor.arrive("6500")
    story.floor.unpause("PJSIP/1000")
    assert list(call.rings) == ["PJSIP/1000"]


def test_an_unanswered_ring_is_tried_again_after_the_retry_pause_and_counted_against_the_member():
    story = Story(members="1000", ring_seconds=10, retry_seconds=3)
    call = story.floor.arrive("6500")
    story.wait(10)
    assert not call.rings
    story.wait(3)
    assert list(call.rings) == ["PJSIP/1000"]
    assert story.queue.members["PJSIP/1000"].calls_abandoned == 1


def test_a_silent_agent_is_paused_where_the_queue_says_so():
    story = Story(members="1000", ring_seconds=10, pauses_silent_agents=True)
    story.floor.arrive("6500")
    story.wait(11)
    pause = story.events("QueueMemberPause")[0]
    assert (pause["Paused"], pause["PausedReason"]) == ("1", "Auto-Pause")


def test_a_full_queue_refuses_without_a_queue_event():
    story = Story(members="", max_waiting=1)
    story.floor.arrive("6500")
    refused = story.floor.arrive("6500")
    assert (refused.state, refused.outcome) == (CallState.ENDED, Outcome.REFUSED)
    assert len(story.events("QueueCallerJoin")) == 1
    assert refused.channel.is_gone


def test_a_caller_of_higher_priority_goes_before_the_others():
    story = Story(members="")
    calls = [story.floor.arrive("6500", priority=priority) for priority in (0, 0, 5)]
    assert [call.position for call in calls] == [2, 3, 1]


def test_figures_are_counted_as_app_queue_counts_them():
    story = Story(members="1000", wrap_up_seconds=0, service_level_seconds=5)
    for hold, seconds in ((4, 40), (8, 80)):
        call = story.floor.arrive("6500")
        story.wait(hold)
        story.floor.answer(call)
        story.wait(seconds)
        assert story.queue.counters.completed == (0 if hold == 4 else 1), "counted at the end only"
        story.floor.hang_up_agent(call)
    story.floor.abandon(story.floor.arrive("6500"))
    counters = story.queue.counters
    assert (counters.offered, counters.completed, counters.abandoned) == (3, 2, 1)
    # ((old * 3) + new) / 4, whole numbers: 4 -> 1, then 8 -> 2; 40 -> 10, then 80 -> 27
    assert (counters.hold_seconds, counters.talk_seconds) == (2, 27)
    params = story.dialect.queue_params(story.queue)
    assert "ServicelevelPerf: 50.0\r\nServicelevelPerf2: 66.7\r\n" in params
    member = story.queue.members["PJSIP/1000"]
    assert (member.calls_taken, member.talk_seconds, member.last_call_at) == (2, 120, BEGIN + 132)


def test_a_late_completion_is_not_counted_once_the_agent_took_another_call():
    story = Story(members="1000", wrap_up_seconds=0)
    moved = story.floor.arrive("6500")
    story.floor.answer(moved)
    story.floor.calls.redirect(moved.channel, "from-internal", "1001")
    story.floor.pick_up("PJSIP/1001")
    talk(story)
    story.floor.abandon(moved)
    assert len(story.events("AgentComplete")) == 2
    assert story.queue.counters.completed == 1


def test_an_agent_hung_up_by_an_ami_user_counts_as_hung_up_by_the_caller():
    story = Story(members="1000")
    call = story.floor.arrive("6500")
    story.floor.answer(call)
    story.floor.calls.hang_up(call.agent_channel, is_by_party=False)
    assert story.events("AgentComplete")[0]["Reason"] == "caller"


def test_a_phone_that_refuses_has_a_ring_time_of_nothing():
    story = Story(members="1000")
    story.floor.arrive("6500")
    story.floor.reject("PJSIP/1000")
    assert story.events("AgentRingNoAnswer")[0]["RingTime"] == "0"
    with pytest.raises(Refused):
        story.floor.pick_up("PJSIP/1000")


def test_a_parked_caller_is_hung_up_when_nobody_fetches_them():
    story = Story(members="1000")
    call = story.floor.arrive("6500")
    story.floor.answer(call)
    assert story.floor.calls.park(call.channel) == "701"
    assert story.floor.switch.phones["PJSIP/1000"].told is DeviceState.NOT_INUSE
    story.wait(45)
    assert call.channel.is_gone
    assert call.outcome is Outcome.COMPLETED


def test_an_extension_calls_a_queue_and_is_a_caller_there():
    story = Story(members="1000")
    channel = story.floor.dial("PJSIP/1003", "6500")
    story.floor.pick_up("PJSIP/1000")
    assert story.events("AgentConnect")[0]["CallerIDNum"] == "1003"
    story.floor.calls.hang_up(channel)
    assert story.queue.counters.completed == 1


def test_a_restart_loses_calls_in_every_state():
    story = Story(members="1000 1001", wrap_up_seconds=0)
    waiting, talking, moved = (story.floor.arrive("6500") for _ in range(3))
    story.floor.answer(waiting, "PJSIP/1000")
    story.floor.calls.redirect(waiting.channel, "from-internal", "1002")
    story.floor.answer(talking)
    story.floor.restart()
    assert {call.outcome for call in (waiting, talking, moved)} == {Outcome.LOST}
    assert not story.floor.switch.channels
    assert story.floor.agenda.next_at() is None

"""How many agents a queue needs now follows from its own calls of the last half hour."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from queues.live.figures import Fact, Fate
from queues.live.memory import QueueSettings
from queues.live.need import EVERY, Staff, Traffic, staff_for, traffic_of, window
from queues.live.reducer import apply_calls, apply_settings
from queues.live.state import CallOutcome, CallRow, LinkState
from tests.support.told import after, member, queue, snapshot
from tests.support.wished import Judged, rule

HALF_HOUR = Traffic(seconds=1800, calls=100, talks=90, busy_seconds=90 * 180)


def talked(joined: float, seconds: int = 170, wait: int = 10) -> Fact:
    ended_at = after(joined + wait + seconds)
    return Fact(after(joined), Fate.ANSWERED, wait, seconds, "PJSIP/1", ended_at)


def test_the_promise_is_kept_by_so_many():
    assert staff_for(HALF_HOUR, 20, 80) == Staff(by_c=14, by_a=None)
    assert staff_for(HALF_HOUR, 20, 95).by_c == 16
    assert staff_for(HALF_HOUR, 20, 100).by_c == 21


def test_where_callers_give_up_fewer_are_enough():
    impatient = replace(HALF_HOUR, abandoned=5, wait_seconds=1500)
    assert impatient.patience_seconds == 300
    assert staff_for(impatient, 20, 80) == Staff(by_c=14, by_a=13)
    assert replace(impatient, abandoned=4).patience_seconds is None


@pytest.mark.parametrize("fewer", [{"calls": 9}, {"talks": 4}, {"seconds": 299}, {"busy_seconds": 0}])
def test_too_little_says_nothing(fewer):
    assert staff_for(replace(HALF_HOUR, **fewer), 20, 80) is None


def test_no_traffic_has_no_means():
    assert (Traffic().handle_seconds, Traffic().arrivals) == (None, 0)


def test_callers_count_when_they_join_and_talks_when_they_end():
    facts = [
        talked(-3600),
        talked(-60, seconds=170),
        talked(100),
        Fact(after(200), Fate.ABANDONED, 40, ended_at=after(240)),
        Fact(after(300), Fate.WAITING),
        Fact(after(310), Fate.LOST, ended_at=after(320)),
        Fact(after(400), Fate.ANSWERED, 5, None, "PJSIP/1"),
    ]
    expected = Traffic(seconds=600, calls=5, talks=2, busy_seconds=2 * 185, abandoned=1, wait_seconds=55)
    assert traffic_of(facts, after(0), after(600), 15) == expected


def test_only_time_in_which_calls_are_known_counts():
    assert window(after(3600), None) == after(1800)
    assert window(after(3600), after(60)) == after(1800)
    assert window(after(3600), after(3000)) == after(3000)
    assert window(after(3600), after(3700)) == after(3600)


# --- on the board ----------------------------------------------------------------------------------------------


def call(n: int, joined: float) -> CallRow:
    return CallRow(
        pbx="pbx",
        boot="1",
        uniqueid=f"c{n}",
        queue="6500",
        joined_at=after(joined),
        answered_at=after(joined + 5),
        ended_at=after(joined + 180),
        agent_interface="PJSIP/1",
        outcome=CallOutcome.COMPLETED,
        hold_seconds=5,
        talk_seconds=165,
    )


def busy(*rules) -> Judged:
    """100 calls in half an hour, each of which keeps an agent busy for 3 minutes; who is there is one."""
    story = Judged(*rules)
    queues = {"6500": QueueSettings(wrap_up_seconds=15)}
    story.changes += apply_settings(story.board, after(1), display_names={}, left_queues={}, queues=queues, zone=UTC)
    asked = story.board.memory.ledger.lacking()
    story.changes += apply_calls(story.board, after(1800), [call(n, 18 * n) for n in range(100)], asked)
    return story


def test_the_board_says_how_many_are_needed_and_there():
    story = busy()
    story.tick(1800)
    row = story.board.queues["6500"]
    assert (row.staff_needed, row.staff_present) == (14, 1)


def test_it_is_worked_out_now_and_then():
    story = busy()
    story.tick(1800)
    at = story.board.memory.needs["6500"].at
    story.tick(1805)
    assert story.board.memory.needs["6500"].at == at
    story.tick(1800 + EVERY.total_seconds())
    assert story.board.memory.needs["6500"].at == at + EVERY
    story.wait(1811, 3700)
    assert story.board.queues["6500"].staff_needed is None


def test_a_link_that_has_just_come_back_has_not_seen_enough():
    story = busy()
    story.link(1790, LinkState.DOWN)
    story.link(1791, LinkState.UP)
    story.tick(1800)
    assert story.board.queues["6500"].staff_needed is None


def test_a_queue_that_goes_needs_nobody():
    story = busy()
    story.tick(1800)
    for seconds in (1801, 1802, 1803):
        story.poll(seconds, snapshot(queues=[queue("6501")]))
    story.tick(1804)
    assert list(story.board.memory.needs) == ["6501"]


def test_who_is_away_or_paused_is_not_there():
    story = busy()
    story.event(1790, member("PJSIP/1", kind="pause", paused=True))
    story.tick(1800)
    assert story.board.queues["6500"].staff_present == 0
    story.poll(1801, snapshot(members=[member("PJSIP/1", paused=False, device_state=5)]), is_first=True)
    assert story.board.queues["6500"].staff_present == 0
    story.poll(1802, snapshot(members=[member("PJSIP/1")]), is_first=True)
    assert story.board.queues["6500"].staff_present == 1


def test_who_is_there_and_busy_is_not_free():
    story = busy()
    story.event(1790, member("PJSIP/1", kind="pause", paused=False))
    row = story.board.queues["6500"]
    assert (row.staff_present, row.staff_free) == (1, 1)
    story.poll(1801, snapshot(members=[member("PJSIP/1", device_state=2)]), is_first=True)
    row = story.board.queues["6500"]
    assert (row.staff_present, row.staff_free) == (1, 0)


def test_a_rule_may_speak_of_agents_who_are_lacking():
    story = busy(rule("staff_short >= 2"))
    assert story.open == []
    story.tick(1800)
    assert [row.value for row in story.open] == [13]
    assert story.open[0].opened_at - story.board.memory.needs["6500"].at < timedelta(seconds=1)

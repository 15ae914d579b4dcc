"""A broken limit or rule is one incident, from the first breach to the recovery."""

from dataclasses import replace

import pytest

from queues.ami import events as ami
from queues.live.concerns import Severity, incident_key
from queues.live.incidents import acknowledge
from queues.live.limits import Limit
from queues.live.reducer import apply_wishes
from queues.live.state import LinkState
from queues.live.wishes import Wishes
from tests.support.told import after, connect, join, member, queue, snapshot
from tests.support.wished import QUIET, Judged, restarted, rule

CROWD = rule("waiting > 1")
KEY = incident_key("rule:7", "6500")


def leave(uniqueid="1.1"):
    return ami.CallerAbandoned(queue="6500", uniqueid=uniqueid, position=1, hold_seconds=1)


def on_lunch(seconds):
    told = {"kind": "pause", "paused": True, "pause_reason": "Lunch", "last_pause_at": after(seconds).timestamp()}
    return member("PJSIP/1", **told)


def crowded(*rules, **wishes):
    """Two wait from second 1 on."""
    story = Judged(*rules, **wishes)
    story.event(1, join("1.1"))
    story.event(1, join("1.2"))
    return story


def test_a_breach_is_an_incident_with_the_event_that_made_it():
    story = crowded(CROWD)
    (row,) = story.open
    assert (row.cause, row.queue, row.title, row.severity) == ("rule:7", "6500", "Too much", Severity.RED)
    assert (row.value, row.limit, row.worst) == (2, 1, 2)
    assert row.opened_at == row.breached_at == after(1)


def test_it_is_closed_once_it_has_been_well_for_long_enough():
    story = crowded(CROWD)
    story.event(5, leave())
    story.wait(5, 14)
    assert len(story.open) == 1
    story.tick(15)
    assert story.open == []
    (row,) = story.closed
    assert row.closed_at == after(15)


def test_a_figure_that_goes_up_and_down_makes_one_incident():
    story = crowded(CROWD)
    for n in range(3, 9):
        story.event(5 * n, leave(f"1.{n - 1}"))
        story.wait(5 * n, 5 * n + 4)
        story.event(5 * n + 4, join(f"1.{n}"))
    assert len(story.open) == 1
    assert story.closed == []


def test_what_does_not_last_as_long_as_its_rule_wants_is_none():
    story = crowded(replace(CROWD, hold_seconds=20))
    story.wait(2, 19)
    story.event(20, leave())
    story.event(20.5, join("1.3"))
    story.wait(21, 39)
    assert story.open == []
    story.tick(41)
    (row,) = story.open
    assert (row.breached_at, row.opened_at) == (after(20.5), after(41))


def test_the_worst_value_is_kept_and_told_now_and_then():
    story = crowded(CROWD)
    for n in range(3, 7):
        story.event(2, join(f"1.{n}"))
    assert story.open[0].worst == 2
    story.event(3, leave("1.6"))
    story.tick(11)
    assert (story.open[0].value, story.open[0].worst) == (5, 6)
    for n in range(1, 6):
        story.event(12, leave(f"1.{n}"))
    story.wait(13, 22)
    assert [(row.value, row.worst) for row in story.closed] == [(0, 6)]


def test_of_too_little_the_least_is_the_worst():
    story = Judged(limits=QUIET | {("6500", "free_agents"): Limit(None, 2)}, phones=("PJSIP/1", "PJSIP/2"))
    for n, phone in enumerate(story.phones):
        story.event(5, member(phone, kind="pause", paused=True, last_pause_at=after(5 + n).timestamp()))
    for phone in story.phones:
        story.event(8, member(phone, kind="pause", paused=False))
    story.wait(8, 18)
    assert [(row.title, row.value, row.worst) for row in story.closed] == [("Fewer than 2 agents free", 2, 0)]


def test_a_rule_made_worse_makes_its_open_incident_worse_and_none_better():
    story = crowded(replace(CROWD, severity=Severity.AMBER))
    assert story.open[0].severity is Severity.AMBER
    story.wish(2, CROWD)
    assert story.open[0].severity is Severity.RED
    story.wish(3, replace(CROWD, severity=Severity.AMBER))
    assert [row.severity for row in story.open] == [Severity.RED]
    assert story.closed == []


@pytest.mark.parametrize("is_up", [True, False])
def test_it_is_closed_when_its_rule_or_limit_goes(is_up):
    story = crowded(CROWD, limits=QUIET | {("", "waiting"): Limit(None, 1)})
    assert [row.cause for row in story.open] == ["limit:waiting", "rule:7"]
    if not is_up:
        story.link(2, LinkState.DOWN)
    story.wish(3, CROWD)
    assert [row.cause for row in story.open] == ["rule:7"]
    story.wish(4)
    assert story.open == []
    assert {row.closed_at for row in story.closed} == {after(3), after(4)}


def test_it_is_closed_when_its_queue_goes():
    story = crowded(CROWD, replace(CROWD, id=8, hold_seconds=99))
    for seconds in (3, 4, 5):
        story.poll(seconds, snapshot(queues=[queue("6501")]))
    assert story.open == []
    assert len(story.closed) == 1
    assert not story.board.memory.watch.active


def test_who_has_seen_it_is_told_by_name_and_the_first_stays():
    story = crowded(CROWD)
    (change,) = acknowledge(story.board, KEY, "Ada", after(3))
    assert (change.row.acknowledged_by, change.row.acknowledged_at) == ("Ada", after(3))
    assert acknowledge(story.board, KEY, "Bob", after(4)) == []
    assert acknowledge(story.board, "none", "Bob", after(4)) is None


def test_conditions_must_hold_together():
    story = Judged(rule("waiting > 0", "free_agents = 0"))
    story.event(1, join("1.1"))
    assert story.open == []
    story.event(2, member("PJSIP/1", kind="pause", paused=True, last_pause_at=after(2).timestamp()))
    assert [row.cause for row in story.open] == ["rule:7"]


def test_nobody_divided_by_nobody_breaks_a_rule_and_is_no_number():
    story = Judged(rule("callers_per_free_agent > 5"), phones=())
    story.event(1, join("1.1"))
    assert [(row.value, row.worst) for row in story.open] == [(None, None)]


# --- time alone ------------------------------------------------------------------------------------------------


def test_a_caller_who_waits_too_long_is_one_with_the_second():
    story = Judged(limits=QUIET | {("6500", "longest_wait"): Limit(None, 20)})
    story.event(1, join("1.1"))
    story.wait(2, 21)
    assert story.open == []
    story.tick(21.5)
    (row,) = story.open
    assert row.title == "A caller has waited for more than 20 s"
    assert (row.breached_at, row.opened_at) == (after(21), after(21.5))
    story.event(30, connect("1.1", interface="PJSIP/1"))
    story.wait(31, 40)
    assert [row.worst for row in story.closed] == [20.5]


def test_a_wait_beyond_the_promise_is_shown_and_no_incident_until_somebody_wants_it():
    story = Judged(limits={})
    story.event(1, join("1.1"))
    story.wait(2, 60)
    assert ("longest_wait", 14, 20) in story.board.queues["6500"].limits
    assert story.open == []
    story.wish(60, limits={("", "longest_wait"): Limit(None, 30)})
    story.tick(61)
    assert [row.cause for row in story.open] == ["limit:longest_wait"]


def test_an_agent_who_stays_too_long_is_one_until_they_do_something_else():
    story = Judged(budgets={"Lunch": 1})
    story.event(5, on_lunch(5))
    assert (story.board.agents["PJSIP/1"].amber_at, story.board.agents["PJSIP/1"].red_at) == (after(47), after(65))
    story.wait(6, 64)
    assert story.open == []
    story.tick(65)
    (row,) = story.open
    assert (row.cause, row.interface, row.title) == ("limit:pause_over", "PJSIP/1", "On a pause for more than 1 min")
    story.wait(66, 80)
    story.event(81, member("PJSIP/1", kind="pause", paused=False))
    assert story.open == []
    assert [row.worst for row in story.closed] == [75]


def test_the_next_breach_is_another_incident_even_in_the_same_instant():
    story = crowded(replace(CROWD, recover_seconds=0))
    story.event(1, leave("1.2"))
    story.event(1, join("1.3"))
    (first,), (second,) = story.closed, story.open
    assert first.opened_at < second.opened_at


# --- the link --------------------------------------------------------------------------------------------------


def test_while_the_link_is_down_nothing_is_opened_or_closed():
    story = crowded(CROWD, replace(CROWD, id=8, hold_seconds=5))
    story.event(2, leave())
    story.link(3, LinkState.DOWN)
    story.wait(4, 60)
    assert [row.cause for row in story.open] == ["rule:7"]
    story.link(61, LinkState.UP)
    story.wait(61, 70)
    assert len(story.open) == 1
    story.tick(71)
    assert [row.closed_at for row in story.closed] == [after(71)]


def test_a_rule_about_the_link_is_looked_at_without_one():
    story = Judged(rule("link_down > 30", recover_seconds=5))
    story.link(10, LinkState.DOWN)
    story.wait(11, 40)
    assert story.open == []
    story.tick(40.5)
    (row,) = story.open
    assert (row.queue, row.interface, row.breached_at) == ("", "", after(40))
    story.link(90, LinkState.UP)
    story.wait(91, 95)
    assert [row.closed_at for row in story.closed] == [after(95)]


def test_a_rule_that_the_link_is_up_may_be_odd_but_holds():
    story = Judged(rule("link_down = 0"))
    assert [row.breached_at for row in story.open] == [after(0)]


def test_a_restart_neither_loses_nor_doubles_an_incident():
    story = crowded(CROWD, limits=QUIET | {("", "stuck"): Limit(None, 5)})
    story = restarted(story, 20)
    story.wish(20, CROWD)
    assert [row.cause for row in story.open] == ["rule:7"]
    story.link(22, LinkState.UP)
    story.wait(23, 50)
    assert [(row.cause, row.opened_at) for row in story.open] == [("rule:7", after(1))]
    assert story.closed == []


def test_what_went_while_nobody_looked_is_closed():
    story = crowded(CROWD, replace(CROWD, id=8))
    del story.board.queues["6500"]
    story = restarted(story, 20)
    story.wish(20, CROWD)
    assert story.open == []
    assert len(story.closed) == 2


def test_how_long_the_link_has_been_down_survives_a_restart():
    wanted = rule("link_down > 30")
    story = Judged(wanted)
    story.link(10, LinkState.DOWN)
    story.wait(11, 41)
    again = restarted(restarted(story, 50), 60)
    again.wish(60, wanted)
    again.wait(61, 90)
    assert [row.opened_at for row in again.open] == [after(41)]
    assert again.closed == []


def test_before_anybody_told_what_they_want_nothing_is_wrong():
    story = crowded(CROWD)
    again = restarted(story, 20, LinkState.UP)
    again.wait(21, 50)
    assert [row.opened_at for row in again.open] == [after(1)]


def test_wishes_that_are_as_they_were_change_nothing():
    story = crowded(CROWD)
    assert apply_wishes(story.board, after(2), Wishes(limits=QUIET, rules=(CROWD,))) == []


def test_the_worst_survives_a_restart_in_which_it_was_not_known():
    story = crowded(CROWD, replace(CROWD, id=8, conditions=rule("callers_per_free_agent > 5").conditions), phones=())
    assert {row.cause: row.worst for row in story.open} == {"rule:7": 2, "rule:8": None}
    again = restarted(story, 20)
    again.wish(20, CROWD)
    again.link(21, LinkState.UP)
    again.wait(21, 40)
    assert [row.worst for row in again.open] == [2]


def test_an_agents_incident_is_closed_without_a_link_when_nobody_watches_for_it_any_more():
    story = Judged(budgets={"Lunch": 1})
    story.event(5, on_lunch(5))
    story.tick(70)
    story.link(71, LinkState.DOWN)
    story.wish(72, budgets={"Lunch": 1, "Mail": 5})
    assert len(story.open) == 1
    story.wish(73)
    assert story.open == []


def test_what_lasts_less_than_its_rule_wants_leaves_nothing_behind():
    story = crowded(replace(CROWD, hold_seconds=20), limits=QUIET | {("", "waiting"): Limit(1, None)})
    assert story.board.memory.watch.active
    story.event(2, leave())
    assert not story.board.memory.watch.active
    story.event(3, join("1.3"))
    story.wish(4)
    assert not story.board.memory.watch.active


def test_a_phone_that_is_stuck_stays_so_over_a_restart():
    in_use = snapshot(queues=[queue()], members=[member("PJSIP/1", device_state=2)])
    story = Judged(limits=QUIET | {("", "stuck"): Limit(None, 100)})
    story.poll(1, in_use)
    story.wait(2, 101)
    assert [row.cause for row in story.open] == ["limit:stuck"]
    again = restarted(story, 110)
    again.wish(110, limits=QUIET | {("", "stuck"): Limit(None, 100)})
    again.poll(111, in_use, is_first=True)
    again.link(112, LinkState.UP)
    again.wait(113, 130)
    assert [row.opened_at for row in again.open] == [after(101)]
    assert again.closed == []

"""The figures of the day on the board: queues, agents and callers, through events, settings, midnights and restarts."""

from dataclasses import fields, replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from queues.history import calls_of_days
from queues.live import store
from queues.live.figures import Terms, fact_of, figures_of, longest_wait
from queues.live.memory import QueueSettings
from queues.live.outbox import Outbox
from queues.live.reducer import adopt, apply_calls, apply_settings, apply_snapshot, apply_tick
from queues.live.state import CallOutcome, Change
from queues.models import Queue
from queues.selectors import load_board
from tests.support.recordings import live_events, replay
from tests.support.told import BEGIN, Story, after, complete, connect, hangup, join, member, queue, snapshot

PHONE = "PJSIP/1000"
MIDNIGHT = BEGIN.replace(hour=0) + timedelta(days=1)


def setting(story, seconds=0, *, zone=UTC, **told):
    queues = {"6500": QueueSettings(**told)}
    story.changes += apply_settings(
        story.board, after(seconds), display_names={}, left_queues={}, queues=queues, zone=zone
    )


def today(story, number="6500"):
    """The row's figures by their names without `today_`."""
    row = story.board.queues[number]
    names = [field.name for field in fields(row) if field.name.startswith("today_")]
    return {name.removeprefix("today_"): getattr(row, name) for name in names}


def counts(story, number="6500"):
    """Those that are not nothing, but for the window and the percentage."""
    return {name: n for name, n in today(story, number).items() if n and name not in ("since", "service_level")}


def asked_hangup(story, seconds, uniqueid="1.1"):
    """The caller hangs up while waiting."""
    story.event(seconds, hangup(uniqueid))


def talk(story, uniqueid="1.1", agent_uniqueid="a.1", join_at=0, wait=4, talk_for=10, queue="6500"):
    story.event(join_at, join(uniqueid, queue=queue))
    told = {"agent_uniqueid": agent_uniqueid, "queue": queue}
    story.event(join_at + wait, connect(uniqueid, hold_seconds=wait, **told))
    told |= {"hold_seconds": wait, "talk_seconds": talk_for}
    story.event(join_at + wait + talk_for, complete(uniqueid, **told))


def test_a_call_is_counted_as_it_goes_on():
    story = Story(member(kind="status"), join())
    assert counts(story) == {"offered": 1}
    assert today(story)["service_level"] is None
    story.event(4, connect())
    assert counts(story) == {"offered": 1, "answered": 1, "in_time": 1, "wait_seconds": 4, "longest_wait": 4}
    assert (story.board.agents[PHONE].calls_today, story.board.agents[PHONE].last_call_at) == (1, None)
    story.event(14, complete("1.1"))
    assert counts(story) == {
        "offered": 1,
        "answered": 1,
        "in_time": 1,
        "wait_seconds": 4,
        "talk_seconds": 10,
        "talked": 1,
        "longest_wait": 4,
    }
    assert today(story)["since"] == BEGIN.replace(hour=0)
    assert today(story)["service_level"] == 100
    agent = story.board.agents[PHONE]
    assert (agent.calls_today, agent.talk_seconds_today, agent.last_call_at) == (1, 10, after(14))


def test_an_agent_complete_that_comes_late_corrects_the_talk():
    story = Story(member(kind="status"), join())
    story.event(4, connect())
    story.event(14, hangup("a.1"))
    assert today(story)["talk_seconds"] == 10
    story.event(15, complete(talk_seconds=9))
    assert (today(story)["talk_seconds"], story.board.agents[PHONE].talk_seconds_today) == (9, 9)
    assert (today(story)["talked"], story.board.agents[PHONE].calls_today) == (1, 1)


def test_a_caller_taken_for_gone_who_joins_another_queue_flowed_out():
    story = Story(join())
    asked = replace(join(queue="6501"), channel="PJSIP/trunk-1")
    story.event(8, asked)
    assert counts(story) == {"offered": 1, "flowed_out": 1, "longest_wait": 8}
    assert counts(story, "6501") == {"offered": 1}
    assert story.board.callers["1.1"].tries == 0


def test_a_caller_who_hung_up_at_once_is_a_short_abandon():
    story = Story(join())
    asked_hangup(story, 3)
    assert counts(story) == {
        "offered": 1,
        "abandoned": 1,
        "short_abandoned": 1,
        "abandoned_in_time": 1,
        "longest_wait": 3,
    }
    assert today(story)["service_level"] is None


def test_a_repeat_caller_is_marked_and_an_anonymous_one_is_not():
    story = Story(join("1.1", number="+4930123"), join("1.2", number="", position=2))
    asked_hangup(story, 5)
    story.event(60, join("1.3", number="004930123", position=2))
    story.event(61, join("1.4", number="", position=3))
    assert {key: row.tries for key, row in story.board.callers.items()} == {"1.2": 0, "1.3": 1, "1.4": 0}


def test_settings_apply_to_the_whole_day_at_once():
    story = Story(member(kind="status"))
    talk(story, wait=25)
    story.event(100, join("1.2"))
    asked_hangup(story, 107, "1.2")
    assert (today(story)["in_time"], today(story)["service_level"]) == (0, 0.0)

    setting(story, 110, own_target_seconds=30, target_formula="b", target_short_seconds=10, target_percent=90)
    assert (today(story)["in_time"], today(story)["short_abandoned"]) == (1, 1)
    assert today(story)["service_level"] == 100
    row = story.board.queues["6500"]
    assert (row.target_seconds, row.target_percent, row.target_formula, row.target_short_seconds) == (30, 90, "b", 10)


def test_a_queue_without_a_target_of_its_own_follows_the_pbx_and_else_has_twenty_seconds():
    story = Story()
    targets = []
    for seconds, told in enumerate([None, 0, 60, 45]):
        story.poll(seconds, snapshot(queues=[queue(service_level_seconds=told)]))
        targets.append(story.board.queues["6500"].target_seconds)
    setting(story, 10, own_target_seconds=15)
    targets.append(story.board.queues["6500"].target_seconds)
    setting(story, 12)
    targets.append(story.board.queues["6500"].target_seconds)
    assert targets == [20, 20, 60, 45, 15, 45]


def test_a_target_the_pbx_changes_counts_the_day_anew():
    story = Story(member(kind="status"))
    talk(story, wait=25)
    story.poll(50, snapshot(queues=[queue(service_level_seconds=60)], members=[member()]))
    assert today(story)["in_time"] == 1


def test_settings_hold_for_a_queue_that_comes_later():
    story = Story()
    setting(story, own_target_seconds=33, wrap_up_seconds=7, reset_hour=5)
    story.event(1, join())
    row = story.board.queues["6500"]
    assert (row.target_seconds, row.wrap_up_seconds, row.today_since) == (33, 7, BEGIN.replace(hour=5))


def test_at_its_hour_a_queue_begins_anew_and_its_agents_with_it():
    story = Story(member(kind="status"), member(queue="6501", kind="status"))
    setting(story, reset_hour=10)
    talk(story)
    talk(story, uniqueid="1.2", agent_uniqueid="a.2", join_at=100, queue="6501")
    hour = timedelta(hours=1)
    assert apply_tick(story.board, BEGIN + hour - timedelta(seconds=1)) == []
    changes = apply_tick(story.board, BEGIN + hour)

    assert {change.table for change in changes} == {"queues", "agents"}
    assert (today(story)["since"], counts(story)) == (BEGIN + hour, {})
    assert counts(story, "6501")["answered"] == 1
    agent = story.board.agents[PHONE]
    assert (agent.calls_today, agent.talk_seconds_today, agent.last_call_at) == (1, 10, after(114))


def test_a_day_begins_anew_for_a_phone_that_is_no_member_too():
    story = Story(join())
    story.event(4, connect())
    assert (today(story)["answered"], story.board.agents) == (1, {})
    apply_tick(story.board, MIDNIGHT)
    assert (counts(story), story.board.agents) == ({}, {})


def test_midnight_is_that_of_the_time_zone():
    story = Story(join())
    setting(story, zone=ZoneInfo("Europe/Istanbul"))
    assert today(story)["since"] == BEGIN.replace(hour=0) - timedelta(hours=3)


@pytest.mark.parametrize(
    "name",
    ["abandon-16", "queue-timeout-22", "redirect-waiting-16", "transfer-agent-22", "mixed-60s-16", "mixed-60s-22"],
)
def test_after_every_event_of_a_recording_the_figures_are_those_of_its_calls(name):
    result = replay(live_events(name))
    ended = {c.natural_key: c for c in result.calls}
    for number, row in result.board.queues.items():
        calls = [c for c in (*ended.values(), *result.board.callers.values()) if c.queue == number]
        facts = [fact_of(c) for c in calls]
        figures = figures_of(facts, Terms(row.target_seconds, row.target_formula, row.target_short_seconds))
        told = {field.name: getattr(row, f"today_{field.name}") for field in fields(figures)}
        assert told == {field.name: getattr(figures, field.name) for field in fields(figures)}
        assert row.today_longest_wait == longest_wait(facts)
        assert row.today_service_level == figures.service_level(row.target_formula)
    taken = [fact_of(c) for c in ended.values()]
    for interface, agent in result.board.agents.items():
        own = [fact for fact in taken if fact.agent == interface]
        assert agent.calls_today == len(own)
        assert agent.talk_seconds_today == sum(fact.talk_seconds or 0 for fact in own)


# --- a worker that begins --------------------------------------------------------------------------------------


def save(changes):
    outbox = Outbox()
    outbox.add(changes)
    epoch = store.acquire_lease("pbx", "w1", after(0))
    store.save("pbx", epoch, outbox.take())


def begin_again(at, *, zone=UTC):
    """What a worker does before it connects."""
    board = adopt(load_board("pbx"))
    names, left, queues = store.load_settings("pbx")
    apply_settings(board, at, display_names=names, left_queues=left, queues=queues, zone=zone)
    lacking = board.memory.ledger.lacking()
    apply_calls(board, at, calls_of_days("pbx", lacking), lacking)
    return board


@pytest.mark.django_db
def test_a_worker_that_begins_counts_what_was_saved_and_goes_on_from_there():
    story = Story(member(kind="status"), member(queue="6501", kind="status"))
    talk(story, wait=25)
    talk(story, uniqueid="1.2", agent_uniqueid="a.2", join_at=100, queue="6501")
    for uniqueid, seconds in (("1.3", 200), ("1.4", 201)):
        story.event(seconds, join(uniqueid, number="031", position=1))
    asked_hangup(story, 206, "1.3")
    save(story.changes)

    board = begin_again(after(300))
    assert board.queues == story.board.queues
    assert board.agents == {PHONE: replace(story.board.agents[PHONE], id=board.agents[PHONE].id)}
    board.memory.hears_queues = True
    apply_snapshot(board, snapshot(callers=[]), after(310), asked_at=after(309), is_first=True)
    assert board.queues["6500"].today_lost == 1
    assert board.queues["6500"].today_offered == 3


@pytest.mark.django_db
def test_a_worker_that_begins_on_the_next_day_begins_with_nothing():
    story = Story(member(kind="status"))
    talk(story)
    save(story.changes)

    board = begin_again(MIDNIGHT)
    row, agent = board.queues["6500"], board.agents[PHONE]
    assert (row.today_since, row.today_offered, row.today_service_level) == (MIDNIGHT, 0, None)
    assert (agent.calls_today, agent.talk_seconds_today, agent.last_call_at) == (0, 0, after(14))


@pytest.mark.django_db
def test_only_calls_of_the_queues_and_days_asked_for_are_read():
    story = Story(member(kind="status"))
    talk(story)
    talk(story, uniqueid="1.2", agent_uniqueid="a.2", join_at=100, queue="6501")
    save(story.changes)

    assert [c.uniqueid for c in calls_of_days("pbx", {"6500": BEGIN, "6501": after(101)})] == ["1.1"]
    (call,) = calls_of_days("pbx", {"6501": after(100)})
    assert (call.uniqueid, call.outcome, call.talk_seconds) == ("1.2", CallOutcome.COMPLETED, 10)
    assert calls_of_days("other", {"6500": BEGIN}) == []


@pytest.mark.django_db
def test_a_target_people_set_survives_a_flush_and_the_one_in_force_is_saved():
    story = Story()
    story.poll(0, snapshot(queues=[queue(service_level_seconds=45)]), is_first=True)
    save(story.changes)
    Queue.objects.update(own_target_seconds=30)
    save([Change("queues", "6500", story.board.queues["6500"])])

    assert load_board("pbx").queues["6500"].target_seconds == 45
    assert begin_again(after(9)).queues["6500"].target_seconds == 30

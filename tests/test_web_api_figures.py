"""The figures explained: the calls in the list add up to the number on the board, and everybody sees what is theirs."""

import functools
import random
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from agents.models import Agent
from queues.explaining import Figure
from queues.live import store
from queues.live.figures import fact_of
from queues.live.state import Change
from queues.models import FORMULA_CHOICES, Call, Queue
from queues.simulator.calls import Refused
from queues.simulator.entities import CallState
from tests.support.faults_world import World
from tests.support.saved import AT, save_board, save_call

pytestmark = pytest.mark.django_db
RATIOS = ("service_level", "abandon_rate", "average_speed", "talk")
COUNTS = ("offered", "answered", "in_time", "abandoned", "short_abandoned", "flowed_out", "lost")


def asked(client, path, **query):
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == 200, response.content
    return response.json()


# --- the list adds up to the number on the board ---------------------------------------------------------------


@functools.cache
def busy_hour(dialect: str, seed: int) -> World:
    """A simulated PBX on which people call, wait, give up, talk; the link is lost once, the worker killed once."""
    dice, world = random.Random(seed), World(dialect)
    for minute in range(60):
        for _ in range(6):
            world.floor.arrive(dice.choice(("6500", "6501")), number=dice.choice(("0301", "+491", "00491", "")))
            with suppress(Refused):
                world.floor.answer(dice.choice(world.joined))
            waiting = [call for call in world.joined if call.state is CallState.WAITING]
            if waiting and dice.random() < 0.4:
                world.floor.abandon(dice.choice(waiting))
            for call in [call for call in world.joined if call.state is CallState.TALKING]:
                if dice.random() < 0.5:
                    dice.choice((world.floor.abandon, world.floor.hang_up_agent))(call)
            world.deliver(len(world.wire))
            world.wait(dice.choice((1, 4, 15)))
        if minute == 30:
            world.lose_link()
            world.wait(120)
            world.connect()
        if minute == 45:
            world.kill_worker()
            world.connect()
        if minute % 10 == 0:
            world.flush()
    world.floor.arrive("6500", number="0301")
    world.deliver(len(world.wire))
    world.flush()
    return world


@pytest.fixture(params=["asterisk", "ucm"])
def hour(request, db):
    """Its board and calls, saved."""
    world = busy_hour(request.param, seed=7)
    changes = [
        Change(table, key, row)
        for table in ("links", "queues", "members", "agents")
        for key, row in getattr(world.saved, table).items()
    ]
    changes += [Change("calls", str(key), row) for key, row in world.calls.items()]
    store.save("pbx", store.acquire_lease("pbx", "w", AT), changes)
    return world


def test_every_figure_of_a_busy_hour_is_that_of_its_calls(hour, client, supervisor):
    client.force_login(supervisor)
    seen = set()
    for queue in Queue.objects.all():
        told = {f: asked(client, f"queues/pbx/{queue.number}/calls", figure=f, limit=1000) for f in Figure}
        for figure in Figure:
            one = told[figure]
            assert len(one["calls"]) == one["total"]
            assert one["hidden"] == 0
            assert datetime.fromisoformat(one["since"]) == queue.today_since
            seen |= {figure} if one["total"] else set()
        for name in COUNTS:
            assert told[name]["value"] == told[name]["total"] == getattr(queue, f"today_{name}"), name
        level = told["service_level"]
        assert level["value"] == queue.today_service_level
        assert [sum(c["counts"][n] for c in level["calls"]) for n in ("reached", "measured")] == [
            level["part"],
            level["total"],
        ]
        assert told["average_speed"]["part"] == queue.today_wait_seconds
        assert told["average_speed"]["part"] == sum(c["wait_seconds"] for c in told["average_speed"]["calls"])
        assert (told["talk"]["part"], told["talk"]["total"]) == (queue.today_talk_seconds, queue.today_talked)
        assert told["talk"]["part"] == sum(c["talk_seconds"] for c in told["talk"]["calls"])
        waits = [c["wait_seconds"] for c in told["longest_wait"]["calls"]]
        assert (told["longest_wait"]["value"], waits) == (queue.today_longest_wait, sorted(waits, reverse=True))
        assert told["abandon_rate"]["part"] == queue.today_abandoned
        for ratio in RATIOS:
            scale = 100 if ratio in ("service_level", "abandon_rate") else 1
            assert told[ratio]["value"] == pytest.approx(scale * told[ratio]["part"] / told[ratio]["total"], abs=0.05)
    assert seen >= set(Figure) - {Figure.LOST}
    assert {None, "completed", "abandoned", "timed_out"} <= {call.outcome for call in Call.objects.all()}


def test_an_agents_calls_are_as_many_as_the_board_says(hour, client, supervisor):
    client.force_login(supervisor)
    agents = list(Agent.objects.filter(calls_today__gt=0))
    assert len(agents) == 2
    for agent in agents:
        told = asked(client, f"agents/{agent.pk}/calls", limit=1000)
        assert told["value"] == told["total"] == len(told["calls"]) == agent.calls_today
        assert told["part"] == agent.talk_seconds_today
        assert {call["agent_interface"] for call in told["calls"]} == {agent.interface}


def test_a_callers_visits_are_as_many_as_the_board_says(hour, client, supervisor):
    client.force_login(supervisor)
    for call in Call.objects.order_by("-joined_at")[:12]:
        told = asked(client, "calls/visits", pbx="pbx", uniqueid=call.uniqueid)
        assert told["value"] == told["total"] >= call.tries
        if not Call.objects.filter(uniqueid=call.uniqueid).exclude(pk=call.pk).exists():
            assert min(told["value"], 99) == call.tries
        assert (told["value"] == 0) == (call.number == "")


# --- what is told of one figure --------------------------------------------------------------------------------


@pytest.fixture
def board(db):
    """One queue's small day: one answered late, one short abandon, one who waits; beside the calls of `save_board`."""
    save_board()
    Queue.objects.update(today_since=AT, target_seconds=30, service_level_percent=91.5, hold_seconds=12)
    Call.objects.all().delete()
    Agent.objects.filter(interface="PJSIP/1000").update(display_name="Ada L.")
    took = {"agent_interface": "PJSIP/1000", "answered_at": AT}
    save_call("main", "1.1", "6500", number="+4930", outcome="completed", hold_seconds=40, talk_seconds=60, **took)
    Call.objects.update(ended_at=AT)
    save_call("main", "1.2", "6500", number="0049 30", outcome="abandoned", hold_seconds=2, ended_at=AT)
    save_call("main", "1.3", "6500", number="004930", tries=2)
    Call.objects.filter(uniqueid="1.3").update(joined_at=AT + timedelta(minutes=5))
    other = took | {"agent_interface": "PJSIP/1001"}
    save_call("main", "1.4", "6501", outcome="completed", hold_seconds=3, talk_seconds=9, ended_at=AT, **other)
    save_call("main", "0.9", "6500", number="+4930", outcome="completed", ended_at=AT)
    Call.objects.filter(uniqueid="0.9").update(joined_at=AT - timedelta(hours=1))


@pytest.mark.usefixtures("board")
def test_a_call_is_told_with_who_took_it_and_what_it_counts_for(client, supervisor):
    client.force_login(supervisor)
    told = asked(client, "queues/main/6500/calls", figure="answered")
    (call,) = told["calls"]
    assert call == {
        "pbx": "main",
        "uniqueid": "1.1",
        "queue": "6500",
        "joined_at": call["joined_at"],
        "number": "+4930",
        "name": "",
        "wait_seconds": 40,
        "talk_seconds": 60,
        "outcome": "completed",
        "ended_by": "",
        "agent": "Ada L.",
        "agent_interface": "PJSIP/1000",
        "tries": 0,
        "counts": {
            "waiting": False,
            "answered": True,
            "in_time": False,
            "abandoned": False,
            "short_abandoned": False,
            "abandoned_in_time": False,
            "flowed_out": False,
            "lost": False,
            "reached": False,
            "measured": True,
        },
    }
    assert datetime.fromisoformat(call["joined_at"]) == datetime.fromisoformat(told["since"]) == AT
    assert datetime.fromisoformat(told["until"]) <= timezone.now()


@pytest.mark.usefixtures("board")
def test_the_words_have_the_queues_own_numbers_and_the_pbx_its_say(client, supervisor):
    client.force_login(supervisor)
    level = asked(client, "queues/main/6500/calls", figure="service_level")
    assert (level["value"], level["part"], level["total"], level["pbx_value"]) == (0.0, 0, 1, 91.5)
    assert level["words"].startswith("Answered within 30 s ÷ (offered − hung up before 5 s).")
    assert "formula" in level["pbx_words"]
    lost = asked(client, "queues/main/6500/calls", figure="lost")
    assert (lost["value"], lost["calls"], lost["pbx_value"], lost["pbx_words"]) == (0, [], None, "")
    nothing = asked(client, "queues/main/6501/calls", figure="longest_wait")
    assert nothing["value"] == 3


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("letter", [letter for letter, _ in FORMULA_CHOICES])
def test_every_formula_is_told_in_words_without_gaps(client, supervisor, letter):
    Queue.objects.update(target_formula=letter)
    client.force_login(supervisor)
    for figure in Figure:
        told = asked(client, "queues/main/6500/calls", figure=figure)["words"]
        assert told
        assert "{" not in told


@pytest.mark.usefixtures("board")
def test_nothing_that_happened_has_no_value(client, supervisor):
    Call.objects.all().delete()
    client.force_login(supervisor)
    values = {figure: asked(client, "queues/main/6500/calls", figure=figure)["value"] for figure in Figure}
    assert {figure for figure, value in values.items() if value is None} == {*RATIOS, "longest_wait"}
    assert {figure for figure, value in values.items() if value == 0} == set(COUNTS)


@pytest.mark.usefixtures("board")
def test_the_newest_come_first_and_no_more_than_asked_for(client, supervisor):
    client.force_login(supervisor)
    told = asked(client, "queues/main/6500/calls", limit=1)
    assert (told["figure"], told["value"], told["total"]) == ("offered", 3, 3)
    assert [call["uniqueid"] for call in told["calls"]] == ["1.3"]


@pytest.mark.usefixtures("board")
def test_before_a_worker_has_counted_a_day_it_begins_by_the_clock(client, supervisor):
    Queue.objects.update(today_since=None)
    client.force_login(supervisor)
    told = asked(client, "queues/main/6500/calls")
    assert told["total"] == 0
    assert timezone.now() - datetime.fromisoformat(told["since"]) < timedelta(hours=25)


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"figure": "nonsense"}, 422),
        ({"limit": 0}, 422),
        ({"limit": 1001}, 422),
        ({"limit": "x"}, 422),
        ({"figure": "answered", "limit": 1000}, 200),
    ],
)
def test_what_is_not_a_figure_or_a_limit_is_refused(client, supervisor, query, status):
    client.force_login(supervisor)
    assert client.get("/api/v1/queues/main/6500/calls", query).status_code == status


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    "path",
    [
        "queues/main/6599/calls",
        "queues/main/7000/calls",
        "queues/branch/6500/calls",
        "agents/99999/calls",
        "calls/visits?pbx=main&uniqueid=9.9",
        "calls/visits?pbx=branch&uniqueid=1.1",
    ],
)
def test_what_is_not_there_is_not_found(client, admin, path):
    client.force_login(admin)
    assert client.get(f"/api/v1/{path}").status_code == 404


@pytest.mark.usefixtures("board")
def test_a_null_byte_is_no_question_for_a_database(client, admin):
    client.force_login(admin)
    assert client.get("/api/v1/queues/main/65%00/calls").status_code == 422
    assert client.get("/api/v1/calls/visits?pbx=main&uniqueid=1%00").status_code == 422


# --- who sees what ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("board")
def test_a_teams_people_see_the_calls_of_their_queues_only(client, sales_lead, sales_viewer, support_lead, other_agent):
    agent = Agent.objects.get(interface="PJSIP/1001")
    Call.objects.filter(uniqueid="1.1").update(agent_interface="PJSIP/1001")
    for person, number, taken in (
        (sales_lead, "6500", "1.1"),
        (sales_viewer, "6500", "1.1"),
        (support_lead, "6501", "1.4"),
    ):
        client.force_login(person)
        assert asked(client, f"queues/main/{number}/calls")["hidden"] == 0
        other = "6501" if number == "6500" else "6500"
        assert client.get(f"/api/v1/queues/main/{other}/calls").status_code == 404
        told = asked(client, f"agents/{agent.pk}/calls")
        assert [call["uniqueid"] for call in told["calls"]] == [taken]
        assert (told["value"], told["total"], told["hidden"]) == (2, 2, 1)


@pytest.mark.usefixtures("board")
def test_agents_see_the_figures_of_their_queues_and_only_the_calls_they_took(client, agent_user, other_agent):
    ada, bob = (Agent.objects.get(interface=f"PJSIP/{n}") for n in (1000, 1001))
    client.force_login(agent_user)
    told = asked(client, "queues/main/6500/calls")
    assert (told["value"], told["total"], told["hidden"]) == (3, 3, 2)
    assert [call["uniqueid"] for call in told["calls"]] == ["1.1"]
    assert [call["uniqueid"] for call in asked(client, f"agents/{ada.pk}/calls")["calls"]] == ["1.1"]
    for path in ("queues/main/6501/calls", f"agents/{bob.pk}/calls", "calls/visits?pbx=main&uniqueid=1.4"):
        assert client.get(f"/api/v1/{path}").status_code == 404

    client.force_login(other_agent)
    told = asked(client, "calls/visits", pbx="main", uniqueid="1.3")
    assert (told["value"], told["hidden"], told["calls"]) == (2, 2, [])


@pytest.mark.usefixtures("board")
def test_visits_are_the_callers_other_calls_of_today_before_this_one(client, supervisor):
    client.force_login(supervisor)
    told = asked(client, "calls/visits", pbx="main", uniqueid="1.3")
    assert [call["uniqueid"] for call in told["calls"]] == ["1.2", "1.1"]
    assert told["value"] == told["total"] == 2
    assert asked(client, "calls/visits", pbx="main", uniqueid="1.1")["calls"] == []
    assert asked(client, "calls/visits", pbx="main", uniqueid="1.4")["calls"] == []
    Queue.objects.update(is_on_board=False)
    assert asked(client, "calls/visits", pbx="main", uniqueid="1.3")["value"] == 0


def test_the_facts_of_a_list_are_those_of_the_board(hour):
    """A row of the database and the row it was saved from are one fact."""
    saved = {(call.uniqueid, call.queue, call.joined_at): call for call in Call.objects.all()}
    for row in hour.calls.values():
        assert fact_of(saved[row.uniqueid, row.queue, row.joined_at]) == fact_of(row)

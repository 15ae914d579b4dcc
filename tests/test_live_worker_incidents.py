"""Limits and rules people set, judged by a worker on a simulated PBX: on the board at once, noted by name, kept over
restarts, with and without a link."""

from functools import partial

import pytest

from agents.requests_alerts import request_acknowledge
from queues.live.state import LinkState
from queues.models import AlertRule, Incident, Limit, OpeningHours
from tests.support import asking
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


def causes(board):
    return {row.cause for row in board.incidents.values()}


def save_rule(*conditions, **told):
    """A rule of conditions written as "waiting > 3"."""
    parts = (condition.split() for condition in conditions)
    read = [{"figure": figure, "operator": word, "value": float(value)} for figure, word, value in parts]
    return AlertRule.objects.create(**{"name": "Nobody is free", "conditions": read, "recover_seconds": 1} | told)


def acknowledge(cause, username):
    about = {"pbx": "pbx", "cause": cause, "queue": "6500", "interface": ""}
    return request_acknowledge(asking.asking(username=username), **about)


async def test_from_the_breach_to_the_recovery_on_the_board_and_in_the_database():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        rule = await in_database(save_rule, "waiting > 1", "ready <= 2")
        await in_database(partial(Limit.objects.create, pbx="pbx", figure="waiting", red=9))
        board = await watch.until(lambda b: ("waiting", 6.3, 9.0) in b.queues["6500"].limits)
        first = pbx.floor.arrive("6500")
        second = pbx.floor.arrive("6500")
        board = await watch.until(causes)
        (row,) = board.incidents.values()
        assert (row.cause, row.queue, row.title, row.value) == (f"rule:{rule.pk}", "6500", "Nobody is free", 2)
        joined = max(caller.joined_at for caller in board.callers.values())
        assert (row.opened_at - joined).total_seconds() < 1

        for username in ("ada", "bob"):
            command = await in_database(acknowledge, row.cause, username)
            ended = await watch.until_in_database(partial(asking.ended, command))
            assert (ended.state, ended.message) == ("done", "Seen by ada.")
        await watch.until(lambda b: b.incidents[row.key].acknowledged_by == "ada")

        pbx.floor.abandon(first)
        pbx.floor.abandon(second)
        await watch.until(lambda b: not b.incidents)
        closed = await in_database(Incident.objects.get)
        assert (closed.opened_at, closed.worst, closed.acknowledged_by) == (row.opened_at, 2, "ada")
        assert closed.closed_at > closed.opened_at

        command = await in_database(acknowledge, row.cause, "bob")
        ended = await watch.until_in_database(partial(asking.ended, command))
        assert (ended.state, ended.message) == ("refused", "This is over by now.")


async def test_a_restart_neither_loses_nor_doubles_and_what_is_not_wanted_any_more_is_closed():
    await in_database(save_rule, "free_agents > 1")
    async with by_hand() as pbx, watching() as watch:
        async with working(pbx):
            await watch.until(causes)
        async with working(pbx):
            await watch.until(lambda b: is_up(b) and causes(b))
            assert await in_database(Incident.objects.count) == 1
            await in_database(partial(AlertRule.objects.update, is_enabled=False))
            await watch.until(lambda b: not b.incidents)


async def test_a_link_that_stays_down_is_an_incident_of_the_whole_pbx():
    rule = await in_database(save_rule, "link_down > 0.5")
    async with by_hand() as pbx, watching() as watch:
        async with working(pbx, secret="wrong"):
            board = await watch.until(causes)
            (row,) = board.incidents.values()
            assert (row.cause, row.queue, row.interface) == (f"rule:{rule.pk}", "", "")
        async with working(pbx):
            await watch.until(lambda b: is_up(b) and not b.incidents)
        assert await in_database(Incident.objects.count) == 1


async def test_opening_hours_take_effect_at_once():
    round_the_clock = [[day, "00:00", "00:00"] for day in range(7)]
    async with by_hand() as pbx, watching() as watch, working(pbx):
        board = await watch.until(is_up)
        assert board.queues["6500"].is_open is None
        await in_database(partial(OpeningHours.objects.create, pbx="pbx", time_zone="UTC", week=round_the_clock))
        await watch.until(lambda b: b.queues["6500"].is_open is True)

"""A pause for so many minutes ends by itself, once: whatever is restarted, and not when others ended it or began
another. Minutes are fractions here, so that nobody waits for them."""

from datetime import timedelta
from functools import partial

import pytest

from agents.models import Command
from agents.states import AgentState
from queues.live.state import LinkState
from queues.models import Member
from tests.support import asking
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "PJSIP/1000"
both_dialects = pytest.mark.parametrize("dialect", ["ucm", "asterisk"])
#: Some two seconds, and one second.
SHORT, SHORTER = 0.035, 0.017
LONG = 30


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


def is_paused(board):
    return board.agents[ADA].state is AgentState.PAUSED


def is_back(board):
    return board.agents[ADA].state is AgentState.AVAILABLE


def returns():
    return list(Command.objects.filter(kind="unpause").order_by("pk"))


def ended_returns():
    commands = returns()
    return commands if commands and all(command.finished_at for command in commands) else None


async def outcome(watch, request, *args):
    command = await in_database(request, *args)
    return await watch.until_in_database(partial(asking.ended, command))


@both_dialects
async def test_the_agent_comes_back_in_the_name_of_who_paused(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pause = await outcome(watch, asking.pause, ADA, None, "Lunch", SHORT)
        board = await watch.until(is_paused)
        agent = board.agents[ADA]
        until = pause.sent_at + timedelta(minutes=SHORT)
        assert (agent.pause_reason, agent.paused_by, agent.pause_until) == ("Lunch", "supervisor", until)

        board = await watch.until(is_back)
        (back,) = await watch.until_in_database(ended_returns)
        assert (back.state, back.requested_by_id, back.agent_id) == ("done", pause.requested_by_id, pause.agent_id)
        assert back.arguments["cause"] == "pause_over"
        assert timedelta(0) <= back.sent_at - until < timedelta(seconds=1)
        assert (board.agents[ADA].paused_by, board.agents[ADA].pause_until) == ("", None)
        assert [m.is_paused for m in pbx.floor.members_of(ADA)] == [False]


async def test_only_the_queues_that_were_paused_are_unpaused():
    async with by_hand() as pbx, watching() as watch:
        pbx.floor.add_queue("6501", "Support")
        pbx.floor.add_member("6501", ADA)
        async with working(pbx):
            await watch.until(is_up)
            pbx.floor.pause(ADA, "6501", "Training")
            await outcome(watch, asking.pause, ADA, "6500", "Mail", SHORTER)
            await watch.until(is_paused)
            (back,) = await watch.until_in_database(ended_returns)
            await watch.until(lambda b: not b.members[f"6500/{ADA}"].paused)

            assert (back.queue, back.state) == ("6500", "done")
            assert [m.is_paused for m in pbx.floor.members_of(ADA, "6501")] == [True]


@both_dialects
async def test_a_pause_survives_a_restart_and_ends_in_time(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch:
        async with working(pbx):
            await watch.until(is_up)
            await outcome(watch, asking.pause, ADA, None, "Lunch", SHORT)
            await watch.until(is_paused)
        async with working(pbx):
            board = await watch.until(is_back)
            (back,) = await watch.until_in_database(ended_returns)
            assert (back.state, board.agents[ADA].pause_until) == ("done", None)


async def test_pausing_again_replaces_the_return():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        await outcome(watch, asking.pause, ADA, None, "Lunch", LONG)
        await watch.until(is_paused)
        again = await outcome(watch, asking.pause, ADA, None, "Training", SHORTER)
        until = again.sent_at + timedelta(minutes=SHORTER)
        await watch.until(lambda b: b.agents[ADA].pause_until == until and b.agents[ADA].pause_reason == "Training")
        await watch.until(is_back)
        assert len(await watch.until_in_database(ended_returns)) == 1


def _over(pause):
    """The pause's minutes are over, whatever the clock says."""
    until = pause.sent_at + timedelta(minutes=LONG)
    assert Member.objects.filter(pause_until=until).update(pause_until=asking.now()) == 1


@pytest.mark.parametrize("meanwhile", ["ended", "begun anew"])
async def test_a_pause_that_others_ended_or_began_anew_while_nobody_watched_is_let_be(meanwhile):
    async with by_hand(dialect="asterisk", clock_offset=-60) as pbx, watching() as watch:
        async with working(pbx):
            await watch.until(is_up)
            pause = await outcome(watch, asking.pause, ADA, None, "Lunch", LONG)
            await watch.until(is_paused)
        await in_database(_over, pause)
        pbx.floor.unpause(ADA)
        if meanwhile == "begun anew":
            for paused in pbx.floor.members_of(ADA):
                pbx.floor.pause(ADA)
                paused.paused_at += 20  # as if it were so much later
        async with working(pbx):
            board = await watch.until(lambda b: is_up(b) and b.agents[ADA].pause_until is None)
            is_still = [m.is_paused for m in pbx.floor.members_of(ADA)]
            assert (is_still, board.agents[ADA].paused_by) == ([meanwhile == "begun anew"], "")
            await outcome(watch, asking.pause, "PJSIP/1001")  # the worker has looked for what is due
            assert await in_database(returns) == []


def _leave_unsaved(pbx):
    """The pause was sent and answered, and the worker died before it saw what came of it."""
    pause = Command.objects.get(kind="pause")
    Member.objects.filter(interface=ADA).update(paused=False, paused_at=None, paused_by="", pause_until=None)
    return pause.sent_at + timedelta(minutes=pause.arguments["minutes"])


@both_dialects
async def test_a_pause_sent_right_before_the_worker_died_ends_in_time(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch:
        async with working(pbx):
            await watch.until(is_up)
            await outcome(watch, asking.pause, ADA, None, "Lunch", SHORT)
            await watch.until(is_paused)
        until = await in_database(_leave_unsaved, pbx)
        async with working(pbx):
            board = await watch.until(lambda b: is_up(b) and is_paused(b))
            assert (board.agents[ADA].paused_by, board.agents[ADA].pause_until) == ("supervisor", until)
            await watch.until(is_back)


async def test_a_refused_return_is_logged_and_not_repeated_and_the_agent_shown_as_paused(caplog):
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        await outcome(watch, asking.pause, ADA, None, "Lunch", SHORT)
        await watch.until(is_paused)
        del pbx.floor.switch.memberships[ADA]  # it shows the agent, and refuses to do anything for them
        board = await watch.until(lambda b: b.agents[ADA].pause_until is None)
        assert (board.agents[ADA].state, board.agents[ADA].paused_by) == (AgentState.PAUSED, "supervisor")
        await outcome(watch, asking.pause, "PJSIP/1001")  # the worker has looked for what is due
        (back,) = await in_database(returns)
        assert (back.state, "not found" in back.message) == ("refused", True)
    assert [r.message for r in caplog.records if "paused" in r.message] == [
        "back from pause failed, the agent stays paused"
    ]


async def test_nothing_is_sent_before_it_is_due_and_then_at_once():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(_ask_with_undo)
        command = await watch.until_in_database(partial(asking.ended, command))
        assert timedelta(0) <= command.sent_at - command.due_at < timedelta(seconds=0.5)
        assert command.state == "done"


def _ask_with_undo():
    command = asking.pause(ADA)
    Command.objects.filter(pk=command.pk).update(due_at=command.due_at + timedelta(seconds=1.4))
    command.refresh_from_db()
    return command

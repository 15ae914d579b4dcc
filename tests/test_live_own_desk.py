"""What agents ask at their desk, from the request to the PBX or the board and back: pauses that are full, wrap-ups,
raised hands, and who changed them."""

from functools import partial

import pytest
from django.db import transaction

from agents.models import Agent, PauseReason
from agents.requests_desk import WRAP_UP, ReasonFull
from agents.states import AgentState
from queues.live.state import LinkState
from queues.models import MissedRing, PauseSpell, Queue
from queues.selectors import load_board
from tests.support import asking
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)

ADA, BOB = "PJSIP/1000", "PJSIP/1001"
both_dialects = pytest.mark.parametrize("dialect", ["ucm", "asterisk"])


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


def state_is(interface, state):
    return lambda board: board.agents[interface].state is state


async def outcome(watch, request, *args, **told):
    command = await in_database(partial(request, *args, **told))
    return await watch.until_in_database(partial(asking.ended, command))


def one_at_lunch():
    PauseReason.objects.update_or_create(name="Lunch", defaults={"limit_per_queue": 1})


@both_dialects
async def test_a_full_pause_is_waited_for_and_begins_by_itself(dialect):
    await in_database(one_at_lunch)
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        assert (await outcome(watch, asking.own_pause, ADA, "Lunch")).state == "done"
        await watch.until(state_is(ADA, AgentState.PAUSED))
        with pytest.raises(ReasonFull, match="full in queue 6500"):
            await in_database(asking.own_pause, BOB, "Lunch")

        place = await outcome(watch, asking.wait_for_pause, BOB, "Lunch")
        assert (place.state, place.message) == ("done", "You are number 1 in line for Lunch.")
        board = await watch.until(lambda b: b.agents[BOB].pause_line_place == 1)
        assert board.agents[BOB].state is AgentState.AVAILABLE

        assert (await outcome(watch, asking.unpause, ADA)).state == "done"
        board = await watch.until(state_is(BOB, AgentState.PAUSED))
        assert board.agents[BOB].pause_reason == "Lunch"
        await watch.until(lambda b: b.agents[BOB].pause_line_reason == "")
        (spell,) = await watch.until_in_database(lambda: list(PauseSpell.objects.all()))
        assert (spell.interface, spell.reason) == (ADA, "Lunch")


async def test_who_leaves_the_line_is_not_paused():
    await in_database(one_at_lunch)
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        await outcome(watch, asking.own_pause, ADA, "Lunch")
        await watch.until(state_is(ADA, AgentState.PAUSED))
        await outcome(watch, asking.wait_for_pause, BOB, "Lunch")
        assert (await outcome(watch, asking.no_pause, BOB)).state == "done"
        await watch.until(lambda b: not b.agents[BOB].pause_line_reason)
        await outcome(watch, asking.unpause, ADA)
        await watch.until(state_is(ADA, AgentState.AVAILABLE))
        # A tick and a look for commands later nobody has been paused.
        await outcome(watch, asking.set_penalty, ADA, 1)
        assert [m.is_paused for m in pbx.floor.members_of(BOB)] == [False]


def _both_at_lunch():
    """The worker hears of both at the same moment."""
    with transaction.atomic():
        return [asking.own_pause(interface, "Lunch") for interface in (ADA, BOB)]


async def test_of_two_who_ask_at_once_for_the_last_place_one_is_refused():
    await in_database(one_at_lunch)
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        asked = await in_database(_both_at_lunch)
        ended = [await watch.until_in_database(partial(asking.ended, command)) for command in asked]
        assert sorted(command.state for command in ended) == ["done", "refused"]
        assert sum(m.is_paused for i in (ADA, BOB) for m in pbx.floor.members_of(i)) == 1


async def test_the_board_tells_which_other_person_changed_an_agent():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        await outcome(watch, asking.pause, ADA, None, "Meeting")
        row = (await watch.until(lambda b: b.agents[ADA].change == "pause")).agents[ADA]
        assert (row.changed_by, row.changed_at is not None) == ("supervisor", True)

        await in_database(lambda: Agent.objects.filter(interface=ADA).update(user=asking.person()))
        await outcome(watch, asking.unpause, ADA)
        row = (await watch.until(lambda b: b.agents[ADA].change == "")).agents[ADA]
        assert (row.changed_by, row.changed_at) == ("", None)


async def test_a_wrap_up_can_be_ended_and_prolonged():
    async with by_hand(dialect="asterisk") as pbx, watching() as watch:
        pbx.floor.queues["6500"].wrap_up_seconds = 600
        pbx.floor.queues["6500"].members.clear()
        pbx.floor.log_in(ADA, "6500", penalty=3)
        async with working(pbx):
            await watch.until(is_up)
            await in_database(lambda: Queue.objects.update(wrap_up_seconds=600))
            caller = pbx.floor.arrive("6500")
            await watch.until(state_is(ADA, AgentState.RINGING))
            pbx.floor.pick_up(ADA)
            await watch.until(state_is(ADA, AgentState.ON_CALL))
            pbx.floor.hang_up_agent(caller)
            await watch.until(state_is(ADA, AgentState.WRAP_UP))

            assert (await outcome(watch, asking.more_wrap_up, ADA, 2)).state == "done"
            row = (await watch.until(lambda b: b.agents[ADA].pause_reason == WRAP_UP)).agents[ADA]
            assert row.pause_until is not None

            await outcome(watch, asking.unpause, ADA)
            await watch.until(lambda b: not b.agents[ADA].pause_reason)
            ended = await outcome(watch, asking.ready, ADA)
            assert (ended.state, ended.message) == ("done", "Ready for calls of 6500.")
            board = await watch.until(state_is(ADA, AgentState.AVAILABLE))
            assert board.members[f"6500/{ADA}"].penalty == 3
            pbx.floor.arrive("6500")
            await watch.until(state_is(ADA, AgentState.RINGING))


async def test_a_hand_is_raised_without_the_pbx_and_lowered_with_the_call():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        caller = pbx.floor.arrive("6500")
        await watch.until(state_is(ADA, AgentState.RINGING))
        pbx.floor.pick_up(ADA)
        await watch.until(state_is(ADA, AgentState.ON_CALL))
        assert (await outcome(watch, asking.hand, ADA, is_raised=True)).message == "Your hand is raised."
        # What is told done is saved by then.
        assert (await in_database(load_board, "pbx")).agents[ADA].hand_raised_at is not None
        await watch.until(lambda b: b.agents[ADA].hand_raised_at is not None)
        assert (await outcome(watch, asking.hand, ADA, is_raised=False)).state == "done"
        await watch.until(lambda b: b.agents[ADA].hand_raised_at is None)
        await outcome(watch, asking.hand, ADA, is_raised=True)
        pbx.floor.hang_up_agent(caller)
        await watch.until(lambda b: b.agents[ADA].hand_raised_at is None)


async def test_a_ring_that_nobody_answers_is_kept():
    async with by_hand(dialect="asterisk") as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.arrive("6500")
        await watch.until(state_is(ADA, AgentState.RINGING))
        pbx.floor.reject(ADA)
        (missed,) = await watch.until_in_database(lambda: list(MissedRing.objects.all()))
        assert (missed.interface, missed.queue) == (ADA, "6500")

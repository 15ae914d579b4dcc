"""A click becomes one action on the PBX, and the PBX's answer becomes the outcome."""

from datetime import timedelta
from functools import partial

import pytest

from agents.models import Command
from agents.states import AgentState
from queues.live.state import LinkState
from tests.support import asking
from tests.support.saved import save_command
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


async def outcome(watch, request, *args):
    command = await in_database(request, *args)
    return await watch.until_in_database(partial(asking.ended, command))


@pytest.mark.parametrize("dialect", ["ucm", "asterisk"])
async def test_a_pause_reaches_the_pbx_and_comes_back_as_the_agents_state_with_its_reason(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await outcome(watch, asking.pause, "PJSIP/1000", None, "Lunch")
        board = await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.PAUSED)

        assert command.state == "done"
        assert board.agents["PJSIP/1000"].pause_reason == "Lunch"
        assert [m.is_paused for m in pbx.floor.members_of("PJSIP/1000")] == [True]

        command = await outcome(watch, asking.unpause, "PJSIP/1000")
        board = await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.AVAILABLE)
        assert command.state == "done"
        assert board.members["6500/PJSIP/1000"].pause_reason == ""


async def test_a_pause_in_one_queue_leaves_the_others():
    async with by_hand() as pbx, watching() as watch:
        pbx.floor.add_queue("6501", "Support")
        pbx.floor.add_member("6501", "PJSIP/1000")
        async with working(pbx):
            await watch.until(is_up)
            await outcome(watch, asking.pause, "PJSIP/1000", "6501", "Mail")
            board = await watch.until(lambda b: b.members["6501/PJSIP/1000"].paused)

            assert not board.members["6500/PJSIP/1000"].paused
            agent = board.agents["PJSIP/1000"]
            assert (agent.state, agent.paused_count, agent.member_count) == (AgentState.AVAILABLE, 1, 2)


async def test_dialling_rings_the_agents_phone_and_is_done_when_it_answers():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(asking.originate, "PJSIP/1000", "1001")
        await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.RINGING)
        pbx.floor.pick_up("PJSIP/1000")
        command = await watch.until_in_database(partial(asking.ended, command))

        assert (command.state, "1001" in command.message) == ("done", True)
        pbx.floor.pick_up("PJSIP/1001")
        board = await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.OTHER_CALL)
        assert board.agents["PJSIP/1000"].call_uniqueid


async def test_a_phone_that_rejects_the_dialled_call_is_told_in_words():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(asking.originate, "PJSIP/1000", "1001")
        await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.RINGING)
        pbx.floor.reject("PJSIP/1000")
        command = await watch.until_in_database(partial(asking.ended, command))

        assert command.state == "refused"
        assert "1000" in command.message


async def test_the_pbxs_refusal_is_told_in_its_own_words():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await outcome(watch, asking.originate, "PJSIP/1000", "99")

        assert (command.state, command.message) == ("refused", "The PBX refused: Extension does not exist.")


@pytest.mark.parametrize("dialect", ["ucm", "asterisk"])
async def test_hanging_up_a_waiting_caller_ends_the_call(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.arrive("6500")
        board = await watch.until(lambda b: b.callers)
        command = await outcome(watch, asking.hang_up, next(iter(board.callers)))
        await watch.until(lambda b: not b.callers)

        assert command.state == "done"


async def test_a_command_under_way_when_the_link_is_lost_is_unknown_and_never_sent_again():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(asking.originate, "PJSIP/1000", "1001")
        await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.RINGING)
        pbx.drop()
        command = await watch.until_in_database(partial(asking.ended, command))
        board = await watch.until(is_up)

        assert command.state == "unknown"
        assert len(pbx.floor.switch.channels) == 1
        assert board.agents["PJSIP/1000"].state is AgentState.RINGING


async def test_what_a_killed_worker_left_unanswered_is_unknown_and_what_it_never_took_is_sent():
    async with by_hand() as pbx, watching() as watch:
        async with working(pbx):
            await watch.until(is_up)
        sent, queued = await in_database(_leave_behind)
        async with working(pbx):
            sent = await watch.until_in_database(partial(asking.ended, sent))
            queued = await watch.until_in_database(partial(asking.ended, queued))

        assert (sent.state, queued.state) == ("unknown", "done")
        assert [m.is_paused for m in pbx.floor.members_of("PJSIP/1000")] == [False]
        assert [m.is_paused for m in pbx.floor.members_of("PJSIP/1001")] == [True]


def _leave_behind():
    """One command as a worker leaves it that dies after claiming, and one it never saw."""
    now = asking.now()
    kept = {"pbx": "pbx", "requested_by": asking.person(), "expires_at": now + timedelta(seconds=30)}
    told = {"queue": None, "reason": ""}
    sent = save_command(now, **kept, state="sent", claimed_epoch=0, arguments={**told, "interface": "PJSIP/1000"})
    queued = save_command(now, **kept, arguments={**told, "interface": "PJSIP/1001"})
    return sent, queued


async def test_an_overdue_command_expires_and_is_not_sent():
    async with by_hand() as pbx, watching() as watch:
        async with working(pbx):
            await watch.until(is_up)
        _, late = await in_database(_leave_behind)
        await in_database(lambda: Command.objects.update(expires_at=asking.now()))
        async with working(pbx):
            late = await watch.until_in_database(partial(asking.ended, late))

        assert late.state == "expired"
        assert [m.is_paused for m in pbx.floor.members_of("PJSIP/1001")] == [False]


async def test_the_outcome_is_published_to_whoever_asked():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await outcome(watch, asking.pause, "PJSIP/1000")
        while not any(m["type"] == "command.result" for m in watch.messages):
            await watch.message()
        (result,) = [m for m in watch.messages if m["type"] == "command.result"]

        assert result["user_id"] == command.requested_by_id
        assert '"state":"done"' in result["text"]

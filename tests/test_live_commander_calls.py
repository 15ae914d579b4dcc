"""Callers are moved, preferred and picked up, agents logged in and out: each asked once, and what became of it told."""

from functools import partial

import pytest

from agents.models import Agent
from agents.states import AgentState
from queues.live.state import CallOutcome, CallState, LinkState
from queues.models import Call
from tests.support import asking
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)

both_dialects = pytest.mark.parametrize("dialect", ["ucm", "asterisk"])


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


async def outcome(watch, request, *args):
    command = await in_database(request, *args)
    return await watch.until_in_database(partial(asking.ended, command))


def two_queues(**options):
    """Queue 6500 with 1000 and 1001, queue 6501 with nobody, and 2000, a phone that is in no queue."""
    pbx = by_hand(**options)
    pbx.floor.add_queue("6501", "Support", wrap_up_seconds=0)
    pbx.floor.add_phone("2000")
    return pbx


def all_paused(pbx):
    for interface in ("PJSIP/1000", "PJSIP/1001"):
        pbx.floor.pause(interface)


async def outcome_of(uniqueid, queue):
    return await in_database(lambda: Call.objects.get(uniqueid=uniqueid, queue=queue).outcome)


@both_dialects
async def test_a_caller_sent_to_another_queue_waits_there_anew(dialect):
    async with two_queues(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        all_paused(pbx)
        uniqueid = pbx.floor.arrive("6500").channel.uniqueid
        before = (await watch.until(lambda b: uniqueid in b.callers)).callers[uniqueid]
        command = await outcome(watch, asking.redirect, uniqueid, "6501")
        board = await watch.until(lambda b: b.callers[uniqueid].queue == "6501")

        assert (command.state, command.message) == ("done", "Sent to 6501.")
        assert pbx.asked["Redirect"] == 1
        assert board.callers[uniqueid].state is CallState.WAITING
        assert board.callers[uniqueid].joined_at > before.joined_at
        assert (board.queues["6500"].waiting, board.queues["6501"].waiting) == (0, 1)
        assert await outcome_of(uniqueid, "6500") == CallOutcome.REDIRECTED


@both_dialects
async def test_a_caller_sent_to_an_extension_rings_there_and_was_not_given_up(dialect):
    async with two_queues(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        all_paused(pbx)
        uniqueid = pbx.floor.arrive("6500").channel.uniqueid
        await watch.until(lambda b: uniqueid in b.callers)
        await outcome(watch, asking.redirect, uniqueid, "2000")
        await watch.until(lambda b: uniqueid not in b.callers)

        assert await outcome_of(uniqueid, "6500") == CallOutcome.REDIRECTED
        pbx.floor.pick_up("PJSIP/2000")
        assert len(pbx.floor.switch.channels) == 2


async def test_a_caller_is_never_sent_to_an_extension_that_does_not_exist():
    async with two_queues() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        all_paused(pbx)
        uniqueid = pbx.floor.arrive("6500").channel.uniqueid
        await watch.until(lambda b: uniqueid in b.callers)
        command = await outcome(watch, asking.redirect, uniqueid, "99")

        assert (command.state, "no extension 99" in command.message) == ("refused", True)
        assert len(pbx.floor.queues["6500"].waiting) == 1
        pbx.floor.abandon(pbx.floor.queues["6500"].waiting[0])
        await watch.until(lambda b: uniqueid not in b.callers)
        assert await outcome_of(uniqueid, "6500") == CallOutcome.ABANDONED


async def test_a_caller_who_talks_by_the_time_it_is_sent_stays_with_the_agent():
    async with two_queues() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500")
        uniqueid = call.channel.uniqueid
        await watch.until(lambda b: uniqueid in b.callers)
        command = await in_database(asking.redirect, uniqueid, "6501", 1)
        pbx.floor.answer(call, "PJSIP/1000")
        command = await watch.until_in_database(partial(asking.ended, command))

        assert (command.state, command.message) == ("refused", "An agent has taken this call meanwhile.")
        assert call.agent_channel.bridge is call.channel.bridge is not None


async def test_a_redirect_nobody_answered_is_unknown_and_never_sent_again():
    async with two_queues() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        all_paused(pbx)
        uniqueid = pbx.floor.arrive("6500").channel.uniqueid
        await watch.until(lambda b: uniqueid in b.callers)
        pbx.freeze()
        command = await outcome(watch, asking.redirect, uniqueid, "6501")
        await watch.until(lambda b: not is_up(b))
        pbx.thaw()
        await watch.until(is_up)
        # The worker sends in the order of asking: with this one done, the first would have been sent again.
        await outcome(watch, asking.unpause, "PJSIP/1000")

        assert command.state == "unknown"
        assert pbx.asked["Redirect"] <= 1
        await in_database(command.refresh_from_db)
        assert command.state == "unknown"


@both_dialects
async def test_a_waiting_caller_is_picked_up_on_ones_own_phone(dialect):
    async with two_queues(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.pause("PJSIP/1001")
        pbx.floor.pause("PJSIP/1000")
        uniqueid = pbx.floor.arrive("6500").channel.uniqueid
        await watch.until(lambda b: uniqueid in b.callers)
        command = await outcome(watch, asking.pick_up, uniqueid, "PJSIP/1001")
        await watch.until(lambda b: b.agents["PJSIP/1001"].state is AgentState.RINGING)
        pbx.floor.pick_up("PJSIP/1001")
        board = await watch.until(lambda b: b.agents["PJSIP/1001"].state is AgentState.OTHER_CALL)

        assert (command.state, board.agents["PJSIP/1001"].party_number) == ("done", "0301234567")


@both_dialects
async def test_the_caller_an_agent_talks_with_is_transferred_and_the_agent_is_free(dialect):
    async with two_queues(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500")
        pbx.floor.answer(call, "PJSIP/1000")
        await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.ON_CALL)
        command = await outcome(watch, asking.transfer, "PJSIP/1000", "6501")
        board = await watch.until(lambda b: b.queues["6501"].waiting == 1)
        await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.AVAILABLE)

        assert (command.state, command.message) == ("done", "Transferred to 6501.")
        assert list(board.callers) == [call.channel.uniqueid]
        assert await outcome_of(call.channel.uniqueid, "6500") == CallOutcome.COMPLETED


@both_dialects
async def test_the_other_party_of_any_call_of_an_agent_is_transferred(dialect):
    async with two_queues(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.dial("PJSIP/2000", "1000")
        pbx.floor.pick_up("PJSIP/1000")
        await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.OTHER_CALL)
        command = await outcome(watch, asking.transfer, "PJSIP/1000", "6501")
        await watch.until(lambda b: b.queues["6501"].waiting == 1)

        assert command.state == "done"


@pytest.mark.parametrize(("knows", "places"), [(True, [1, 2]), (False, [2, 1])])
async def test_a_priority_is_set_and_where_that_leaves_the_caller_is_told(knows, places):
    async with two_queues(dialect="asterisk") as pbx, watching() as watch, working(pbx):
        pbx.dialect.knows_immediate = knows
        await watch.until(is_up)
        all_paused(pbx)
        first, second = (pbx.floor.arrive("6500").channel.uniqueid for _ in range(2))
        await watch.until(lambda b: len(b.callers) == 2)
        command = await outcome(watch, asking.set_priority, second, 10)
        board = await watch.until(lambda b: b.callers[second].priority == 10)

        assert command.state == "done"
        assert [board.callers[uniqueid].position for uniqueid in (second, first)] == places
        assert ("from place 2 to 1" in command.message) is knows
        assert ("join later" in command.message) is not knows


@both_dialects
async def test_an_agent_is_logged_in_out_and_in_again_as_they_were(dialect):
    async with two_queues(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await outcome(watch, asking.log_in, "PJSIP/1000", "6501")
        assert (command.state, command.message) == ("done", "Logged in to 6501.")
        await watch.until(lambda b: "6501/PJSIP/1000" in b.members)
        await outcome(watch, asking.set_penalty, "PJSIP/1000", 4, "6501")
        await watch.until(lambda b: b.members["6501/PJSIP/1000"].penalty == 4)
        command = await outcome(watch, asking.log_out, "PJSIP/1000")
        board = await watch.until(lambda b: "6501/PJSIP/1000" not in b.members)

        assert command.message == "Logged out of 6501. Still a fixed member of 6500."
        assert "6500/PJSIP/1000" in board.members
        agent = await in_database(lambda: Agent.objects.get(interface="PJSIP/1000"))
        assert [(entry["queue"], entry["penalty"]) for entry in agent.usual_queues] == [("6501", 4)]
        await outcome(watch, asking.log_in, "PJSIP/1000", "6501")
        board = await watch.until(lambda b: "6501/PJSIP/1000" in b.members)
        assert board.members["6501/PJSIP/1000"].penalty == 4


async def test_what_one_queue_refuses_does_not_undo_the_others():
    async with two_queues() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.add_queue("6502")
        await watch.until(lambda b: "6502" in b.queues)
        command = await in_database(asking.log_in, "PJSIP/1000", "6501", "6502")
        pbx.floor.add_member("6501", "PJSIP/1000", is_dynamic=True)
        command = await watch.until_in_database(partial(asking.ended, command))

        assert command.state == "done"
        assert command.message.startswith("Logged in to 6502. The PBX refused: 6501 (")


async def test_a_ucms_own_login_is_used_where_its_agents_log_in_by_themselves():
    pbx = two_queues()
    pbx.floor.add_queue("6503", has_agent_login=True)
    async with pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        await outcome(watch, asking.log_in, "PJSIP/1000", "6503")
        await watch.until(lambda b: "6503/PJSIP/1000" in b.members)
        await outcome(watch, asking.log_out, "PJSIP/1000", "6503")
        await outcome(watch, asking.log_in, "PJSIP/1000", "6501")

        assert {name: pbx.asked[name] for name in ("QueueLogin", "QueueLogoff", "QueueAdd", "QueueRemove")} == {
            "QueueLogin": 1,
            "QueueLogoff": 1,
            "QueueAdd": 1,
            "QueueRemove": 0,
        }


@pytest.mark.parametrize(("mode", "options"), [("listen", "qESu"), ("whisper", "qESuw"), ("barge", "qESuB")])
async def test_a_supervisors_phone_joins_the_agents_channel(mode, options):
    async with two_queues(dialect="asterisk") as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500")
        pbx.floor.answer(call, "PJSIP/1000")
        await watch.until(lambda b: b.agents["PJSIP/1000"].state is AgentState.ON_CALL)
        command = await in_database(asking.supervise, "PJSIP/1000", mode, "PJSIP/1001")
        await watch.until(lambda b: b.agents["PJSIP/1001"].state is AgentState.RINGING)
        pbx.floor.pick_up("PJSIP/1001")
        command = await watch.until_in_database(partial(asking.ended, command))

        (spy,) = [channel for channel in pbx.floor.switch.channels.values() if channel.application == "ChanSpy"]
        assert spy.data == f"{call.agent_channel.channel},{options}"
        assert command.state == "done"
        pbx.floor.abandon(call)
        await watch.until(lambda b: b.agents["PJSIP/1001"].state is AgentState.AVAILABLE)
        assert not pbx.floor.switch.channels

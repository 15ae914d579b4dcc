"""The caller an agent talks with is held while somebody is asked, set aside, recorded: once, and what came of it."""

from functools import partial

import pytest

from agents.models import Agent
from agents.states import AgentState
from queues.live import talking
from queues.live.state import LinkState
from queues.models import Call
from queues.simulator import consulting
from tests.support import asking
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)

both_dialects = pytest.mark.parametrize("dialect", ["ucm", "asterisk"])
ADA = "PJSIP/1000"


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


async def outcome(watch, request, *args):
    command = await in_database(request, *args)
    return await watch.until_in_database(partial(asking.ended, command))


async def talking_with_ada(pbx, watch):
    """A caller of 6500 and Ada, who talk with each other as the board says."""
    await watch.until(is_up)
    pbx.floor.pause("PJSIP/1001")
    call = pbx.floor.arrive("6500")
    pbx.floor.answer(call, ADA)
    await watch.until(lambda b: b.agents[ADA].state is AgentState.ON_CALL and b.agents[ADA].call_uniqueid)
    return call


@both_dialects
async def test_the_caller_waits_while_the_agent_asks_and_is_handed_over_when_they_hang_up(dialect, monkeypatch):
    monkeypatch.setattr(consulting, "DIGIT_SECONDS", 0.2)
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        call = await talking_with_ada(pbx, watch)
        command = await outcome(watch, asking.consult, ADA, "1001")
        assert (command.state, command.message) == (
            "done",
            "The caller waits while you call 1001. Hang up to hand them over.",
        )
        assert (await watch.until(lambda b: True)).agents[ADA].state is AgentState.ON_CALL
        pbx.floor.pick_up("PJSIP/1001")
        pbx.floor.hang_up_agent(call)
        await watch.until(lambda b: not b.callers)

        assert len(call.channel.bridge.channels) == 2
        ended = await in_database(lambda: Call.objects.get(uniqueid=call.channel.uniqueid))
        assert (ended.outcome, ended.ended_by) == ("completed", "transfer")


async def test_a_pbx_that_lets_nobody_transfer_is_not_believed(monkeypatch):
    monkeypatch.setattr(talking, "CONSULT_SECONDS", 0.2)
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await talking_with_ada(pbx, watch)
        monkeypatch.setattr(pbx.floor.calls, "consult", lambda *_asked: None)
        command = await outcome(watch, asking.consult, ADA, "1001")

        assert (command.state, "not put on hold" in command.message) == ("unknown", True)


async def test_nobody_is_asked_where_nobody_is():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await talking_with_ada(pbx, watch)
        command = await outcome(watch, asking.consult, ADA, "99")

        assert (command.state, "no extension 99" in command.message) == ("refused", True)
        assert pbx.asked["Atxfer"] == 0


@both_dialects
async def test_a_caller_is_parked_where_anybody_can_fetch_them_and_the_agent_is_free(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        call = await talking_with_ada(pbx, watch)
        command = await outcome(watch, asking.park, ADA)
        assert (command.state, command.message) == ("done", "Parked at 701: dial 701 to fetch the caller.")
        await watch.until(lambda b: not b.callers and b.agents[ADA].state is AgentState.AVAILABLE)

        pbx.floor.dial("PJSIP/1001", "701")
        assert len(call.channel.bridge.channels) == 2


async def test_a_call_of_no_queue_is_parked_too():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.dial("PJSIP/1001", "1000")
        pbx.floor.pick_up(ADA)
        await watch.until(lambda b: b.agents[ADA].state is AgentState.OTHER_CALL and b.agents[ADA].call_uniqueid)
        command = await outcome(watch, asking.park, ADA)
        await watch.until(lambda b: b.agents[ADA].state is AgentState.AVAILABLE)

        assert (command.state, "701" in command.message) == ("done", True)
        assert [channel.phone.extension for channel in pbx.floor.switch.channels.values()] == ["1001"]


@pytest.mark.parametrize(
    ("dialect", "boxes", "action"),
    [
        ("ucm", ("originate", "call", "agent", "reporting"), "Monitor"),
        ("asterisk", ("originate", "call", "agent", "reporting"), "Monitor"),
        ("asterisk", ("all",), "MixMonitor"),
    ],
)
async def test_a_call_is_recorded_until_it_is_stopped_or_over(dialect, boxes, action):
    async with by_hand(dialect=dialect, privileges=boxes) as pbx, watching() as watch, working(pbx):
        call = await talking_with_ada(pbx, watch)
        command = await outcome(watch, asking.record, ADA, True)
        assert (command.state, pbx.asked[action]) == ("done", 1)
        assert call.agent_channel.recording.removesuffix(".wav") in command.message
        await watch.until(lambda b: b.agents[ADA].recording_since is not None)

        command = await outcome(watch, asking.record, ADA, False)
        assert (command.state, call.agent_channel.recording) == ("done", "")
        await watch.until(lambda b: b.agents[ADA].recording_since is None)

        await outcome(watch, asking.record, ADA, True)
        await watch.until(lambda b: b.agents[ADA].recording_since is not None)
        pbx.floor.abandon(call)
        await watch.until(lambda b: b.agents[ADA].recording_since is None)


@pytest.mark.parametrize(("request_it", "args"), [("consult", ("1001",)), ("park", ()), ("record", (True,))])
async def test_nothing_is_done_to_a_call_that_the_agent_has_no_more(request_it, args):
    async with by_hand() as pbx, watching() as watch, working(pbx):
        call = await talking_with_ada(pbx, watch)
        pbx.floor.abandon(call)
        await watch.until(lambda b: b.agents[ADA].state is AgentState.AVAILABLE)
        # Asked a moment too late: the page still showed the call.
        told = {"state": "on_call", "call_uniqueid": call.channel.uniqueid}
        await in_database(lambda: Agent.objects.filter(interface=ADA).update(**told))
        command = await outcome(watch, getattr(asking, request_it), ADA, *args)

        assert (command.state, "does not talk on that call" in command.message) == ("refused", True)

"""The worker against a simulated PBX: what happens there is saved and published, whatever the link goes through."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from agents.states import AgentState
from queues.live.state import CallState, LinkState
from queues.models import Call, Link
from tests.support.working import by_hand, watching, working

pytestmark = pytest.mark.django_db(transaction=True)


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


def state_of(interface):
    return lambda board: board.agents[interface].state if interface in board.agents else None


async def test_a_call_goes_from_waiting_to_its_end_on_the_board_and_stays_in_the_database():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500", number="0301234567", name="Anna")
        board = await watch.until(lambda b: [c for c in b.callers.values() if len(c.ringing) == 2])
        (caller,) = board.callers.values()
        assert (caller.state, caller.queue, caller.number, caller.name) == (
            CallState.WAITING,
            "6500",
            "0301234567",
            "Anna",
        )
        assert board.queues["6500"].waiting == 1

        pbx.floor.answer(call, "PJSIP/1000")
        board = await watch.until(lambda b: state_of("PJSIP/1000")(b) is AgentState.ON_CALL)
        assert board.agents["PJSIP/1000"].party_number == "0301234567"
        assert board.queues["6500"].waiting == 0

        pbx.floor.hang_up_agent(call)
        await watch.until(lambda b: not b.callers and b.queues["6500"].completed == 1)
        ended = await watch.until_in_database(Call.objects.get)
        assert (ended.outcome, ended.ended_by, ended.agent_interface) == ("completed", "agent", "PJSIP/1000")


@pytest.mark.parametrize(
    "options",
    [
        {"dialect": "asterisk"},
        {"echo_action_id": False},
        {"chunk": 1},
        {"live_events": False},
        {"live_events": False, "dialect": "asterisk"},
        {"privileges": ("originate", "call", "reporting")},
        {"privileges": ("originate", "agent", "reporting")},
        {"privileges": ("originate", "call", "agent")},
        {"privileges": ("call", "agent", "reporting")},
        {"privileges": ("agent",)},
        {"privileges": ("all",)},
    ],
    ids=str,
)
async def test_every_kind_of_pbx_and_user_shows_who_waits_and_who_talks(options):
    async with by_hand(**options) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500", number="0301234567")
        await watch.until(lambda b: b.queues["6500"].waiting == 1)
        pbx.floor.answer(call, "PJSIP/1001")
        await watch.until(lambda b: b.queues["6500"].waiting == 0)
        await watch.until(lambda b: state_of("PJSIP/1001")(b) in (AgentState.ON_CALL, AgentState.OTHER_CALL))
        pbx.floor.abandon(call)
        await watch.until(lambda b: state_of("PJSIP/1001")(b) is AgentState.AVAILABLE)


#: What the boxes of a UCM's AMI user allow.
AGENT = {"pause", "unpause", "log_in", "log_out", "penalty"}
CALL = {"hangup", "redirect", "pickup", "transfer", "priority", "consult", "park", "record", "stop_recording"}


@pytest.mark.parametrize(
    ("boxes", "limitations", "actions"),
    [
        (("call", "agent", "reporting"), {"no_originate"}, AGENT | CALL),
        (("originate", "agent", "reporting"), {"no_hangup", "no_call_control"}, AGENT | {"originate"}),
        (("originate", "call", "reporting"), {"no_gsagents", "no_queue_events", "no_pause"}, CALL | {"originate"}),
        (("originate", "call", "agent"), {"no_channels"}, AGENT | CALL | {"originate"}),
    ],
)
async def test_what_a_missing_privilege_hides_is_said_on_the_board(boxes, limitations, actions):
    async with by_hand(privileges=boxes) as pbx, watching() as watch, working(pbx):
        board = await watch.until(is_up)

        assert limitations <= set(board.link.limitations)
        assert set(board.link.actions) == actions


async def test_a_pbx_without_live_events_is_named_as_polled_only():
    async with by_hand(live_events=False) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.arrive("6500")
        board = await watch.until(lambda b: "no_queue_events" in b.link.limitations)
        assert board.queues["6500"].waiting == 1


@pytest.mark.parametrize("fault", ["drop", "reset_in_mid_packet", "freeze", "restart"])
async def test_a_lost_link_is_told_and_the_board_is_right_again_after_it(fault):
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.arrive("6500", number="1")
        await watch.until(lambda b: len(b.callers) == 1)
        getattr(pbx, fault)()
        down = await watch.until(lambda b: b.link.state is LinkState.DOWN)
        assert down.link.error
        assert len(down.queues) == 1  # never an empty board for a lost link

        pbx.thaw()
        second = pbx.floor.arrive("6500", number="2")
        board = await watch.until(lambda b: is_up(b) and "2" in {c.number for c in b.callers.values()})
        expected = {"2"} if fault == "restart" else {"1", "2"}
        assert {c.number for c in board.callers.values()} == expected
        pbx.floor.abandon(second)
        await watch.until(lambda b: len(b.callers) == len(expected) - 1)


async def test_calls_that_ended_while_the_link_was_down_are_lost_not_waiting_for_ever():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500")
        await watch.until(lambda b: len(b.callers) == 1)
        pbx.drop()
        pbx.floor.abandon(call)
        await watch.until(lambda b: is_up(b) and not b.callers)
        ended = await watch.until_in_database(Call.objects.get)
        assert ended.outcome in ("abandoned", "lost")  # the counter may tell


async def test_a_refused_login_is_shown_with_what_to_check_and_not_tried_again_at_once():
    async with by_hand() as pbx, watching() as watch, working(pbx, secret="wrong"):
        board = await watch.until(lambda b: b.link and b.link.state is LinkState.REFUSED)

        for word in ("user name", "secret", "permitted IP"):
            assert word in board.link.error


async def test_a_clock_that_is_five_minutes_off_makes_no_instant_wrong():
    async with by_hand(clock_offset=300) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500")
        pbx.floor.answer(call, "PJSIP/1000")
        pbx.floor.hang_up_agent(call)
        board = await watch.until(lambda b: b.members["6500/PJSIP/1000"].last_call_at)
        off = board.members["6500/PJSIP/1000"].last_call_at - datetime.now(UTC)
        assert abs(off.total_seconds()) < 10
        assert abs(board.link.clock_offset_seconds - 300) < 1


async def test_deltas_follow_each_other_without_a_gap_and_carry_the_saved_rows():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.arrive("6500")
        board = await watch.until(lambda b: b.callers)
        while not any(m["type"] == "board.beat" and m["heard_at"] for m in watch.messages):
            await watch.message()
        deltas = [json.loads(m["text"]) for m in watch.messages if m["type"] == "board.delta"]

        assert [d["seq"] for d in deltas] == list(range(1, len(deltas) + 1))
        assert len({d["epoch"] for d in deltas}) == 1
        rows = {row["key"]: row for d in deltas for row in d["set"].get("callers", ())}
        assert set(board.callers) <= set(rows)


async def test_a_second_worker_stands_by_and_takes_over_when_the_first_leaves():
    async with by_hand() as pbx, watching() as watch, working(pbx) as first:
        await watch.until(is_up)
        epoch = (await watch.until_in_database(Link.objects.get)).epoch
        async with working(pbx):
            first.cancel()
            await asyncio.wait([first])
            link = await watch.until_in_database(
                lambda: (link := Link.objects.get()).epoch > epoch and link.state == "up" and link
            )
            assert link.epoch == epoch + 1

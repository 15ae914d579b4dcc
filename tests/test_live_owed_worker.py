"""Calls we owe, through a worker on a simulated PBX: who gives up is on the list, who is reached is off it."""

from functools import partial

import pytest

from queues.live.concerns import ClosedBy
from queues.live.state import LinkState
from queues.models import Outage, OwedCall, Queue
from queues.simulator.entities import ChannelState
from tests.support import asking
from tests.support.working import by_hand, in_database, watching, working
from tests.test_live_following import has_got

pytestmark = pytest.mark.django_db(transaction=True)

both_dialects = pytest.mark.parametrize("dialect", ["ucm", "asterisk"])
NUMBER = "0301234567"


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


def owes(board):
    return board.owed


def owes_nothing(board):
    return not board.owed


async def outcome(watch, ask, *args):
    command = await in_database(ask, *args)
    return await watch.until_in_database(partial(asking.ended, command))


async def owing(pbx, watch):
    """Somebody has waited long enough to be owed a call, and given up."""
    await watch.until(is_up)
    for interface in ("PJSIP/1000", "PJSIP/1001"):
        pbx.floor.pause(interface)
    call = pbx.floor.arrive("6500", number=NUMBER, name="Anna")
    await watch.until(lambda board: call.channel.uniqueid in board.callers)
    pbx.floor.abandon(call)
    (row,) = (await watch.until(owes)).owed.values()
    return row


@pytest.fixture(autouse=True)
def no_short_abandons(transactional_db):
    """So that no test has to wait."""
    Queue.objects.create(pbx="pbx", number="6500", name="Sales", target_short_seconds=0)


def their_phone(pbx):
    """The channel of the outside line that rings them."""
    (channel,) = [c for c in pbx.floor.switch.channels.values() if c.state is ChannelState.RINGING and c.phone is None]
    return channel


async def closed():
    return await in_database(lambda: list(OwedCall.objects.exclude(closed_at=None)))


@both_dialects
async def test_whom_a_callback_reaches_is_off_the_list(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        row = await owing(pbx, watch)
        assert (row.number, row.name, row.queue, row.tries, row.last_outcome) == (
            NUMBER,
            "Anna",
            "6500",
            1,
            "abandoned",
        )

        command = await in_database(asking.call_back, "PJSIP/1000")
        claimed = await watch.until(lambda board: board.owed[row.key].claimed_by == "supervisor")
        assert claimed.owed[row.key].claimed_interface == "PJSIP/1000"
        await has_got(watch, command, "own_phone")
        pbx.floor.pick_up("PJSIP/1000")
        command = await watch.until_in_database(partial(asking.ended, command))
        assert command.state == "done"
        # Their phone rings: nobody was reached yet.
        assert (await watch.until(is_up)).owed
        pbx.floor.calls.pick_up(their_phone(pbx))
        await watch.until(owes_nothing)

        (line,) = await closed()
        assert (line.closed_how, line.closed_by) == (ClosedBy.CALLED_BACK, "supervisor")


async def test_whom_it_does_not_reach_stays_on_it_and_is_left_to_others():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        row = await owing(pbx, watch)
        await has_got(watch, await in_database(asking.call_back, "PJSIP/1000"), "own_phone")
        pbx.floor.pick_up("PJSIP/1000")
        pbx.floor.calls.hang_up(their_phone(pbx), cause=17)
        tried = (await watch.until(lambda board: board.owed[row.key].attempts)).owed[row.key]
        assert (tried.attempts, tried.claimed_by) == (1, "")
        assert tried.attempted_at is not None


async def test_a_callback_whose_own_phone_is_not_picked_up_is_no_try():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        row = await owing(pbx, watch)
        command = await in_database(asking.call_back, "PJSIP/1000")
        await has_got(watch, command, "own_phone")
        await watch.until(lambda board: board.owed[row.key].claimed_by)
        pbx.floor.reject("PJSIP/1000")
        command = await watch.until_in_database(partial(asking.ended, command))
        board = await watch.until(lambda board: not board.owed[row.key].claimed_by)
        assert (command.state, board.owed[row.key].attempts) == ("refused", 0)


async def test_of_two_who_call_back_the_second_is_refused_before_any_phone_rings():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        row = await owing(pbx, watch)
        assert (await outcome(watch, asking.claim, "ada")).message == "It is yours for 15 minutes."
        second = await outcome(watch, asking.call_back, "PJSIP/1000", "bob")
        assert (second.state, second.message) == ("refused", "ada has taken this on.")
        assert pbx.asked["Originate"] == 0

        assert (await outcome(watch, asking.release, "bob")).state == "refused"
        assert (await outcome(watch, asking.release, "ada")).state == "done"
        await watch.until(lambda board: not board.owed[row.key].claimed_by)


async def test_who_calls_in_again_and_is_answered_is_off_the_list():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await owing(pbx, watch)
        pbx.floor.unpause("PJSIP/1000")
        call = pbx.floor.arrive("6500", number=NUMBER)
        pbx.floor.answer(call, "PJSIP/1000")
        await watch.until(owes_nothing)
        (line,) = await closed()
        assert (line.closed_how, line.closed_by) == (ClosedBy.CAME_AGAIN, "")


async def test_a_line_is_closed_by_hand_once():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await owing(pbx, watch)
        again = await in_database(asking._owed)
        assert (await outcome(watch, asking.close, "Wrong number")).message == "Closed."
        await watch.until(owes_nothing)
        (line,) = await closed()
        assert (line.closed_how, line.closed_by, line.note) == (ClosedBy.BY_HAND, "supervisor", "Wrong number")
        late = await outcome(watch, lambda: asking.requests_owed.request_claim(asking.asking(), again, None))
        assert (late.state, late.message) == ("refused", "Nothing is owed to them there any more.")


async def test_a_restart_forgets_nobody_and_counts_nobody_twice():
    async with by_hand() as pbx, watching() as watch:
        async with working(pbx):
            row = await owing(pbx, watch)
        async with working(pbx):
            board = await watch.until(is_up)
            assert board.owed[row.key].tries == 1
            call = pbx.floor.arrive("6500", number=NUMBER)
            await watch.until(lambda board: call.channel.uniqueid in board.callers)
            pbx.floor.abandon(call)
            board = await watch.until(lambda board: board.owed[row.key].tries > 1)
            assert (board.owed[row.key].tries, board.owed[row.key].first_at) == (2, row.first_at)


async def test_calls_that_nobody_followed_are_taken_in_and_settled_ones_are_not():
    async with by_hand() as pbx, watching() as watch:
        async with working(pbx):
            await owing(pbx, watch)
            await outcome(watch, asking.close, "")
            await watch.until(owes_nothing)
        await in_database(lambda: OwedCall.objects.filter(number=NUMBER).update(queue="6599"))
        async with working(pbx):
            board = await watch.until(owes)
            assert [row.queue for row in board.owed.values()] == ["6500"]
        await in_database(lambda: OwedCall.objects.filter(closed_at=None).delete())
        await in_database(lambda: OwedCall.objects.update(queue="6500"))
        async with working(pbx):
            await watch.until(is_up)
            assert not await in_database(OwedCall.objects.filter(closed_at=None).exists)


async def test_a_caller_who_went_on_to_another_queue_leaves_no_trace():
    async with by_hand(dialect="asterisk") as pbx, watching() as watch, working(pbx):
        pbx.floor.add_queue("6501", "Support", wrap_up_seconds=0)
        await watch.until(is_up)
        for interface in ("PJSIP/1000", "PJSIP/1001"):
            pbx.floor.pause(interface)
        call = pbx.floor.arrive("6500", number=NUMBER)
        await watch.until(lambda board: call.channel.uniqueid in board.callers)
        pbx.floor.calls.redirect(call.channel, "from-internal", "6501")
        await watch.until(lambda board: board.callers[call.channel.uniqueid].queue == "6501")
        assert not await in_database(OwedCall.objects.exists)


async def test_it_is_noted_since_when_nobody_sees_the_pbx_and_until_when():
    def is_out_of_sight():
        return Outage.objects.filter(ended_at=None).exists()

    async with by_hand() as pbx, watching() as watch:
        async with working(pbx):
            await watch.until(is_up)
            assert not await in_database(is_out_of_sight)
        assert await in_database(is_out_of_sight)
        async with working(pbx):
            await watch.until(is_up)
            assert not await in_database(is_out_of_sight)

"""The figures of the day of a real worker: what people set reaches the board, and a new worker counts on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from queues.live.figures import Fate, fact_of
from queues.models import Call, Queue
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)


def today(**wanted):
    """Whether the queue's row on the board has these figures of the day."""
    return lambda board: (
        "6500" in board.queues
        and all(getattr(board.queues["6500"], f"today_{name}") == value for name, value in wanted.items())
    )


async def take_a_call(pbx, watch, **figures):
    await watch.until(lambda b: b.link is not None and b.link.state == "up")
    call = pbx.floor.arrive("6500", number="0301234567")
    await watch.until(lambda b: any(len(c.ringing) == 2 for c in b.callers.values()))
    pbx.floor.answer(call, "PJSIP/1000")
    await watch.until(lambda b: b.agents["PJSIP/1000"].state == "on_call")
    pbx.floor.hang_up_agent(call)
    await watch.until(today(**figures))


async def test_what_people_set_applies_to_the_day_and_a_new_worker_counts_on_from_there():
    async with by_hand() as pbx, watching() as watch:
        async with working(pbx):
            await take_a_call(pbx, watch, offered=1, answered=1, talked=1)
            # The caller of this morning, as it were: what was counted before is counted by what holds now.
            await in_database(lambda: Call.objects.update(hold_seconds=25))
        async with working(pbx):
            board = await watch.until(today(answered=1, in_time=0, wait_seconds=25))
            assert board.queues["6500"].today_service_level == 0
            await in_database(lambda: Queue.objects.update(own_target_seconds=30, target_formula="b"))
            board = await watch.until(today(in_time=1, service_level=100.0))
            assert (board.queues["6500"].target_seconds, board.queues["6500"].target_formula) == (30, "b")

            await take_a_call(pbx, watch, offered=2, answered=2)
            board = await watch.until(lambda b: b.agents["PJSIP/1000"].calls_today == 2)
            second = await in_database(Call.objects.order_by("joined_at").last)
            assert second.tries == 1


async def test_a_day_that_begins_earlier_counts_the_calls_before_it():
    since = timezone.now() - timedelta(hours=2)
    hour_later, hour_earlier = (since + timedelta(hours=1)).hour, since.hour
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(lambda b: "6500" in b.queues)
        await in_database(lambda: Queue.objects.update(reset_hour=hour_later))
        await watch.until(lambda b: b.queues["6500"].today_since.hour == hour_later)
        joined_at = since.replace(minute=0, second=0, microsecond=0)
        earlier = await in_database(
            lambda: Call.objects.create(
                pbx="pbx", boot="b", uniqueid="0.1", queue="6500", joined_at=joined_at, ended_at=joined_at,
                outcome="abandoned", hold_seconds=9, number="030",
            )
        )  # fmt: skip
        assert fact_of(earlier).fate is Fate.ABANDONED
        await in_database(lambda: Queue.objects.update(reset_hour=hour_earlier))
        board = await watch.until(today(offered=1, abandoned=1))
        assert board.queues["6500"].today_since == joined_at

"""What a worker tells Prometheus of its PBX, from the link to the last command."""

from functools import partial

import pytest
from django.db import DatabaseError

from queues.ami.frames import Counters
from queues.live.meter import Meter
from queues.live.publish import Publisher
from queues.live.state import LinkState
from tests.support import asking
from tests.support.layers import FAILING, FailingLayer
from tests.support.scraping import Growth, is_told, scraped, value
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)
PBX = "pbx"


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


async def test_the_link_is_told_by_its_state_and_its_silence_while_a_worker_leads():
    ups, downs = (Growth("link_changes_total", pbx=PBX, state=state) for state in ("up", "down"))
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        assert value("link_state", pbx=PBX, state="up") == 1
        assert value("link_state", pbx=PBX, state="down") == 0
        assert 0 <= value("link_silence_seconds", pbx=PBX) < 10
        pbx.drop()
        await watch.until(lambda board: board.link.state is LinkState.DOWN)
        await watch.until(is_up)
        assert (ups(), downs()) == (2, 1)
    assert not is_told("link_silence_seconds", pbx=PBX)
    assert not is_told("link_state", pbx=PBX, state="up")


async def test_events_count_on_when_a_connection_follows_another():
    joins, frames = Growth("ami_events_total", pbx=PBX, kind="CallerJoined"), Growth("ami_frames_total", pbx=PBX)
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.arrive("6500")
        await watch.until(lambda board: len(board.callers) == 1)
        pbx.drop()
        await watch.until(lambda board: board.link.state is LinkState.DOWN)
        await watch.until(is_up)
        pbx.floor.arrive("6500")
        await watch.until(lambda board: len(board.callers) == 2)
    assert joins() == 2
    assert frames() > 10


async def test_what_a_pbx_sends_that_nobody_can_use_is_counted_by_reason():
    strays = Growth("ami_skipped_total", pbx=PBX, reason="not_a_frame")
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.garbage(b"Nonsense: yes\r\n\r\n")
        pbx.floor.arrive("6500")
        await watch.until(lambda board: board.callers)
    assert strays() == 1


async def test_flushes_are_counted_with_their_rows_and_their_time():
    rows, times = Growth("flush_rows_sum", pbx=PBX), Growth("flush_seconds_count", pbx=PBX)
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
    assert rows() >= 5
    assert times() >= 2


def test_what_was_read_before_is_not_counted_again():
    frames = Growth("ami_frames_total", pbx=PBX)
    meter = Meter(PBX)
    first, second = Counters(frames=5), Counters(frames=2)
    meter.read(first, asking.now())
    first.frames = 7
    meter.read(first, asking.now())
    meter.read(first, asking.now())
    meter.read(second, asking.now())
    assert frames() == 9
    meter.end()


def test_a_flush_that_fails_is_counted_and_has_no_rows():
    failures, rows = Growth("flush_failures_total", pbx=PBX), Growth("flush_rows_sum", pbx=PBX)
    meter = Meter(PBX)
    with pytest.raises(DatabaseError), meter.flush(3):
        raise DatabaseError("away, on purpose")
    with meter.flush(4):
        pass
    assert (failures(), rows()) == (1, 4)
    meter.end()


async def test_commands_are_counted_by_what_they_were_and_how_they_ended():
    done = Growth("commands_total", pbx=PBX, kind="pause", outcome="done")
    refused = Growth("commands_total", pbx=PBX, kind="originate", outcome="refused")
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        assert is_told("commands_total", pbx=PBX, kind="hangup", outcome="unknown")
        for ask in (partial(asking.pause, "PJSIP/1000"), partial(asking.originate, "PJSIP/1000", "99")):
            command = await in_database(ask)
            await watch.until_in_database(partial(asking.ended, command))
        while sum(message["type"] == "command.result" for message in watch.messages) < 2:
            await watch.message()
        assert (done(), refused()) == (1, 1)


async def test_a_layer_that_is_away_is_counted(settings):
    settings.CHANNEL_LAYERS = FAILING
    failures = Growth("layer_failures_total", side="worker")
    FailingLayer.broken["group_send"] = 2
    try:
        for seq in range(3):
            await Publisher(PBX, 1).beat(seq, asking.now(), None)
    finally:
        FailingLayer.mend()
    assert failures() == 2


async def test_no_label_is_anything_a_caller_can_choose():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        pbx.floor.arrive("6500", number="0301234567", name="Anna Caller")
        await watch.until(lambda board: board.callers)
    labels = {text for family in scraped() for sample in family.samples for text in sample.labels.values()}
    assert labels
    assert not {text for text in labels if any(word in text for word in ("030123", "Anna", "6500", "PJSIP"))}

"""What the pages' process tells Prometheus of its browsers and its board."""

import pytest
from asgiref.sync import sync_to_async

from queues import clients, hub
from queues.live.state import Change, QueueRow
from tests.support.layers import FAILING, FailingLayer
from tests.support.page import HOST, Page, end_of_test
from tests.support.publishing import Worker
from tests.support.saved import save_board
from tests.support.scraping import Growth, value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def board(db, settings, monkeypatch):
    settings.CHANNEL_LAYERS = FAILING
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.02)
    FailingLayer.mend()
    await sync_to_async(save_board)()
    yield
    FailingLayer.mend()
    await end_of_test()


def renamed(name: str) -> Change:
    return Change("queues", "6500", QueueRow("main", "6500", name))


async def test_sockets_are_counted_while_they_are_open(supervisor):
    before, refused = value("sockets"), Growth("sockets_closed_total", code="4401")
    page = await Page.of(supervisor)
    await page.frame("hello")
    assert value("sockets") == before + 1
    await page.leave()
    assert value("sockets") == before
    await (await Page([HOST]).open()).close_code()
    assert refused() == 1


async def test_snapshots_are_counted_and_those_a_browser_asked_for(supervisor):
    snapshots, resyncs = Growth("snapshots_total", pbx="main"), Growth("resyncs_total", pbx="main")
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    await page.say(type="resync", pbx="main")
    await page.say(type="resync", pbx="no such pbx")
    await page.frame("snapshot")
    assert (snapshots(), resyncs()) == (2, 1)
    assert value("resyncs_total", pbx="no such pbx") == 0


async def test_boards_read_anew_are_counted_by_reason(supervisor):
    starts, gaps = (Growth("hub_reloads_total", reason=reason) for reason in ("start", "delta_missing"))
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    worker = Worker()
    await worker.save(renamed("lost"))
    await worker.flush(renamed("heard"))
    await page.until_at("main", 3, 12)
    assert (starts(), gaps()) == (1, 1)


async def test_a_browser_that_falls_behind_is_told_as_held(supervisor, monkeypatch):
    holds = Growth("holds_total")
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    await page.say(type="ack", pbx="main", epoch=3, seq=10)
    await Worker().flush(renamed("never acknowledged"))
    await page.until_at("main", 3, 11)
    monkeypatch.setattr(clients, "BEHIND_SECONDS", -1.0)
    await Worker().flush(renamed("too much"))
    while value("sockets_held") != 1:
        await page.frame("beat")
    assert holds() == 1


async def test_the_silence_of_a_worker_is_told(supervisor):
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    await Worker().flush(renamed("heard"))
    await page.until_at("main", 3, 11)
    await page.frame("beat")
    await page.frame("beat")
    assert 0 <= value("hub_worker_silence_seconds", pbx="main") < 5


async def test_a_layer_that_is_away_is_counted(supervisor):
    failures = Growth("layer_failures_total", side="pages")
    FailingLayer.broken["group_add"] = 1
    await (await Page.of(supervisor)).until_at("main", 3, 10)
    assert failures() == 1

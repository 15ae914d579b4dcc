"""What fails around the hub: single browsers, the layer, the database of a moment. It goes on."""

import orjson
import pytest
from asgiref.sync import sync_to_async

from agents.auth import Credential
from agents.people import Identity
from queues import consumers, hub
from queues.admission import admitted
from queues.clients import Client
from queues.hub import Hub, running_hub
from queues.live.state import Change, QueueRow
from tests.support.layers import ALWAYS, FAILING, FailingLayer
from tests.support.page import Page, end_of_test, session_headers
from tests.support.publishing import Worker, in_database
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def board(db, settings):
    settings.CHANNEL_LAYERS = FAILING
    FailingLayer.mend()
    await sync_to_async(save_board)()
    yield
    FailingLayer.mend()
    await end_of_test()


def renamed(name: str) -> Change:
    return Change("queues", "6500", QueueRow("main", "6500", name))


class Browser:
    """A connection that keeps what it is sent, or breaks from some frame on."""

    def __init__(self, person: tuple[Credential, Identity], breaks_after: int | None = None) -> None:
        self.frames: list[dict] = []
        self.client = Client(*person, self._send, self._close)
        self._breaks_after = breaks_after

    async def _send(self, text: str) -> None:
        if self._breaks_after is not None and len(self.frames) >= self._breaks_after:
            raise ConnectionError("gone, on purpose")
        self.frames.append(orjson.loads(text))

    async def _close(self, code: int) -> None:
        self.frames.append({"type": "close", "code": code})

    @property
    def deltas(self) -> list[int]:
        return [frame["seq"] for frame in self.frames if frame["type"] == "delta"]


async def joined(hub: Hub, *browsers: Browser) -> None:
    for browser in browsers:
        await hub.join(browser.client)


async def test_hundreds_of_browsers_get_every_delta_in_order_although_some_break(supervisor):
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    person = await admitted(dict(await sync_to_async(session_headers)(supervisor)))
    good = [Browser(person) for _ in range(200)]
    bad = [Browser(person, breaks_after=3) for _ in range(20)]
    await joined(running_hub(), *bad, *good)
    worker = Worker()
    for name in "abcdef":
        await worker.flush(renamed(name))
    await page.until_at("main", 3, 16)
    await page.frame("beat")
    assert {tuple(browser.deltas) for browser in good} == {(11, 12, 13, 14, 15, 16)}
    assert {tuple(browser.deltas) for browser in bad} == {(11,)}


async def test_a_layer_that_is_away_at_the_start_is_tried_again(supervisor):
    FailingLayer.broken["group_add"] = 1
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    await Worker().flush(renamed("heard"))
    await page.until_at("main", 3, 11)
    assert page.rows["main"] == await in_database()
    assert FailingLayer.calls["group_add"] == 2


async def test_pages_hear_that_we_live_while_the_layer_is_away(supervisor, monkeypatch):
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(hub, "REJOIN_BEATS", 1)
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    FailingLayer.broken["group_add"] = ALWAYS
    calls = FailingLayer.calls["group_add"]
    for _ in range(5):
        await page.frame("beat")
    assert FailingLayer.calls["group_add"] > calls


async def test_a_page_that_cannot_be_served_yet_is_asked_to_come_again(supervisor, monkeypatch):
    monkeypatch.setattr(consumers, "JOIN_SECONDS", 0.05)
    FailingLayer.broken["new_channel"] = ALWAYS
    assert await (await Page.of(supervisor)).close_code() == 4013

"""A page that does not keep up gets no deltas, then a fresh snapshot; the others do not notice."""

import pytest
from asgiref.sync import sync_to_async

from queues import clients
from queues.live.state import CallRow, Change
from tests.support.page import Page, end_of_test
from tests.support.publishing import Worker, in_database
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def board(db, monkeypatch):
    # Whatever is not acknowledged when the next delta comes is too late.
    monkeypatch.setattr(clients, "BEHIND_SECONDS", 0.0)
    await sync_to_async(save_board)()
    yield
    await end_of_test()


def joined(uniqueid: str) -> Change:
    return Change("callers", uniqueid, CallRow("main", "", uniqueid, "6500", AT))


def deltas(page: Page) -> list[int]:
    return [frame["seq"] for frame in page.frames if frame["type"] == "delta"]


async def slow_page(supervisor) -> Page:
    """A page that has acknowledged its snapshot, and nothing after it."""
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    await page.say(type="ack", pbx="main", epoch=3, seq=10)
    await page.frame("beat")
    return page


async def test_it_is_sent_nothing_more_until_it_has_caught_up(supervisor):
    slow, worker = await slow_page(supervisor), Worker()
    await worker.flush(joined("1"))
    await slow.until_at("main", 3, 11)
    for number in range(2, 6):
        await worker.flush(joined(str(number)))
    await slow.frame("beat")
    assert deltas(slow) == [11]
    await slow.say(type="ack", pbx="main", epoch=3, seq=11)
    await slow.until_at("main", 3, 15)
    assert slow.frames[-1]["type"] == "snapshot"
    assert slow.rows["main"] == await in_database()
    await worker.flush(joined("6"))
    await slow.until_at("main", 3, 16)
    assert slow.frames[-1]["type"] == "delta"


async def test_it_is_not_forgotten_if_it_never_says_a_word_again(supervisor, monkeypatch):
    monkeypatch.setattr(clients, "HOLD_SECONDS", 0.5)
    slow, worker = await slow_page(supervisor), Worker()
    for number in range(1, 4):
        await worker.flush(joined(str(number)))
    await slow.until_at("main", 3, 13)
    assert slow.rows["main"] == await in_database()


async def test_other_pages_are_not_held_up(supervisor):
    slow, quick, worker = await slow_page(supervisor), await slow_page(supervisor), Worker()
    for number in range(1, 6):
        seq = await worker.flush(joined(str(number)))
        await quick.until_at("main", 3, seq)
        await quick.say(type="ack", pbx="main", epoch=3, seq=seq)
    await slow.until_at("main", 3, 11)
    await slow.frame("beat")
    assert deltas(slow) == [11]
    assert quick.places["main"] == (3, 15)


async def test_a_page_that_only_reads_gets_every_delta(supervisor):
    page, worker = await (await Page.of(supervisor)).until_at("main", 3, 10), Worker()
    for number in range(1, 6):
        await worker.flush(joined(str(number)))
    await page.until_at("main", 3, 15)
    assert deltas(page) == [11, 12, 13, 14, 15]

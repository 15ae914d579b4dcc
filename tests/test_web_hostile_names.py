"""Names that would do harm if anybody took them for anything but text, from the PBX's wire to database, API, socket,
administration, metrics and log."""

import logging

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from queues.live.state import LinkState
from queues.models import Call, Queue
from tests.support.page import Page, end_of_test
from tests.support.scraping import scraped
from tests.support.working import by_hand, in_database, watching, working
from ucmdash.logs import TextFormatter

pytestmark = pytest.mark.django_db(transaction=True)

#: As sent, and as kept.
HOSTILE = {
    "script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "attribute": ("\"' onfocus=alert(1) x='", "\"' onfocus=alert(1) x='"),
    "template": ("{{ settings.SECRET_KEY }} {% debug %}", "{{ settings.SECRET_KEY }} {% debug %}"),
    "right-to-left": ("\u202egnp.exe\u2066", "\u202egnp.exe\u2066"),
    "10 kB": ("x" * 10_000, "x" * 255),
    "NUL": ("a\x00b", "a b"),
    "controls": ("\x1b[2Ja\x07\x7f\x9b", " [2Ja   "),
    "line separators": ("a\u2028b\u2029c", "a\u2028b\u2029c"),
    "SQL": ("'; DROP TABLE queues_call; --", "'; DROP TABLE queues_call; --"),
    "spreadsheet": ("=HYPERLINK(0)", "=HYPERLINK(0)"),
}


def everything_seen(admin: User) -> tuple[dict, str, str]:
    """The board by API, and two pages of the administration."""
    browser = Client()
    browser.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    board = browser.get("/api/v1/board")
    assert board["Content-Type"] == "application/json"
    pages = [browser.get(path).content.decode() for path in ("/admin/queues/call/", "/admin/queues/queue/")]
    return board.json(), *pages


@pytest.mark.parametrize(("sent", "kept"), HOSTILE.values(), ids=HOSTILE)
async def test_they_end_as_harmless_text_everywhere(sent, kept, admin, caplog):
    caplog.set_level(logging.INFO)
    async with by_hand(dialect="asterisk") as pbx, watching() as watch:
        pbx.floor.add_queue("hostile", sent)
        async with working(pbx):
            await watch.until(lambda board: board.link is not None and board.link.state is LinkState.UP)
            pbx.floor.arrive("6500", number=sent, name=sent)
            await watch.until(lambda board: board.callers)
            page = await Page.of(admin)
            await page.until(lambda page: page.rows.get("pbx", {}).get("callers"))
            board, calls, queues = await in_database(everything_seen, admin)
            call = await sync_to_async(Call.objects.get)()
            assert await sync_to_async(Queue.objects.count)() >= 1
            await page.leave()
            await end_of_test()

    (row,) = board["callers"]
    assert (call.name, row["name"]) == (kept, kept)
    assert page.rows["pbx"]["callers"][row["key"]]["name"] == kept
    for text in (call.number, row["number"]):
        assert "\x00" not in text
        assert len(text) <= 255
    for html in (calls, queues):
        assert "<script>alert" not in html
        assert "' onfocus=alert(1) x='" not in html
        assert "only for tests" not in html
    labels = {text for family in scraped() for sample in family.samples for text in sample.labels.values()}
    assert not any(kept in text for text in labels)
    assert not any(
        kept in TextFormatter().format(record) for record in caplog.records if record.name.startswith("queues")
    )

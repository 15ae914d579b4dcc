"""Wallboards at the socket: who gets one, what its frames tell, and how soon a change or a revocation counts."""

from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from queues.models import Call, Incident, OwedCall, Screen, WallBoard
from queues.screens import SCREEN_COOKIE, SEEN_EVERY, make_screen
from tests.support.page import HOST, Page, end_of_test, session_headers
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NUMBER = "+49 30 1234567"


@pytest.fixture(autouse=True)
async def board(db):
    await sync_to_async(save_board)()
    await Call.objects.filter(uniqueid="17.1").aupdate(number=NUMBER, name="Eve Frost", channel=f"Local/{NUMBER}@x")
    await WallBoard.objects.acreate(slug="sales", name="Sales", queues=[["main", "6500"]], figures=["waiting"])
    await WallBoard.objects.acreate(slug="all", name="All", queues=[["main", "6500"], ["main", "6501"]])
    yield
    await end_of_test()


async def tv(slug: str, at: str | None = None) -> Page:
    """A TV that was given the board `slug` and asks for the board `at`."""
    token = await sync_to_async(make_screen)(timezone.now(), board=await WallBoard.objects.aget(slug=slug))
    return await tv_with(token, at or slug)


async def tv_with(token: str, slug: str) -> Page:
    headers = [HOST, (b"origin", b"http://localhost"), (b"cookie", f"{SCREEN_COOKIE}={token}".encode())]
    return await Page(headers, query=f"wall={slug}").open()


async def person(user, slug: str) -> Page:
    return await Page(await sync_to_async(session_headers)(user), query=f"wall={slug}").open()


# --- who ---------------------------------------------------------------------------------------------------------


async def test_a_tv_is_greeted_with_its_board_and_with_no_person():
    hello = await (await tv("sales")).frame("hello")
    assert "user" not in hello
    assert hello["wall"]["name"] == "Sales"
    assert hello["wall"]["queues"] == [{"pbx": "main", "number": "6500"}]
    assert hello["wall"]["is_masked"] is True


async def test_a_tv_opens_its_own_board_only_and_no_live_board():
    token = await sync_to_async(make_screen)(NOW, board=await WallBoard.objects.aget(slug="sales"))
    for slug in ("all", "nowhere", "", "%00", "../sales"):
        assert (slug, await (await tv_with(token, slug)).close_code()) == (slug, 4401)
    hello = await (await tv_with(token, "sales&wall=all")).frame("hello")
    assert hello["wall"]["name"] == "Sales"


async def test_a_made_up_token_opens_nothing():
    assert await (await tv_with("made-up", "sales")).close_code() == 4401
    assert await (await tv_with("", "sales")).close_code() == 4401


async def test_people_see_of_a_board_what_they_watch(sales_lead, support_lead, viewer, agent_user):
    told = {}
    for user in (sales_lead, support_lead, viewer):
        page = await (await person(user, "all")).until_at("main", 3, 10)
        told[user.username] = set(page.rows["main"]["queues"])
    assert told == {"sales_lead": {"6500"}, "support_lead": {"6501"}, "viewer": {"6500", "6501"}}
    for user, slug in ((support_lead, "sales"), (agent_user, "sales")):
        assert await (await person(user, slug)).close_code() == 4401


# --- what it is told ---------------------------------------------------------------------------------------------


async def test_its_frames_tell_no_number_no_name_no_call_in_hand_and_nothing_of_other_queues():
    await OwedCall.objects.acreate(pbx="main", queue="6500", party=NUMBER, number=NUMBER, opened_at=NOW)
    await Incident.objects.acreate(pbx="main", cause="limit:talk", interface="PJSIP/1000", title="Talks", opened_at=NOW)
    await Incident.objects.acreate(pbx="main", cause="limit:waiting", queue="6500", title="Many", opened_at=NOW)
    page = await (await tv("sales")).until_at("main", 3, 10)
    rows = page.rows["main"]
    assert {table: len(rows[table]) for table in rows} == {
        "links": 1,
        "queues": 1,
        "members": 2,
        "callers": 1,
        "agents": 2,
        "owed": 0,
        "incidents": 1,
    }
    [caller] = rows["callers"].values()
    assert (caller["number"], caller["name"]) == ("…567", "")
    said = str(page.frames)
    for secret in ("123456", "Eve", "PJSIP", "Ada", "17.1", "6501", "party", "uniqueid", "channel"):
        assert secret not in said
    assert {agent["key"] for agent in rows["agents"].values()} == {row["interface"] for row in rows["members"].values()}


async def test_a_board_that_masks_nothing_and_shows_names_tells_them_but_no_call_in_hand():
    await WallBoard.objects.filter(slug="sales").aupdate(is_masked=False, shows_names=True)
    page = await (await tv("sales")).until_at("main", 3, 10)
    [caller] = page.rows["main"]["callers"].values()
    assert (caller["number"], caller["name"]) == (NUMBER, "Eve Frost")
    assert {agent["name"] for agent in page.rows["main"]["agents"].values()} == {"Ada", "Bob"}
    assert "PJSIP" not in str(page.frames)


# --- how soon ----------------------------------------------------------------------------------------------------


async def test_a_board_that_is_changed_is_shown_anew_and_one_that_is_not_goes_on():
    changed, other = await tv("sales"), await tv("all")
    for page in (changed, other):
        await page.until_at("main", 3, 10)
    await WallBoard.objects.filter(slug="sales").aupdate(message="Hello")
    assert await changed.close_code() == 4012
    for _ in range(2):
        await other.frame("beat")


#: What takes a TV's board away.
ENDINGS = {
    "revoked": lambda screens: screens.update(revoked_at=NOW),
    "another": lambda screens: screens.update(board=WallBoard.objects.get(slug="all")),
    "deleted": lambda screens: WallBoard.objects.filter(screens__in=screens).delete(),
}


async def test_tvs_that_may_not_go_on_are_sent_back_at_once():
    pages = {}
    for ending in ENDINGS:
        await WallBoard.objects.acreate(slug=ending, name=ending, queues=[["main", "6500"]])
        pages[ending] = await (await tv(ending)).until_at("main", 3, 10)
    other = await (await tv("all")).until_at("main", 3, 10)
    for ending, end in ENDINGS.items():
        await sync_to_async(end)(Screen.objects.filter(board__slug=ending))
    began = timezone.now()
    for ending, page in pages.items():
        assert (ending, await page.close_code()) == (ending, 4401)
    assert timezone.now() - began < timedelta(seconds=3)
    await other.frame("beat")


async def test_a_tv_that_is_there_is_noted_as_seen_now_and_then():
    page = await (await tv("sales")).until_at("main", 3, 10)
    screen = await Screen.objects.aget()
    assert screen.last_seen_at is not None
    await page.frame("beat")
    await page.frame("beat")
    assert (await Screen.objects.aget()).last_seen_at == screen.last_seen_at
    before = screen.last_seen_at - SEEN_EVERY
    await Screen.objects.aupdate(last_seen_at=before)
    for _ in range(3):
        await page.frame("beat")
    assert (await Screen.objects.aget()).last_seen_at > before

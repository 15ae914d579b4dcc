"""Who gets a socket, and what they are greeted with."""

from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from agents import tokens
from agents.models import Agent
from tests.support.page import HOST, Page, end_of_test, session_headers, token_headers
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def board(db):
    await sync_to_async(save_board)()
    yield
    await end_of_test()


async def opened(headers: list[tuple[bytes, bytes]], path: str = "/ws/board/") -> Page:
    return await Page(headers, path).open()


async def test_nobody_is_sent_to_the_login():
    assert await (await opened([HOST, (b"origin", b"http://localhost")])).close_code() == 4401


@pytest.mark.parametrize(
    "cookie",
    [b"sessionid=nonsense", b"sessionid=", b"\xff=\xfe; ;;", b'a="\x00', b'sessionid="\\000bcdefghij"'],
)
async def test_a_cookie_of_no_session_is_nobody(cookie):
    assert await (await opened([HOST, (b"cookie", cookie)])).close_code() == 4401


async def test_a_supervisor_is_greeted_as_one(supervisor):
    hello = await (await Page.of(supervisor)).frame("hello")
    assert hello["user"] == {
        "username": "supervisor",
        "name": "supervisor",
        "role": "supervisor",
        "is_supervisor": True,
        "agent_ids": [],
        "teams": [],
        "supervised": "all",
    }
    assert hello["build"]
    assert datetime.fromisoformat(hello["server_time"]).tzinfo


async def test_an_agent_is_told_which_phones_are_theirs(agent_user):
    agent = await Agent.objects.aget(user=agent_user)
    hello = await (await Page.of(agent_user)).frame("hello")
    assert hello["user"] == {
        "username": "agent",
        "name": "agent",
        "role": "agent",
        "is_supervisor": False,
        "agent_ids": [agent.pk],
        "teams": [],
        "supervised": [],
    }


async def test_people_of_teams_are_told_of_theirs_and_who_sees_everything_of_all(
    sales_lead, sales_viewer, support_lead, viewer, admin
):
    await User.objects.filter(pk=sales_lead.pk).aupdate(first_name="Sam", last_name="Lee")
    sales = {"name": "Sales", "queues": [{"pbx": "main", "number": "6500"}]}
    support = {"name": "Support", "queues": [{"pbx": "main", "number": "6501"}]}
    told = {}
    for user in (sales_lead, sales_viewer, support_lead, viewer, admin):
        hello = (await (await Page.of(user)).frame("hello"))["user"]
        told[hello["username"]] = (hello["role"], hello["is_supervisor"], hello["teams"], hello["supervised"])
        assert hello["name"] == ("Sam Lee" if user == sales_lead else user.username)
    assert told == {
        "sales_lead": ("supervisor", True, [sales], sales["queues"]),
        "sales_viewer": ("viewer", False, [sales], []),
        "support_lead": ("supervisor", True, [support], support["queues"]),
        "viewer": ("viewer", False, [sales, support], []),
        "admin": ("administrator", True, [sales, support], "all"),
    }


async def test_somebody_without_rights_gets_nothing(outsider):
    page = await Page.of(outsider)
    assert await page.close_code() == 4401
    assert page.frames == []


async def test_a_token_opens_the_socket_without_cookie_or_origin(supervisor):
    token = await sync_to_async(tokens.create_token)(supervisor, "", NOW)
    assert (await (await opened(token_headers(token))).frame("hello"))["user"]["username"] == "supervisor"


async def test_a_wrong_token_is_not_made_up_for_by_a_cookie(supervisor):
    headers = await sync_to_async(session_headers)(supervisor)
    page = await opened([*headers, (b"authorization", b"Bearer nonsense")])
    assert await page.close_code() == 4401


@pytest.mark.parametrize(
    "origin",
    [
        b"http://evil.example",
        b"http://localhost.evil.example",
        b"http://localhost:9",
        b"null",
        b"",
        b"file://",
        b"http://[",
    ],
)
async def test_pages_of_other_sites_are_kept_out(supervisor, origin):
    headers = await sync_to_async(session_headers)(supervisor, origin=None)
    assert not (await opened([*headers, (b"origin", origin)])).is_accepted


async def test_a_trusted_origin_is_let_in(supervisor, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.com"]
    headers = await sync_to_async(session_headers)(supervisor, origin=b"https://dash.example.com")
    assert (await opened(headers)).is_accepted


async def test_a_host_that_is_not_ours_is_kept_out(supervisor):
    headers = await sync_to_async(session_headers)(supervisor, origin=b"http://evil.example")
    renamed = [(name, b"evil.example" if name == b"host" else value) for name, value in headers]
    assert not (await opened(renamed)).is_accepted


async def test_other_addresses_have_no_socket(supervisor):
    headers = await sync_to_async(session_headers)(supervisor)
    assert not (await opened(headers, "/ws/other/")).is_accepted


async def test_nonsense_is_ignored(supervisor):
    page = await Page.of(supervisor)
    for text in (
        "{",
        "[]",
        "1",
        '{"type": "ack"}',
        '{"type": "ack", "pbx": 1, "epoch": "x", "seq": null}',
        "\ud800",
    ):
        await page.say_text(text)
    await page.say(type="resync", pbx="no such pbx")
    await page.frame("beat")


async def test_who_says_too_much_is_cut_off(supervisor):
    page = await Page.of(supervisor)
    for _ in range(100):
        await page.say(type="ack", pbx="main", epoch=3, seq=10)
    assert await page.close_code() == 4008


async def test_a_huge_message_is_cut_off(supervisor):
    page = await Page.of(supervisor)
    await page.say_text("x" * 100_000)
    assert await page.close_code() == 4008

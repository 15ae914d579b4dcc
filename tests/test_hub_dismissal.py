"""Who loses the socket, at once and whoever did it: sessions end, rights change. Others notice nothing."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from agents import tokens
from agents.auth import Credential
from agents.models import Agent, ApiToken, Team
from agents.people import identities
from queues.admission import CHECK_SECONDS
from tests.conftest import team
from tests.support.page import Page, end_of_test, session_headers, token_headers
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
#: A check, the one after it, and a machine that is busy.
SOON_SECONDS = 2 * CHECK_SECONDS + 1


@pytest.fixture(autouse=True)
async def board(db):
    await sync_to_async(save_board)()
    yield
    await end_of_test()


def lead(username: str) -> User:
    """A supervisor of Sales."""
    user = User.objects.create_user(username, password=username)
    team("Sales", "6500").supervisors.add(user)
    return user


def sessions(user: User):
    found = [row.pk for row in Session.objects.all() if row.get_decoded().get("_auth_user_id") == str(user.pk)]
    return Session.objects.filter(pk__in=found)


def log_out(user: User) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = sessions(user).get().pk
    assert browser.post("/logout/").status_code == 302


#: What ends a session or a token.
ENDINGS: dict[str, Callable[[User], object]] = {
    "logged out": log_out,
    "session deleted": lambda user: sessions(user).delete(),
    "session expired": lambda user: sessions(user).update(expire_date=timezone.now()),
    "account switched off": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "account deleted": lambda user: user.delete(),
    "password changed": lambda user: (user.set_password("another"), user.save()),
    "taken from the only team": lambda user: user.supervised_teams.clear(),
    "token revoked": lambda user: ApiToken.objects.filter(user=user).update(revoked_at=NOW),
}


async def opened_all(names: list[str]) -> dict[str, tuple[User, Page]]:
    """A supervisor of Sales and their open page for each name."""
    people = {}
    for name in names:
        user = await sync_to_async(lead)(name)
        if name == "token revoked":
            page = await Page(token_headers(await sync_to_async(tokens.create_token)(user, "", NOW))).open()
        else:
            page = await Page.of(user)
        await page.until_at("main", 3, 10)
        people[name] = (user, page)
    return people


async def seconds_until(waiting: Awaitable[int]) -> tuple[int, float]:
    began = timezone.now()
    return await waiting, (timezone.now() - began).total_seconds()


async def test_whose_session_ends_loses_the_socket_at_once_and_others_do_not():
    people = await opened_all([*ENDINGS, "bystander"])
    for name, end in ENDINGS.items():
        await sync_to_async(end)(people[name][0])
    for name in ENDINGS:
        code, seconds = await seconds_until(people[name][1].close_code())
        assert (name, code, seconds < SOON_SECONDS) == (name, 4401, True)
    page = people["bystander"][1]
    for _ in range(2):
        await page.frame("beat")


def join_group(user: User) -> None:
    group = Group.objects.create(name="All of them")
    group.permissions.add(Permission.objects.get(content_type__app_label="agents", codename="supervise"))
    user.groups.add(group)


#: What changes the rights of a supervisor of Sales who stays one.
CHANGES: dict[str, Callable[[User], object]] = {
    "supervises another team, too": lambda user: team("Support", "6501").supervisors.add(user),
    "only watches now": lambda user: (user.supervised_teams.clear(), Team.objects.get(name="Sales").viewers.add(user)),
    "made supervisor of all by a group": join_group,
    "made an administrator": lambda user: User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True),
    "given a phone": lambda user: Agent.objects.filter(interface="PJSIP/1000").update(user=user),
    "given a name": lambda user: User.objects.filter(pk=user.pk).update(first_name="Sam"),
}


async def test_whose_rights_change_must_come_again_at_once():
    people = await opened_all([*CHANGES, "bystander"])
    for name, change in CHANGES.items():
        await sync_to_async(change)(people[name][0])
    for name in CHANGES:
        code, seconds = await seconds_until(people[name][1].close_code())
        assert (name, code, seconds < SOON_SECONDS) == (name, 4012, True)
    for _ in range(2):
        await people["bystander"][1].frame("beat")


async def test_a_team_that_is_edited_gets_its_people_the_new_rows():
    [(user, page)] = (await opened_all(["lead"])).values()
    assert set(page.rows["main"]["queues"]) == {"6500"}
    sales = await Team.objects.aget()
    await sales.queues.acreate(pbx="main", number="6501")
    assert await page.close_code() == 4012
    page = await (await Page.of(user)).until_at("main", 3, 10)
    assert set(page.rows["main"]["queues"]) == {"6500", "6501"}
    await sales.queues.all().adelete()
    assert await page.close_code() == 4401


async def test_a_phone_that_is_linked_to_another_login_is_anothers(agent_user, outsider):
    page = await (await Page.of(agent_user)).until_at("main", 3, 10)
    await Agent.objects.filter(user=agent_user).aupdate(user=outsider)
    assert await page.close_code() == 4401
    hello = await (await Page.of(outsider)).frame("hello")
    assert hello["user"]["role"] == "agent"


def test_looking_at_hundreds_of_people_takes_as_many_queries_as_at_one(django_assert_num_queries):
    credentials = []
    for number in range(20):
        headers = dict(session_headers(lead(f"lead{number}")))
        credentials.append(Credential(session_key=headers[b"cookie"].decode().partition("=")[2]))
    with django_assert_num_queries(10):
        assert len(identities(credentials, timezone.now())) == 20


@pytest.mark.parametrize("key", ["", "a", "\x00" * 10, "nosuchsession", "x" * 100])
def test_keys_of_no_session_are_nobodys(key):
    assert identities([Credential(session_key=key), Credential(token_digest="0"), Credential()], timezone.now()) == {}


def test_a_session_without_a_login_or_of_a_way_to_log_in_that_is_gone_is_nobodys(supervisor, settings):
    browser = Client()
    browser.session.save()
    browser.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    [key] = sessions(supervisor).values_list("pk", flat=True)
    assert identities([Credential(session_key=key)], timezone.now() - timedelta(seconds=1))
    settings.AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend"]
    everybody = [Credential(session_key=pk) for pk in Session.objects.values_list("pk", flat=True)]
    assert identities(everybody, timezone.now()) == {}


def test_a_session_survives_a_new_secret_key_as_long_as_the_old_one_is_named(supervisor, settings):
    headers = dict(session_headers(supervisor))
    credential = Credential(session_key=headers[b"cookie"].decode().partition("=")[2])
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    assert credential in identities([credential], timezone.now())
    settings.SECRET_KEY_FALLBACKS = []
    assert identities([credential], timezone.now()) == {}

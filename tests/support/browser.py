"""The whole product in a real Chromium: a simulated PBX in the tests' own loop, `manage.py serve` as a process
beside it, and people who open its pages. Fixtures for the test_browser_* modules, one site for each module.

Every page keeps what it complained about: an error in its console (a breach of the Content-Security-Policy is
one), an uncaught exception, a request to another origin. A test that leaves complaints fails.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright, expect

from queues.simulator.entities import Call
from queues.simulator.facts import Fact
from queues.simulator.floor import Floor
from queues.simulator.server import SimulatedPbx
from tests.support.serving import KEY, START_SECONDS, Site, manage, serving

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
#: A machine that is busy with other tests needs its time.
SECONDS = 20
PASSWORD = "a password for tests"
#: A caller's and an agent's name that would do harm if anybody took it for markup.
HOSTILE = "<img src=x onerror=alert(1)>"

expect.set_options(timeout=SECONDS * 1000)

_PREFERENCES = re.compile("/preferences$")

#: So many visits of one person a module may have. Who they are is known beforehand: the password alone would cost a
#: third of a second each time.
_VISITS = 60
#: People and rows that every module's site begins with. Says the keys of their sessions.
_ACCOUNTS = f"""
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from agents.models import Agent
from agents.sessions import SessionStore
from queues.models import Queue
supervisor = User.objects.create_superuser("supervisor", password={PASSWORD!r})
agent = User.objects.create_user("agent", password={PASSWORD!r})
Agent.objects.create(pbx="main", interface="PJSIP/1000", extension="1000", user=agent)
# Until the PBX tells of it: callers of this queue become red soon.
Queue.objects.create(pbx="main", number="night", name="night", own_target_seconds=6, is_on_board=False)
backend = "django.contrib.auth.backends.ModelBackend"
keys = dict()
for user in (supervisor, agent):
    keys[user.username] = []
    for _ in range({_VISITS}):
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), backend
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        keys[user.username].append(session.session_key)
print(json.dumps(keys))
"""


@dataclass
class LiveSite:
    """The PBX and the server; `stop` and `start` play a server that goes away and comes back at its address."""

    pbx: SimulatedPbx
    environment: dict[str, str]
    port: int
    #: Keys of sessions nobody has used yet, by person.
    sessions: dict[str, list[str]]
    _running: ExitStack = field(default_factory=ExitStack)
    process: Site | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def floor(self) -> Floor:
        return self.pbx.floor

    async def start(self) -> None:
        arguments = ("serve", "--port", str(self.port))
        self.process = await asyncio.to_thread(self._running.enter_context, serving(*arguments, **self.environment))

    def forget_preferences(self) -> None:
        """The views that people left are not those of the next test."""
        database = self.environment["DATABASE_URL"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(database, timeout=SECONDS)) as connection, connection:
            connection.execute("DELETE FROM agents_preferences")

    async def stop(self) -> None:
        """Kill the server, as a power cut does."""
        await asyncio.to_thread(self._running.close)


def _furnish(floor: Floor) -> None:
    """Queue sales with four agents, and night with nobody, so that its callers wait."""
    floor.add_queue("sales", wrap_up_seconds=0.0, ring_seconds=60.0, service_level_seconds=20)
    floor.add_queue("night")
    for extension, name in (("1000", "Ada Berg"), ("1001", "Bob Cole"), ("1002", HOSTILE), ("1003", "Dana Eng")):
        floor.add_phone(extension, name)
        floor.add_member("sales", f"PJSIP/{extension}", name=name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def more_settings() -> dict[str, str]:
    """What a module's site is set to beside what all are; a module may have a fixture of this name."""
    return {}


@pytest.fixture(scope="module")
def dialect() -> str:
    """What a module's PBX speaks; a module may have a fixture of this name."""
    return "asterisk"


@pytest.fixture(scope="session")
def furnished(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """The database that every module's site begins with, to be copied, and the keys of the sessions in it."""
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("furnished")))
    settings = {"SECRET_KEY": KEY, "DATABASE_URL": f"sqlite:///{database}"}
    told, errors = manage("shell", "--verbosity", "0", "-c", _ACCOUNTS, **settings).communicate(timeout=START_SECONDS)
    assert errors == ""
    return database, json.loads(told)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(
    furnished: tuple[Path, dict[str, list[str]]],
    tmp_path_factory: pytest.TempPathFactory,
    more_settings: dict[str, str],
    dialect: str,
) -> AsyncIterator[LiveSite]:
    pbx = SimulatedPbx(dialect=dialect, queues=0, agents=0, rate=0.0)
    _furnish(pbx.floor)
    async with pbx:
        prepared, keys = furnished
        database = shutil.copy(prepared, tmp_path_factory.mktemp("site"))
        environment = {
            "SECRET_KEY": KEY,
            "DATABASE_URL": f"sqlite:///{database}",
            "AMI_URL": f"main=ami://{pbx.user}:{pbx.secret}@127.0.0.1:{pbx.port}",
            "HTTPS": "false",
            **more_settings,
        }
        live = LiveSite(pbx, environment, _free_port(), {person: list(keys) for person, keys in keys.items()})
        await live.start()
        yield live
        await live.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("no Chromium here")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@dataclass
class Visit:
    """One person's page. `complaints` is what went wrong on it; `expect_outage` forgives a server that is gone."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    _saving: set[Request] = field(default_factory=set)
    _is_saved: asyncio.Event = field(default_factory=asyncio.Event)

    def watch(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._see)
        for ended in ("requestfinished", "requestfailed"):
            self.page.on(ended, self._note_saved)

    async def leave(self) -> None:
        """Close it for good. What it would save of its reader's preferences as it goes must not reach the next test,
        and what it is saving just now has to be there before they are forgotten."""
        await self.page.evaluate("() => { globalThis.fetch = () => new Promise(() => {}); }")
        async with asyncio.timeout(SECONDS):
            while self._saving:
                self._is_saved.clear()
                await self._is_saved.wait()
        await self.page.context.close()

    def expect_outage(self) -> None:
        self.complaints = [text for text in self.complaints if "ERR_" not in text and "WebSocket" not in text]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.complaints.append(f"request to {request.url}")
        if _PREFERENCES.search(request.url):
            self._saving.add(request)

    def _note_saved(self, request: Request) -> None:
        self._saving.discard(request)
        self._is_saved.set()


Visiting = Callable[..., Awaitable[Visit]]


@pytest_asyncio.fixture(loop_scope="module")
async def visit(site: LiveSite, chromium: Browser) -> AsyncIterator[Visiting]:
    """`await visit("supervisor", path="/", **options)` opens the page for somebody who is logged in: supervisor and
    agent since before, others through the form. Without a name it opens the page only. Options are those of a new
    browser context (viewport, color_scheme, …)."""
    visits: list[Visit] = []

    async def open_page(person: str = "", path: str = "", **options: Any) -> Visit:
        context = await chromium.new_context(base_url=site.url, **options)
        made = Visit(await context.new_page(), site.url)
        visits.append(made)
        made.watch()
        keys = site.sessions.get(person, [])
        if is_known := bool(keys):
            await context.add_cookies([{"name": "sessionid", "value": keys.pop(), "url": site.url}])
        await made.page.goto(path)
        if is_known:
            await expect(made.page.locator("#badge-word")).to_have_text("Live")
        elif person:
            await made.page.get_by_label("Username").fill(person)
            await made.page.get_by_label("Password", exact=True).fill(PASSWORD)
            await made.page.get_by_label("Password", exact=True).press("Enter")
            await expect(made.page.locator("#badge-word")).to_have_text("Live")
            if urlsplit(made.page.url).path != f"/{path.lstrip('/').partition('?')[0]}":
                # Agents come to their desk when they asked for no page in particular.
                await made.page.goto(path)
                await expect(made.page.locator("#badge-word")).to_have_text("Live")
        return made

    yield open_page
    for made in visits:
        await made.leave()
    site.forget_preferences()
    assert [made.complaints for made in visits if made.complaints] == []


@pytest_asyncio.fixture(loop_scope="module")
async def floor(site: LiveSite) -> AsyncIterator[Floor]:
    """The PBX's floor. Afterwards every caller is gone and every agent there again, for the next test."""
    calls: dict[Call, None] = {}

    def remember(fact: Fact) -> None:
        if fact.call is not None:
            calls[fact.call] = None

    site.floor.listen(remember)
    yield site.floor
    site.floor.switch.listeners.remove(remember)
    for call in calls:
        site.floor.abandon(call)
    for number in range(1000, 1004):
        site.floor.unpause(f"PJSIP/{number}")

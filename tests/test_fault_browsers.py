"""A real server under many browsers: all come back at once, one reads nothing, the process is killed."""

import asyncio
import select
import socket
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import orjson
import pytest
from django.db import connection
from django.utils import timezone
from websockets.asyncio.client import connect

from agents import tokens
from tests.support.faults_truth import differences, view_of_floor, view_of_tables
from tests.support.faults_worker import database_url
from tests.support.patience import patient
from tests.support.serving import KEY, serving
from tests.support.working import by_hand

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="one server is enough"),
]
BROWSERS = 500
#: What one round of browsers more may leave behind, of 500: far below what 500 leaked connections would take.
GROWTH_KB = 20_000


@asynccontextmanager
async def server(pbx):
    """`manage.py serve` on the test's database, connected to `pbx` in this process."""
    environment = {
        "SECRET_KEY": KEY,
        "DATABASE_URL": database_url(),
        "AMI_URL": f"pbx=ami://{pbx.user}:{pbx.secret}@127.0.0.1:{pbx.port}",
        "AMI_POLL_SECONDS": "1",
        "HTTPS": "false",
    }
    started = serving("serve", "--port", "0", **environment)
    site = await asyncio.to_thread(started.__enter__)
    try:
        yield site
    finally:
        await asyncio.to_thread(started.__exit__, None, None, None)


def kilobytes(pid):
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


async def tables(browser):
    """The board as this browser is first told it."""
    rows = {}
    async with asyncio.timeout(patient(30)):
        while True:
            frame = orjson.loads(await browser.recv())
            if frame["type"] == "snapshot":
                for table, told in frame["rows"].items():
                    rows.setdefault(table, {}).update({row["key"]: row for row in told})
                if frame["part"] == frame["parts"]:
                    return rows


@asynccontextmanager
async def browsers(site, token, count):
    """So many at once, each with its board."""
    headers = {"Authorization": f"Bearer {token}"}
    async with AsyncExitStack() as stack:
        opening = [
            stack.enter_async_context(connect(site.socket_url, additional_headers=headers, open_timeout=60))
            for _ in range(count)
        ]
        yield await asyncio.gather(*opening)


async def board_of(site, token):
    async with browsers(site, token, 1) as (browser,):
        return await tables(browser)


async def until_equal(site, token, pbx):
    """Until a new browser is told what the PBX knows, on a link that is up."""
    async with asyncio.timeout(patient(15)):
        while True:
            rows = await board_of(site, token)
            is_up = rows and rows["links"] and rows["links"]["pbx"]["state"] == "up"
            if is_up and not differences(view_of_tables(rows), view_of_floor(pbx.floor)):
                return


def deaf_browser(site, token):
    """A browser that opens the socket and then never reads."""
    address = site.url.removeprefix("http://").rstrip("/")
    host, port = address.split(":")
    deaf = socket.create_connection((host, int(port)))
    deaf.sendall(
        f"GET /ws/board/ HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    return deaf


def is_cut_off(deaf, seconds):
    """Whether the server ends this connection within that time, whatever lies unread in it."""
    poll = select.poll()
    poll.register(deaf, select.POLLRDHUP)
    return bool(poll.poll(seconds * 1000))


@pytest.fixture
def token(supervisor):
    return tokens.create_token(supervisor, "test", timezone.now())


async def test_five_hundred_browsers_come_back_at_once_while_one_reads_nothing(token):
    async with by_hand() as pbx, server(pbx) as site:
        await until_equal(site, token, pbx)
        with closing(deaf_browser(site, token)) as deaf:
            sizes = []
            for number, count in enumerate((50, BROWSERS, BROWSERS)):  # the first few only warm it up
                pbx.floor.arrive("6500", number=str(number))
                await until_equal(site, token, pbx)
                async with browsers(site, token, count) as crowd:
                    boards = await asyncio.gather(*(tables(browser) for browser in crowd))
                    for browser in crowd:
                        browser.transport.abort()
                assert {len(board["callers"]) for board in boards} == {number + 1}
                sizes.append(kilobytes(site.process.pid))
            await until_equal(site, token, pbx)
            assert sizes[2] - sizes[1] < GROWTH_KB, sizes
            assert await asyncio.to_thread(is_cut_off, deaf, 30)


async def test_a_server_killed_under_calls_is_right_again_when_started_anew(token):
    async with by_hand() as pbx:
        call = pbx.floor.arrive("6500", number="0301")
        async with server(pbx) as site:
            await until_equal(site, token, pbx)
            site.process.kill()
        pbx.floor.abandon(call)
        pbx.floor.arrive("6500", number="0302")
        async with server(pbx) as site:
            await until_equal(site, token, pbx)

"""Two web processes and two workers on PostgreSQL and Redis: one board, one leader, whoever dies."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed

from agents.states import FINAL_COMMAND_STATES
from queues.simulator.server import SimulatedPbx
from tests.support.cookies import Browser
from tests.support.scaled import PASSWORD, Installation, Socket, Web, installed
from tests.support.working import by_hand

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Promised in README.md, in seconds.
TAKE_OVER_AFTER_A_KILL = 10
TAKE_OVER_AFTER_SIGTERM = 2
DISMISSED_AFTER = 3


@dataclass
class Site:
    installation: Installation
    pbxs: dict[str, SimulatedPbx]
    webs: list[Web]


@dataclass
class Watched:
    """Two workers, of which one leads for the PBX "izmir" as `epoch`; `leader` and `standby` are process ids."""

    site: Site
    #: A page of each web process.
    pages: list[Socket]
    epoch: int
    leader: int
    standby: int

    def leads(self) -> int:
        return self.site.installation.leader("izmir")


def address(pbx: SimulatedPbx) -> str:
    return f"ami://{pbx.user}:{pbx.secret}@127.0.0.1:{pbx.port}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(servers, tmp_path_factory) -> AsyncIterator[Site]:
    async with by_hand() as izmir, by_hand(dialect="asterisk") as berlin:
        pbxs = {"izmir": izmir, "berlin": berlin}
        ami_url = " ".join(f"{name}={address(pbx)}" for name, pbx in pbxs.items())
        async with installed(servers, tmp_path_factory.mktemp("scale"), "scale", ami_url) as installation:
            yield Site(installation, pbxs, [Web(installation), Web(installation)])


@pytest_asyncio.fixture(loop_scope="module")
async def watched(site) -> AsyncIterator[Watched]:
    installation = site.installation
    while len(installation.running_workers()) < 2:
        installation.worker()
    async with site.webs[0].page() as first, site.webs[1].page() as second:
        for page in (first, second):
            await page.until_up("berlin")
            epoch = await page.until_up("izmir")
        leader = installation.leader("izmir")
        (standby,) = [process for process in installation.running_workers() if process.pid != leader]
        await first.until(lambda _: installation.is_standing_by(standby, "izmir"))
        yield Watched(site, [first, second], epoch, leader, standby.pid)


async def test_both_web_processes_show_the_same_board_of_both_pbxs(watched):
    first, second = watched.pages
    for number, (name, pbx) in enumerate(watched.site.pbxs.items()):
        pbx.floor.arrive("6500", number=f"030{number}")
        for page in watched.pages:
            await page.until(lambda page, pbx=name, number=number: f"030{number}" in page.numbers(pbx))
    for name, pbx in watched.site.pbxs.items():
        await second.until(lambda page, pbx=name: page.places[pbx] >= first.places[pbx])
        await first.until(lambda page, pbx=name: page.places[pbx] >= second.places[pbx])
        assert first.rows[name] == second.rows[name]
        assert {row["dialect"] for row in first.rows[name]["links"].values()} == {pbx.dialect.name}


async def test_both_web_processes_say_that_they_are_ready(watched):
    for web in watched.site.webs:
        assert await web.readiness() == {"database": True, "layer": True, "links": True}


async def test_the_outcome_of_a_command_comes_to_a_page_of_the_other_web_process(watched):
    here, elsewhere = watched.site.webs[0], watched.pages[1]
    agent = agent_of(elsewhere, "PJSIP/1001")
    asked = await here.ask(f"agents/{agent['id']}/pause", queue=None, reason="Lunch")
    await elsewhere.until(lambda page: outcome(page, asked) and agent_of(page, "PJSIP/1001")["paused_count"] == 1)
    assert outcome(elsewhere, asked) == "done"
    assert agent_of(elsewhere, "PJSIP/1001")["pause_reason"] == "Lunch"


async def test_who_logs_out_at_one_web_process_loses_the_page_of_the_other(site):
    here, elsewhere = (f"http://{web.address}/" for web in site.webs)

    def closed_with() -> int:
        browser = Browser(here).log_in("admin", PASSWORD)
        with browser.socket(elsewhere, Origin=elsewhere.rstrip("/")) as socket:
            assert json.loads(socket.recv(timeout=30))["type"] == "hello"
            browser.post("logout/")
            logged_out_at = time.monotonic()
            with pytest.raises(ConnectionClosed) as closed:
                deque(islice(socket, 100), maxlen=0)
        assert time.monotonic() - logged_out_at < DISMISSED_AFTER
        return closed.value.rcvd.code

    assert await asyncio.to_thread(closed_with) == 4401


async def test_a_worker_that_is_killed_is_replaced_and_the_board_is_right_again(watched):
    os.kill(watched.leader, signal.SIGKILL)
    died_at = time.monotonic()
    watched.site.pbxs["izmir"].floor.arrive("6500", number="0309")
    for page in watched.pages:
        await page.until_up("izmir", watched.epoch, TAKE_OVER_AFTER_A_KILL)
        await page.until(lambda page: "0309" in page.numbers("izmir"))
    assert time.monotonic() - died_at < TAKE_OVER_AFTER_A_KILL
    assert watched.leads() == watched.standby
    assert await watched.site.installation.ended(watched.leader) == -signal.SIGKILL


async def test_a_worker_that_is_stopped_leaves_at_once_to_the_other(watched):
    os.kill(watched.leader, signal.SIGTERM)
    stopped_at = time.monotonic()
    for page in watched.pages:
        await page.until_up("izmir", watched.epoch, TAKE_OVER_AFTER_SIGTERM)
    assert time.monotonic() - stopped_at < TAKE_OVER_AFTER_SIGTERM
    assert watched.leads() == watched.standby
    assert await watched.site.installation.ended(watched.leader) == 0


async def test_a_worker_that_was_frozen_has_no_say_any_more_but_stands_by(watched):
    page = watched.pages[0]
    os.kill(watched.leader, signal.SIGSTOP)
    try:
        epoch = await page.until_up("izmir", watched.epoch, TAKE_OVER_AFTER_A_KILL)
    finally:
        os.kill(watched.leader, signal.SIGCONT)
    agent = agent_of(page, "PJSIP/1000")
    for action in ("pause", "unpause", "pause", "unpause"):
        asked = await watched.site.webs[1].ask(f"agents/{agent['id']}/{action}", queue=None)
        await page.until(lambda page, asked=asked: outcome(page, asked))
        assert outcome(page, asked) == "done"
    assert page.places["izmir"][0] == epoch

    os.kill(watched.standby, signal.SIGTERM)
    await page.until_up("izmir", epoch, TAKE_OVER_AFTER_SIGTERM)
    assert watched.leads() == watched.leader
    assert await watched.site.installation.ended(watched.standby) == 0


def agent_of(page: Socket, interface: str) -> dict[str, Any]:
    return page.rows["izmir"]["agents"][interface]


def outcome(page: Socket, command: dict[str, Any]) -> str:
    """How the page was told that this command ended, "" if it was not."""
    frames = (frame for frame in page.frames if frame["type"] == "command" and frame["id"] == command["id"])
    return next((frame["state"] for frame in frames if frame["state"] in FINAL_COMMAND_STATES), "")

"""Power cuts: the dashboard or the PBX is killed in the middle of the day; soon the board is the PBX again, the link
was never shown as up while it was not, and the calls in the database are the PBX's own history."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.asterisk.callers import place_call
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.history import mismatches
from tests.asterisk.pbx import RealPbx
from tests.asterisk.traffic import people_at_work
from tests.asterisk.views import wait_until_equal
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import witness

pytestmark = pytest.mark.asterisk

#: From the restart of either until the board is again what the PBX says.
RECOVERY_SECONDS = 15


@pytest.fixture(scope="module")
def served(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("restarts")
    with running_dashboard(folder, real_pbx.url("dashboard", "dash-1234")) as dashboard:
        yield dashboard


@pytest.fixture
async def dashboard(served: Dashboard) -> Dashboard:
    await served.wait_for_link("up")
    return served


async def test_a_killed_dashboard_catches_up_in_the_middle_of_the_day(dashboard: Dashboard, real_pbx: RealPbx):
    unwatched: list[tuple[float, float]] = []
    lines = len(real_pbx.queue_log())
    async with witness(real_pbx.ami_port) as session:
        async with people_at_work(real_pbx.ami_port, seed=11):
            for _ in range(2):
                run, killed_at = dashboard.worker_run(), time.time()
                dashboard.kill()
                dashboard.start()
                await dashboard.wait_for_next_run(run, RECOVERY_SECONDS)
                await wait_until_equal(dashboard, session, killed_at + RECOVERY_SECONDS - time.time())
                unwatched.append((killed_at, time.time()))
                await asyncio.sleep(4)
        await wait_until_equal(dashboard, session, RECOVERY_SECONDS, counters=True)
    log = real_pbx.queue_log()[lines:]
    assert sum(line[4] == "ENTERQUEUE" for line in log) > 10
    assert mismatches(dashboard.calls(), log, unwatched=unwatched) == []


async def test_a_killed_pbx_is_shown_as_down_and_caught_up_with(dashboard: Dashboard, real_pbx: RealPbx):
    async with people_at_work(real_pbx.ami_port, seed=12):
        real_pbx.kill()
        await dashboard.wait_for_link("down", 5)
        board = await dashboard.board()
        assert board["queues"], "a lost link must not empty the board"
        assert board["links"][0]["error"]
    await asyncio.to_thread(real_pbx.boot)
    async with witness(real_pbx.ami_port) as session:
        await wait_until_equal(dashboard, session, RECOVERY_SECONDS, counters=True)
    assert all(call["ended_at"] for call in dashboard.calls()), "no call survives the PBX"


async def test_a_call_that_died_with_the_pbx_is_kept_as_lost(dashboard: Dashboard, real_pbx: RealPbx):
    async with witness(real_pbx.ami_port) as session:
        caller = await place_call(session, "6702")

        async def is_on_the_board() -> bool:
            return any(row["uniqueid"] == caller.uniqueid for row in (await dashboard.board())["callers"])

        await eventually(is_on_the_board, 5)
        real_pbx.kill()
        await dashboard.wait_for_link("down", 5)
    await asyncio.to_thread(real_pbx.boot)
    await dashboard.wait_for_link("up", RECOVERY_SECONDS)
    async with witness(real_pbx.ami_port) as session:
        await wait_until_equal(dashboard, session, RECOVERY_SECONDS)
    [row] = [call for call in dashboard.calls() if call["uniqueid"] == caller.uniqueid]
    assert (row["outcome"], bool(row["ended_at"])) == ("lost", True)


async def test_a_pbx_that_has_not_loaded_its_queues_yet_is_asked_again(dashboard: Dashboard, real_pbx: RealPbx):
    """Asterisk answers AMI logins before app_queue is loaded: for a moment after each start."""
    async with witness(real_pbx.ami_port) as session:
        # Something that the load undoes, so that the board left behind is wrong.
        await session.ask("QueuePause", Interface="PJSIP/1102", Paused="true")
        await wait_until_equal(dashboard, session, 5)
        run = dashboard.worker_run()
        dashboard.kill()
        assert (await session.ask("ModuleLoad", Module="app_queue.so", LoadType="unload"))["Response"] == "Success"
        try:
            said = len(dashboard.log_lines())
            dashboard.start()

            async def has_met_it() -> bool:
                return any("link up" in line or "link down" in line for line in dashboard.log_lines()[said:])

            await eventually(has_met_it, RECOVERY_SECONDS)
        finally:
            await session.ask("ModuleLoad", Module="app_queue.so", LoadType="load")
        await dashboard.wait_for_next_run(run, RECOVERY_SECONDS)
        await wait_until_equal(dashboard, session, RECOVERY_SECONDS, counters=True)

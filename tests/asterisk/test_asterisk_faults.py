"""The link breaks, the PBX hangs or is reloaded under calls: soon the board is the PBX again, and the calls in the
database are the PBX's own history."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.history import mismatches
from tests.asterisk.pbx import RealPbx
from tests.asterisk.traffic import people_at_work
from tests.asterisk.views import wait_until_equal
from tests.asterisk.witness import Witness
from tests.support.faults_line import Line

pytestmark = pytest.mark.asterisk

#: From the end of a fault until the board is again what the PBX says.
RECOVERY_SECONDS = 15
#: An idle link is asked after 5 s and given up 5 s later.
NOTICED_SECONDS = 15

FAULTS: dict[str, Callable[[Line], None]] = {
    "closed": Line.cut,
    "reset in mid-packet": Line.reset_in_mid_packet,
    "half-open": Line.deafen,
    "frozen": Line.freeze,
}


@asynccontextmanager
async def _over_a_line(real_pbx: RealPbx, folder: Path, *user: str) -> AsyncIterator[tuple[Dashboard, Line]]:
    async with Line(real_pbx.ami_port) as line:
        url = real_pbx.url(*user).replace(f":{real_pbx.ami_port}", f":{line.port}")
        with running_dashboard(folder, url) as dashboard:
            await dashboard.wait_for_link("up")
            yield dashboard, line


async def test_whatever_becomes_of_the_link_under_calls_the_board_is_the_pbx_again(
    real_pbx: RealPbx, session: Witness, tmp_path: Path
):
    unwatched: list[tuple[float, float]] = []
    lines = len(real_pbx.queue_log())
    async with _over_a_line(real_pbx, tmp_path, "dashboard", "dash-1234") as (dashboard, line):
        async with people_at_work(real_pbx.ami_port, seed=21):
            for break_it in FAULTS.values():
                began, connections = time.time(), line.connections
                break_it(line)
                if break_it is Line.freeze:
                    await dashboard.wait_for_link("down", NOTICED_SECONDS)
                    line.thaw()
                await line.until_connected(connections + 1)
                await wait_until_equal(dashboard, session, RECOVERY_SECONDS)
                unwatched.append((began, time.time()))
        await wait_until_equal(dashboard, session, RECOVERY_SECONDS, counters=True)
        log = real_pbx.queue_log()[lines:]
        assert sum(entry[4] == "ENTERQUEUE" for entry in log) > 10
        assert mismatches(dashboard.calls(), log, unwatched=unwatched) == []


async def test_a_pbx_that_hangs_is_shown_as_down_and_is_right_when_it_goes_on(real_pbx: RealPbx, tmp_path: Path):
    async with _over_a_line(real_pbx, tmp_path, "dashboard", "dash-1234") as (dashboard, line):
        async with people_at_work(real_pbx.ami_port, seed=22):
            real_pbx.signal(signal.SIGSTOP)
            try:
                await dashboard.wait_for_link("down", NOTICED_SECONDS)
                await line.until_connected(2)
                assert (await dashboard.board())["queues"], "a lost link must not empty the board"
            finally:
                real_pbx.signal(signal.SIGCONT)
            await dashboard.wait_for_link("up", RECOVERY_SECONDS)
        assert line.connections == 2, "it must be listened to, not called again and again"


@contextmanager
def _one_queue_more(real_pbx: RealPbx) -> Iterator[None]:
    """A queue that is there after a reload within the block, and after the block no more."""
    configuration = real_pbx.release.root / "etc/asterisk/queues.conf"
    before = configuration.read_text()
    configuration.write_text(f"{before}\n[6709](queue)\nstrategy = ringall\nmember => PJSIP/1105,0,Dora\n")
    try:
        yield
    finally:
        configuration.write_text(before)
        real_pbx.console("core reload")


async def test_a_reload_under_calls_brings_what_is_new_and_loses_no_call(
    real_pbx: RealPbx, session: Witness, tmp_path: Path
):
    lines = len(real_pbx.queue_log())
    async with _over_a_line(real_pbx, tmp_path, "everything", "all w1th sp@ce/&?:%") as (dashboard, line):
        async with people_at_work(real_pbx.ami_port, seed=23):
            with _one_queue_more(real_pbx):
                await asyncio.to_thread(real_pbx.console, "core reload")
                _, view = await wait_until_equal(dashboard, session, RECOVERY_SECONDS)
                assert ("member", "6709", "PJSIP/1105") in view
            await wait_until_equal(dashboard, session, RECOVERY_SECONDS)
        await wait_until_equal(dashboard, session, RECOVERY_SECONDS, counters=True)
        assert mismatches(dashboard.calls(), real_pbx.queue_log()[lines:]) == []
    assert line.connections == 1

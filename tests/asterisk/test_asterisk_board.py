"""The board is what the PBX says, member by member and caller by caller, while people call, pause, come and go."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.asterisk.callers import nobody_answers, waiting_caller
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.history import mismatches
from tests.asterisk.pbx import RealPbx
from tests.asterisk.traffic import Traffic
from tests.asterisk.views import wait_until_equal
from tests.asterisk.witness import Witness

pytestmark = pytest.mark.asterisk

TRAFFIC_SECONDS = 30


@pytest.fixture(scope="module")
def dashboard(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    url = real_pbx.url("dashboard", "dash-1234")
    with running_dashboard(tmp_path_factory.mktemp("dashboard"), url) as dashboard:
        yield dashboard


async def test_a_quiet_pbx_is_on_the_board(dashboard: Dashboard, session: Witness):
    await dashboard.wait_for_link("up")
    await wait_until_equal(dashboard, session, 5, counters=True)


async def test_a_waiting_caller_is_on_the_board_within_two_seconds(dashboard: Dashboard, session: Witness):
    async with nobody_answers(session, "6701"), waiting_caller(session, "6701", name="Ayşe Yılmaz") as caller:
        _, view = await wait_until_equal(dashboard, session, 2)
        assert view["caller", caller.uniqueid]["name"] == "Ayşe Yılmaz"


async def test_under_traffic_the_board_is_the_pbx_again_and_again(
    dashboard: Dashboard, real_pbx: RealPbx, session: Witness
):
    started_at = len(real_pbx.queue_log())
    traffic = Traffic(session, seed=7)
    work = asyncio.create_task(traffic.run(TRAFFIC_SECONDS))
    moments: list[float] = []
    seen: Counter[str] = Counter()
    while not work.done():
        took, view = await wait_until_equal(dashboard, session, 5)
        moments.append(took)
        seen.update(key[0] for key in view)
        await asyncio.wait([work], timeout=1)
    await work
    assert len(moments) > TRAFFIC_SECONDS / 3
    assert traffic.done["answered"] > 5
    assert traffic.done["abandoned"] > 3
    assert seen["caller"] > 10, "nobody was ever seen waiting: the comparison proved nothing"

    await wait_until_equal(dashboard, session, 15, counters=True)
    assert mismatches(dashboard.calls(), real_pbx.queue_log()[started_at:]) == []


async def test_it_stops_on_sigterm_within_five_seconds(dashboard: Dashboard):
    assert dashboard.stop()

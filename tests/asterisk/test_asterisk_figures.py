"""Our figures of the day are what the PBX's own history (queue_log) says by the same definitions, and the calls that
explain them add up to them.

The PBX writes a wait once into its history and once into its event, each in whole seconds cut at its own moment: one
second apart is the same, and a wait that near to a limit may fall on either side.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.pbx import RealPbx
from tests.asterisk.traffic import Traffic
from tests.asterisk.views import wait_until_equal
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Witness

pytestmark = pytest.mark.asterisk

TRAFFIC_SECONDS = 20
SHORT_SECONDS = 5
LEFT = {"EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY"}
DONE = {"COMPLETECALLER", "COMPLETEAGENT"}


@pytest.fixture(scope="module")
def dashboard(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    # Nobody whom another test left on the line may be among the callers of the day.
    real_pbx.console("channel request hangup all")
    ends_at = time.monotonic() + 30
    while "0 active channels" not in (counted := real_pbx.console("core show channels count")):
        assert time.monotonic() < ends_at, counted
        time.sleep(0.2)
    url = real_pbx.url("dashboard", "dash-1234")
    with running_dashboard(tmp_path_factory.mktemp("figures"), url) as dashboard:
        yield dashboard


@dataclass
class Logged:
    """What queue_log says of one queue: how many joined, left otherwise; waits of the answered and of those who hung
    up; talks of calls that an agent or the caller ended."""

    joined: int = 0
    left: int = 0
    answered: list[int] = field(default_factory=list)
    abandoned: list[int] = field(default_factory=list)
    talks: list[int] = field(default_factory=list)


def read(log: list[list[str]]) -> dict[str, Logged]:
    told: dict[str, Logged] = defaultdict(Logged)
    for _time, _call, queue, _agent, event, *data in log:
        one = told[queue.lower()]
        one.joined += event == "ENTERQUEUE"
        one.left += event in LEFT
        if event == "CONNECT":
            one.answered.append(int(data[0]))
        elif event == "ABANDON":
            one.abandoned.append(int(data[2]))
        elif event in DONE:
            one.talks.append(int(data[1]))
    return {queue: one for queue, one in told.items() if one.joined}


def between(waits: list[int], limit: int) -> range:
    """How many of these waits are at most `limit`, where each may be a second off."""
    return range(sum(wait < limit for wait in waits), sum(wait <= limit + 1 for wait in waits) + 1)


def wrong(row: dict[str, Any], told: Logged) -> list[str]:
    """The figures of our row that are not the PBX's."""
    today = {name.removeprefix("today_"): value for name, value in row.items() if name.startswith("today_")}
    wanted: dict[str, Any] = {
        "offered": [told.joined],
        "answered": [len(told.answered)],
        "abandoned": [len(told.abandoned)],
        "flowed_out": [told.left],
        "lost": [0],
        "in_time": between(told.answered, row["target_seconds"]),
        "abandoned_in_time": between(told.abandoned, row["target_seconds"]),
        "short_abandoned": between(told.abandoned, SHORT_SECONDS - 1),
        "wait_seconds": _about(told.answered),
        # A call sent on has no talk in the log, but in our figures: as long as it was with our agent.
        "talk_seconds": range(_about(told.talks).start, 10**6),
    }
    return [f"{name}: {today[name]}, not {good}" for name, good in wanted.items() if today[name] not in good]


def _about(seconds: list[int]) -> range:
    return range(sum(seconds) - len(seconds), sum(seconds) + len(seconds) + 1)


async def test_after_a_run_of_calls_our_figures_are_those_of_the_pbxs_history(
    dashboard: Dashboard, real_pbx: RealPbx, session: Witness
):
    await dashboard.wait_for_link("up")
    started_at = len(real_pbx.queue_log())
    traffic = Traffic(session, seed=23)
    await asyncio.wait_for(traffic.run(TRAFFIC_SECONDS), TRAFFIC_SECONDS + 30)
    await wait_until_equal(dashboard, session, 15, counters=True)
    assert traffic.done["answered"] > 5
    assert traffic.done["abandoned"] > 2

    async def rows() -> dict[str, Any] | None:
        """Once nobody is on the line any more."""
        board = await dashboard.board()
        return {row["number"]: row for row in board["queues"]} if not board["callers"] else None

    real_pbx.console("channel request hangup all")
    ours = await eventually(rows, 30)
    told = read(real_pbx.queue_log()[started_at:])
    assert {queue: wrong(ours[queue], one) for queue, one in told.items()} == {queue: [] for queue in told}
    for queue in told:
        for figure in ("offered", "answered", "in_time", "abandoned", "short_abandoned", "flowed_out"):
            status, explained = await dashboard.ask(
                "GET", f"/api/v1/queues/main/{queue}/calls?figure={figure}&limit=1000"
            )
            assert (status, explained["value"]) == (200, ours[queue][f"today_{figure}"])
            assert len(explained["calls"]) == explained["total"] == explained["value"]
        _, level = await dashboard.ask("GET", f"/api/v1/queues/main/{queue}/calls?figure=service_level")
        assert level["value"] == ours[queue]["today_service_level"]

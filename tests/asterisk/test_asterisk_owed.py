"""Who gives up in a queue of a real PBX is owed a call, and is owed none once they are called back and answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.asterisk.callers import hang_up, hang_up_all, nobody_answers, place_call, waiting_caller
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Witness

pytestmark = pytest.mark.asterisk

#: Whose phone calls back: rings for 0.8 seconds.
MINE = "PJSIP/1102"
QUEUE = "6700"


@pytest.fixture(scope="module")
def served(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("owed")
    with running_dashboard(folder, real_pbx.url("everything", "all w1th sp@ce/&?:%"), owes=QUEUE) as dashboard:
        yield dashboard


@pytest.fixture
async def dashboard(served: Dashboard, session: Witness) -> AsyncIterator[Dashboard]:
    await hang_up_all(session)
    await served.wait_for_link("up")
    served.give_phone(MINE)
    yield served
    await hang_up_all(session)


async def line(dashboard: Dashboard, number: str, **told: Any) -> dict[str, Any]:
    """What the board says is owed to this number, once it says so."""

    async def find() -> dict[str, Any] | None:
        rows = (await dashboard.board()).get("owed", [])
        return next((row for row in rows if row["number"] == number and told.items() <= row.items()), None)

    return await eventually(find, 15)


async def settled(dashboard: Dashboard, number: str) -> dict[str, Any]:
    """The line of this number that was settled last, once there is one and none is open."""

    async def find() -> dict[str, Any] | None:
        if any(row["number"] == number for row in (await dashboard.board()).get("owed", [])):
            return None
        _, told = await dashboard.ask("GET", "/api/v1/owed/closed")
        return next((row for row in told["closed"] if row["number"] == number), None)

    return await eventually(find, 15)


async def call_back(dashboard: Dashboard, row: dict[str, Any]) -> dict[str, Any]:
    asked = {name: row[name] for name in ("pbx", "queue", "party")}
    return await dashboard.command("/api/v1/owed/call", {**asked, "agent": await dashboard.agent_id(MINE)})


async def test_who_hangs_up_is_called_back_on_the_outside_line_and_owed_nothing_when_they_answer(
    dashboard: Dashboard, session: Witness
):
    number = "0307770001"
    async with nobody_answers(session, QUEUE):
        async with waiting_caller(session, QUEUE, number=number, name="Anna"):
            pass
        row = await line(dashboard, number)
        assert (row["name"], row["tries"], row["last_outcome"]) == ("Anna", 1, "abandoned")

        ended = await call_back(dashboard, row)
        assert ended["state"] == "done", ended
        gone = await settled(dashboard, number)
        assert (gone["closed_how"], gone["closed_by"]) == ("called_back", "supervisor")
        rows = await session.rows("CoreShowChannels")
        assert {channel["Channel"].partition("-")[0] for channel in rows} == {MINE, "PJSIP/trunk_1"}


async def test_who_is_busy_stays_on_the_list_and_is_left_to_the_next(dashboard: Dashboard, session: Witness):
    async with nobody_answers(session, QUEUE), waiting_caller(session, QUEUE, number="1108"):
        pass
    await call_back(dashboard, await line(dashboard, "1108"))
    row = await line(dashboard, "1108", attempts=1)
    assert row["claimed_by"] == ""
    asked = {name: row[name] for name in ("pbx", "queue", "party")} | {"note": "Sorted out"}
    assert (await dashboard.command("/api/v1/owed/close", asked))["message"] == "Closed."
    assert (await settled(dashboard, "1108"))["note"] == "Sorted out"


async def test_who_was_given_up_on_and_calls_again_is_owed_nothing_once_answered(
    dashboard: Dashboard, session: Witness
):
    number = "0309998877"
    async with nobody_answers(session, QUEUE):
        await place_call(session, QUEUE, number=number, patience=2)
        await line(dashboard, number, last_outcome="timed_out")
    caller = await place_call(session, QUEUE, number=number)
    try:
        assert (await settled(dashboard, number))["closed_how"] == "came_again"
    finally:
        await hang_up(session, caller)

"""A pause for a minute ends on the real PBX by itself, also when the dashboard was killed meanwhile, and not when
somebody else has begun another pause."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Packet, Witness

pytestmark = pytest.mark.asterisk

ADA, BOB, EVE = "PJSIP/1102", "PJSIP/1103", "PJSIP/1105"


@pytest.fixture(scope="module")
def dashboard(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("timed-pauses")
    with running_dashboard(folder, real_pbx.url("dashboard", "dash-1234")) as dashboard:
        yield dashboard


async def _on_the_pbx(session: Witness, queue: str, interface: str) -> Packet:
    rows = await session.rows("QueueStatus", Queue=queue, Member=interface)
    return next(row for row in rows if row["Event"] == "QueueMember")


async def _on_the_board(dashboard: Dashboard, interface: str) -> dict[str, Any]:
    """The membership of queue 6701; empty while there is none."""
    rows = [row for row in (await dashboard.board())["members"] if row["interface"] == interface]
    return next((row for row in rows if row["queue"] == "6701"), {})


async def test_timed_pauses_end_by_themselves_after_a_kill_and_only_if_they_are_still_ours(
    dashboard: Dashboard, session: Witness
):
    for interface in (BOB, EVE):
        await session.ask("QueueAdd", Queue="6701", Interface=interface)
    await dashboard.wait_for_link("up")

    async def are_there() -> bool:
        known = {row["interface"] for row in (await dashboard.board())["members"] if row["queue"] == "6701"}
        return {ADA, BOB, EVE} <= known

    await eventually(are_there, 5)
    try:
        for interface in (ADA, BOB, EVE):
            asked = {"queue": "6701", "reason": "Short break", "minutes": 1}
            agent = await dashboard.agent_id(interface)
            assert (await dashboard.command(f"/api/v1/agents/{agent}/pause", asked))["state"] == "done"

        async def are_ours() -> bool:
            rows = [await _on_the_board(dashboard, interface) for interface in (ADA, BOB, EVE)]
            return all((row["pause_reason"], row["paused_by"]) == ("Short break", "supervisor") for row in rows)

        await eventually(are_ours, 3)
        run = dashboard.worker_run()
        dashboard.kill()
        await asyncio.sleep(6)  # LastPause tells a pause begun so lately from ours only by seconds
        await session.ask("QueuePause", Queue="6701", Interface=BOB, Paused="false")
        await session.ask("QueuePause", Queue="6701", Interface=BOB, Paused="true", Reason="At the desk")
        dashboard.start()
        await dashboard.wait_for_next_run(run, 15)

        async def is_of_others() -> bool:
            row = await _on_the_board(dashboard, BOB)
            told = [row.get(name) for name in ("pause_reason", "paused_by", "pause_until")]
            return told == ["At the desk", "", None]

        await eventually(is_of_others, 10)
        # Pausing again for longer replaces the end.
        agent = await dashboard.agent_id(EVE)
        longer = {"queue": "6701", "reason": "Training", "minutes": 60}
        assert (await dashboard.command(f"/api/v1/agents/{agent}/pause", longer))["state"] == "done"

        run = dashboard.worker_run()
        dashboard.kill()
        until = dashboard.end_minutes_in(8)
        dashboard.start()
        await dashboard.wait_for_next_run(run, 15)

        async def is_back() -> bool:
            return (await _on_the_pbx(session, "6701", ADA))["Paused"] == "0"

        await eventually(is_back, 30)
        assert datetime.now(UTC) >= until

        async def is_told() -> bool:
            _, audit = await dashboard.ask("GET", "/api/v1/commands?kind=unpause")
            return [(c["state"], c["person"]) for c in audit["commands"]] == [("done", "supervisor")]

        await eventually(is_told, 5)
        assert (await _on_the_pbx(session, "6701", BOB))["Paused"] == "1"
        assert (await _on_the_pbx(session, "6701", EVE))["Paused"] == "1"
        row = await _on_the_board(dashboard, EVE)
        assert (row["pause_reason"], row["paused_by"]) == ("Training", "supervisor")
    finally:
        await session.ask("QueuePause", Interface=ADA, Paused="false")
        for interface in (BOB, EVE):
            await session.ask("QueueRemove", Queue="6701", Interface=interface)

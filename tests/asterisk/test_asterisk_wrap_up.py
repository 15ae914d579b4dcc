"""An agent who is ready before their wrap-up is over is rung by the real PBX at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asterisk.callers import entries, hang_up, place_call
from tests.asterisk.dashboard import running_dashboard
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Witness

pytestmark = pytest.mark.asterisk

QUEUE, ZOE = "6703", "Local/1125@phones/n"


async def test_who_is_ready_is_rung_again_before_the_wrap_up_is_over(real_pbx: RealPbx, session: Witness, tmp_path):
    with running_dashboard(tmp_path, real_pbx.url("dashboard", "dash-1234")) as dashboard:
        await dashboard.wait_for_link("up")
        dashboard.set_wrap_up(QUEUE, 600)
        await session.ask("QueueAdd", Queue=QUEUE, Interface=ZOE, MemberName="Zoe", Penalty="2")

        async def agent(**wanted: Any) -> dict[str, Any]:
            rows = [row for row in (await dashboard.board())["agents"] if row["interface"] == ZOE]
            return rows[0] if rows and wanted.items() <= rows[0].items() else {}

        async def is_waiting() -> bool:
            return bool(await entries(session, QUEUE))

        try:
            first = await place_call(session, QUEUE)
            talking = await eventually(lambda: agent(state="on_call"), 15)
            await hang_up(session, first)
            await eventually(lambda: agent(state="wrap_up"), 10)

            second = await place_call(session, QUEUE, number="0307654321")
            await eventually(is_waiting, 5)
            ended = await dashboard.command(f"/api/v1/agents/{talking['id']}/ready", {})
            assert (ended["state"], ended["message"]) == ("done", f"Ready for calls of {QUEUE}.")
            again = await eventually(lambda: agent(state="on_call", party_number="0307654321"), 15)
            assert again["id"] == talking["id"]
            [member] = [row for row in await session.rows("QueueStatus", Queue=QUEUE) if row["Event"] == "QueueMember"]
            assert (member["Name"], member["Penalty"], member["Location"]) == ("Zoe", "2", ZOE)
            await hang_up(session, second)
        finally:
            await session.ask("QueueRemove", Queue=QUEUE, Interface=ZOE)

"""A click reaches the PBX: what is asked through the API happens there, once, and a refusal comes back in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asterisk.callers import nobody_answers, waiting_caller
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Packet, Witness

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def served(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("commands")
    with running_dashboard(folder, real_pbx.url("dashboard", "dash-1234")) as dashboard:
        yield dashboard


@pytest.fixture
async def dashboard(served: Dashboard) -> Dashboard:
    await served.wait_for_link("up")
    return served


async def _member(session: Witness, queue: str, interface: str) -> Packet:
    rows = await session.rows("QueueStatus", Queue=queue, Member=interface)
    return next(row for row in rows if row["Event"] == "QueueMember")


async def _channels(session: Witness, name: str) -> list[str]:
    return [row["Channel"] for row in await session.rows("CoreShowChannels") if row["Channel"].startswith(name)]


async def test_pause_and_unpause_reach_the_pbx_and_come_back_to_the_board(dashboard: Dashboard, session: Witness):
    agent = await dashboard.agent_id("PJSIP/1102")
    asked = {"queue": "6701", "reason": "Öğle yemeği"}
    assert (await dashboard.command(f"/api/v1/agents/{agent}/pause", asked))["state"] == "done"
    member = await _member(session, "6701", "PJSIP/1102")
    assert (member["Paused"], member["PausedReason"]) == ("1", "Öğle yemeği")

    async def shown() -> bool:
        rows = (await dashboard.board())["members"]
        return any(row["interface"] == "PJSIP/1102" and row["pause_reason"] == "Öğle yemeği" for row in rows)

    await eventually(shown, 2)
    assert (await dashboard.command(f"/api/v1/agents/{agent}/unpause", {"queue": None}))["state"] == "done"
    assert (await _member(session, "6701", "PJSIP/1102"))["Paused"] == "0"


async def test_pausing_in_all_queues_reaches_every_membership(dashboard: Dashboard, session: Witness):
    for queue in ("6700", "6701"):
        await session.ask("QueueAdd", Queue=queue, Interface="PJSIP/1105")

    async def agent_in_both() -> int | None:
        rows = [row for row in (await dashboard.board())["agents"] if row["interface"] == "PJSIP/1105"]
        return rows[0]["id"] if rows and rows[0]["member_count"] == 2 else None

    agent = await eventually(agent_in_both, 5)
    await dashboard.command(f"/api/v1/agents/{agent}/pause", {"queue": None, "reason": "Training"})
    for queue in ("6700", "6701"):
        assert (await _member(session, queue, "PJSIP/1105"))["Paused"] == "1"
        await session.ask("QueueRemove", Queue=queue, Interface="PJSIP/1105")


@pytest.mark.parametrize(("number", "dialled"), [("800", "800"), ("0049 (30) 123-456", "004930123456")])
async def test_click_to_dial_rings_the_agents_phone_and_then_the_number(
    dashboard: Dashboard, session: Witness, number: str, dialled: str
):
    agent = await dashboard.agent_id("PJSIP/1101")
    ended = await dashboard.command("/api/v1/calls/originate", {"agent": agent, "number": number})
    assert ended["state"] == "done", ended
    rows = await session.rows("CoreShowChannels")
    [ours] = [row for row in rows if row["Channel"].startswith("PJSIP/1101-")]
    assert ours["Exten"] == dialled
    await session.ask("Hangup", Channel=ours["Channel"])

    async def is_quiet() -> bool:
        return not await _channels(session, "PJSIP/")

    await eventually(is_quiet, 10)


async def test_click_to_dial_from_a_busy_phone_is_refused_in_words(dashboard: Dashboard):
    agent = await dashboard.agent_id("PJSIP/1108")
    ended = await dashboard.command("/api/v1/calls/originate", {"agent": agent, "number": "800"})
    assert ended["state"] == "refused"
    assert "1108" in ended["message"]


async def test_dialling_an_extension_that_does_not_exist_is_refused_in_the_pbx_words(dashboard: Dashboard):
    agent = await dashboard.agent_id("PJSIP/1101")
    ended = await dashboard.command("/api/v1/calls/originate", {"agent": agent, "number": "12"})
    assert ended["state"] == "refused"
    assert "does not exist" in ended["message"]


async def test_a_waiting_caller_is_hung_up(dashboard: Dashboard, session: Witness):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:

        async def is_shown() -> bool:
            return any(row["uniqueid"] == caller.uniqueid for row in (await dashboard.board())["callers"])

        await eventually(is_shown, 2)
        asked = {"pbx": "main", "uniqueid": caller.uniqueid}
        assert (await dashboard.command("/api/v1/calls/hangup", asked))["state"] == "done"
        assert not [row for row in await session.rows("CoreShowChannels") if row["Uniqueid"] == caller.uniqueid]

    async def is_gone() -> bool:
        status, answer = await dashboard.ask("POST", "/api/v1/calls/hangup", asked)
        return status == 404 and "ended" in answer["detail"]

    await eventually(is_gone, 3)
    [row] = [call for call in dashboard.calls() if call["uniqueid"] == caller.uniqueid]
    assert row["outcome"] == "abandoned"


async def test_hostile_input_never_reaches_the_pbx(dashboard: Dashboard, session: Witness):
    agent = await dashboard.agent_id("PJSIP/1101")
    for number in ("100\r\nAction: Hangup\r\nChannel: /.*/", "PJSIP/1100&PJSIP/1102", "", "1" * 33):
        status, answer = await dashboard.ask("POST", "/api/v1/calls/originate", {"agent": agent, "number": number})
        assert status == 422, (number, answer)
    reason = "Lunch\r\nAction: QueueReset"
    status, _ = await dashboard.ask("POST", f"/api/v1/agents/{agent}/pause", {"queue": None, "reason": reason})
    assert status == 422
    assert not await _channels(session, "PJSIP/")

"""Callers are moved and preferred, agents logged in and out, calls joined: asked by API, done by a real PBX."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.asterisk.callers import Caller, entries, hang_up_all, nobody_answers, place_call, waiting_caller
from tests.asterisk.callers import hang_up as give_up
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Packet, Witness

pytestmark = pytest.mark.asterisk

#: The supervisor's own phone: quick to answer, a fixed member of 6701.
MINE = "PJSIP/1102"


@pytest.fixture(scope="module")
def served(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("moved")
    with running_dashboard(folder, real_pbx.url("dashboard", "dash-1234")) as dashboard:
        yield dashboard


@pytest.fixture
async def dashboard(served: Dashboard, session: Witness) -> AsyncIterator[Dashboard]:
    await served.wait_for_link("up")
    _sit_down(served)
    yield served
    await hang_up_all(session)


@functools.cache
def _sit_down(dashboard: Dashboard) -> None:
    dashboard.give_phone(MINE)


def of(caller: Caller) -> dict[str, str]:
    return {"pbx": "main", "uniqueid": caller.uniqueid}


async def channel(session: Witness, start: str) -> Packet | None:
    rows = [row for row in await session.rows("CoreShowChannels") if row["Channel"].startswith(start)]
    return rows[0] if rows else None


async def shown(dashboard: Dashboard, table: str, **told: object) -> dict[str, Any]:
    """The row of the board that is as told, once there is one."""

    async def look() -> dict[str, Any] | None:
        rows = (await dashboard.board())[table]
        return next((row for row in rows if all(row[name] == value for name, value in told.items())), None)

    return await eventually(look, 10)


@asynccontextmanager
async def talking(dashboard: Dashboard, session: Witness) -> AsyncIterator[tuple[Caller, dict[str, Any]]]:
    """A caller of 6700 and the agent who talks with them."""
    caller = await place_call(session, "6700")
    try:
        row = await shown(dashboard, "callers", uniqueid=caller.uniqueid, state="talking")
        yield caller, await shown(dashboard, "agents", interface=row["agent_interface"], state="on_call")
    finally:
        await give_up(session, caller)


async def outcome(dashboard: Dashboard, caller: Caller, queue: str) -> str:
    async def look() -> str | None:
        calls = [row for row in dashboard.calls() if (row["uniqueid"], row["queue"]) == (caller.uniqueid, queue)]
        return calls[-1]["outcome"] if calls else None

    return await eventually(look, 10)


async def test_a_waiting_caller_moves_to_another_queue_and_waits_there_anew(dashboard: Dashboard, session: Witness):
    async with nobody_answers(session, "6700", "6702"), waiting_caller(session, "6700") as caller:
        before = await shown(dashboard, "callers", uniqueid=caller.uniqueid)
        ended = await dashboard.command("/api/v1/calls/redirect", {**of(caller), "number": "6702"})
        assert (ended["state"], ended["message"]) == ("done", "Sent to 6702.")
        after = await shown(dashboard, "callers", uniqueid=caller.uniqueid, queue="6702", state="waiting")
        assert after["joined_at"] > before["joined_at"]
        assert [row["Uniqueid"] for row in await entries(session, "6702")] == [caller.uniqueid]
        assert await entries(session, "6700") == []
        assert await outcome(dashboard, caller, "6700") == "redirected"


async def test_a_waiting_caller_rings_an_extension_and_was_not_given_up(dashboard: Dashboard, session: Witness):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:
        await shown(dashboard, "callers", uniqueid=caller.uniqueid)
        await dashboard.command("/api/v1/calls/redirect", {**of(caller), "number": "1106"})

        async def rings() -> bool:
            phone = await channel(session, "PJSIP/1106-")
            return phone is not None and phone["ChannelStateDesc"] == "Ringing"

        await eventually(rings, 5)
        assert await outcome(dashboard, caller, "6700") == "redirected"


async def test_a_caller_is_not_sent_where_nothing_is(dashboard: Dashboard, session: Witness):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:
        await shown(dashboard, "callers", uniqueid=caller.uniqueid)
        ended = await dashboard.command("/api/v1/calls/redirect", {**of(caller), "number": "12"})
        assert (ended["state"], "no extension 12" in ended["message"]) == ("refused", True)
        assert [row["Uniqueid"] for row in await entries(session, "6700")] == [caller.uniqueid]


async def test_a_waiting_caller_is_picked_up_on_ones_own_phone(dashboard: Dashboard, session: Witness):
    mine = await dashboard.agent_id(MINE)
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:
        await shown(dashboard, "callers", uniqueid=caller.uniqueid)
        ended = await dashboard.command("/api/v1/calls/pickup", {**of(caller), "phone": mine})
        assert (ended["state"], "1102" in ended["message"]) == ("done", True)

        async def is_bridged() -> bool:
            phone = await channel(session, f"{MINE}-")
            return phone is not None and phone["BridgeId"] != ""

        await eventually(is_bridged, 5)
        await shown(dashboard, "agents", interface=MINE, state="other_call", party_number="0301234567")
        assert await outcome(dashboard, caller, "6700") == "redirected"


async def test_the_caller_in_hand_is_transferred_and_the_agent_is_free(dashboard: Dashboard, session: Witness):
    async with talking(dashboard, session) as (caller, agent):
        ended = await dashboard.command(f"/api/v1/agents/{agent['id']}/transfer", {"number": "800"})
        assert (ended["state"], ended["message"]) == ("done", "Transferred to 800.")
        await shown(dashboard, "agents", interface=agent["interface"], state="available")
        assert await channel(session, f"{agent['interface']}-") is None
        rows = await session.rows("CoreShowChannels")
        assert [row["Exten"] for row in rows if row["Uniqueid"] == caller.uniqueid] == ["800"]
        assert await outcome(dashboard, caller, "6700") == "completed"


async def test_a_call_of_no_queue_is_transferred_by_the_agents_own_channel(dashboard: Dashboard, session: Witness):
    agent = await dashboard.agent_id("PJSIP/1101")
    await dashboard.command("/api/v1/calls/originate", {"agent": agent, "number": "1100"})

    async def they_talk() -> bool:
        other = await channel(session, "PJSIP/1100-")
        return other is not None and other["BridgeId"] != ""

    await eventually(they_talk, 10)
    await shown(dashboard, "agents", id=agent, state="other_call", party_number="1100")
    ended = await dashboard.command(f"/api/v1/agents/{agent}/transfer", {"number": "800"})
    assert ended["state"] == "done", ended

    async def is_alone() -> bool:
        left = await channel(session, "PJSIP/1100-")
        return await channel(session, "PJSIP/1101-") is None and left is not None and left["Exten"] == "800"

    await eventually(is_alone, 5)


async def test_a_priority_is_set_and_the_place_it_leaves_is_told(dashboard: Dashboard, session: Witness):
    async with (
        nobody_answers(session, "6700"),
        waiting_caller(session, "6700"),
        waiting_caller(session, "6700") as second,
    ):
        await shown(dashboard, "callers", uniqueid=second.uniqueid, position=2)
        ended = await dashboard.command("/api/v1/calls/priority", {**of(second), "priority": 10})
        listed = [row for row in await entries(session, "6700") if row["Uniqueid"] == second.uniqueid]
        assert [row["Priority"] for row in listed] == ["10"]
        # Asterisk 16 keeps the line, 22 moves the caller.
        place = int(listed[0]["Position"])
        told = {1: "Priority 10: moved from place 2 to 1.", 2: "Priority 10, still at place 2."}[place]
        assert (ended["state"], ended["message"].startswith(told)) == ("done", True), ended
        await shown(dashboard, "callers", uniqueid=second.uniqueid, priority=10, position=place)


async def test_an_agent_is_logged_in_preferred_and_logged_out_again(dashboard: Dashboard, session: Witness):
    agent = await dashboard.agent_id(MINE)

    async def member(queue: str) -> Packet | None:
        rows = await session.rows("QueueStatus", Queue=queue, Member=MINE)
        return next((row for row in rows if row["Event"] == "QueueMember"), None)

    ended = await dashboard.command(f"/api/v1/agents/{agent}/login", {"queue": "6700", "penalty": 5})
    joined = await member("6700")
    assert (ended["message"], joined["Penalty"], joined["Membership"]) == ("Logged in to 6700.", "5", "dynamic")
    assert joined["Name"] == "Åsa Öberg"
    await shown(dashboard, "members", queue="6700", interface=MINE, penalty=5)
    await dashboard.command(f"/api/v1/agents/{agent}/penalty", {"queue": "6700", "penalty": 7})
    await shown(dashboard, "members", queue="6700", interface=MINE, penalty=7)
    ended = await dashboard.command(f"/api/v1/agents/{agent}/logout", {"queue": None})
    assert ended["message"] == "Logged out of 6700. Still a fixed member of 6701."
    assert await member("6700") is None
    await shown(dashboard, "agents", id=agent, member_count=1)
    status, answer = await dashboard.ask("POST", f"/api/v1/agents/{agent}/logout", {"queue": "6701"})
    assert (status, "fixed member" in answer["detail"]) == (422, True)
    ended = await dashboard.command(f"/api/v1/agents/{agent}/login", {})
    assert (ended["state"], (await member("6700"))["Penalty"]) == ("done", "7")
    await shown(dashboard, "agents", id=agent, member_count=2)
    await dashboard.command(f"/api/v1/agents/{agent}/logout", {"queue": "6700"})


@pytest.mark.parametrize(("mode", "options"), [("listen", "qESu"), ("whisper", "qESuw"), ("barge", "qESuB")])
async def test_a_call_is_joined_from_ones_own_phone(dashboard: Dashboard, session: Witness, mode: str, options: str):
    mine = await dashboard.agent_id(MINE)
    spied_on: list[str] = []

    def note(packet: Packet) -> None:
        if packet["Event"] == "ChanSpyStart":
            spied_on.append(packet["SpyeeChannel"])

    async def has_begun() -> bool:
        return bool(spied_on)

    session.listeners.append(note)
    async with talking(dashboard, session) as (_, agent):
        body = {"mode": mode, "phone": mine}
        ended = await dashboard.command(f"/api/v1/agents/{agent['id']}/supervise", body)
        assert ended["state"] == "done", ended
        spy, spied = await channel(session, f"{MINE}-"), await channel(session, f"{agent['interface']}-")
        assert (spy["Application"], spy["ApplicationData"]) == ("ChanSpy", f"{spied['Channel']},{options}")
        assert spied["BridgeId"] != ""
        await eventually(has_begun, 5)
        assert spied_on == [spied["Channel"]]

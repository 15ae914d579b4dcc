"""A dialled call really rings both phones, each step is told to pages; callers are held, parked and recorded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.asterisk.callers import Caller, hang_up_all, place_call
from tests.asterisk.callers import hang_up as give_up
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Witness
from tests.support.patience import patient

pytestmark = pytest.mark.asterisk

#: Whose phone dials: rings for 0.8 seconds.
MINE = "PJSIP/1102"


@pytest.fixture(scope="module")
def served(real_pbx: RealPbx, tmp_path_factory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("dialling")
    with running_dashboard(folder, real_pbx.url("everything", "all w1th sp@ce/&?:%")) as dashboard:
        yield dashboard


@pytest.fixture
async def dashboard(served: Dashboard, session: Witness) -> AsyncIterator[Dashboard]:
    await served.wait_for_link("up")
    yield served
    await hang_up_all(session)


@asynccontextmanager
async def frames(dashboard: Dashboard) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
    """What a page of the supervisor is told of requests."""
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def read() -> None:
        async for text in page:
            if '"type":"command"' in str(text):
                told.put_nowait(json.loads(text))

    headers = {"Authorization": f"Bearer {dashboard.token}"}
    async with connect(
        f"{dashboard.url.replace('http', 'ws')}/ws/board/", additional_headers=headers, max_size=None
    ) as page:
        reading = asyncio.create_task(read())
        try:
            yield told
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


class Dialled:
    """A call that the supervisor dialled, as their page is told of it."""

    def __init__(self, told: asyncio.Queue[dict[str, Any]], command: int) -> None:
        self._told = told
        self._command = command
        self.steps: list[str] = []
        self.message = ""

    async def until(self, *progress: str) -> str:
        """The first of these steps that is told."""
        async with asyncio.timeout(patient(20)):
            while not self.steps or self.steps[-1] not in progress:
                frame = await self._told.get()
                if frame["id"] == self._command and frame["progress"] not in ("", *self.steps[-1:]):
                    self.steps.append(frame["progress"])
                    self.message = frame["message"]
        return self.steps[-1]


async def dial(dashboard: Dashboard, told: asyncio.Queue[dict[str, Any]], number: str) -> Dialled:
    asked = {"agent": await dashboard.agent_id(MINE), "number": number}
    status, accepted = await dashboard.ask("POST", "/api/v1/calls/originate", asked)
    assert status == 202, accepted
    return Dialled(told, accepted["id"])


async def states(session: Witness) -> dict[str, str]:
    """How each phone's channel stands, by the PBX's own list."""
    rows = await session.rows("CoreShowChannels")
    return {row["Channel"].partition("-")[0]: row["ChannelStateDesc"] for row in rows}


async def hang_up(session: Witness, interface: str) -> None:
    for row in await session.rows("CoreShowChannels"):
        if row["Channel"].startswith(f"{interface}-"):
            await session.ask("Hangup", Channel=row["Channel"])


async def test_both_phones_ring_one_after_the_other_until_they_talk_and_the_callee_hangs_up(
    dashboard: Dashboard, session: Witness
):
    async with frames(dashboard) as told:
        call = await dial(dashboard, told, "1104")
        await call.until("own_phone")
        assert await states(session) == {MINE: "Ringing"}
        await call.until("theirs")
        assert await states(session) == {MINE: "Up", "PJSIP/1104": "Ringing"}
        await call.until("connected")
        assert await states(session) == {MINE: "Up", "PJSIP/1104": "Up"}
        await hang_up(session, "PJSIP/1104")
        await call.until("ended")
    assert call.steps == ["own_phone", "dialling", "theirs", "connected", "ended"]
    assert call.message == "The call with 1104 is over."


@pytest.mark.parametrize(
    ("number", "steps", "words"),
    [
        ("1108", ["busy"], "1108 is busy."),
        ("804", ["theirs", "no_answer"], "804 did not answer."),
        ("1110", ["failed"], "1110 cannot be reached"),
        ("0301234567", ["theirs", "connected"], "Connected with 0301234567."),
        ("1120", ["theirs", "connected"], "Connected with 1120."),
        ("6701", ["theirs", "connected"], "Connected with 6701."),
    ],
    ids=["busy", "no answer", "switched off", "outside", "behind a Local channel", "a queue"],
)
async def test_how_a_call_goes_is_told(dashboard: Dashboard, session: Witness, number, steps, words):
    async with frames(dashboard) as told:
        call = await dial(dashboard, told, number)
        await call.until(steps[-1])
        assert call.steps == ["own_phone", "dialling", *steps]
        assert words in call.message


async def test_who_dialled_may_give_up_while_it_rings(dashboard: Dashboard, session: Witness):
    async with frames(dashboard) as told:
        call = await dial(dashboard, told, "1106")
        await call.until("theirs")
        await hang_up(session, MINE)
        await call.until("ended")
    assert call.message == "You hung up before 1106 answered."


# --- the call in hand --------------------------------------------------------------------------------------------


@asynccontextmanager
async def talking(dashboard: Dashboard, session: Witness) -> AsyncIterator[tuple[Caller, dict[str, Any]]]:
    """A caller of 6700 and the agent who talks with them."""
    caller = await place_call(session, "6700")

    async def agent() -> dict[str, Any] | None:
        rows = (await dashboard.board())["agents"]
        on_call = (row for row in rows if row["state"] == "on_call")
        return next((row for row in on_call if row["call_uniqueid"] == caller.uniqueid), None)

    try:
        yield caller, await eventually(agent, 15)
    finally:
        await give_up(session, caller)


async def test_the_caller_waits_while_the_agent_asks_and_is_handed_over(dashboard: Dashboard, session: Witness):
    async with talking(dashboard, session) as (caller, agent):
        ended = await dashboard.command(f"/api/v1/agents/{agent['id']}/consult", {"number": "1103"})
        assert (ended["state"], "Hang up to hand them over" in ended["message"]) == ("done", True)

        async def is_asked() -> bool:
            return (await states(session)).get("PJSIP/1103") == "Up"

        await eventually(is_asked, 10)
        await hang_up(session, agent["interface"])

        async def is_handed_over() -> bool:
            rows = await session.rows("CoreShowChannels")
            bridges = [row["BridgeId"] for row in rows if row["Uniqueid"] == caller.uniqueid]
            others = [row["Channel"] for row in rows if row["BridgeId"] in bridges and bridges != [""]]
            return any(name.startswith("Local/1103@") for name in others) and agent["interface"] not in str(others)

        await eventually(is_handed_over, 10)

        async def is_told() -> bool:
            return [(row["outcome"], row["ended_by"]) for row in dashboard.calls()[-1:]] == [("completed", "transfer")]

        await eventually(is_told, 10)


async def test_a_parked_caller_is_fetched_by_whoever_dials_the_space(dashboard: Dashboard, session: Witness):
    async with talking(dashboard, session) as (caller, agent):
        ended = await dashboard.command(f"/api/v1/agents/{agent['id']}/park", {})
        assert (ended["state"], "Parked at 701" in ended["message"]) == ("done", True)
        parked = await session.rows("ParkedCalls")
        assert [row["ParkeeUniqueid"] for row in parked if row["Event"] == "ParkedCall"] == [caller.uniqueid]

        async def is_free() -> bool:
            return agent["interface"] not in await states(session)

        await eventually(is_free, 10)


async def test_a_call_is_recorded_until_it_is_stopped(dashboard: Dashboard, session: Witness, real_pbx: RealPbx):
    async with talking(dashboard, session) as (_caller, agent):
        path = f"/api/v1/agents/{agent['id']}/record"
        begun = await dashboard.command(path, {"on": True})
        assert begun["state"] == "done"
        file = real_pbx.release.root / "var/spool/asterisk/monitor" / begun["message"].split()[-1].rstrip(".")

        async def recording() -> bool:
            rows = (await dashboard.board())["agents"]
            return next(row["recording_since"] for row in rows if row["id"] == agent["id"]) is not None

        await eventually(recording, 5)
        assert (await dashboard.command(path, {"on": False}))["state"] == "done"
        assert file.exists()
        again = await dashboard.command(path, {"on": False})
        assert (again["state"], "Could not stop monitoring" in again["message"]) == ("refused", True)

"""A snapshot says what the PBX says: every field compared with the tests' own reading of `QueueStatus`."""

from __future__ import annotations

import pytest

from queues.ami.client import Address, connect
from queues.ami.dialects import probe, take_snapshot
from queues.ami.events import CallerTold, MemberTold, QueueTold, Snapshot
from tests.asterisk.callers import nobody_answers, waiting_caller
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Packet, Witness

pytestmark = pytest.mark.asterisk


async def _snapshot(real_pbx: RealPbx, user: str, secret: str, queue: str | None = None) -> Snapshot:
    client = await connect(Address.parse(real_pbx.url(user, secret)))
    try:
        return await take_snapshot(client, await probe(client), queue)
    finally:
        await client.close()


def _told(row: QueueTold) -> tuple:
    return (
        row.strategy,
        row.waiting,
        row.max_waiting,
        row.completed,
        row.abandoned,
        row.hold_seconds,
        row.talk_seconds,
        row.service_level_seconds,
        row.service_level_percent,
        row.weight,
    )


def _params(row: Packet) -> tuple:
    numbers = ("Calls", "Max", "Completed", "Abandoned", "Holdtime", "TalkTime", "ServiceLevel")
    return (row["Strategy"], *(int(row[n]) for n in numbers), float(row["ServicelevelPerf"]), int(row["Weight"]))


def _member_told(row: MemberTold) -> tuple:
    return (
        row.member_name,
        row.state_interface,
        row.membership,
        row.penalty,
        row.calls_taken,
        row.last_call_at,
        row.device_state,
        row.paused,
        row.pause_reason,
    )


def _member_row(row: Packet) -> tuple:
    return (
        row["Name"],
        row["StateInterface"],
        row["Membership"],
        int(row["Penalty"]),
        int(row["CallsTaken"]),
        float(row["LastCall"]),
        int(row["Status"]),
        row["Paused"] == "1",
        row["PausedReason"],
    )


@pytest.mark.parametrize(("user", "secret"), [("dashboard", "dash-1234"), ("onlooker", "look-1234")])
async def test_every_queue_and_member_is_told_as_the_pbx_lists_it(real_pbx, session: Witness, user: str, secret: str):
    await session.ask("QueuePause", Interface="PJSIP/1102", Paused="true", Reason="Öğle: yemeği")
    try:
        snapshot = await _snapshot(real_pbx, user, secret)
        listed = await session.rows("QueueStatus")
    finally:
        await session.ask("QueuePause", Interface="PJSIP/1102", Paused="false")

    assert {row.queue: _told(row) for row in snapshot.queues} == {
        row["Queue"].lower(): _params(row) for row in listed if row["Event"] == "QueueParams"
    }
    assert {(row.queue, row.interface): _member_told(row) for row in snapshot.members} == {
        (row["Queue"].lower(), row["Location"]): _member_row(row) for row in listed if row["Event"] == "QueueMember"
    }
    assert any(row.pause_reason == "Öğle: yemeği" for row in snapshot.members)


async def test_waiting_callers_are_told_with_position_number_name_and_wait(real_pbx: RealPbx, session: Witness):
    async with (
        nobody_answers(session, "6700"),
        waiting_caller(session, "6700", number="+905321234567", name="Ayşe Yılmaz") as first,
        waiting_caller(session, "6700", number="anonymous", name='Dr. \\"No\\"') as second,
    ):
        snapshot = await _snapshot(real_pbx, "dashboard", "dash-1234")
    assert snapshot.callers is not None
    told = {row.uniqueid: row for row in snapshot.callers}
    assert set(told) == {first.uniqueid, second.uniqueid}
    assert _who(told[first.uniqueid]) == ("6700", 1, "+905321234567", "Ayşe Yılmaz")
    assert _who(told[second.uniqueid]) == ("6700", 2, "anonymous", 'Dr. "No"')
    assert all(0 <= row.wait_seconds < 10 for row in snapshot.callers)


def _who(row: CallerTold) -> tuple:
    return (row.queue, row.position, row.number, row.name)


async def test_channels_tell_who_is_in_which_queue(real_pbx: RealPbx, session: Witness):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:
        snapshot = await _snapshot(real_pbx, "dashboard", "dash-1234")
    assert snapshot.channels is not None
    [channel] = [row for row in snapshot.channels if row.uniqueid == caller.uniqueid]
    assert channel.application == "Queue"
    assert channel.state == 6


async def test_an_onlooker_sees_callers_but_no_channels(real_pbx: RealPbx, session: Witness):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:
        snapshot = await _snapshot(real_pbx, "onlooker", "look-1234")
    assert [row.uniqueid for row in snapshot.callers or ()] == [caller.uniqueid]
    assert snapshot.channels is None


async def test_one_queue_can_be_asked_for_by_its_number_in_any_case(real_pbx: RealPbx):
    snapshot = await _snapshot(real_pbx, "dashboard", "dash-1234", "night-desk")
    assert [row.queue for row in snapshot.queues] == ["night-desk"]
    assert snapshot.members == ()
    assert snapshot.callers == ()


async def test_phones_that_are_off_are_told_as_unreachable(real_pbx: RealPbx):
    async def devices() -> dict[str, int | None] | None:
        snapshot = await _snapshot(real_pbx, "dashboard", "dash-1234", "6700")
        seen = {row.interface: row.device_state for row in snapshot.members}
        return seen if seen["PJSIP/1110"] == 5 else None

    assert (await eventually(devices, 10))["PJSIP/1100"] == 1

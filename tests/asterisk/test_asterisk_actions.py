"""What we ask a real PBX to do it does, tells in an event, or refuses in its own words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest

from queues.ami import actions, events
from queues.ami.client import Address, Client, connect
from queues.ami.errors import ActionRefused
from tests.asterisk.callers import hang_up, nobody_answers, place_call, waiting_caller
from tests.asterisk.pbx import RealPbx
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Witness

pytestmark = pytest.mark.asterisk

E = TypeVar("E")


@pytest.fixture
async def link(real_pbx: RealPbx) -> AsyncIterator[Client]:
    client = await connect(Address.parse(real_pbx.url("everything", "all w1th sp@ce/&?:%")))
    yield client
    await client.close()


async def _next(link: Client, event_type: type[E], /, **told: object) -> E:
    """The next live event of that type whose fields are as told."""
    async with asyncio.timeout(10):
        async for event, _ in link.events():
            if isinstance(event, event_type) and all(getattr(event, name) == value for name, value in told.items()):
                return event
    raise AssertionError("events() ended without LinkDown")


async def test_pausing_one_queue_is_told_with_the_reason(link: Client):
    await link.perform(actions.QueuePause("PJSIP/1102", paused=True, queue="6701", reason="Mittagspause ☕"))
    told = await _next(link, events.MemberTold, kind="pause", interface="PJSIP/1102")
    assert (told.queue, told.paused, told.pause_reason) == ("6701", True, "Mittagspause ☕")
    await link.perform(actions.QueuePause("PJSIP/1102", paused=False, queue="6701"))
    assert (await _next(link, events.MemberTold, kind="pause", interface="PJSIP/1102")).paused is False


async def test_pausing_without_a_queue_pauses_all_of_them(link: Client):
    for queue in ("6700", "6701"):
        await link.perform(actions.QueueAdd(queue, "PJSIP/1105"))
    await link.perform(actions.QueuePause("PJSIP/1105", paused=True))
    told = {(await _next(link, events.MemberTold, kind="pause", paused=True)).queue for _ in range(2)}
    assert told == {"6700", "6701"}
    for queue in ("6700", "6701"):
        await link.perform(actions.QueueRemove(queue, "PJSIP/1105"))


async def test_pausing_nobody_is_refused(link: Client):
    with pytest.raises(ActionRefused, match="Interface not found"):
        await link.perform(actions.QueuePause("PJSIP/9999", paused=True))


async def test_a_dynamic_member_comes_changes_and_goes(link: Client):
    await link.perform(actions.QueueAdd("6700", "Local/1130@phones/n", penalty=3, member_name="Zoë ÇĞİ"))
    added = await _next(link, events.MemberTold, kind="added")
    assert (added.queue, added.interface, added.member_name) == ("6700", "Local/1130@phones/n", "Zoë ÇĞİ")
    assert (added.membership, added.penalty) == ("dynamic", 3)
    with pytest.raises(ActionRefused, match="Already there"):
        await link.perform(actions.QueueAdd("6700", "Local/1130@phones/n"))
    await link.perform(actions.QueuePenalty("Local/1130@phones/n", 7))
    assert (await _next(link, events.MemberTold, kind="penalty")).penalty == 7
    await link.perform(actions.QueueRemove("6700", "Local/1130@phones/n"))
    assert await _next(link, events.MemberRemoved) == events.MemberRemoved("6700", "Local/1130@phones/n")


async def test_a_static_member_cannot_be_removed(link: Client):
    with pytest.raises(ActionRefused, match="not dynamic"):
        await link.perform(actions.QueueRemove("6700", "PJSIP/1100"))


async def test_a_call_that_is_originated_is_told_by_its_action_id(link: Client, session: Witness):
    reply = await link.perform(actions.Originate("PJSIP/1100", context="from-internal", exten="800", priority=1))
    ended = await _next(link, events.OriginateEnded)
    assert (ended.action_id, ended.is_success, ended.reason) == (reply.action_id, True, 4)
    assert ended.channel.startswith("PJSIP/1100-")
    await link.perform(actions.Hangup(ended.uniqueid))
    gone = await _next(link, events.ChannelGone, uniqueid=ended.uniqueid)
    assert gone.cause_text


@pytest.mark.parametrize(("phone", "reason"), [("1106", 3), ("1108", 0), ("1110", 0)], ids=["deaf", "busy", "off"])
async def test_a_call_that_is_not_taken_fails_with_a_reason(link: Client, phone: str, reason: int):
    call = actions.Originate(f"PJSIP/{phone}", "from-internal", "800", 1, timeout_milliseconds=1000)
    await link.perform(call)
    ended = await _next(link, events.OriginateEnded)
    assert (ended.is_success, ended.reason) == (False, reason)


async def test_dialling_what_does_not_exist_is_refused_at_once(link: Client):
    with pytest.raises(ActionRefused, match="does not exist"):
        await link.perform(actions.Originate("PJSIP/1100", context="from-internal", exten="12", priority=1))


async def test_hanging_up_a_call_that_is_gone_is_refused(link: Client):
    with pytest.raises(ActionRefused, match="No such channel"):
        await link.perform(actions.Hangup("1234567890.1"))


async def test_a_waiting_caller_is_redirected_to_another_queue(link: Client, session: Witness):
    async with nobody_answers(session, "6700", "6701"), waiting_caller(session, "6700") as caller:
        await link.perform(actions.Redirect(caller.uniqueid, "from-internal", "6701"))
        joined = await _next(link, events.CallerJoined, queue="6701")
        assert joined.uniqueid == caller.uniqueid


async def test_a_waiting_caller_gets_priority_and_is_withdrawn(link: Client, session: Witness):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:
        [listed] = await _callers(link)
        await link.perform(actions.QueueChangePriorityCaller("6700", listed.channel, 10))
        assert [(row.uniqueid, row.priority) for row in await _callers(link)] == [(caller.uniqueid, 10)]
        await link.perform(actions.QueueWithdrawCaller("6700", listed.channel))
        await _next(link, events.CallerLeft, uniqueid=caller.uniqueid)


async def _callers(link: Client) -> list[events.CallerTold]:
    rows = (await link.perform(actions.QueueStatus("6700"))).rows
    return [row for row in rows if isinstance(row, events.CallerTold)]


async def test_a_queue_call_is_told_from_join_to_completion(link: Client, session: Witness):
    caller = await place_call(session, "6700", number="030777", name="Jürgen")
    joined = await _next(link, events.CallerJoined)
    assert (joined.uniqueid, joined.number, joined.name) == (caller.uniqueid, "030777", "Jürgen")
    assert (await _next(link, events.AgentCalled)).uniqueid == caller.uniqueid
    connected = await _next(link, events.AgentConnected)
    assert (connected.uniqueid, connected.queue) == (caller.uniqueid, "6700")
    assert connected.interface in ("PJSIP/1100", "PJSIP/1101")
    await hang_up(session, caller)
    completed = await _next(link, events.AgentCompleted)
    assert (completed.queue, completed.interface, completed.reason) == ("6700", connected.interface, "caller")


async def test_a_recording_is_paused_and_stopped(link: Client, session: Witness):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700") as caller:
        [channel] = [
            row for row in (await link.perform(actions.CoreShowChannels())).rows if row.uniqueid == caller.uniqueid
        ]
        await link.perform(actions.MixMonitor(channel.channel, "/tmp/test.ulaw"))
        await link.perform(actions.StopMixMonitor(channel.channel))


@pytest.mark.parametrize(
    "action",
    [actions.QueueSummary(), actions.Status(), actions.CoreShowChannels(), actions.DeviceStateList()],
    ids=lambda action: action.name,
)
async def test_lists_come_complete(link: Client, session: Witness, action: actions.Action):
    async with nobody_answers(session, "6700"), waiting_caller(session, "6700"):
        ours = await link.perform(action)
        theirs = await session.rows(action.name)
        assert len(ours.rows) + len(ours.untyped) == len(theirs) > 0


async def test_hints_are_listed(link: Client):
    listed = await link.perform(actions.ExtensionStateList())
    assert {frame.get("Exten") for frame in listed.untyped} == {"1120", "1121"}


async def test_events_can_be_filtered_and_switched_off(link: Client, session: Witness):
    await link.perform(actions.Filter("!Event: QueueMemberPause"))
    await session.ask("QueuePause", Interface="PJSIP/1102", Paused="true")
    await session.ask("QueuePause", Interface="PJSIP/1102", Paused="false")
    await session.ask("QueuePenalty", Queue="6701", Interface="PJSIP/1103", Penalty=1)
    assert (await _next(link, events.MemberTold)).kind == "penalty"
    assert (await link.perform(actions.Events("off"))).fields.get("Events") == "Off"


async def test_an_onlooker_may_not_act(real_pbx: RealPbx):
    client = await connect(Address.parse(real_pbx.url("onlooker", "look-1234")))
    with pytest.raises(ActionRefused, match="Permission denied"):
        await client.perform(actions.QueuePause("PJSIP/1100", paused=True))
    await client.close()


async def test_counters_are_reset(link: Client, session: Witness):
    await link.perform(actions.QueueReset("6700"))

    async def is_zero() -> bool:
        rows = await session.rows("QueueStatus", Queue="6700")
        return rows[0]["Completed"] == "0"

    await eventually(is_zero, 3)

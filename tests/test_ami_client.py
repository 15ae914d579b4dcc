"""A link over a real socket: log in, ask, listen, leave."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from queues.ami.actions import Hangup, Ping, QueuePause, Queues, QueueStatus
from queues.ami.client import Overflow, Patience, connect
from queues.ami.errors import ActionRefused, ActionTimeout, InvalidAction, LinkDown, LoginRefused
from queues.ami.events import HangupRequested
from tests.support.fake_pbx import SECRET, FakePbx
from tests.support.patience import patient

START = datetime(2026, 11, 23, 8, 20, tzinfo=UTC)
EVENT = "Event: HangupRequest\nPrivilege: call,all\nUniqueid: {}"
LIST = (
    "Response: Success\nEventList: start",
    "Event: QueueParams\nQueue: Özel\nCalls: 1",
    "Event: QueueMember\nQueue: Özel\nName: Çağrı\nLocation: PJSIP/1000",
    "Event: QueueStatusComplete\nEventList: Complete\nListItems: 2",
)


@pytest.fixture
async def pbx():
    async with FakePbx() as pbx:
        yield pbx


@pytest.fixture
async def client(pbx):
    client = await connect(pbx.address())
    yield client
    await client.close()


async def test_it_logs_in_by_md5(pbx, client):
    assert client.banner_version == "5.0.4"
    assert [request["action"] for request in pbx.requests] == ["Challenge", "Login"]
    assert "secret" not in pbx.requests[1]


async def test_it_logs_in_plainly_where_challenge_is_refused(pbx):
    pbx.on("Challenge", "Response: Error\nMessage: Permission denied")
    client = await connect(pbx.address())
    assert pbx.requests[1]["secret"] == SECRET
    await client.close()


async def test_a_wrong_secret_is_refused_and_tried_once(pbx):
    with pytest.raises(LoginRefused) as refusal:
        await connect(pbx.address(secret="nope0000"))
    assert refusal.value.message == "Authentication failed"
    assert len(pbx.asked("Login")) == 1


@pytest.mark.parametrize("chunk", [0, 1, 7])
async def test_a_list_arrives_however_it_is_cut(pbx, client, chunk):
    pbx.chunk = chunk
    pbx.on("QueueStatus", *LIST)
    reply = await client.perform(QueueStatus())
    assert [row.queue for row in reply.rows] == ["özel", "özel"]
    assert reply.rows[1].member_name == "Çağrı"


async def test_many_may_ask_at_once(pbx, client):
    pbx.on("QueueStatus", *LIST)
    replies = await asyncio.gather(*(client.perform(Ping()) for _ in range(20)), client.perform(QueueStatus()))
    assert [reply.fields.get("Ping") for reply in replies[:20]] == ["Pong"] * 20
    assert len({reply.action_id for reply in replies}) == 21
    assert len(replies[20].rows) == 2


async def test_a_refusal_is_raised_and_the_link_lives(pbx, client):
    pbx.on("QueuePause", "Response: Error\nMessage: Interface not found")
    with pytest.raises(ActionRefused, match="Interface not found"):
        await client.perform(QueuePause("PJSIP/1", paused=True))
    assert (await client.perform(Ping())).fields.get("Ping") == "Pong"


async def test_an_invalid_action_is_refused_before_a_byte_is_written(pbx, client):
    with pytest.raises(InvalidAction):
        await client.perform(QueuePause("PJSIP/1\r\nAction: Originate", paused=True))
    await client.perform(Ping())
    assert [request["action"] for request in pbx.requests[2:]] == ["Ping"]


async def test_an_action_without_an_answer_times_out_and_the_link_lives(pbx, client):
    pbx.on("Hangup")
    with pytest.raises(ActionTimeout, match="Hangup"):
        await client.perform(Hangup("1.2"), timeout=0.05)
    await client.perform(Ping())
    assert len(pbx.asked("Hangup")) == 1


async def test_a_list_that_is_cut_short_times_out(pbx, client):
    pbx.on("QueueStatus", *LIST[:-1])
    with pytest.raises(ActionTimeout):
        await client.perform(QueueStatus(), timeout=0.05)
    pbx.on("QueueStatus", *LIST)
    assert len((await client.perform(QueueStatus())).rows) == 2


async def test_a_cancelled_action_leaves_no_trace(pbx, client):
    pbx.on("Queues")
    waiting = asyncio.create_task(client.perform(Queues()))
    await pbx.received("Queues")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    pbx.callers[0].answer(pbx.requests[-1], "Response: Error\nMessage: late")
    assert (await client.perform(Ping())).fields.get("Ping") == "Pong"
    assert client.counters.skipped == {"stray_response": 1}


async def test_live_events_come_with_the_instant_they_were_received(pbx):
    ticks = iter(START + timedelta(seconds=n) for n in range(1000))
    client = await connect(pbx.address(), now=lambda: next(ticks))
    pbx.tell(*(EVENT.format(number) for number in range(3)))
    events = client.events()
    told = [await anext(events) for _ in range(3)]
    assert [event for event, _ in told] == [HangupRequested(str(number)) for number in range(3)]
    assert START < told[0][1] <= told[2][1] == client.heard_at
    assert client.counters.events == {"HangupRequested": 3}
    await client.close()


async def test_events_of_the_login_are_not_lost(pbx):
    pbx.on("Login", "Response: Success", EVENT.format("early"))
    client = await connect(pbx.address())
    assert (await anext(client.events()))[0] == HangupRequested("early")
    await client.close()


async def test_only_wanted_events_are_decoded(pbx):
    client = await connect(pbx.address(), wanted={b"hanguprequest": b""})
    pbx.tell("Event: Reload\nPrivilege: system,all\nModule: x", EVENT.format("1"))
    assert (await anext(client.events()))[0] == HangupRequested("1")
    assert client.counters.unwanted == 1
    await client.close()


async def test_a_slow_consumer_loses_events_and_is_told_but_never_stalls_the_reader(pbx):
    client = await connect(pbx.address(), inbox_size=10)
    pbx.tell(*(EVENT.format(number) for number in range(25)))
    await client.perform(Ping())
    assert client.overflowed == 2
    assert client.counters.skipped["overflow"] == 20
    events = client.events()
    told = [(await anext(events))[0] for _ in range(len(client.inbox))]
    assert told[0] == Overflow(10)
    assert told[-1] == HangupRequested("24")
    await client.close()


async def test_closing_logs_off_and_ends_the_events(pbx):
    client = await connect(pbx.address())
    await client.close()
    assert pbx.requests[-1]["action"] == "Logoff"
    with pytest.raises(LinkDown):
        await anext(client.events())
    with pytest.raises(LinkDown):
        await client.perform(Ping())
    await client.close()


async def test_closing_does_not_wait_for_a_pbx_that_says_nothing(pbx):
    client = await connect(pbx.address(), patience=Patience(logoff=0.05))
    pbx.is_frozen = True
    async with asyncio.timeout(patient(5)):
        await client.close()


async def test_a_labelled_action_passes_under_an_id_known_beforehand(pbx, client):
    action_id = client.id_of("command-7")
    assert (await client.perform(Ping(), label="command-7")).action_id == action_id
    assert pbx.requests[-1]["actionid"] == action_id
    assert action_id.startswith("ucmdash-")


async def test_the_secret_shows_up_nowhere(pbx, caplog):
    caplog.set_level("DEBUG")
    client = await connect(pbx.address())
    with pytest.raises(LoginRefused) as refusal:
        await connect(pbx.address(secret="geheim00"))
    await client.close()
    said = caplog.text + repr(client.address) + repr(vars(client)) + str(refusal.value) + repr(refusal.value)
    assert SECRET not in said
    assert "geheim00" not in said

"""Links that are lost, and ones that never come to be."""

import asyncio
import socket

import pytest

from queues.ami.actions import Originate, Ping, QueueStatus
from queues.ami.address import Address
from queues.ami.client import Patience, connect
from queues.ami.errors import LinkDown, NotGreeted
from queues.ami.events import HangupRequested
from tests.support.fake_pbx import SECRET, FakePbx, packet
from tests.support.patience import patient

EVENT = "Event: HangupRequest\nPrivilege: call,all\nUniqueid: 1"
IMPATIENT = Patience(connect=2, banner=0.1, login=0.1, idle=0.05, answer=0.05, logoff=0.05)


def close(pbx):
    pbx.callers[0].close()


def reset(pbx):
    pbx.callers[0].reset()


def reset_in_mid_packet(pbx):
    pbx.callers[0].send(packet(EVENT)[:-9])
    pbx.callers[0].reset()


def freeze(pbx):
    pbx.is_frozen = True


def send_a_line_of_a_megabyte(pbx):
    pbx.callers[0].send(b"Event: X\r\nData: " + b"x" * 1_000_000 + b"\r\n\r\n")


LOSSES = [close, reset, reset_in_mid_packet, freeze, send_a_line_of_a_megabyte]


@pytest.fixture
async def pbx():
    async with FakePbx() as pbx:
        yield pbx


@pytest.mark.parametrize("lose", LOSSES)
async def test_a_lost_link_fails_everything_at_once_and_nothing_is_sent_again(pbx, lose):
    client = await connect(pbx.address(), patience=IMPATIENT)
    pbx.on("Originate")
    pbx.on("QueueStatus", "Response: Success\nEventList: start", "Event: QueueParams\nQueue: 6500")
    async with asyncio.timeout(patient(5)):
        originate = asyncio.create_task(client.perform(Originate("PJSIP/1000", application="Wait"), timeout=60))
        listing = asyncio.create_task(client.perform(QueueStatus(), timeout=60))
        events = asyncio.create_task(anext(client.events()))
        await pbx.received("QueueStatus")
        lose(pbx)
        outcomes = await asyncio.gather(originate, listing, events, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LinkDown] * 3
    assert outcomes[0].reason
    with pytest.raises(LinkDown):
        await client.perform(Ping())
    await client.close()

    pbx.is_frozen = False
    again = await connect(pbx.address())
    await again.perform(Ping())
    assert len(pbx.asked("Originate")) == 1
    await again.close()


async def test_events_that_came_before_the_loss_are_still_delivered(pbx):
    client = await connect(pbx.address())
    pbx.tell(EVENT)
    close(pbx)
    events = client.events()
    assert (await anext(events))[0] == HangupRequested("1")
    with pytest.raises(LinkDown, match="closed"):
        await anext(events)
    await client.close()


async def test_a_quiet_link_is_asked_and_lives_on_its_answers(pbx):
    client = await connect(pbx.address(), patience=Patience(idle=0.02, answer=5))
    await pbx.received("Ping", times=3)
    assert (await client.perform(Ping())).fields.get("Ping") == "Pong"
    await client.close()


async def test_a_link_that_talks_is_not_asked(pbx):
    client = await connect(pbx.address(), patience=Patience(idle=0.3))
    events = client.events()
    async with asyncio.timeout(patient(5)):
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - began < 0.6:
            pbx.tell(EVENT)
            await anext(events)
    assert pbx.asked("Ping") == []
    await client.close()


async def test_a_ping_without_an_answer_is_named_as_the_reason(pbx):
    client = await connect(pbx.address(), patience=IMPATIENT)
    pbx.on("Ping")
    with pytest.raises(LinkDown, match="Ping"):
        await anext(client.events())
    await client.close()


async def test_a_pbx_that_says_nothing_is_given_up():
    async with FakePbx(banner=b"") as pbx:
        with pytest.raises(NotGreeted, match=r"said nothing for 0\.1 s"):
            await connect(pbx.address(), patience=IMPATIENT)


async def test_a_pbx_that_hangs_is_listened_to_until_it_goes_on():
    async with FakePbx(banner=b"") as pbx:
        connecting = asyncio.create_task(connect(pbx.address()))
        caller = await pbx.connected()
        caller.send(b"Asterisk Call Manager/5.0.4\r\n")
        client = await connecting
        assert client.banner_version == "5.0.4"
        await client.close()


async def test_whoever_hangs_up_without_a_greeting_was_asked_for_nothing():
    async with FakePbx(banner=b"") as pbx:
        connecting = asyncio.create_task(connect(pbx.address()))
        (await pbx.connected()).close()
        with pytest.raises(NotGreeted, match="closed"):
            await connecting
        assert pbx.requests == []


async def test_a_pbx_that_greeted_and_then_hung_up_is_no_stranger(pbx):
    pbx.on("Challenge", lambda caller, request: caller.reset())
    with pytest.raises(LinkDown) as loss:
        await connect(pbx.address())
    assert not isinstance(loss.value, NotGreeted)


async def test_a_pbx_that_does_not_answer_the_login_is_given_up(pbx):
    pbx.on("Login")
    with pytest.raises(LinkDown, match="login within"):
        await connect(pbx.address(), patience=IMPATIENT)


async def test_a_pbx_that_hangs_up_during_the_login_is_a_lost_link(pbx):
    pbx.on("Login", lambda caller, request: caller.close())
    with pytest.raises(LinkDown, match="closed"):
        await connect(pbx.address())


async def test_a_port_that_is_no_ami_is_given_up():
    async with FakePbx(banner=b"SSH-2.0-OpenSSH_9.2\r\n" * 5_000) as pbx:
        with pytest.raises(LinkDown, match="no AMI"):
            await connect(pbx.address())


async def test_cancelling_the_login_closes_the_connection():
    async with FakePbx(banner=b"") as pbx:
        connecting = asyncio.create_task(connect(pbx.address()))
        caller = await pbx.connected()
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        async with asyncio.timeout(patient(5)):
            await caller.writer.wait_closed()
        assert pbx.requests == []


async def test_nobody_at_the_port_is_said_without_the_secret():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = Address("127.0.0.1", unused.getsockname()[1], "u", SECRET)
        with pytest.raises(NotGreeted, match="connection refused") as loss:
            await connect(address)
    assert SECRET not in str(loss.value)


async def test_a_host_nobody_knows_is_said():
    with pytest.raises(NotGreeted, match="host name"):
        await connect(Address("pbx.invalid", 7777, "u", "s"))


async def test_a_network_that_cannot_be_reached_is_said():
    with pytest.raises(NotGreeted, match="cannot be reached"):
        await connect(Address("255.255.255.255", 7777, "u", "s"))


async def test_a_host_that_does_not_answer_is_given_up(pbx):
    with pytest.raises(NotGreeted, match="within 0 s"):
        await connect(pbx.address(), patience=Patience(connect=0))

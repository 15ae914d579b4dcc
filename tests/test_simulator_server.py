"""The simulated PBX as a server: who gets in, who may do what, and the faults it can be asked for."""

from __future__ import annotations

import asyncio
import hashlib
import time

import pytest

from queues.simulator.privileges import rights_of
from queues.simulator.server import SimulatedPbx
from tests.support.simulated import Wire


def still(**options) -> SimulatedPbx:
    """A PBX where nobody acts on their own: two queues, six agents."""
    return SimulatedPbx(**{"queues": 2, "agents": 6, "rate": 0, **options})


async def hears(wire: Wire, event: str, queue: str = "") -> bool:
    """Whether `event` comes before the answer to a Ping."""
    wire.events.clear()
    await wire.ask("Ping")
    return any(packet["Event"] == event and queue in ("", packet["Queue"]) for packet in wire.events)


async def test_a_challenge_login_is_accepted():
    async with still() as pbx, await Wire.to(pbx, log_in=False) as wire:
        challenge = (await wire.ask("Challenge", AuthType="MD5"))["Challenge"]
        key = hashlib.md5((challenge + pbx.secret).encode()).hexdigest()
        accepted = await wire.ask("Login", AuthType="MD5", Username=pbx.user, Key=key)
        assert accepted["Message"] == "Authentication accepted"
        assert (await wire.ask("Login", Username=pbx.user, Secret=pbx.secret))["Message"] == "Already authenticated"


@pytest.mark.parametrize(
    "wrong", [{"Secret": "nope0000"}, {"Username": "stranger1"}, {"AuthType": "MD5", "Key": "0" * 32}]
)
async def test_a_wrong_login_is_refused_after_a_second_and_closed(wrong):
    async with still() as pbx, await Wire.to(pbx, log_in=False) as wire:
        begin = time.monotonic()
        refused = await wire.ask("Login", **{"Username": pbx.user, "Secret": pbx.secret, **wrong})
        assert (refused["Response"], refused["Message"]) == ("Error", "Authentication failed")
        assert time.monotonic() - begin >= 0.9
        assert await wire.rest() == b""


async def test_before_the_login_everything_is_denied_and_no_login_is_closed_without_a_word():
    async with still(login_seconds=0.2) as pbx, await Wire.to(pbx, log_in=False) as wire:
        assert (await wire.ask("Ping"))["Message"] == "Permission denied"
        assert await wire.rest() == b""


async def test_logoff_says_goodbye_and_closes():
    async with still() as pbx, await Wire.to(pbx) as wire:
        goodbye = await wire.ask("Logoff")
        assert (goodbye["Response"], goodbye["Message"]) == ("Goodbye", "Thanks for all the fish.")
        assert await wire.rest() == b""


async def test_unknown_actions_and_odd_packets_are_answered_as_recorded():
    async with still() as pbx, await Wire.to(pbx) as wire:
        unknown = "Invalid/unknown command: Bogus. Use Action: ListCommands to show available commands."
        assert (await wire.ask("Bogus"))["Message"] == unknown
        wire.writer.write(b"ActionID: odd-2\r\nFoo: bar\r\n\r\nAction: Ping\nActionID: odd-3\n\n")
        assert (await wire.packet())["Message"] == "Missing action in request"
        assert (await wire.packet())["ActionID"] == "odd-3"
        wire.writer.write(b"Action: Ping\r\nX: " + b"x" * 2000 + b"\r\n\r\n")
        assert (await wire.packet())["Message"] == "Failed to parse message: line too long"
        wire.writer.write(b"Action: Ping\r\n" + b"A: b\r\n" * 200 + b"\r\n")
        assert (await wire.packet())["Message"].startswith("Too many lines")
        assert (await wire.ask("Ping"))["Ping"] == "Pong"


@pytest.mark.parametrize(
    ("box", "action", "headers"),
    [
        ("agent", "QueuePause", {"Interface": "PJSIP/1000", "Paused": "true"}),
        ("agent", "GSAgents", {}),
        ("originate", "Originate", {"Channel": "PJSIP/1000", "Application": "Wait", "Async": "true"}),
        ("call", "Redirect", {"Channel": "x"}),
        ("reporting", "CoreStatus", {}),
        ("reporting", "CoreShowChannels", {}),
        ("command", "Filter", {"Operation": "Add", "Filter": "x"}),
    ],
)
async def test_an_action_needs_its_box(box, action, headers):
    others = [name for name in ("originate", "call", "agent", "reporting") if name != box]
    async with still(privileges=others) as pbx, await Wire.to(pbx) as wire:
        assert (await wire.ask(action, **headers))["Message"] == "Permission denied"
        assert not (await wire.ask("ListCommands"))[action]
        assert (await wire.ask("Queues"))["EventList"] == "start"
    async with still(privileges=[box]) as pbx, await Wire.to(pbx) as wire:
        assert (await wire.ask(action, **headers))["Message"] != "Permission denied"


@pytest.mark.parametrize(
    ("box", "event"), [("agent", "QueueCallerJoin"), ("call", "Newchannel"), ("dialplan", "Newexten")]
)
async def test_an_event_needs_its_box(box, event):
    async with still(privileges=[box]) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.arrive("6500")
        assert await hears(wire, event)
    async with still(privileges=["originate", "reporting"]) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.arrive("6500")
        assert not await hears(wire, event)


def test_an_unknown_box_is_named():
    with pytest.raises(ValueError, match="Unknown privilege: nonsense"):
        rights_of(["agent", "nonsense"])


async def test_the_mask_and_filters_narrow_what_is_heard():
    async with still(privileges=["all"]) as pbx, await Wire.to(pbx) as wire:
        assert (await wire.ask("Events", EventMask="off"))["Events"] == "Off"
        pbx.floor.arrive("6500")
        assert not await hears(wire, "QueueCallerJoin")
        assert (await wire.ask("Events", EventMask="agent"))["Events"] == "On"
        pbx.floor.arrive("6500")
        assert await hears(wire, "QueueCallerJoin")
        pbx.floor.arrive("6500")
        assert not await hears(wire, "Newchannel")
        assert (await wire.ask("Filter", Operation="Add", Filter="!Queue: 6501"))["Message"] == "Success"
        pbx.floor.arrive("6501")
        pbx.floor.arrive("6500")
        wire.events.clear()
        await wire.ask("Ping")
        assert {packet["Queue"] for packet in wire.events} == {"6500"}


async def test_events_made_by_an_action_follow_its_answer():
    async with still() as pbx, await Wire.to(pbx) as wire:
        answer = await wire.ask("QueuePause", Interface="PJSIP/1000", Paused="true")
        assert answer["Message"] == "Interface paused successfully"
        assert not wire.events
        assert (await wire.until("Event", "QueueMemberPause"))["Paused"] == "1"


async def test_a_synchronous_originate_blocks_its_session_until_answered():
    async with still() as pbx, await Wire.to(pbx) as wire:
        where = {"Context": "from-internal", "Exten": "2000", "Priority": "1"}
        rings = asyncio.Event()
        pbx.floor.listen(lambda fact: rings.set() if fact.event == "Newstate" else None)
        wire.send("Originate", ActionID="o", Channel="PJSIP/1000", **where)
        wire.send("Ping", ActionID="p")
        async with asyncio.timeout(5):
            await rings.wait()
        pbx.floor.pick_up("PJSIP/1000")
        assert (await wire.packet())["ActionID"] == "o"
        assert (await wire.until("Response"))["ActionID"] == "p"
        assert "OriginateResponse" not in [packet["Event"] for packet in wire.events]


async def test_no_live_events_means_none_but_lists_still_come():
    async with still(live_events=False, privileges=["all"]) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.arrive("6500")
        entries = [row for row in await wire.rows("QueueStatus", "QueueStatusComplete") if row["Event"] == "QueueEntry"]
        assert len(entries) == 1
        assert wire.events == []


async def test_without_echo_no_packet_carries_an_action_id():
    async with still(echo_action_id=False) as pbx, await Wire.to(pbx) as wire:
        wire.send("GSAgents", ActionID="x")
        await wire.until("Event", "GsAgentComplete")
        assert b"ActionID" not in wire.raw


async def test_pieces_of_one_byte_are_the_same_stream():
    async with still(chunk=1) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.arrive("6500")
        rows = await wire.rows("Queues", "QueuesComplete")
        assert len([row for row in rows if row["Event"] == "QueueStatus"]) == 2


async def test_its_clock_is_wrong_by_the_offset():
    async with still(clock_offset=-3600) as pbx, await Wire.to(pbx) as wire:
        told = float((await wire.ask("Ping"))["Timestamp"])
        assert abs(told - (time.time() - 3600)) < 5


async def test_simulated_time_runs_as_fast_as_it_is_told():
    async with still(speed=50) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.find_queue("6500").max_wait_seconds = 20
        pbx.floor.arrive("6500")
        abandon = await wire.until("Event", "QueueCallerAbandon")
        assert abandon["HoldTime"] == "20"


async def test_drop_closes_and_lets_in_again():
    async with still() as pbx:
        async with await Wire.to(pbx) as wire:
            pbx.drop()
            assert await wire.rest() == b""
        async with await Wire.to(pbx) as wire:
            assert (await wire.ask("Ping"))["Ping"] == "Pong"


async def test_frozen_it_hangs_and_thawed_it_goes_on():
    async with still() as pbx, await Wire.to(pbx) as wire:
        pbx.freeze()
        pbx.floor.arrive("6500")
        wire.send("Ping", ActionID="later")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await wire.packet()
        newcomer = await asyncio.open_connection(pbx.host, pbx.port)
        pbx.thaw()
        assert (await wire.until("Response"))["ActionID"] == "later"
        async with asyncio.timeout(5):
            assert await newcomer[0].readline() == b"Asterisk Call Manager/5.0.0\r\n"
        newcomer[1].close()


async def test_a_restart_forgets_calls_counters_and_dynamic_members():
    async with still() as pbx:
        floor = pbx.floor
        floor.log_in("PJSIP/1004", "6501")
        call = floor.arrive("6500")
        async with await Wire.to(pbx) as wire:
            boot = await wire.ask("CoreStatus")
            floor.abandon(call)
            floor.arrive("6500")
            floor.advance(floor.now + 2)
            pbx.restart()
            await wire.rest()
        assert floor.booted_at > call.joined_at
        async with await Wire.to(pbx) as wire:
            again = await wire.ask("CoreStatus")
            assert (boot["CoreStartupDate"], boot["CoreStartupTime"]) != (
                again["CoreStartupDate"],
                again["CoreStartupTime"],
            )
            assert again["CoreCurrentCalls"] == "0"
            rows = await wire.rows("Queues", "QueuesComplete")
            assert {row["CallsAbandoned"] for row in rows if row["Event"] == "QueueStatus"} == {"0"}
            assert "PJSIP/1004" not in [row["Location"] for row in rows if row["Queue"] == "6501"]


async def test_a_reset_comes_in_mid_packet():
    async with still() as pbx, await Wire.to(pbx) as wire:
        pbx.reset_in_mid_packet()
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await wire.packet()


async def test_garbage_comes_between_packets():
    async with still() as pbx, await Wire.to(pbx) as wire:
        pbx.garbage(b"\xff\xfe\x00\r\n\r\n")
        async with asyncio.timeout(5):
            assert await wire.reader.readuntil(b"\r\n\r\n") == b"\xff\xfe\x00\r\n\r\n"
        assert (await wire.ask("Ping"))["Ping"] == "Pong"


async def test_faults_come_by_themselves_when_asked_for():
    async with still(drop_after=0.1) as pbx, await Wire.to(pbx) as wire:
        assert await wire.rest() == b""


async def test_a_client_that_does_not_read_is_cut_off(monkeypatch):
    monkeypatch.setattr("queues.simulator.session._MAX_UNSENT", 200_000)
    async with still(agents=200) as pbx, await Wire.to(pbx) as wire:
        wire.writer.transport.pause_reading()
        async with asyncio.timeout(20):
            while pbx.sessions:
                wire.send("Queues")
                await asyncio.sleep(0)

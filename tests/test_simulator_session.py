"""One connection to the simulated PBX: who gets in, who may do and hear what, and in what order."""

from __future__ import annotations

import asyncio
import hashlib
import time

import pytest

from queues.simulator.privileges import rights_of
from tests.support.patience import patient
from tests.support.simulated import Wire, still


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
        async with asyncio.timeout(patient(5)):
            await rings.wait()
        pbx.floor.pick_up("PJSIP/1000")
        assert (await wire.packet())["ActionID"] == "o"
        assert (await wire.until("Response"))["ActionID"] == "p"
        assert "OriginateResponse" not in [packet["Event"] for packet in wire.events]


@pytest.mark.parametrize(
    ("action", "headers", "complaint"),
    [
        ("Events", {"EventMask": ""}, "Invalid event mask"),
        ("Filter", {"Operation": "Add", "Filter": "("}, "Filter format error"),
        ("Filter", {"Operation": "Remove", "Filter": "x"}, "Unknown operation"),
        ("Challenge", {"AuthType": "SHA"}, "Must specify AuthType"),
        ("DiskAlarm", {}, "DiskAlarm is not part of this simulator"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(action, headers, complaint):
    async with still(privileges=["all"]) as pbx, await Wire.to(pbx) as wire:
        assert (await wire.ask(action, **headers))["Message"] == complaint


async def test_an_include_filter_hides_everything_else():
    async with still(privileges=["all"]) as pbx, await Wire.to(pbx) as wire:
        await wire.ask("Filter", Operation="Add", Filter="Event: Queue")
        pbx.floor.arrive("6500")
        assert await hears(wire, "QueueCallerJoin")
        assert {packet["Event"][:5] for packet in wire.events} == {"Queue"}


async def test_events_carry_their_time_when_asked_for():
    async with still(timestamp_events=True) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.arrive("6500")
        told = await wire.until("Event", "QueueCallerJoin")
        assert told.names[2] == "Timestamp"
        assert abs(float(told["Timestamp"]) - time.time()) < 5

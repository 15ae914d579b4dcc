"""The simulator's answers against recorded ones: the same actions, the same words, the same headers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from queues.simulator.server import SimulatedPbx
from tests.support.simulated import Packet, Wire, packets, recorded, still

_DATA = Path(__file__).parent / "data"


def data(name: str) -> list[Packet]:
    return packets((_DATA / name).read_bytes().decode("utf-8", "replace"))


@pytest.fixture
async def pbx() -> AsyncIterator[SimulatedPbx]:
    """A stock Asterisk as the recorded one: 6500 with two static members, 6502, some extensions."""
    async with SimulatedPbx(dialect="asterisk", queues=0, agents=0, rate=0, privileges=["all"]) as pbx:
        for number in ("6500", "6502"):
            pbx.floor.add_queue(number, ring_seconds=12)
        for extension in ("1000", "1001", "1005", "1008", "1010", "1014"):
            pbx.floor.add_phone(extension, f"Ext {extension}", is_registered=extension != "1014")
        for extension in ("1000", "1014"):
            pbx.floor.add_member("6500", f"PJSIP/{extension}")
        yield pbx


@pytest.fixture
async def wire(pbx) -> AsyncIterator[Wire]:
    async with await Wire.to(pbx) as wire:
        yield wire


def words(told: list[Packet]) -> list[tuple[str, str]]:
    """Responses as (Response, Message), the login's and logoff's left out."""
    answers = [(packet["Response"], packet["Message"]) for packet in told if packet["Response"] and not packet["Event"]]
    return [answer for answer in answers if answer[1] not in ("Authentication accepted", "Thanks for all the fish.")]


async def answers(wire: Wire, action: str, *requests: dict[str, str]) -> list[tuple[str, str]]:
    told = [await wire.ask(action, **request) for request in requests]
    return words(told)


async def test_pausing_is_answered_and_told_as_recorded(wire):
    one, paused = {"Queue": "6500", "Interface": "PJSIP/1000"}, {"Paused": "true"}
    said = await answers(
        wire,
        "QueuePause",
        {**one, **paused, "Reason": "Lunch, back at 1"},
        {**one, **paused, "Reason": "Lunch, back at 1"},
        {**one, "Paused": "false"},
        {"Interface": "PJSIP/1000", **paused, "Reason": "Müşteri"},
        {"Interface": "PJSIP/1000", "Paused": "1"},
        {"Interface": "PJSIP/1000", "Paused": "false", "Reason": "bye"},
        {"Interface": "PJSIP/9999", **paused},
        {"Queue": "7777", "Interface": "PJSIP/1000", **paused},
        one,
        {"Queue": "6500", **paused},
    )
    recording = recorded("pause-16")
    assert said == words(recording)
    await wire.ask("Ping")
    kinds = ("Paused", "PausedReason", "Reason")
    theirs = [p for p in recording if p["Event"] == "QueueMemberPause"][:6]
    ours = [p for p in wire.events if p["Event"] == "QueueMemberPause"]
    assert [[p[kind] for kind in kinds] for p in ours] == [[p[kind] for kind in kinds] for p in theirs]
    assert [p.names for p in ours] == [p.names for p in theirs]


async def test_members_come_and_go_as_recorded(wire):
    said = await answers(
        wire,
        "QueueAdd",
        {"Queue": "6500", "Interface": "PJSIP/1005", "Penalty": "2", "MemberName": "Emine Ünal", "Paused": "false"},
        {"Queue": "6500", "Interface": "PJSIP/1005"},
        {"Queue": "7777", "Interface": "PJSIP/1005"},
        {"Queue": "6500", "Interface": "PJSIP/4711"},
        {"Queue": "6502", "Interface": "PJSIP/1008", "Paused": "true"},
        {"Queue": "6500"},
    )
    said += await answers(
        wire,
        "QueueRemove",
        {"Queue": "6500", "Interface": "PJSIP/1005"},
        {"Queue": "6500", "Interface": "PJSIP/1005"},
        {"Queue": "6500", "Interface": "PJSIP/4711"},
        {"Queue": "6502", "Interface": "PJSIP/1008"},
        {"Queue": "7777", "Interface": "PJSIP/1000"},
        {"Queue": "6500", "Interface": "PJSIP/1014"},
    )
    said += await answers(wire, "QueueAdd", {"Queue": "6500", "Interface": "PJSIP/1014"})
    recording = recorded("member-add-remove-16")
    assert said == [answer for answer in words(recording) if answer[1] != "Queue status will follow"]
    await wire.ask("Ping")

    def told(stream: list[Packet]) -> list[tuple[str, ...]]:
        names = ("Event", "Queue", "MemberName", "Interface", "Membership", "Penalty", "Status", "Paused")
        return [tuple(p[n] for n in names) for p in stream if p["Event"] in ("QueueMemberAdded", "QueueMemberRemoved")]

    assert told(wire.events) == told(recording)


async def test_penalty_ring_in_use_and_resets_are_answered_in_asterisks_words(wire):
    who = {"Interface": "PJSIP/1000"}
    assert await answers(wire, "QueuePenalty", {**who, "Penalty": "3"}, {**who, "Penalty": "-5"}, who) == [
        ("Success", "Interface penalty set successfully"),
        ("Error", "Invalid interface, queuename or penalty"),
        ("Error", "Need 'Interface' and 'Penalty' parameters."),
    ]
    assert await answers(wire, "QueueMemberRingInUse", {**who, "RingInUse": "yes"}) == [
        ("Success", "Interface ringinuse set successfully")
    ]
    assert await answers(wire, "QueueReset", {"Queue": "6500"}) == [("Success", "Queue stats reset successfully")]
    await wire.ask("Ping")
    assert [p["Penalty"] for p in wire.events if p["Event"] == "QueueMemberPenalty"] == ["3"]
    assert [p["Ringinuse"] for p in wire.events if p["Event"] == "QueueMemberRinginuse"] == ["1"]


async def test_originates_that_fail_fail_as_recorded(pbx, wire):
    base = {"Context": "from-internal", "Exten": "1001", "Priority": "1", "Async": "true", "Timeout": "50"}
    pbx.floor.dial("PJSIP/1008", "0123456")  # the busy one
    said = await answers(
        wire,
        "Originate",
        {**base, "Channel": "PJSIP/1010", "ActionID": "rings-out"},
        {**base, "Channel": "PJSIP/1008", "ActionID": "busy"},
        {**base, "Channel": "PJSIP/1014", "ActionID": "unplugged"},
        {**base, "Channel": "PJSIP/4711", "ActionID": "unknown"},
        {**base, "Channel": "FOO/1", "ActionID": "nonsense"},
        {**base, "Channel": "PJSIP/1010", "Async": ""},
        {**base, "Channel": "PJSIP/1000", "Exten": "99"},
        base,
        {**base, "Channel": "PJSIP"},
    )
    recording = data("originate-fail-16.ami")
    assert said == words(recording)
    ours = {p["ActionID"]: p for p in wire.events if p["Event"] == "OriginateResponse"}
    while "rings-out" not in ours:
        told = await wire.until("Event", "OriginateResponse")
        ours[told["ActionID"]] = told
    theirs = [packet for packet in recording if packet["Event"] == "OriginateResponse"]
    for name, told in zip(("rings-out", "busy", "unplugged", "unknown", "nonsense"), theirs, strict=True):
        assert ours[name].names == told.names
        assert (ours[name]["Reason"], ours[name]["Uniqueid"]) == (told["Reason"], told["Uniqueid"])


async def test_an_answered_originate_reports_its_channel(pbx, wire):
    where = {"Channel": "PJSIP/1000", "Context": "outbound-allroutes", "Exten": "123456", "Priority": "1"}
    await wire.ask("Originate", Async="yes", ActionID="dial-1", **where)
    await wire.until("Event", "Newstate")
    pbx.floor.pick_up("PJSIP/1000")
    told = await wire.until("Event", "OriginateResponse")
    assert (told["ActionID"], told["Response"], told["Reason"]) == ("dial-1", "Success", "4")
    assert told["Uniqueid"] in pbx.floor.switch.channels


async def test_hangup_takes_names_and_uniqueids_and_refuses_the_rest_in_asterisks_words(pbx, wire):
    first, second = pbx.floor.arrive("6500"), pbx.floor.arrive("6500")
    for name in (first.channel.channel, second.channel.uniqueid):
        assert await answers(wire, "Hangup", {"Channel": name}) == [("Success", "Channel Hungup")]
    assert await answers(wire, "Hangup", {"Channel": "/^PJSIP.*$/"}, {}) == [
        ("Error", "No such channel"),
        ("Error", "No channel specified"),
    ]
    assert pbx.floor.find_queue("6500").counters.abandoned == 2


async def test_moving_calls_is_answered_in_asterisks_words(pbx, wire):
    call = pbx.floor.arrive("6500")
    pbx.floor.answer(call)
    nowhere = {"Channel": "PJSIP/x", "Context": "from-internal", "Exten": "1001", "Priority": "1"}
    assert await answers(wire, "Redirect", nowhere) == [("Error", "Channel does not exist: PJSIP/x")]
    assert await answers(wire, "BlindTransfer", {"Channel": "PJSIP/x", "Exten": "1001"}) == [
        ("Error", "Channel specified does not exist")
    ]
    agent = call.agent_channel.channel
    assert await answers(wire, "Atxfer", {"Channel": agent, "Exten": "1001"}) == [
        ("Success", "Atxfer successfully queued")
    ]
    pbx.floor.advance(pbx.floor.now + 3)
    pbx.floor.pick_up("PJSIP/1001")
    pbx.floor.hang_up_agent(call)
    told = await wire.until("Event", "AttendedTransfer")
    theirs = next(packet for packet in recorded("consult-16") if packet["Event"] == "AttendedTransfer")
    assert told.names == theirs.names
    assert (await wire.until("Event", "AgentComplete"))["Reason"] == "transfer"


async def test_a_callers_priority_is_set_and_withdrawing_ends_their_wait(pbx, wire):
    pbx.floor.pause("PJSIP/1000")
    first, second = pbx.floor.arrive("6500"), pbx.floor.arrive("6500")
    caller = {"Queue": "6500", "Caller": second.channel.channel}
    assert await answers(wire, "QueueChangePriorityCaller", {**caller, "Priority": "5"}) == [
        ("Success", "Priority change for caller on queue")
    ]
    assert (second.priority, second.position, first.position) == (5, 2, 1)
    assert await answers(wire, "QueueWithdrawCaller", caller, caller) == [
        ("Success", "Withdraw requested successfully"),
        ("Error", "Unable to withdraw caller from queue: No such caller"),
    ]


@pytest.mark.parametrize(("knows", "line"), [(True, [1, 0]), (False, [0, 1])])
async def test_newer_releases_move_a_caller_at_once_if_told_to(pbx, wire, knows, line):
    pbx.dialect.knows_immediate = knows
    pbx.floor.pause("PJSIP/1000")
    calls = [pbx.floor.arrive("6500"), pbx.floor.arrive("6500")]
    asked = {"Queue": "6500", "Caller": calls[1].channel.channel, "Priority": "20", "Immediate": "true"}
    await answers(wire, "QueueChangePriorityCaller", asked)
    assert pbx.floor.queues["6500"].waiting == [calls[place] for place in line]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DIALPLAN_EXISTS(from-internal,6500,1)", "1"),
        ("DIALPLAN_EXISTS(from-internal,1000)", "1"),
        ("DIALPLAN_EXISTS(from-internal,1000,7)", "0"),
        ("DIALPLAN_EXISTS(from-internal,99,1)", "0"),
        ("DIALPLAN_EXISTS(nowhere,1000,1)", "0"),
        ("DIALPLAN_EXISTS(outbound-allroutes,+4930123456,1)", "1"),
        ("NOSUCH(1)", ""),
    ],
)
async def test_the_dialplan_tells_what_exists_as_recorded(wire, variable, value):
    told = await wire.ask("Getvar", Variable=variable)
    assert told.names == ("Response", "ActionID", "Variable", "Value")
    assert (told["Response"], told["Variable"], told["Value"]) == ("Success", variable, value)


async def test_lists_have_the_recorded_headers(pbx, wire):
    """Rows of a talking and a waiting caller, of phones and extensions, of queues and members."""
    pbx.floor.answer(pbx.floor.arrive("6500", name="Çağrı Öztürk"))
    pbx.floor.arrive("6500")
    rows = []
    for action, end in (
        ("CoreShowChannels", "CoreShowChannelsComplete"),
        ("Status", "StatusComplete"),
        ("DeviceStateList", "DeviceStateListComplete"),
        ("ExtensionStateList", "ExtensionStateListComplete"),
        ("QueueStatus", "QueueStatusComplete"),
        ("QueueSummary", "QueueSummaryComplete"),
    ):
        rows += await wire.rows(action, end)
    known = {(p["Event"], p.names) for p in [*data("snapshots-16.ami"), *recorded("queuestatus-16")]}
    listed = [packet for packet in rows if packet["ActionID"]]
    assert {(packet["Event"], packet.names) for packet in listed} <= known
    assert {packet["Event"] for packet in listed} == {
        *("CoreShowChannel", "Status", "DeviceStateChange", "ExtensionStatus", "QueueParams", "QueueMember"),
        *("QueueEntry", "QueueSummary"),
    }


async def test_the_machine_is_described_with_the_recorded_headers(wire):
    recording = data("snapshots-16.ami")
    for action, header in (("CoreSettings", "AsteriskVersion"), ("CoreStatus", "CoreStartupDate")):
        theirs = next(packet for packet in recording if packet[header])
        assert (await wire.ask(action)).names == theirs.names


async def test_listcommands_is_the_recorded_one(wire):
    ours = await wire.ask("ListCommands")
    theirs = next(packet for packet in data("listcommands-16.ami") if packet["QueueAdd"])
    assert ours.headers[2:] == theirs.headers[2:]


async def test_one_queue_or_one_member_may_be_asked_for(wire):
    rows = await wire.rows("QueueStatus", "QueueStatusComplete", Queue="6500", Member="PJSIP/1014")
    assert [(row["Event"], row["Location"]) for row in rows] == [("QueueParams", ""), ("QueueMember", "PJSIP/1014")]
    assert await wire.rows("QueueStatus", "QueueStatusComplete", Queue="no-such-queue") == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"Priority": "x"}, "Invalid priority"),
        ({"Timeout": "soon"}, "Invalid timeout"),
        ({"Context": ""}, "Originate with 'Exten' requires 'Context' and 'Priority'"),
        ({"Context": "nowhere"}, "Extension does not exist."),
    ],
)
async def test_an_originate_is_refused_in_asterisks_words(wire, wrong, complaint):
    right = {"Channel": "PJSIP/1000", "Context": "from-internal", "Exten": "1001", "Priority": "1", "Async": "true"}
    assert await answers(wire, "Originate", {**right, **wrong}) == [("Error", complaint)]


async def test_what_lacks_its_headers_is_refused_in_asterisks_words(wire):
    for action, complaint in {
        "QueueRemove": "Need 'Queue' and 'Interface' parameters.",
        "QueueMemberRingInUse": "Need 'Interface' and 'RingInUse' parameters.",
        "QueueChangePriorityCaller": "Need 'Queue' and 'Caller' parameters.",
        "QueueWithdrawCaller": "Need 'Queue' and 'Caller' parameters.",
        "QueueLog": "Need 'Queue' and 'Event' parameters.",
        "QueueAdd": "'Queue' not specified.",
        "Redirect": "Channel not specified",
        "Park": "Channel not specified",
        "BlindTransfer": "No channel specified",
        "Atxfer": "No channel specified",
    }.items():
        assert await answers(wire, action, {}) == [("Error", complaint)]
    caller = {"Queue": "6500", "Caller": "nobody"}
    assert await answers(wire, "QueueChangePriorityCaller", caller, {**caller, "Priority": "1"}) == [
        ("Error", "'Priority' need integer."),
        ("Error", "Unable to change priority caller on queue: No such caller"),
    ]
    assert await answers(wire, "BlindTransfer", {"Channel": "x"}) == [("Error", "No extension specified")]


async def test_a_call_is_parked_recorded_and_redirected(pbx, wire):
    call = pbx.floor.arrive("6500")
    pbx.floor.answer(call)
    channel = {"Channel": call.channel.uniqueid}
    assert (await wire.ask("StopMixMonitor", **channel))["Message"] == "Could not stop monitoring channel"
    assert (await wire.ask("StopMonitor", **channel))["Message"] == "Could not stop monitoring channel"
    for action, message in {
        "Monitor": "Started monitoring channel",
        "StopMonitor": "Stopped monitoring channel",
        "MixMonitor": "",
        "PauseMonitor": "Paused monitoring of the channel",
        "UnpauseMonitor": "Unpaused monitoring of the channel",
        "StopMixMonitor": "",
        "Park": "Park successful",
    }.items():
        assert (await wire.ask(action, **channel))["Message"] == message
        assert bool(call.channel.recording) == (action not in ("StopMonitor", "StopMixMonitor", "Park"))
    assert (await wire.until("Event", "ParkedCall"))["ParkeeUniqueid"] == call.channel.uniqueid
    moved = await wire.ask("Redirect", **channel, Context="from-internal", Exten="1001", Priority="1")
    assert moved["Message"] == "Redirect successful"
    ringing = pbx.floor.switch.phones["PJSIP/1001"].channels[0].uniqueid
    refused = await wire.ask("Redirect", Channel=ringing, Context="from-internal", Exten="1000", Priority="1")
    assert refused["Message"] == "Redirect failed, channel not up."


async def test_reloading_is_told_and_changes_nothing(wire):
    assert await answers(wire, "QueueReload", {}) == [("Success", "Queue reloaded successfully")]
    assert await answers(wire, "QueueLog", {"Queue": "6500", "Event": "NOTE"}) == [
        ("Success", "Event added successfully")
    ]
    assert await answers(wire, "Reload", {"Module": "app_queue"}) == [("Success", "Module Reloaded")]
    told = await wire.until("Event", "Reload")
    theirs = next(packet for packet in recorded("restart-16") if packet["Event"] == "Reload")
    assert told == theirs


async def test_a_ucms_agents_log_in_and_off():
    async with still() as pbx, await Wire.to(pbx) as wire:
        agent = {"Queue": "6500", "Interface": "PJSIP/1001"}
        assert (await wire.ask("QueueLogin", **agent))["Response"] == "Success"
        assert (await wire.ask("QueueLogin", **agent))["Message"] == "Unable to add interface: Already there"
        assert (await wire.ask("QueueLogoff", **agent))["Response"] == "Success"
        assert (await wire.ask("QueueLogin"))["Response"] == "Error"

"""The simulator's stock dialect against streams recorded from a real Asterisk 16.28: same stories, same words."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from queues.simulator.entities import CallState
from tests.support.simulated import RECORDINGS, Packet, Story, recorded

#: Told by other threads of Asterisk than the call's own, so that their place among the others varies.
_ELSEWHERE = {
    *("DeviceStateChange", "QueueMemberStatus", "QueueMemberRemoved", "DialState", "BridgeCreate", "Hangup"),
    *("VarSet", "RTCPSent", "Cdr", "Newexten", "LocalBridge", "NewCallerid", "Reload"),
}


def _who(channel: str) -> str:
    """A channel's part in the story: the recordings' callers come by Local channels or a trunk."""
    return "caller" if channel.endswith(";2") or "trunk_1" in channel else channel.rpartition("-")[0]


def spine(told: list[Packet]) -> list[tuple[str, str, str, str]]:
    """The story in the order a call's own thread tells it, from joining the queue to the caller's end."""
    line, has_begun = [], False
    for packet in told:
        has_begun = has_begun or packet["Event"] == "QueueCallerJoin"
        is_far_half = packet["Channel"].endswith(";1") or packet["DestChannel"].endswith(";1")
        if not has_begun or is_far_half or not packet["Event"]:
            continue
        if packet["Event"] not in _ELSEWHERE:
            how = packet["DialStatus"] or packet["Reason"] or packet["BridgeNumChannels"]
            line.append((packet["Event"], _who(packet["Channel"]), _who(packet["DestChannel"]), how))
        if packet["Event"] == "SoftHangupRequest" and _who(packet["Channel"]) == "caller" and len(line) > 8:
            has_begun = False
    return line


def queue_of(*extensions: str, **queue) -> Story:
    """A story whose queue 6500 has these phones, named as the recordings' were."""
    story = Story(members="", **queue)
    for extension in extensions:
        story.floor.add_phone(extension, f"Ext {extension}")
        story.floor.add_member("6500", f"PJSIP/{extension}", name=f"PJSIP/{extension}")
    return story


def test_an_answered_call_is_told_in_the_recorded_order():
    story = Story(ring_seconds=12)
    call = story.floor.arrive("6500", number="0305550100", name="Caller 1")
    story.wait(1)
    story.floor.answer(call, "PJSIP/1001")
    story.wait(5)
    story.floor.abandon(call)
    assert spine(story.told) == spine(recorded("call-trunk-16"))


def test_every_phone_goes_through_the_recorded_states():
    story = Story(ring_seconds=12)
    call = story.floor.arrive("6500")
    story.wait(1)
    story.floor.answer(call, "PJSIP/1001")
    story.wait(5)
    story.floor.abandon(call)

    def states(told: list[Packet]) -> dict[str, list[str]]:
        by_device = defaultdict(list)
        for packet in told:
            if packet["Event"] == "DeviceStateChange" and "trunk" not in packet["Device"]:
                by_device[packet["Device"]].append(packet["State"])
            elif packet["Event"] == "QueueMemberStatus":
                by_device[packet["Interface"], "status"].append((packet["Status"], packet["InCall"]))
        return dict(by_device)

    assert states(story.told) == states(recorded("call-trunk-16"))


def test_a_caller_who_gives_up_while_it_rings_is_told_in_the_recorded_order():
    story = queue_of("1010", ring_seconds=10)
    call = story.floor.arrive("6500")
    story.wait(2)
    story.floor.abandon(call)
    assert spine(story.told) == spine(recorded("abandon-ringing-16"))


def test_a_phone_that_rings_out_twice_is_told_in_the_recorded_order():
    story = queue_of("1010", ring_seconds=10, retry_seconds=2)
    call = story.floor.arrive("6500")
    story.wait(23)
    story.floor.abandon(call)
    assert spine(story.told) == spine(recorded("rna-16"))
    assert [packet["RingTime"] for packet in story.events("AgentRingNoAnswer")] == ["10000", "10000"]


def test_a_queue_that_gives_up_is_told_in_the_recorded_order():
    story = queue_of("1010", ring_seconds=10, max_wait_seconds=5)
    story.floor.arrive("6500")
    story.wait(6)
    assert spine(story.told) == spine(recorded("queue-timeout-16"))[: len(spine(story.told))]
    assert [p["Value"] for p in story.events("VarSet") if p["Variable"] == "QUEUESTATUS"] == ["TIMEOUT"]


def test_a_waiting_caller_moved_to_another_queue_abandons_the_first_as_recorded():
    story = queue_of("1010", ring_seconds=10)
    story.floor.add_queue("6501")
    call = story.floor.arrive("6500")
    story.wait(2)
    story.floor.calls.redirect(call.channel, "from-internal", "6501")
    recording = recorded("redirect-waiting-16")
    kinds = ("QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave")
    ours = [(p["Event"], p["Queue"]) for p in story.events(*kinds)]
    theirs = [(p["Event"], p["Queue"]) for p in recording if p["Event"] in kinds]
    assert ours == theirs[:4]


def test_a_talking_caller_moved_on_completes_only_when_gone_as_recorded():
    story = queue_of("1000")
    story.floor.add_phone("1005", "Ext 1005")
    call = story.floor.arrive("6500")
    story.floor.answer(call, "PJSIP/1000")
    story.wait(3)
    story.floor.calls.redirect(call.channel, "from-internal", "1005")
    assert call.state is CallState.LEFT
    assert not story.events("AgentComplete")
    story.floor.pick_up("PJSIP/1005")
    story.wait(4)
    story.floor.abandon(call)
    complete = story.events("AgentComplete")[0]
    theirs = next(packet for packet in recorded("transfer-redirect-16") if packet["Event"] == "AgentComplete")
    assert complete.names == theirs.names
    assert (complete["TalkTime"], complete["Reason"]) == ("7", "caller") == (theirs["TalkTime"], theirs["Reason"])


def test_a_blind_transfer_completes_the_call_at_once_as_recorded():
    story = queue_of("1000")
    story.floor.add_phone("1005", "Ext 1005")
    call = story.floor.arrive("6500")
    story.wait(1)
    story.floor.answer(call)
    story.wait(3)
    story.floor.calls.blind_transfer(call.agent_channel, "from-internal", "1005")
    kinds = ("BlindTransfer", "AgentComplete", "BridgeLeave", "DialBegin")
    theirs = [packet for packet in recorded("transfer-agent-16") if packet["Event"] in kinds]
    ours = story.events(*kinds)[1:]
    begin = next(index for index, packet in enumerate(theirs) if packet["Event"] == "BlindTransfer")
    assert [packet["Event"] for packet in ours] == [packet["Event"] for packet in theirs[begin : begin + len(ours)]]
    assert ours[0].names == theirs[begin].names


def test_an_originated_call_is_told_in_the_recorded_order(originated):
    kinds = {"Newchannel", "DialBegin", "DialState", "Newstate", "DialEnd", "OriginateResponse", "NewConnectedLine"}
    kinds |= {"BridgeEnter", "BridgeLeave", "SoftHangupRequest", "BridgeDestroy"}

    def line(told: list[Packet]) -> list[tuple[str, ...]]:
        return [
            (packet["Event"], _who(packet["Channel"]), _who(packet["DestChannel"]), packet["DialStatus"])
            for packet in told
            if packet["Event"] in kinds
        ]

    assert line(originated.told) == line(recorded("originate-ok-16"))


@pytest.fixture
def originated() -> Story:
    """PJSIP/1000 is rung, dials 1001, both talk, an AMI user ends it."""
    story = Story()
    story.originate("PJSIP/1000", "from-internal", "1001")
    story.wait(1)
    story.floor.pick_up("PJSIP/1000")
    story.wait(1)
    story.floor.pick_up("PJSIP/1001")
    story.wait(3)
    channel = story.floor.switch.phones["PJSIP/1000"].channels[0]
    story.floor.calls.hang_up(channel, is_by_party=False)
    return story


@cache
def recorded_headers() -> dict[str, set[tuple[str, ...]]]:
    """Every list of headers that an event came with, in any recording of Asterisk 16."""
    found = defaultdict(set)
    for path in RECORDINGS.glob("*-16.ami.gz"):
        for packet in recorded(path.name.removesuffix(".ami.gz")):
            found[packet["Event"]].add(packet.names)
    return found


def test_every_event_of_a_busy_day_has_headers_that_were_recorded():
    story = Story(members="", ring_seconds=8, max_wait_seconds=30)
    busy_day(story)
    unknown = {
        packet["Event"]: packet.names
        for packet in story.told
        if packet.names not in recorded_headers()[packet["Event"]]
    }
    assert unknown == {}
    assert {packet["Event"] for packet in story.told} >= {"AgentComplete", "AgentRingNoAnswer", "QueueMemberAdded"}


def busy_day(story: Story) -> None:
    """Everything the stock recordings know happens once."""
    floor = story.floor
    for extension in ("1000", "1001", "1002"):
        floor.log_in(f"PJSIP/{extension}", "6500", name=f"Agent {extension}")
    first, second, third = (floor.arrive("6500", number=f"03012345{n}", name="Ünal") for n in range(3))
    floor.answer(first, "PJSIP/1000")
    story.wait(11)
    floor.pause("PJSIP/1001", reason="Lunch")
    floor.unpause("PJSIP/1001", "6500")
    floor.set_penalty("PJSIP/1001", None, 3)
    floor.answer(second)
    floor.hang_up_agent(first)
    floor.abandon(third)
    floor.calls.redirect(second.channel, "from-internal", "1003")
    floor.pick_up("PJSIP/1003")
    floor.abandon(second)
    story.queue.pauses_silent_agents = True
    floor.arrive("6500")
    story.wait(60)
    story.originate("PJSIP/1003", "outbound-allroutes", "123456")
    floor.pick_up("PJSIP/1003")
    story.wait(60)
    floor.log_out("PJSIP/1002", "6500")

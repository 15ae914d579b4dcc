"""Calls that are no queue calls: extensions and outside numbers, and every way they end."""

from __future__ import annotations

import pytest

from queues.simulator.entities import ChannelState, DeviceState, Origin
from tests.support.simulated import Story

PHONE, OTHER = "PJSIP/1000", "PJSIP/1001"


def device_states(story: Story, device: str) -> list[str]:
    return [packet["State"] for packet in story.events("DeviceStateChange") if packet["Device"] == device]


def test_an_extension_answers_talks_and_hangs_up():
    story = Story()
    channel = story.floor.dial(PHONE, "1001")
    assert (channel.state, story.floor.switch.phones[OTHER].told) == (ChannelState.RING, DeviceState.RINGING)
    story.floor.pick_up(OTHER)
    assert len(channel.bridge.channels) == 2
    story.floor.calls.hang_up(story.floor.switch.phones[OTHER].channels[0])
    assert not story.floor.switch.channels
    assert device_states(story, PHONE) == ["INUSE", "NOT_INUSE"]
    assert device_states(story, OTHER) == ["RINGING", "INUSE", "NOT_INUSE"]


def test_an_outside_number_goes_by_the_trunk():
    story = Story("ucm")
    channel = story.floor.dial(PHONE, "0301234567")
    callee = channel.activity.callee
    assert callee.channel.startswith("PJSIP/trunk_1-")
    story.floor.calls.pick_up(callee)
    assert channel.connected_number == "0301234567"
    story.floor.calls.hang_up(callee)
    assert not story.floor.switch.channels


def test_nobody_answers_within_thirty_seconds():
    story = Story()
    story.floor.dial(PHONE, "1001")
    story.wait(30)
    assert [packet["DialStatus"] for packet in story.events("DialEnd")] == ["NOANSWER"]
    assert not story.floor.switch.channels


def test_who_gives_up_before_cancels():
    story = Story()
    channel = story.floor.dial(PHONE, "1001")
    story.floor.calls.hang_up(channel)
    assert [packet["DialStatus"] for packet in story.events("DialEnd")] == ["CANCEL"]
    assert not story.floor.switch.channels


def test_a_busy_extension_is_told_busy_and_an_unplugged_one_is_not_rung():
    story = Story()
    story.floor.dial(OTHER, "0301234567")
    story.floor.dial(PHONE, "1001")
    assert [packet["DialStatus"] for packet in story.events("DialEnd")] == ["BUSY"]
    story.floor.set_registered("PJSIP/1002", False)
    story.floor.dial(PHONE, "1002")
    assert not story.floor.switch.phones[PHONE].channels
    assert story.events("Hangup")[-1]["Cause"] == "20"


@pytest.mark.parametrize("by", ["caller", "callee"])
def test_a_redirected_side_leaves_the_other_behind(by):
    story = Story()
    channel = story.floor.dial(PHONE, "1001")
    story.floor.pick_up(OTHER)
    moved = channel if by == "caller" else channel.activity.callee
    story.floor.calls.redirect(moved, "from-internal", "1002")
    assert len(story.floor.switch.channels) == 2
    story.floor.pick_up("PJSIP/1002")
    assert moved.bridge is not None


def test_a_blind_transfer_joins_the_two_others():
    story = Story()
    channel = story.floor.dial(PHONE, "1001")
    story.floor.pick_up(OTHER)
    story.floor.calls.blind_transfer(channel, "from-internal", "1002")
    story.floor.pick_up("PJSIP/1002")
    assert not story.floor.switch.phones[PHONE].channels
    assert {c.phone.extension for c in story.floor.switch.channels.values()} == {"1001", "1002"}


def outcomes(story: Story, **origin: str) -> list[tuple[bool, int]]:
    """An Originate of PHONE; the list gets (success, Reason) when that is known."""
    told: list[tuple[bool, int]] = []
    heard = Origin(PHONE, "from-internal", **origin)
    heard.on_result = lambda is_success, reason, channel: told.append((is_success, reason))
    story.floor.calls.originate(heard)
    return told


def test_an_originate_succeeds_when_its_first_leg_is_taken():
    story = Story()
    told = outcomes(story, exten="1001")
    assert told == []
    story.floor.pick_up(PHONE)
    assert told == [(True, 4)]
    assert story.floor.switch.phones[OTHER].told is DeviceState.RINGING


def test_an_originate_nobody_takes_and_one_hung_up_fail_with_their_reasons():
    story = Story()
    told = outcomes(story, exten="1001")
    story.wait(30)
    assert told == [(False, 3)]
    told = outcomes(story, exten="1001")
    story.floor.reject(PHONE)
    assert told == [(False, 1)]
    assert not story.floor.switch.channels


def test_an_originated_application_runs_until_hung_up():
    story = Story()
    outcomes(story, application="Wait", data="20")
    story.floor.pick_up(PHONE)
    channel = story.floor.switch.phones[PHONE].channels[0]
    assert (channel.application, channel.state) == ("Wait", ChannelState.UP)
    story.floor.calls.hang_up(channel)
    assert not story.floor.switch.channels

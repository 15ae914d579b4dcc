"""Phones that listen to others: what a stock Asterisk does of it, and what a UCM does not."""

from __future__ import annotations

import pytest

from queues.simulator.entities import Origin
from tests.support.simulated import Story

SPY = "PJSIP/1002"
#: Of the recorded ChanSpyStart, after Event and Privilege.
BLOCK = (
    *("Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum"),
    *("ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid"),
)


def listened_to(dialect: str = "asterisk", target: str = "") -> tuple[Story, object]:
    """An agent who talks, and a phone that was picked up to listen to `target`, by default the agent's channel."""
    story = Story(dialect, members="1000")
    call = story.floor.arrive("6500")
    story.floor.answer(call)
    data = f"{target or call.agent_channel.channel},qESu"
    story.floor.calls.originate(Origin(SPY, application="ChanSpy", data=data))
    story.floor.pick_up(SPY)
    return story, call


def test_listening_is_told_as_recorded_and_the_talk_goes_on():
    story, call = listened_to()
    (told,) = story.events("ChanSpyStart")
    assert told.names == ("Event", "Privilege", *(f"Spyer{n}" for n in BLOCK), *(f"Spyee{n}" for n in BLOCK))
    assert (told["Privilege"], told["SpyeeChannel"]) == ("call,all", call.agent_channel.channel)
    assert call.agent_channel.bridge is call.channel.bridge is not None


def test_who_listens_ends_with_the_call():
    story, call = listened_to()
    story.floor.abandon(call)
    assert not story.floor.switch.channels
    assert len(story.events("ChanSpyStop")) == 1


def test_the_call_outlives_who_listens():
    story, call = listened_to()
    story.floor.calls.hang_up(story.floor.switch.phones[SPY].channels[0])
    assert len(story.events("ChanSpyStop")) == 1
    assert call.agent_channel.bridge is call.channel.bridge is not None


@pytest.mark.parametrize(("dialect", "target"), [("asterisk", "PJSIP/1000"), ("asterisk", "PJSIP/1000-f"), ("ucm", "")])
def test_where_there_is_nothing_to_hear_the_phone_is_hung_up(dialect, target):
    story, call = listened_to(dialect, target)
    assert not story.floor.switch.phones[SPY].channels
    assert not story.events("ChanSpyStart")
    assert call.agent_channel.bridge is not None

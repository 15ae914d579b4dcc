"""Attended transfers and parked calls of the simulated PBX, against what a real one told."""

import pytest

from queues.simulator.entities import CallState
from tests.support.simulated import Story, recorded

TOLD = ("Newchannel", "BridgeEnter", "BridgeLeave", "AttendedTransfer", "AgentComplete", "Hangup")


@pytest.fixture
def story():
    """Somebody of 6500 talks with 1000, who is about to ask 1002."""
    story = Story(members="1000")
    story.call = story.floor.arrive("6500")
    story.floor.answer(story.call)
    return story


def consult(story, exten="1002"):
    story.floor.calls.consult(story.call.agent_channel, "from-internal", exten)
    story.wait(3)


def talk(story, channel):
    """Who else is in this channel's talk, by the beginning of their names."""
    return {other.endpoint for other in channel.bridge.channels} - {channel.endpoint}


def test_who_asks_talks_with_the_third_party_and_hands_the_caller_over(story):
    agent, caller = story.call.agent_channel, story.call.channel
    consult(story)
    assert talk(story, caller) == set()
    story.floor.pick_up("PJSIP/1002")
    assert talk(story, agent) == {"Local/1002@from-internal"}
    story.floor.calls.hang_up(agent)
    assert agent.is_gone
    assert talk(story, caller) == {"Local/1002@from-internal"}
    assert story.events("AgentComplete")[0]["Reason"] == "transfer"
    story.floor.calls.hang_up(caller)
    assert not story.floor.switch.channels
    assert story.queue.counters.completed == 1


def test_the_order_is_that_of_a_real_asterisk(story):
    story.told.clear()
    consult(story)
    story.floor.pick_up("PJSIP/1002")
    story.floor.calls.hang_up(story.call.agent_channel)
    told = [(packet["Event"], part_of(packet)) for packet in story.events(*TOLD)]
    real = [(packet["Event"], part_of(packet)) for packet in recorded("consult-16") if packet["Event"] in TOLD]
    begin = next(place for place, (_event, who) in enumerate(real) if who == "near")
    # The far half and who is dialled come and go in their own threads: their order varies.
    expected = [step for step in real[begin : begin + len(real)] if step[1] in ("near", "asking")]
    assert [step for step in told if step[1] in ("near", "asking")] == expected[
        : expected.index(("Hangup", "asking")) + 1
    ]


def part_of(packet):
    """Whose event this is: of the Local channel's near half, or of the agent who asks."""
    channel = packet["Channel"] or packet["OrigTransfererChannel"] or packet["DestChannel"]
    if channel.startswith("Local/100") and channel.endswith(";1"):
        return "near"
    return "asking" if channel.startswith(("PJSIP/1000-", "PJSIP/1004-")) else "other"


def test_a_third_party_who_is_busy_leaves_the_agent_with_the_caller(story):
    story.floor.dial("PJSIP/1002", "1003")
    consult(story)
    assert talk(story, story.call.channel) == {"PJSIP/1000"}
    assert story.call.state is CallState.TALKING


def test_a_third_party_who_hangs_up_leaves_the_agent_with_the_caller(story):
    consult(story)
    story.floor.pick_up("PJSIP/1002")
    story.floor.calls.hang_up(story.floor.switch.phones["PJSIP/1002"].channels[0])
    assert talk(story, story.call.channel) == {"PJSIP/1000"}
    story.floor.calls.hang_up(story.call.agent_channel)
    assert not story.floor.switch.channels


def test_a_caller_who_loses_patience_ends_all_of_it(story):
    consult(story)
    story.floor.pick_up("PJSIP/1002")
    story.floor.abandon(story.call)
    assert not story.floor.switch.channels


def test_a_caller_handed_over_before_the_third_party_answers_hears_it_ring(story):
    consult(story)
    story.floor.calls.hang_up(story.call.agent_channel)
    story.floor.pick_up("PJSIP/1002")
    story.floor.calls.hang_up(story.floor.switch.phones["PJSIP/1002"].channels[0])
    assert not story.floor.switch.channels


@pytest.mark.parametrize("exten", ["99", "6500x"])
def test_nothing_happens_where_the_number_leads_nowhere(story, exten):
    consult(story, exten)
    assert talk(story, story.call.channel) == {"PJSIP/1000"}


def test_who_has_hung_up_by_then_asks_nobody(story):
    story.floor.calls.consult(story.call.agent_channel, "from-internal", "1002")
    story.floor.abandon(story.call)
    story.wait(3)
    assert not story.floor.switch.channels


def test_a_restart_forgets_who_asks(story):
    consult(story)
    story.floor.restart()
    assert not story.floor.switch.channels


def test_a_parked_caller_is_fetched_by_dialling_the_space(story):
    space = story.floor.calls.park(story.call.channel)
    fetching = story.floor.dial("PJSIP/1003", space)
    assert talk(story, story.call.channel) == {"PJSIP/1003"}
    assert story.events("UnParkedCall")[0]["ParkeeUniqueid"] == story.call.channel.uniqueid
    story.wait(60)
    assert talk(story, fetching) == {"PJSIP/trunk_1"}
    story.floor.calls.hang_up(fetching)
    assert not story.floor.switch.channels

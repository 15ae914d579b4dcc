"""The one rule that decides what an agent is doing."""

import pytest

from agents.states import AgentState, DeviceState, agent_state

FREE = {
    "memberships": 2,
    "paused_memberships": 0,
    "device": DeviceState.NOT_IN_USE,
    "on_queue_call": False,
    "is_called": False,
    "in_wrap_up": False,
}


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (0, "unknown"),
        (1, "not_in_use"),
        (2, "in_use"),
        (3, "busy"),
        (4, "invalid"),
        (5, "unavailable"),
        (6, "ringing"),
        (7, "ring_in_use"),
        (8, "on_hold"),
        (9, "unknown"),
        (-1, "unknown"),
    ],
)
def test_a_device_number_is_the_state_asterisk_means(number, state):
    assert DeviceState.from_number(number) == state


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, AgentState.AVAILABLE),
        ({"device": DeviceState.UNKNOWN}, AgentState.AVAILABLE),
        ({"memberships": 0, "on_queue_call": True}, AgentState.LOGGED_OUT),
        ({"device": DeviceState.UNAVAILABLE}, AgentState.UNREACHABLE),
        ({"device": DeviceState.INVALID, "paused_memberships": 2}, AgentState.UNREACHABLE),
        ({"is_called": True}, AgentState.RINGING),
        ({"device": DeviceState.RINGING}, AgentState.RINGING),
        ({"device": DeviceState.RING_IN_USE}, AgentState.RINGING),
        ({"device": DeviceState.RING_IN_USE, "on_queue_call": True}, AgentState.ON_CALL),
        ({"on_queue_call": True, "device": DeviceState.NOT_IN_USE}, AgentState.ON_CALL),
        ({"device": DeviceState.IN_USE}, AgentState.OTHER_CALL),
        ({"device": DeviceState.BUSY, "paused_memberships": 2}, AgentState.OTHER_CALL),
        ({"device": DeviceState.ON_HOLD}, AgentState.OTHER_CALL),
        ({"in_wrap_up": True}, AgentState.WRAP_UP),
        ({"in_wrap_up": True, "paused_memberships": 2}, AgentState.WRAP_UP),
        ({"paused_memberships": 2}, AgentState.PAUSED),
        ({"paused_memberships": 1}, AgentState.AVAILABLE),
    ],
)
def test_the_first_fact_that_decides_wins(facts, state):
    assert agent_state(**(FREE | facts)) is state

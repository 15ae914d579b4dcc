"""What of a flush is sent along with the word that it was saved."""

from dataclasses import replace

import pytest
from channels.layers import get_channel_layer

from queues.live.publish import BOARD_GROUP, Publisher
from queues.live.state import AgentRow, Change
from tests.support.told import BEGIN

#: Daphne closes a socket rather than sending a larger frame.
DAPHNE_TAKES = 1024 * 1024
AGENT = AgentRow("pbx", "PJSIP/1000", name="Ada Lovelace", party_number="+49301234567", party_name="Charles Babbage")


def agents(count, **told):
    rows = [replace(AGENT, interface=f"PJSIP/{number}", id=number, **told) for number in range(1000, 1000 + count)]
    return [Change("agents", row.interface, row) for row in rows]


@pytest.mark.parametrize(
    ("changes", "is_sent"),
    [(agents(1000), True), (agents(1000, pause_reason="休憩" * 120), False)],
    ids=["usual", "huge"],
)
async def test_a_flush_goes_along_unless_no_socket_would_take_it(changes, is_sent):
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(BOARD_GROUP, channel)
    await Publisher("pbx", 1).delta(7, BEGIN, changes)
    text = (await layer.receive(channel))["text"]
    assert bool(text) == is_sent
    assert len(text.encode()) < DAPHNE_TAKES

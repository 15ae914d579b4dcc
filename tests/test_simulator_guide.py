"""The simulated UCM against Grandstream's "UCM6XXX AMI Guide", letter by letter.

The guide's page lost the blank behind the colon of an empty value ("Chairman:"); real UCMs send it (seen in a
public transcript of GSAgents), so lines are compared without blanks at their ends, and nothing else is forgiven.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from queues.simulator.privileges import listing
from queues.simulator.server import SimulatedPbx
from tests.support.simulated import Wire, packets

_DATA = Path(__file__).parent / "data"

#: When the guide's agent logged in, by its PBX's clock.
_LOGGED_IN_AT = 1_633_618_142.0


def _letters(data: bytes) -> list[str]:
    return [line.rstrip(" ") for line in data.decode().split("\r\n")]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """The guide's PBX: one queue, one dynamic agent whose phone is not there; its user has all privileges."""
    pbx = SimulatedPbx(queues=0, agents=0, rate=0, privileges=["all"], clock=lambda: _LOGGED_IN_AT)
    pbx.floor.switch.phones.clear()
    pbx.floor.add_queue("6500", "tt")
    pbx.floor.add_phone("1000", is_registered=False)
    pbx.floor.add_member("6500", "PJSIP/1000", is_dynamic=True)
    async with pbx, await Wire.to(pbx) as wire:
        yield wire


async def _say(wire: Wire, action: str, end: str) -> bytes:
    """What comes back to an action typed as the guide types it, without an ActionID."""
    await wire.until("Event", "SuccessfulAuth")
    wire.raw = b""
    wire.writer.write(f"action: {action}\r\n\r\n".encode())
    await wire.until("Event", end)
    return wire.raw


async def test_example_4_queues(wire):
    said = await _say(wire, "queues", "QueuesComplete")
    assert _letters(said) == _letters((_DATA / "ucm-guide-queues.ami").read_bytes())


async def test_example_5_gsagents(wire):
    said = await _say(wire, "GSAgents", "GsAgentComplete")
    assert _letters(said) == _letters((_DATA / "ucm-guide-gsagents.ami").read_bytes())


async def test_with_an_action_id_every_agent_row_ends_with_two_empty_lines(wire):
    await wire.until("Event", "SuccessfulAuth")
    await wire.ask("GSAgents", ActionID="2")
    rest = await wire.reader.readuntil(b"ListItems: 1\r\n\r\n")
    assert rest.endswith(
        b"Paused: 0\r\nActionID: 2\r\n\r\n\r\n"
        b"Event: GsAgentComplete\r\nActionID: 2\r\nEventList: Complete\r\nListItems: 1\r\n\r\n"
    )


async def test_the_login_is_answered_as_in_figure_9(wire):
    greeting = await wire.until("Event")
    assert wire.banner == b"Asterisk Call Manager/5.0.0\r\n"
    shown = packets((_DATA / "ucm-guide-login.ami").read_bytes().decode())[-1]
    assert (greeting.names, greeting["Privilege"]) == (shown.names, shown["Privilege"])


async def test_listcommands_lists_what_figure_10_lists(wire):
    await wire.until("Event", "SuccessfulAuth")
    answer = await wire.ask("ListCommands")
    shown = (_DATA / "ucm-guide-listcommands.ami").read_bytes().decode().split("\r\n")
    squeezed = [
        " ".join(f"{name}: {text}".split()) for name, text in answer.headers if name not in ("Response", "ActionID")
    ]
    assert squeezed == [" ".join(line.split()) for line in shown if "(Priv:" in line]


async def test_example_1_rings_the_phone_and_example_3_wants_a_channel_that_exists(wire):
    await wire.until("Event", "SuccessfulAuth")
    refused = await wire.ask("Hangup", Channel="PJSIP/trunk_2-000000")
    assert (refused["Response"], refused["Message"]) == ("Error", "No such channel")


def test_what_a_ucm_lacks_is_not_listed():
    absent = {"mixmonitor", "queuewithdrawcaller", "pjsipshowendpoints", "reload", "getconfig"}
    assert not absent & listing("ucm").keys()
    assert absent <= listing("asterisk").keys()
    assert not {"queues", "gsagents", "queuelogin", "queueclean"} & listing("asterisk").keys()

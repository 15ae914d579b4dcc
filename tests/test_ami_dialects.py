"""What a PBX is and lets its user do, as far as it tells."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.states import BOARD_KINDS, CommandKind
from queues.ami.client import connect
from queues.ami.dialects import Dialect, measure_clock, probe
from queues.ami.errors import LinkDown
from tests.support.fake_pbx import FakePbx
from tests.support.streams import stream

PING = datetime(2026, 11, 23, 8, 19, 3, 360221, tzinfo=UTC)
SETTINGS = "Response: Success\nAMIversion: 5.0.4\nAsteriskVersion: 16.28.0~dfsg"
STATUS = "Response: Success\nCoreStartupDate: 2026-11-23\nCoreStartupTime: 08:18:46\nCoreCurrentCalls: 0"

#: What is asked of the PBX and not of our board, but for what no dialect offers yet.
PBX_KINDS = set(CommandKind) - BOARD_KINDS
#: Not offered of a UCM.
STOCK_KINDS = {"listen", "whisper", "barge", "ready"}


def list_of_commands(name: str) -> str:
    """The response to ListCommands in a stream, without its ActionID."""
    packets = stream(name).decode().replace("\r\n", "\n").split("\n\n")
    (found,) = (text for text in packets if "ListCommands: " in text)
    return "\n".join(line for line in found.split("\n") if not line.startswith("ActionID"))


def without(text: str, *names: str) -> str:
    return "\n".join(
        line for line in text.split("\n") if not line.lower().startswith(tuple(f"{n.lower()}:" for n in names))
    )


@pytest.fixture
async def pbx():
    async with FakePbx() as pbx:
        pbx.on("CoreSettings", SETTINGS)
        pbx.on("CoreStatus", STATUS)
        yield pbx


@pytest.fixture
async def client(pbx):
    client = await connect(pbx.address(), now=lambda: PING - timedelta(seconds=90))
    yield client
    await client.close()


async def test_the_guides_commands_are_a_ucm_that_can_do_all(pbx, client):
    pbx.on("ListCommands", list_of_commands("ucm-guide-listcommands"))
    dialect = await probe(client)
    assert (dialect.name, dialect.version, dialect.boot) == ("ucm", "Asterisk 16.28.0~dfsg", "2026-11-23 08:18:46")
    assert dialect.limitations == ()
    assert set(dialect.actions) == PBX_KINDS - STOCK_KINDS
    assert len(dialect.commands) == 122
    assert dialect.offers("QueuePause")
    assert not dialect.offers("QueueWithdrawCaller")
    assert dialect.clock_offset_seconds == pytest.approx(90)


async def test_recorded_commands_of_an_asterisk_are_a_stock_one(pbx, client):
    pbx.on("ListCommands", list_of_commands("listcommands-16"))
    dialect = await probe(client)
    assert (dialect.name, dialect.limitations) == ("asterisk", ())
    assert set(dialect.actions) == PBX_KINDS
    assert dialect.offers("queuewithdrawcaller")
    assert not dialect.offers("Queues")


async def test_a_user_who_may_only_read_is_told_what_is_missing(pbx, client):
    pbx.on("ListCommands", list_of_commands("readonly-16"))
    dialect = await probe(client)
    assert dialect.limitations == ("no_channels", "no_pause", "no_originate", "no_hangup", "no_call_control")
    assert dialect.actions == ()
    assert (dialect.version, dialect.boot) == ("AMI 5.0.4", "")
    assert pbx.asked("CoreSettings") == pbx.asked("CoreStatus") == []


@pytest.mark.parametrize(
    ("box", "commands", "limitations"),
    [
        (
            "Agent",
            ("GSAgents", "QueueLogin", "QueueLogoff", "QueuePause", "QueueAdd", "QueueRemove", "QueuePenalty"),
            ("no_gsagents", "no_queue_events", "no_pause"),
        ),
        ("Originate", ("Originate",), ("no_originate",)),
        ("Call", ("Hangup", "Redirect", "BlindTransfer", "Atxfer"), ("no_hangup", "no_call_control")),
        ("Reporting", ("CoreShowChannels", "CoreSettings", "CoreStatus"), ("no_channels",)),
    ],
)
async def test_each_box_missing_on_a_ucm_is_said(pbx, client, box, commands, limitations):
    pbx.on("ListCommands", without(list_of_commands("ucm-guide-listcommands"), *commands))
    dialect = await probe(client)
    assert dialect.name == "ucm"
    assert dialect.limitations == limitations


@pytest.mark.parametrize(
    ("missing", "kinds"),
    [
        ("QueueAdd", set()),
        ("QueueRemove", set()),
        ("QueueAdd QueueLogin", {"log_in"}),
        ("QueueRemove QueueLogoff", {"log_out"}),
        ("QueuePenalty", {"penalty"}),
        ("QueueChangePriorityCaller", {"priority"}),
        ("Redirect", {"redirect", "pickup", "transfer", "priority"}),
        ("Atxfer", {"consult"}),
        ("Park", {"park"}),
        ("StopMonitor", {"record", "stop_recording"}),
    ],
)
async def test_what_an_action_carries_out_goes_with_it(pbx, client, missing, kinds):
    pbx.on("ListCommands", without(list_of_commands("ucm-guide-listcommands"), *missing.split()))
    offered = set((await probe(client)).actions)
    assert PBX_KINDS - offered == kinds | STOCK_KINDS


async def test_a_ucm_is_known_by_its_last_command_too(pbx, client):
    pbx.on("ListCommands", "Response: Success\nqueueclean: (Priv: <none>)\nQueues: Queues. (Priv: <none>)")
    assert (await probe(client)).name == "ucm"


async def test_the_admins_word_wins(pbx, client):
    pbx.on("ListCommands", list_of_commands("ucm-guide-listcommands"))
    assert (await probe(client, "asterisk")).name == "asterisk"


async def test_a_pbx_that_lists_nothing_is_taken_for_stock_and_everything_is_worth_a_try(pbx, client):
    pbx.on("ListCommands", "Response: Error\nMessage: Permission denied")
    pbx.on("CoreStatus", "Response: Error\nMessage: Permission denied")
    dialect = await probe(client)
    assert (dialect.name, dialect.commands, dialect.limitations) == ("asterisk", frozenset(), ())
    assert dialect.version == "Asterisk 16.28.0~dfsg"
    assert dialect.boot == ""
    assert dialect.offers("Anything")


async def test_hostile_versions_are_cleaned(pbx, client):
    pbx.on("ListCommands", list_of_commands("listcommands-16"))
    pbx.on("CoreSettings", "Response: Success\nAsteriskVersion: 16\x1b[31m" + "x" * 500)
    pbx.on("CoreStatus", "Response: Success\nCoreStartupDate: 2026\x00")
    dialect = await probe(client)
    assert dialect.version.startswith("Asterisk 16 [31mxxx")
    assert len(dialect.version) == 255
    assert dialect.boot == "2026"


@pytest.mark.parametrize(
    ("answer", "offset"),
    [
        ("Response: Success\nPing: Pong\nTimestamp: 1795421943.360221", 90.0),
        ("Response: Success\nPing: Pong\nTimestamp: 1795421853", -0.360221),
        ("Response: Success\nPing: Pong", 0.0),
        ("Response: Success\nTimestamp: soon", 0.0),
        ("Response: Success\nTimestamp: 1e400", 0.0),
        ("Response: Error\nMessage: Permission denied", 0.0),
    ],
)
async def test_the_clock_is_measured_by_a_ping(pbx, client, answer, offset):
    pbx.on("Ping", answer)
    assert await measure_clock(client) == pytest.approx(offset, abs=1e-5)


async def test_the_clock_is_compared_with_the_middle_of_the_round_trip(pbx):
    ticks = iter(range(1000))
    client = await connect(pbx.address(), now=lambda: PING + timedelta(seconds=next(ticks)))
    began = next(ticks) + 1
    # Our clock ticks once when the answer is read, and once more for each look at it.
    assert await measure_clock(client) == pytest.approx(-(began + 1))
    await client.close()


async def test_a_pbx_that_offers_no_queues_is_still_starting(pbx, client):
    pbx.on("ListCommands", without(list_of_commands("listcommands-16"), "QueueStatus"))
    with pytest.raises(LinkDown, match="still starting"):
        await probe(client)


async def test_a_probe_on_a_lost_link_is_a_lost_link(pbx, client):
    pbx.on("ListCommands", lambda caller, request: caller.close())
    with pytest.raises(LinkDown):
        await probe(client)


def test_a_dialect_knows_its_commands_without_case():
    dialect = Dialect("ucm", commands=frozenset({"queuepause"}))
    assert dialect.offers("QUEUEPAUSE")
    assert not dialect.offers("Hangup")

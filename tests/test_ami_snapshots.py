"""Snapshots in both dialects, with all that may be missing."""

import pytest

from queues.ami.client import connect
from queues.ami.dialects import Dialect, take_snapshot
from queues.ami.errors import LinkDown
from tests.support.fake_pbx import FakePbx

UCM_COMMANDS = frozenset({"queues", "gsagents", "queuestatus", "coreshowchannels"})
UCM = Dialect("ucm", commands=UCM_COMMANDS)
STOCK = Dialect("asterisk", commands=frozenset({"queuestatus", "coreshowchannels"}))
DENIED = "Response: Error\nMessage: Permission denied"
START = "Response: Success\nEventList: start"

QUEUES = (
    START,
    "Event: QueueStatus\nQueue: 6500\nCallsTotal: 9\nCallCount: 7\nStrategy: ringall\nQueueName: Sales",
    "Event: QueueMemberStatus\nQueue: 6500\nLocation: PJSIP/1000\nMemberName: PJSIP/1000\nStatus: 1\nPaused: 1",
    "Event: QueueMemberStatus\nQueue: 6500\nLocation: PJSIP/1001\nMemberName: PJSIP/1001\nStatus: 5\nPaused: 0",
    "Event: QueuesComplete\nEventList: Complete\nListItems: 1",
)
AGENTS = (
    START,
    "Event: GsAgent\nAgent: PJSIP/1000\nQueueName: Sales\nQueue: 6500\nLocation: PJSIP/1000\nStatus: 5\nLoginTime: 7",
    "Event: GsAgent\nAgent: PJSIP/1000\nQueueName: Night\nQueue: 6599\nLocation: PJSIP/1000\nStatus: 5",
    "Event: GsAgentComplete\nEventList: Complete\nListItems: 2",
)
STATUS = (
    START,
    "Event: QueueParams\nQueue: 6500\nMax: 50\nCalls: 1\nCompleted: 5\nWeight: 2",
    "Event: QueueMember\nQueue: 6500\nName: Ada\nLocation: PJSIP/1000\nStateInterface: hint:1000@x\nPausedReason: Tea",
    "Event: QueueEntry\nQueue: 6500\nPosition: 1\nUniqueid: 7.1\nCallerIDNum: 030\nWait: 3",
    "Event: QueueStatusComplete\nEventList: Complete\nListItems: 3",
)
CHANNELS = (
    START,
    "Event: CoreShowChannel\nChannel: PJSIP/1000-1\nUniqueid: 7.2\nDuration: 00:00:09",
    "Event: CoreShowChannelsComplete\nEventList: Complete",
)


@pytest.fixture
async def pbx():
    async with FakePbx() as pbx:
        pbx.on("Queues", *QUEUES)
        pbx.on("GSAgents", *AGENTS)
        pbx.on("QueueStatus", *STATUS)
        pbx.on("CoreShowChannels", *CHANNELS)
        yield pbx


@pytest.fixture
async def client(pbx):
    client = await connect(pbx.address())
    yield client
    await client.close()


def asked(pbx) -> list[str]:
    return [request["action"] for request in pbx.requests if request["action"] not in ("Challenge", "Login", "Ping")]


async def test_a_stock_snapshot_is_queue_status_and_channels(pbx, client):
    snapshot = await take_snapshot(client, STOCK)
    assert asked(pbx) == ["QueueStatus", "CoreShowChannels"]
    assert (snapshot.queue, snapshot.has_queues, snapshot.has_members) == (None, True, True)
    assert [(row.queue, row.waiting, row.name) for row in snapshot.queues] == [("6500", 1, None)]
    assert [(row.interface, row.member_name) for row in snapshot.members] == [("PJSIP/1000", "Ada")]
    assert [row.uniqueid for row in snapshot.callers] == ["7.1"]
    assert [row.age_seconds for row in snapshot.channels] == [9]


async def test_a_ucms_snapshot_is_its_own_rows_completed_by_the_stock_ones(pbx, client):
    snapshot = await take_snapshot(client, UCM)
    assert asked(pbx) == ["Queues", "QueueStatus", "CoreShowChannels"]
    (queue,) = snapshot.queues
    assert (queue.name, queue.calls_total, queue.strategy) == ("Sales", 9, "ringall")
    assert (queue.waiting, queue.max_waiting, queue.weight) == (1, 50, 2)
    ada, bob = snapshot.members
    assert (ada.member_name, ada.state_interface, ada.pause_reason, ada.paused) == (
        "Ada",
        "hint:1000@x",
        "Tea",
        True,
    )
    assert (bob.member_name, bob.state_interface) == ("PJSIP/1001", None)
    assert [row.uniqueid for row in snapshot.callers] == ["7.1"]


async def test_a_ucms_rows_are_told_without_queue_status_too(pbx, client):
    pbx.on("QueueStatus", DENIED)
    snapshot = await take_snapshot(client, UCM)
    assert snapshot.callers is None
    assert (snapshot.queues[0].waiting, len(snapshot.members)) == (7, 2)
    assert (snapshot.has_queues, snapshot.has_members) == (True, True)


async def test_a_ucm_that_refuses_queues_is_asked_for_its_agents(pbx, client):
    pbx.on("Queues", DENIED)
    snapshot = await take_snapshot(client, UCM)
    assert asked(pbx)[:3] == ["Queues", "GSAgents", "QueueStatus"]
    assert [(row.queue, row.name, row.max_waiting) for row in snapshot.queues] == [
        ("6500", "Sales", 50),
        ("6599", "Night", None),
    ]
    assert [(row.queue, row.login_at, row.pause_reason) for row in snapshot.members] == [
        ("6500", 7.0, "Tea"),
        ("6599", None, None),
    ]
    assert snapshot.has_members


async def test_agents_alone_tell_no_complete_list_of_queues(pbx, client):
    dialect = Dialect("ucm", commands=UCM_COMMANDS - {"queues", "queuestatus"})
    snapshot = await take_snapshot(client, dialect)
    assert asked(pbx) == ["GSAgents", "CoreShowChannels"]
    assert [row.name for row in snapshot.queues] == ["Sales", "Night"]
    assert (snapshot.has_queues, snapshot.has_members, snapshot.callers) == (False, True, None)


async def test_what_the_user_may_not_ask_is_none_and_never_an_error(pbx, client):
    for action in ("Queues", "GSAgents", "QueueStatus", "CoreShowChannels"):
        pbx.on(action, DENIED)
    for dialect in (UCM, STOCK):
        snapshot = await take_snapshot(client, dialect)
        assert (snapshot.queues, snapshot.members, snapshot.callers, snapshot.channels) == ((), (), None, None)
        assert (snapshot.has_queues, snapshot.has_members) == (False, False)


async def test_what_is_not_offered_is_not_asked(pbx, client):
    snapshot = await take_snapshot(client, Dialect("asterisk", commands=frozenset({"queuestatus"})))
    assert asked(pbx) == ["QueueStatus"]
    assert snapshot.channels is None


async def test_queues_is_never_sent_to_a_stock_asterisk_even_if_nothing_is_known(pbx, client):
    await take_snapshot(client, Dialect("asterisk"))
    assert asked(pbx) == ["QueueStatus", "CoreShowChannels"]


@pytest.mark.parametrize("dialect", [UCM, STOCK], ids=["ucm", "asterisk"])
async def test_one_queue_is_asked_for_cheaply(pbx, client, dialect):
    snapshot = await take_snapshot(client, dialect, "6500")
    assert asked(pbx) == ["QueueStatus"]
    assert pbx.requests[-1]["queue"] == "6500"
    assert (snapshot.queue, len(snapshot.queues), len(snapshot.members), len(snapshot.callers)) == ("6500", 1, 1, 1)
    assert snapshot.channels is None
    assert (snapshot.has_queues, snapshot.has_members) == (True, True)


async def test_of_one_queue_of_a_ucm_only_those_figures_are_told_that_both_its_lists_agree_on(pbx, client):
    told = "Event: QueueParams\nQueue: 6500\nCalls: 1\nHoldtime: 9\nTalkTime: 9\nServiceLevel: 9\nServicelevelPerf: 9"
    member = "Event: QueueMember\nQueue: 6500\nLocation: PJSIP/1000\nLoginTime: 9\nCallsTaken: 9"
    pbx.on("QueueStatus", START, told, member, STATUS[-1])
    snapshot = await take_snapshot(client, UCM, "6500")
    (queue,), (ada,) = snapshot.queues, snapshot.members
    assert (queue.waiting, queue.hold_seconds, queue.talk_seconds) == (1, None, None)
    assert (queue.service_level_seconds, queue.service_level_percent) == (None, None)
    assert (ada.calls_taken, ada.login_at) == (9, None)


async def test_of_one_queue_nothing_told_means_nothing_is_known(pbx, client):
    pbx.on("QueueStatus", START, STATUS[-1])
    snapshot = await take_snapshot(client, STOCK, "Support-Night")
    assert (snapshot.queue, snapshot.callers) == ("support-night", None)
    assert (snapshot.has_queues, snapshot.has_members) == (False, False)


async def test_one_queue_without_members_is_empty_on_a_stock_pbx_and_unknown_on_a_ucm(pbx, client):
    pbx.on("QueueStatus", START, STATUS[1], STATUS[-1])
    for dialect, has_members in ((STOCK, True), (UCM, False)):
        snapshot = await take_snapshot(client, dialect, "6500")
        assert (snapshot.has_queues, snapshot.has_members, snapshot.callers) == (True, has_members, ())


async def test_a_queue_whose_waiting_callers_are_not_counted_keeps_the_ucms_figure(pbx, client):
    pbx.on("QueueStatus", START, "Event: QueueParams\nQueue: 6500\nWeight: 2", STATUS[-1])
    assert (await take_snapshot(client, UCM)).queues[0].waiting == 7


async def test_one_queue_that_may_not_be_asked_for_is_unknown(pbx, client):
    pbx.on("QueueStatus", DENIED)
    snapshot = await take_snapshot(client, STOCK, "6500")
    assert (snapshot.has_queues, snapshot.has_members, snapshot.callers) == (False, False, None)


async def test_a_link_lost_in_the_middle_is_no_snapshot(pbx, client):
    pbx.on("QueueStatus", lambda caller, request: caller.reset())
    with pytest.raises(LinkDown):
        await take_snapshot(client, UCM)

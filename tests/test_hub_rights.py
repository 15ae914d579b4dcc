"""Every frame by every person: each row carries a mark that says whose it is, and nobody is sent another's mark."""

import json
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from agents.models import Agent, Command
from queues.live.state import AgentRow, CallRow, CallState, Change, LinkRow, LinkState, MemberRow, QueueRow
from tests.support.page import Page, end_of_test
from tests.support.publishing import Worker
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db(transaction=True)

#: Ada sits at PJSIP/1000 in 6500, Bob at PJSIP/1001 in 6500 and 6501; "branch" is a PBX without phones of theirs.
MARKS = {
    *("of-6500", "waits-6500", "6500-ada", "6500-bob"),
    *("of-6501", "waits-6501", "6501-bob"),
    *("agent-ada", "talks-ada", "agent-bob", "talks-bob", "of-branch"),
}
SALES = {"of-6500", "waits-6500", "6500-ada", "6500-bob", "agent-ada", "talks-ada", "agent-bob"}
SEEN = {
    "admin": MARKS,
    "supervisor": MARKS,
    "viewer": MARKS,
    "sales_lead": SALES,
    "sales_viewer": SALES,
    "support_lead": {"of-6501", "waits-6501", "6501-bob", "agent-bob", "talks-bob"},
    "agent_user": {"of-6500", "waits-6500", "6500-ada", "agent-ada", "talks-ada"},
    "other_agent": {"of-6500", "of-6501", "waits-6500", "waits-6501", "6500-bob", "6501-bob", "agent-bob", "talks-bob"},
}


@pytest.fixture(autouse=True)
async def board(db):
    await sync_to_async(save_board)()
    await sync_to_async(save_board)("branch")
    yield
    await end_of_test()


def put(row) -> Change:
    return Change(row.table, row.key, row)


def marked() -> list[Change]:
    """A change of every kind of row, for everybody."""
    waiting = CallRow("main", "", "18.1", "6500", AT, number="1", name="waits-6500")
    talking = replace(waiting, uniqueid="18.3", state=CallState.TALKING, agent_interface="PJSIP/1000", name="talks-ada")
    ada = AgentRow("main", "PJSIP/1000", name="agent-ada", queue="6500", party_name="talks-ada")
    bob = AgentRow("main", "PJSIP/1001", name="agent-bob", queue="6501", party_name="talks-bob")
    return [
        put(QueueRow("main", "6500", "of-6500")),
        put(QueueRow("main", "6501", "of-6501")),
        put(MemberRow("main", "6500", "PJSIP/1000", pause_reason="6500-ada")),
        put(MemberRow("main", "6500", "PJSIP/1001", pause_reason="6500-bob")),
        put(MemberRow("main", "6501", "PJSIP/1001", pause_reason="6501-bob")),
        put(ada),
        put(bob),
        put(waiting),
        put(replace(waiting, uniqueid="18.2", queue="6501", name="waits-6501")),
        put(talking),
        put(replace(talking, uniqueid="18.4", agent_interface="PJSIP/1001", queue="6501", name="talks-bob")),
    ]


@pytest.mark.parametrize("phase", ["deltas", "snapshots"])
async def test_nobody_is_sent_what_is_anothers(phase, request):
    people = {person: await sync_to_async(request.getfixturevalue)(person) for person in SEEN}
    pages = {person: await Page.of(user) for person, user in people.items()} if phase == "deltas" else {}
    for page in pages.values():
        await page.until_at("main", 3, 10)
    await Worker().flush(*marked())
    await Worker(pbx="branch").flush(
        put(LinkRow(pbx="branch", state=LinkState.DOWN, since=AT, error="of-branch")),
        put(QueueRow("branch", "6500", "of-branch")),
    )
    pages = pages or {person: await Page.of(user) for person, user in people.items()}
    for page in pages.values():
        await page.until_at("main", 3, 11)
        for pbx in ("main", "branch"):
            await page.say(type="resync", pbx=pbx)
    for person, page in pages.items():
        await page.frame("beat")
        await page.frame("beat")
        told = json.dumps(page.frames)
        assert (person, {mark for mark in MARKS if mark in told}) == (person, SEEN[person])
        beats = [frame for frame in page.frames if frame["type"] == "beat"]
        assert all(("branch" in beat["links"]) == ("of-branch" in SEEN[person]) for beat in beats)


async def test_how_a_request_ended_is_told_to_nobody_else(supervisor, admin, agent_user, other_agent):
    pages = [await Page.of(user) for user in (supervisor, admin, other_agent)]
    asking = await Page.of(agent_user)
    for page in (*pages, asking):
        await page.until_at("main", 3, 10)
    now = timezone.now()
    ada = await Agent.objects.aget(user=agent_user)
    command = await Command.objects.acreate(
        kind="pause", pbx="main", requested_by=agent_user, agent=ada, requested_at=now, due_at=now, expires_at=now
    )
    await Worker().publisher.result(command)
    assert (await asking.frame("command"))["id"] == command.pk
    for page in pages:
        await page.frame("beat")
        assert not [frame for frame in page.frames if frame["type"] == "command"]

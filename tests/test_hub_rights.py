"""Every frame by every person: each row carries a mark that says whose it is, and nobody is sent another's mark."""

import json
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.utils import timezone

from agents.models import Agent, Command
from queues.live.state import AgentRow, CallRow, CallState, Change, LinkRow, LinkState, MemberRow, QueueRow
from tests.support.page import Page, end_of_test
from tests.support.publishing import Worker
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db(transaction=True)

#: Ada sits at PJSIP/1000 in 6500, Bob at PJSIP/1001 in 6500 and 6501; "branch" is a PBX without phones of theirs.
MARKS = {"of-ada", "of-bob", "of-6500", "of-6501", "waits-6500", "waits-6501", "talks-ada", "talks-bob", "of-branch"}
SEEN = {
    "admin": MARKS,
    "supervisor": MARKS,
    "agent_user": {"of-ada", "of-6500", "waits-6500", "talks-ada"},
    "other_agent": {"of-bob", "of-6500", "of-6501", "waits-6500", "waits-6501", "talks-bob"},
}


@pytest.fixture(autouse=True)
async def board(db):
    await sync_to_async(save_board)()
    await sync_to_async(save_board)("branch")
    yield
    await end_of_test()


@pytest.fixture
def people(admin, supervisor, agent_user, other_agent) -> dict[str, User]:
    return {"admin": admin, "supervisor": supervisor, "agent_user": agent_user, "other_agent": other_agent}


def put(row) -> Change:
    return Change(row.table, row.key, row)


def marked() -> list[Change]:
    """A change of every kind of row, for everybody."""
    waiting = CallRow("main", "", "18.1", "6500", AT, number="1", name="waits-6500")
    talking = replace(waiting, uniqueid="18.3", state=CallState.TALKING, agent_interface="PJSIP/1000", name="talks-ada")
    return [
        put(QueueRow("main", "6500", "of-6500")),
        put(QueueRow("main", "6501", "of-6501")),
        put(MemberRow("main", "6500", "PJSIP/1000", pause_reason="of-ada")),
        put(MemberRow("main", "6500", "PJSIP/1001", pause_reason="of-bob")),
        put(AgentRow("main", "PJSIP/1000", party_name="of-ada")),
        put(AgentRow("main", "PJSIP/1001", party_name="of-bob")),
        put(waiting),
        put(replace(waiting, uniqueid="18.2", queue="6501", name="waits-6501")),
        put(talking),
        put(replace(talking, uniqueid="18.4", agent_interface="PJSIP/1001", queue="6501", name="talks-bob")),
    ]


@pytest.mark.parametrize("person", SEEN)
@pytest.mark.parametrize("phase", ["deltas", "snapshots"])
async def test_nobody_is_sent_what_is_anothers(person, phase, people):
    user = people[person]
    page = await Page.of(user) if phase == "deltas" else None
    if page:
        await page.until_at("main", 3, 10)
    await Worker().flush(*marked())
    await Worker(pbx="branch").flush(
        put(LinkRow(pbx="branch", state=LinkState.DOWN, since=AT, error="of-branch")),
        put(QueueRow("branch", "6500", "of-branch")),
    )
    page = page or await Page.of(user)
    await page.until_at("main", 3, 11)
    for pbx in ("main", "branch"):
        await page.say(type="resync", pbx=pbx)
    await page.frame("beat")
    await page.frame("beat")
    told = json.dumps(page.frames)
    assert {mark for mark in MARKS if mark in told} == SEEN[person]
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
        kind="pause", pbx="main", requested_by=agent_user, agent=ada, requested_at=now, expires_at=now
    )
    await Worker().publisher.result(command)
    assert (await asking.frame("command"))["id"] == command.pk
    for page in pages:
        await page.frame("beat")
        assert not [frame for frame in page.frames if frame["type"] == "command"]

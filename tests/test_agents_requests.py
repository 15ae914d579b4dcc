"""What people ask becomes a command, or is refused at once with a sentence."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from channels.layers import get_channel_layer

from agents import requests, services
from agents.floor import LiveCall
from agents.models import Agent, Command
from agents.requests import RequestRefused
from tests.support.floor import PlainFloor
from tests.support.working import in_database

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def agent(agent_user) -> Agent:
    Agent.objects.update(member_count=1)
    return Agent.objects.get(user=agent_user)


@pytest.fixture
def floor() -> PlainFloor:
    return PlainFloor(members={("main", "6500", "PJSIP/1000")}, queues={("main", "654321")})


def test_a_pause_is_queued_with_all_that_is_needed_to_send_it(supervisor, agent, floor):
    asked = {"queue": "6500", "reason": " Lunch ", "minutes": 30}
    command = requests.request_pause(by=supervisor, agent=agent, **asked, floor=floor, at=AT)
    command.refresh_from_db()
    assert (command.kind, command.state, command.pbx, command.queue) == ("pause", "queued", "main", "6500")
    told = {"interface": "PJSIP/1000", "queue": "6500", "reason": "Lunch", "minutes": 30, "by": "supervisor"}
    assert command.arguments == told
    assert (command.requested_by, command.agent) == (supervisor, agent)
    assert command.expires_at - command.requested_at == timedelta(seconds=10)


def test_an_unpause_of_all_queues_names_none(supervisor, agent, floor):
    command = requests.request_unpause(by=supervisor, agent=agent, queue=None, floor=floor, at=AT)
    assert command.arguments == {"interface": "PJSIP/1000", "queue": None, "reason": ""}


def test_the_queue_of_a_pause_is_found_whatever_its_case(supervisor, agent, floor):
    floor.members = {("main", "support-night", "PJSIP/1000")}
    command = requests.request_unpause(by=supervisor, agent=agent, queue="Support-Night", floor=floor, at=AT)
    assert command.arguments["queue"] == "support-night"


def test_pausing_in_a_queue_of_others_is_refused(supervisor, agent, floor):
    with pytest.raises(RequestRefused, match="Ada is not a member of queue 6501"):
        requests.request_pause(by=supervisor, agent=agent, queue="6501", reason="", floor=floor, at=AT)


def test_pausing_somebody_who_is_in_no_queue_is_refused(supervisor, agent, floor):
    agent.member_count = 0
    with pytest.raises(RequestRefused, match="no queue"):
        requests.request_pause(by=supervisor, agent=agent, queue=None, reason="", floor=floor, at=AT)


def test_a_reason_that_would_break_the_line_is_refused(supervisor, agent, floor):
    with pytest.raises(RequestRefused, match="one line"):
        requests.request_pause(by=supervisor, agent=agent, queue=None, reason="a\r\nb", floor=floor, at=AT)


@pytest.mark.parametrize(
    ("number", "context"),
    [
        ("1001", "from-internal"),
        ("*97", "from-internal"),
        ("123456", "outbound-allroutes"),
        ("+491234", "outbound-allroutes"),
        ("654321", "from-internal"),
        ("777777", "from-internal"),
    ],
)
def test_extensions_queues_and_short_numbers_are_dialled_inside(supervisor, agent, floor, number, context):
    Agent.objects.create(pbx="main", interface="PJSIP/777777", extension="777777")
    command = requests.request_originate(by=supervisor, agent=agent, number=number, floor=floor, at=AT)
    assert command.arguments == {"interface": "PJSIP/1000", "number": number, "context": context}


def test_an_extension_of_another_pbx_is_no_inside_number(supervisor, agent, floor):
    Agent.objects.create(pbx="other", interface="PJSIP/777777", extension="777777")
    command = requests.request_originate(by=supervisor, agent=agent, number="777777", floor=floor, at=AT)
    assert command.arguments["context"] == "outbound-allroutes"


def test_a_number_that_is_none_is_refused(supervisor, agent, floor):
    with pytest.raises(RequestRefused, match="not a number"):
        requests.request_originate(by=supervisor, agent=agent, number="1001&1002", floor=floor, at=AT)
    assert not Command.objects.exists()


def test_a_live_queue_call_is_hung_up_by_its_channel(supervisor, floor):
    floor.calls["main", "17.1"] = LiveCall("17.1", "6500", "PJSIP/trunk-00000001", "")
    command = requests.request_hangup(by=supervisor, pbx="main", uniqueid="17.1", agent=None, floor=floor, at=AT)
    assert command.arguments == {"uniqueid": "17.1", "channel": "PJSIP/trunk-00000001"}


def test_the_call_an_agent_has_in_hand_is_hung_up_by_its_id(supervisor, agent, floor):
    agent.call_uniqueid = "17.9"
    command = requests.request_hangup(by=supervisor, pbx="main", uniqueid="17.9", agent=agent, floor=floor, at=AT)
    assert command.arguments == {"uniqueid": "17.9", "channel": ""}


@pytest.mark.parametrize("uniqueid", ["17.404", ""])
def test_a_call_that_is_not_live_is_not_hung_up(supervisor, agent, floor, uniqueid):
    with pytest.raises(RequestRefused, match="already ended"):
        requests.request_hangup(by=supervisor, pbx="main", uniqueid=uniqueid, agent=agent, floor=floor, at=AT)


def test_nothing_is_queued_while_the_link_is_down(supervisor, agent, floor):
    floor.is_up, floor.error = False, "The PBX does not answer."
    with pytest.raises(RequestRefused, match=r"The PBX does not answer\."):
        requests.request_originate(by=supervisor, agent=agent, number="1001", floor=floor, at=AT)
    assert not Command.objects.exists()


def test_what_the_link_does_not_offer_is_refused(supervisor, agent, floor):
    floor.actions = frozenset({"pause", "unpause"})
    with pytest.raises(RequestRefused, match="does not offer"):
        requests.request_originate(by=supervisor, agent=agent, number="1001", floor=floor, at=AT)


def test_a_double_click_makes_one_command(supervisor, agent, floor):
    ask = {"by": supervisor, "agent": agent, "number": "1001", "floor": floor}
    first = requests.request_originate(**ask, at=AT)
    assert requests.request_originate(**ask, at=AT + timedelta(seconds=1)) == first
    services.claim_command(first.pk, 1, AT)
    assert requests.request_originate(**ask, at=AT + timedelta(seconds=2)) == first


def test_the_same_request_after_the_first_ended_is_a_new_command(supervisor, agent, floor):
    ask = {"by": supervisor, "agent": agent, "number": "1001", "floor": floor}
    first = requests.request_originate(**ask, at=AT)
    services.claim_command(first.pk, 1, AT)
    services.finish_command(first.pk, "done", "", AT)
    assert requests.request_originate(**ask, at=AT + timedelta(seconds=1)) != first


def test_a_request_that_was_taken_back_can_be_made_anew(supervisor, agent, floor):
    ask = {"by": supervisor, "agent": agent, "number": "1001", "floor": floor}
    first = requests.request_originate(**ask, at=AT)
    services.undo_command(first.pk, "supervisor", AT)
    second = requests.request_originate(**ask, at=AT + timedelta(seconds=1))
    assert (second != first, second.state) == (True, "queued")


def test_the_same_request_of_two_people_is_two_commands(supervisor, admin, agent, floor):
    ask = {"agent": agent, "number": "1001", "floor": floor, "at": AT}
    assert requests.request_originate(by=supervisor, **ask) != requests.request_originate(by=admin, **ask)


@pytest.mark.django_db(transaction=True)
async def test_workers_are_woken_once_the_command_is_in_the_database(supervisor, agent, floor):
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(services.WAKE_UP_GROUP, channel)
    ask = partial(requests.request_unpause, by=supervisor, agent=agent, queue=None, floor=floor, at=AT)
    command = await in_database(ask)
    async with asyncio.timeout(10):
        assert await layer.receive(channel) == {"type": "command.wake", "pbx": "main"}
    assert await in_database(Command.objects.get) == command

"""What people ask becomes a command, or is refused at once with a sentence."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from channels.layers import get_channel_layer

from agents import requests, requests_calls, services
from agents.asking import Asking, RequestRefused
from agents.floor import LiveCall
from agents.models import Agent, Command
from tests.support.floor import PlainFloor
from tests.support.patience import patient
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


def asking(by, floor, at=AT, undo_seconds=0) -> Asking:
    return Asking(by, floor, at, undo_seconds)


def dial(by, agent, floor, at) -> Command:
    return requests_calls.request_originate(asking(by, floor, at), agent, number="1001")


def test_a_pause_is_queued_with_all_that_is_needed_to_send_it(supervisor, agent, floor):
    who = asking(supervisor, floor)
    command = requests.request_pause(who, agent, frozenset({"6500"}), reason=" Lunch ", minutes=30)
    command.refresh_from_db()
    assert (command.kind, command.state, command.pbx, command.queue) == ("pause", "queued", "main", "6500")
    told = {"interface": "PJSIP/1000", "queue": "6500", "reason": "Lunch", "minutes": 30, "by": "supervisor"}
    assert command.arguments == told
    assert (command.requested_by, command.agent) == (supervisor, agent)
    assert command.expires_at - command.requested_at == timedelta(seconds=10)


def test_an_unpause_of_all_queues_names_none(supervisor, agent, floor):
    command = requests.request_unpause(asking(supervisor, floor), agent, None)
    assert command.arguments == {"interface": "PJSIP/1000", "queue": None, "reason": ""}


def test_several_queues_are_named_one_by_one(supervisor, agent, floor):
    floor.members |= {("main", "6501", "PJSIP/1000"), ("main", "6502", "PJSIP/1000")}
    command = requests.request_unpause(asking(supervisor, floor), agent, frozenset({"6502", "6500"}))
    assert (command.arguments["queue"], command.arguments["queues"]) == (None, ["6500", "6502"])
    assert command.queue == ""


def test_pausing_in_a_queue_of_others_is_refused(supervisor, agent, floor):
    with pytest.raises(RequestRefused, match="Ada is not a member of queue 6501"):
        requests.request_pause(asking(supervisor, floor), agent, frozenset({"6501"}), reason="")


def test_pausing_somebody_who_is_in_no_queue_is_refused(supervisor, agent, floor):
    floor.members.clear()
    with pytest.raises(RequestRefused, match="no queue"):
        requests.request_pause(asking(supervisor, floor), agent, None, reason="")


def test_a_reason_that_would_break_the_line_is_refused(supervisor, agent, floor):
    with pytest.raises(RequestRefused, match="one line"):
        requests.request_pause(asking(supervisor, floor), agent, None, reason="a\r\nb")


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
    command = requests_calls.request_originate(asking(supervisor, floor), agent, number=number)
    assert command.arguments == {"interface": "PJSIP/1000", "number": number, "context": context}


def test_an_extension_of_another_pbx_is_no_inside_number(supervisor, agent, floor):
    Agent.objects.create(pbx="other", interface="PJSIP/777777", extension="777777")
    command = requests_calls.request_originate(asking(supervisor, floor), agent, number="777777")
    assert command.arguments["context"] == "outbound-allroutes"


def test_a_number_that_is_none_is_refused(supervisor, agent, floor):
    with pytest.raises(RequestRefused, match="not a number"):
        requests_calls.request_originate(asking(supervisor, floor), agent, number="1001&1002")
    assert not Command.objects.exists()


def test_a_live_queue_call_is_hung_up_by_its_channel(supervisor, floor):
    floor.calls["main", "17.1"] = LiveCall("17.1", "6500", "PJSIP/trunk-00000001", "")
    command = requests_calls.request_hangup(asking(supervisor, floor), pbx="main", uniqueid="17.1", agent=None)
    assert command.arguments == {"uniqueid": "17.1", "channel": "PJSIP/trunk-00000001", "is_waiting": False}


def test_the_call_an_agent_has_in_hand_is_hung_up_by_its_id(supervisor, agent, floor):
    agent.call_uniqueid = "17.9"
    command = requests_calls.request_hangup(asking(supervisor, floor), pbx="main", uniqueid="17.9", agent=agent)
    assert command.arguments == {"uniqueid": "17.9", "channel": "", "is_waiting": False}


@pytest.mark.parametrize("uniqueid", ["17.404", ""])
def test_a_call_that_is_not_live_is_not_hung_up(supervisor, agent, floor, uniqueid):
    with pytest.raises(RequestRefused, match="already ended"):
        requests_calls.request_hangup(asking(supervisor, floor), pbx="main", uniqueid=uniqueid, agent=agent)


def test_nothing_is_queued_while_the_link_is_down(supervisor, agent, floor):
    floor.is_up, floor.error = False, "The PBX does not answer."
    with pytest.raises(RequestRefused, match=r"The PBX does not answer\."):
        requests_calls.request_originate(asking(supervisor, floor), agent, number="1001")
    assert not Command.objects.exists()


def test_what_the_link_does_not_offer_is_refused(supervisor, agent, floor):
    floor.actions = frozenset({"pause", "unpause"})
    with pytest.raises(RequestRefused, match="does not offer"):
        requests_calls.request_originate(asking(supervisor, floor), agent, number="1001")


def test_a_double_click_makes_one_command(supervisor, agent, floor):
    first = dial(supervisor, agent, floor, AT)
    assert dial(supervisor, agent, floor, AT + timedelta(seconds=1)) == first
    services.claim_command(first.pk, 1, AT)
    assert dial(supervisor, agent, floor, AT + timedelta(seconds=2)) == first


def test_the_same_request_after_the_first_ended_is_a_new_command(supervisor, agent, floor):
    first = dial(supervisor, agent, floor, AT)
    services.claim_command(first.pk, 1, AT)
    services.finish_command(first.pk, "done", "", AT)
    assert dial(supervisor, agent, floor, AT + timedelta(seconds=1)) != first


def test_a_request_that_was_taken_back_can_be_made_anew(supervisor, agent, floor):
    first = dial(supervisor, agent, floor, AT)
    services.undo_command(first.pk, "supervisor", AT)
    second = dial(supervisor, agent, floor, AT + timedelta(seconds=1))
    assert (second != first, second.state) == (True, "queued")


def test_the_same_request_of_two_people_is_two_commands(supervisor, admin, agent, floor):
    assert dial(supervisor, agent, floor, AT) != dial(admin, agent, floor, AT)


@pytest.mark.django_db(transaction=True)
async def test_workers_are_woken_once_the_command_is_in_the_database(supervisor, agent, floor):
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(services.WAKE_UP_GROUP, channel)
    ask = partial(requests.request_unpause, asking(supervisor, floor), agent, None)
    command = await in_database(ask)
    async with asyncio.timeout(patient(10)):
        assert await layer.receive(channel) == {"type": "command.wake", "pbx": "main"}
    assert await in_database(Command.objects.get) == command

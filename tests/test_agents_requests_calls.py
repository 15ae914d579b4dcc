"""What people ask about calls and memberships becomes a complete command, or is refused in words before that."""

from datetime import UTC, datetime, timedelta

import pytest

from agents import requests, requests_calls
from agents.asking import Asking, RequestRefused
from agents.floor import LiveCall
from agents.models import Agent, Command
from agents.states import CommandKind
from tests.support.floor import PlainFloor

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WAITING = LiveCall("17.1", "6500", "PJSIP/trunk-1", "", is_waiting=True)
TALKING = LiveCall("17.2", "6500", "PJSIP/trunk-2", "PJSIP/1000")


@pytest.fixture
def ada(agent_user) -> Agent:
    """On a call of queue 6500."""
    Agent.objects.update(state="on_call", call_uniqueid="17.2", queue="6500")
    return Agent.objects.get(user=agent_user)


@pytest.fixture
def mine(supervisor) -> Agent:
    """The supervisor's own phone, in no queue."""
    return Agent.objects.create(pbx="main", interface="PJSIP/2000", extension="2000", user=supervisor)


@pytest.fixture
def floor() -> PlainFloor:
    return PlainFloor(
        queues={("main", "6500"), ("main", "6501")},
        members={("main", "6500", "PJSIP/1000"), ("main", "6501", "PJSIP/1000")},
        calls={("main", "17.1"): WAITING, ("main", "17.2"): TALKING},
    )


@pytest.fixture
def asking(supervisor, floor) -> Asking:
    return Asking(supervisor, floor, AT)


def redirect(asking, number, uniqueid="17.1") -> Command:
    return requests_calls.request_redirect(asking, pbx="main", uniqueid=uniqueid, number=number)


@pytest.mark.parametrize(
    ("number", "dialled", "context"),
    [
        ("6501", "6501", "from-internal"),
        ("1001", "1001", "from-internal"),
        ("+49 (30) 1234-567", "+49301234567", "outbound-allroutes"),
    ],
)
def test_a_redirect_says_from_where_to_where(asking, number, dialled, context):
    command = redirect(asking, number)
    assert (command.kind, command.queue, command.agent) == ("redirect", "6500", None)
    assert command.arguments == {
        "uniqueid": "17.1",
        "channel": "PJSIP/trunk-1",
        "queue": "6500",
        "number": dialled,
        "context": context,
    }


def test_what_may_be_undone_is_due_later_and_lives_on_from_then(supervisor, floor):
    command = redirect(Asking(supervisor, floor, AT, undo_seconds=5), "6501")
    assert (command.due_at, command.expires_at) == (AT + timedelta(seconds=5), AT + timedelta(seconds=15))


@pytest.mark.parametrize(
    ("number", "uniqueid", "words"),
    [
        ("6500", "17.1", "waits in queue 6500 already"),
        ("6501", "17.2", "does not wait any more"),
        ("6501", "17.404", "already ended"),
        ("6501\r\nAction: Logoff", "17.1", "not a number"),
        ("1&2", "17.1", "not a number"),
        ("", "17.1", "not a number"),
        ("1003", "17.1", "switched off or not registered"),
    ],
)
def test_a_redirect_that_cannot_be_is_refused(asking, number, uniqueid, words):
    Agent.objects.create(pbx="main", interface="PJSIP/1003", extension="1003", state="unreachable")
    with pytest.raises(RequestRefused, match=words):
        redirect(asking, number, uniqueid)
    assert not Command.objects.exists()


def test_a_phone_of_another_pbx_that_is_off_says_nothing_of_ours(asking):
    Agent.objects.create(pbx="other", interface="PJSIP/1003", extension="1003", state="unreachable")
    assert redirect(asking, "1003").arguments["number"] == "1003"


def test_a_caller_is_picked_up_on_the_phone_of_who_asks(asking, mine):
    command = requests_calls.request_pickup(asking, pbx="main", uniqueid="17.1", phone=mine)
    assert (command.kind, command.agent, command.queue) == ("pickup", mine, "6500")
    told = command.arguments
    assert (told["interface"], told["number"], told["context"]) == ("PJSIP/2000", "2000", "from-internal")


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ({"pbx": "other"}, "another PBX"),
        ({"device_state": "unavailable"}, "switched off"),
        ({"state": "on_call"}, "in use"),
        ({"state": "ringing"}, "in use"),
        ({"extension": ""}, "not a number"),
    ],
)
def test_a_caller_is_not_sent_to_a_phone_that_will_not_ring(asking, mine, phone, words):
    Agent.objects.filter(pk=mine.pk).update(**phone)
    mine.refresh_from_db()
    with pytest.raises(RequestRefused, match=words):
        requests_calls.request_pickup(asking, pbx="main", uniqueid="17.1", phone=mine)


def test_a_transfer_names_the_call_in_hand(asking, ada):
    command = requests_calls.request_transfer(asking, ada, number="6501")
    assert (command.kind, command.agent, command.queue) == ("transfer", ada, "6500")
    told = {"interface": "PJSIP/1000", "uniqueid": "17.2", "number": "6501", "context": "from-internal"}
    assert command.arguments == told


@pytest.mark.parametrize(
    ("state", "call", "number", "words"),
    [
        ("available", "", "6501", "not on a call"),
        ("ringing", "17.2", "6501", "not on a call"),
        ("other_call", "", "6501", "not on a call"),
        ("on_call", "17.2", "1000", "talks with Ada already"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(asking, ada, state, call, number, words):
    ada.state, ada.call_uniqueid = state, call
    with pytest.raises(RequestRefused, match=words):
        requests_calls.request_transfer(asking, ada, number=number)


@pytest.mark.parametrize("kind", [CommandKind.LISTEN, CommandKind.WHISPER, CommandKind.BARGE])
def test_joining_a_call_names_both_phones_and_the_call(asking, ada, mine, kind):
    command = requests_calls.request_supervise(asking, ada, kind=kind, phone=mine)
    assert (command.kind, command.agent) == (kind, ada)
    assert command.arguments == {"interface": "PJSIP/2000", "joined": "PJSIP/1000", "uniqueid": "17.2"}


def test_nobody_joins_their_own_call_or_none(asking, ada, mine):
    with pytest.raises(RequestRefused, match="your own call"):
        requests_calls.request_supervise(asking, ada, kind=CommandKind.LISTEN, phone=ada)
    ada.state = "available"
    with pytest.raises(RequestRefused, match="not on a call"):
        requests_calls.request_supervise(asking, ada, kind=CommandKind.LISTEN, phone=mine)


def test_a_log_out_remembers_what_it_ends_and_leaves_the_fixed_ones(asking, ada, floor):
    floor.fixed = {("main", "6501", "PJSIP/1000")}
    command = requests.request_log_out(asking, ada, None)
    assert command.arguments == {
        "interface": "PJSIP/1000",
        "queue": "6500",
        "memberships": [{"queue": "6500", "penalty": 3, "state_interface": ""}],
        "fixed": ["6501"],
        "is_all": True,
    }


def test_who_is_a_fixed_member_only_cannot_be_logged_out(asking, ada, floor):
    floor.fixed = set(floor.members)
    with pytest.raises(RequestRefused, match="fixed member of queue 6500, 6501"):
        requests.request_log_out(asking, ada, None)
    with pytest.raises(RequestRefused, match="fixed member of queue 6501"):
        requests.request_log_out(asking, ada, frozenset({"6501"}))


def test_a_log_in_begins_where_the_last_log_out_ended(asking, ada, floor):
    floor.members.clear()
    ada.usual_queues = [{"queue": "6500", "penalty": 4, "state_interface": "Custom:1"}]
    command = requests.request_log_in(asking, ada, frozenset({"6500", "6501"}))
    assert command.arguments["memberships"] == [
        {"queue": "6500", "penalty": 4, "state_interface": "Custom:1"},
        {"queue": "6501", "penalty": 0, "state_interface": ""},
    ]
    assert (command.arguments["queues"], command.arguments["name"]) == (["6500", "6501"], "Ada")


def test_a_penalty_that_is_asked_for_wins(asking, ada, floor):
    floor.members.clear()
    ada.usual_queues = [{"queue": "6500", "penalty": 4, "state_interface": ""}]
    command = requests.request_log_in(asking, ada, frozenset({"6500"}), penalty=1)
    assert [entry["penalty"] for entry in command.arguments["memberships"]] == [1]


@pytest.mark.parametrize(("queues", "words"), [({"6500"}, "logged in there already"), ({"6599"}, "no queue 6599")])
def test_a_log_in_that_cannot_be_is_refused(asking, ada, queues, words):
    with pytest.raises(RequestRefused, match=words):
        requests.request_log_in(asking, ada, frozenset(queues))


def test_a_penalty_is_set_in_the_queues_meant(asking, ada):
    command = requests.request_penalty(asking, ada, frozenset({"6501"}), penalty=7)
    assert (command.kind, command.queue) == ("penalty", "6501")
    assert command.arguments == {"interface": "PJSIP/1000", "queue": "6501", "penalty": 7}
    with pytest.raises(RequestRefused, match="not a member of queue 6599"):
        requests.request_penalty(asking, ada, frozenset({"6599"}), penalty=7)


# --- the call in hand ----------------------------------------------------------------------------------------------


def test_asking_first_says_whom_and_from_which_call(asking, ada):
    command = requests_calls.request_consult(asking, ada, number="10 01")
    assert (command.kind, command.queue, command.agent) == ("consult", "6500", ada)
    assert command.arguments == {
        "interface": "PJSIP/1000",
        "uniqueid": "17.2",
        "number": "1001",
        "context": "from-internal",
    }


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1000", "talks with"),
        ("+49 30 123456", "digits and"),
        ("12#", "digits and"),
        ("night-desk", "digits and"),
        ("anybody", "use digits"),
    ],
)
def test_whom_the_pbx_cannot_press_as_tones_or_who_is_there_already_is_not_asked(asking, floor, ada, number, words):
    floor.queues.add(("main", "night-desk"))
    with pytest.raises(RequestRefused, match=words):
        requests_calls.request_consult(asking, ada, number=number)


def test_parking_and_recording_say_which_call(asking, ada):
    in_hand = {"interface": "PJSIP/1000", "uniqueid": "17.2"}
    commands = [
        requests_calls.request_park(asking, ada),
        requests_calls.request_recording(asking, ada, on=True),
        requests_calls.request_recording(asking, ada, on=False),
    ]
    assert [(command.kind, command.queue) for command in commands] == [
        ("park", "6500"),
        ("record", "6500"),
        ("stop_recording", "6500"),
    ]
    assert [command.arguments for command in commands] == [in_hand] * 3


def test_a_call_that_is_recorded_is_not_recorded_again(asking, ada):
    ada.recording_since = AT
    with pytest.raises(RequestRefused, match="recorded already"):
        requests_calls.request_recording(asking, ada, on=True)


@pytest.mark.parametrize("kind", ["consult", "park", "record", "stop_recording"])
def test_nothing_is_done_to_a_call_where_there_is_none_or_the_pbx_cannot(asking, floor, ada, kind):
    ask = {
        "consult": lambda: requests_calls.request_consult(asking, ada, number="1001"),
        "park": lambda: requests_calls.request_park(asking, ada),
        "record": lambda: requests_calls.request_recording(asking, ada, on=True),
        "stop_recording": lambda: requests_calls.request_recording(asking, ada, on=False),
    }[kind]
    ada.state = "available"
    with pytest.raises(RequestRefused, match="not on a call"):
        ask()
    floor.actions -= {CommandKind(kind)}
    with pytest.raises(RequestRefused, match="does not offer"):
        ask()


def test_a_call_is_transferred_to_a_queue_named_in_letters(asking, floor, ada):
    floor.queues.add(("main", "night-desk"))
    command = requests_calls.request_transfer(asking, ada, number=" night-desk ")
    assert (command.arguments["number"], command.arguments["context"]) == ("night-desk", "from-internal")

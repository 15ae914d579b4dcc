"""Moving callers, logging agents in and out, joining calls and asking for many at once, by API."""

import pytest

from agents.models import Agent, Command
from queues.models import Link, Member, Queue
from tests.conftest import team
from tests.support.saved import save_board
from tests.test_web_api_actions import post

pytestmark = pytest.mark.django_db

CALLER = {"pbx": "main", "uniqueid": "17.1"}


@pytest.fixture(autouse=True)
def board(db):
    save_board()


@pytest.fixture
def ada(agent_user) -> Agent:
    agent_user.agents.update(state="on_call", queue="6500", call_uniqueid="17.2")
    return agent_user.agents.get()


@pytest.fixture
def bob(other_agent) -> Agent:
    return other_agent.agents.get()


def phone_of(user) -> Agent:
    return Agent.objects.create(pbx="main", interface="PJSIP/2000", extension="2000", user=user)


def queued() -> Command:
    return Command.objects.get()


def test_the_answer_says_until_when_it_can_be_undone(supervisor):
    status, answer = post(supervisor, "calls/redirect", {**CALLER, "number": "6501", "undo_seconds": 5})
    assert status == 202
    command = queued()
    assert (command.due_at - command.requested_at).total_seconds() == 5
    assert answer["due_at"][:19] == command.due_at.isoformat()[:19]


HOSTILE = [
    ("agents/{id}/penalty", {"penalty": -1}),
    ("agents/{id}/penalty", {"penalty": 10**30}),
    ("agents/{id}/penalty", {"penalty": "5"}),
    ("agents/{id}/penalty", {"penalty": True}),
    ("agents/{id}/penalty", {}),
    ("agents/{id}/login", {"queue": "6599"}),
    ("agents/{id}/login", {"queue": "6501", "penalty": 1001}),
    ("agents/{id}/login", {"queue": "65\r\nAction: Logoff"}),
    ("agents/{id}/login", {}),
    ("agents/{id}/logout", {"queue": "6501"}),
    ("agents/{id}/logout", {"undo_seconds": 11}),
    ("agents/{id}/logout", {"undo_seconds": -1}),
    ("agents/{id}/pause", {"minutes": 0}),
    ("agents/{id}/pause", {"minutes": 721}),
    ("agents/{id}/transfer", {"number": "1\n2"}),
    ("agents/{id}/transfer", {"number": "PJSIP/1001"}),
    ("agents/{id}/supervise", {"mode": "record", "phone": 1}),
    ("calls/redirect", {**CALLER, "number": "1001\r\nAction: Logoff"}),
    ("calls/redirect", {**CALLER, "number": "1001&1002"}),
    ("calls/redirect", {**CALLER, "number": "1" * 33}),
    ("calls/redirect", {**CALLER, "number": None}),
    ("calls/redirect", {**CALLER, "number": "6500"}),
    ("calls/redirect", {"pbx": "main", "uniqueid": "17.2", "number": "6501"}),
    ("calls/redirect", {"pbx": "main\x00", "uniqueid": "17.1", "number": "6501"}),
    ("calls/priority", {**CALLER, "priority": 10**9}),
    ("calls/priority", {**CALLER, "priority": "high"}),
    ("agents/bulk", {"agents": [], "action": "pause"}),
    ("agents/bulk", {"agents": list(range(201)), "action": "pause"}),
    ("agents/bulk", {"agents": ["{id}"], "action": "reboot"}),
    ("agents/bulk", {"agents": ["{id}"], "action": "unpause", "penalty": 3}),
    ("agents/bulk", {"agents": ["{id}"], "action": "penalty"}),
    ("agents/bulk", {"agents": ["{id}"]}),
    ("agents/bulk", []),
]


@pytest.mark.parametrize(("path", "body"), HOSTILE)
def test_what_makes_no_sense_is_refused_with_a_sentence(path, body, ada, supervisor):
    if isinstance(body, dict) and body.get("agents") == ["{id}"]:
        body = {**body, "agents": [ada.pk]}
    status, answer = post(supervisor, path.format(id=ada.pk), body)
    assert (status, answer["detail"].endswith(".")) == (422, True), answer
    assert not Command.objects.exists()


@pytest.mark.parametrize("path", ["redirect", "pickup", "priority"])
@pytest.mark.parametrize("call", [{"pbx": "branch"}, {"uniqueid": "17.0"}, {"uniqueid": "*"}, {"uniqueid": ""}])
def test_calls_that_ended_or_are_another_pbxs_are_not_there(path, call, supervisor):
    extra = {"redirect": {"number": "100"}, "pickup": {"phone": 1}, "priority": {"priority": 1}}[path]
    assert post(supervisor, f"calls/{path}", {**CALLER, **call, **extra})[0] == 404


def test_a_call_of_another_team_is_not_there_even_in_the_hand_of_ones_own_agent(sales_lead, bob):
    """Bob is in both queues, and talks with a caller of Support."""
    Agent.objects.filter(pk=bob.pk).update(state="on_call", queue="6501", call_uniqueid="17.4")
    phone = phone_of(sales_lead)
    assert post(sales_lead, f"agents/{bob.pk}/transfer", {"number": "100"})[0] == 404
    assert post(sales_lead, f"agents/{bob.pk}/supervise", {"mode": "listen", "phone": phone.pk})[0] == 404
    assert post(sales_lead, "calls/redirect", {"pbx": "main", "uniqueid": "17.3", "number": "100"})[0] == 404
    assert post(sales_lead, "agents/bulk", {"agents": [bob.pk], "action": "hangup"})[0] == 404


def test_all_queues_are_those_of_ones_teams(sales_lead, support_lead, bob):
    post(sales_lead, f"agents/{bob.pk}/pause", {"queue": None, "reason": "Lunch"})
    assert queued().arguments["queue"] == "6500"
    Command.objects.all().delete()
    team("Support", "6501").supervisors.add(sales_lead)
    Member.objects.create(pbx="main", queue="6502", interface=bob.interface)
    post(sales_lead, f"agents/{bob.pk}/logout", {})
    assert (queued().arguments["queue"], queued().arguments["queues"]) == (None, ["6500", "6501"])
    assert not queued().arguments["is_all"]


def test_a_queue_of_others_is_forbidden(sales_lead, bob):
    for path, extra in (("pause", {}), ("logout", {}), ("penalty", {"penalty": 1}), ("login", {})):
        assert post(sales_lead, f"agents/{bob.pk}/{path}", {"queue": "6501", **extra})[0] == 403


def test_who_was_logged_out_of_everything_is_logged_in_again_by_their_supervisor(sales_lead, ada):
    Member.objects.filter(interface=ada.interface).delete()
    assert post(sales_lead, f"agents/{ada.pk}/login", {})[0] == 404
    ada.usual_queues = [{"queue": "6500", "penalty": 2, "state_interface": ""}]
    ada.save()
    assert post(sales_lead, f"agents/{ada.pk}/login", {})[0] == 202
    assert queued().arguments["memberships"] == ada.usual_queues


def test_agents_log_in_to_their_usual_queues_and_no_others(agent_user, ada):
    Member.objects.filter(interface=ada.interface).delete()
    ada.usual_queues = [{"queue": "6500", "penalty": 2, "state_interface": ""}]
    ada.save()
    assert post(agent_user, f"agents/{ada.pk}/login", {"queue": "6501"})[0] == 403
    assert post(agent_user, f"agents/{ada.pk}/login", {"queue": "6500"})[0] == 202


def test_a_queue_is_meant_whatever_its_case(supervisor, ada):
    Member.objects.create(pbx="main", queue="night-desk", interface=ada.interface)
    assert post(supervisor, f"agents/{ada.pk}/unpause", {"queue": "Night-Desk"})[0] == 202
    assert queued().queue == "night-desk"


@pytest.mark.parametrize(("path", "extra"), [("calls/pickup", CALLER), ("agents/{id}/supervise", {"mode": "listen"})])
def test_only_ones_own_phone_is_rung_for_oneself(path, extra, supervisor, ada, bob):
    status, answer = post(supervisor, path.format(id=ada.pk), {**extra, "phone": bob.pk})
    assert (status, answer["detail"]) == (403, "This phone is not linked to your login.")
    assert post(supervisor, path.format(id=ada.pk), {**extra, "phone": phone_of(supervisor).pk})[0] == 202


def test_what_the_link_does_not_offer_is_refused(supervisor, ada):
    phone = phone_of(supervisor)
    Link.objects.update(actions=["pause", "unpause"])
    for path, body in (
        ("calls/redirect", {**CALLER, "number": "6501"}),
        ("calls/pickup", {**CALLER, "phone": phone.pk}),
        ("calls/priority", {**CALLER, "priority": 5}),
        (f"agents/{ada.pk}/transfer", {"number": "6501"}),
        (f"agents/{ada.pk}/login", {"queue": "6501"}),
        (f"agents/{ada.pk}/logout", {}),
        (f"agents/{ada.pk}/penalty", {"penalty": 1}),
        (f"agents/{ada.pk}/supervise", {"mode": "barge", "phone": phone.pk}),
    ):
        status, answer = post(supervisor, path, body)
        assert (status, answer["detail"]) == (422, "This PBX, or our user on it, does not offer that."), path


def test_many_are_asked_at_once_and_each_refusal_is_told(sales_lead, ada, bob):
    stranger = Agent.objects.create(pbx="main", interface="PJSIP/1009", extension="1009")
    body = {"agents": [ada.pk, stranger.pk, bob.pk, 999_999, ada.pk], "action": "hangup", "undo_seconds": 5}
    status, answer = post(sales_lead, "agents/bulk", body)
    assert status == 202
    assert answer["results"] == [
        {"agent": ada.pk, "id": queued().pk, "state": "queued"},
        {"agent": stranger.pk, "detail": "There is no such agent."},
        {"agent": bob.pk, "detail": "Bob is not on a call."},
        {"agent": 999_999, "detail": "There is no such agent."},
    ]
    assert queued().arguments["uniqueid"] == "17.2"


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ({"action": "pause", "reason": "Lunch", "minutes": 30}, "pause"),
        ({"action": "unpause"}, "unpause"),
        ({"action": "login", "queue": "6502"}, "log_in"),
        ({"action": "logout", "undo_seconds": 5}, "log_out"),
        ({"action": "penalty", "penalty": 2}, "penalty"),
    ],
)
def test_each_action_is_asked_for_many(supervisor, ada, bob, action, kind):
    Queue.objects.create(pbx="main", number="6502", name="Third")
    status, answer = post(supervisor, "agents/bulk", {"agents": [ada.pk, bob.pk], **action})
    assert (status, [sorted(result) for result in answer["results"]]) == (202, [["agent", "id", "state"]] * 2)
    assert {(command.kind, command.agent) for command in Command.objects.all()} == {(kind, ada), (kind, bob)}

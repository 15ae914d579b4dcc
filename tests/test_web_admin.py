"""The administration opens on every table, edits only what is people's, and never shows a token."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.urls import reverse

from agents import tokens
from agents.models import Agent, ApiToken, CallNote, Command, Contact, PauseReason, Team
from queues.admin import QueueAdmin
from queues.models import Call, Link, Member, Queue
from tests.support.saved import save_board, save_command

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MODELS = [Agent, Team, User, PauseReason, Command, ApiToken, Link, Queue, Member, Call]
PEOPLES = (Team, User, PauseReason)


@pytest.fixture(autouse=True)
def rows(db, admin):
    save_board()
    tokens.create_token(admin, "wallboard", NOW)
    Team.objects.create(name="Sales").supervisors.add(admin)
    save_command(requested_by=admin)
    PauseReason.objects.get_or_create(name="Lunch")
    PauseReason.objects.get_or_create(name="Lunch")


def address(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_rows_open(client, admin, model):
    client.force_login(admin)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "changelist"), {"q": "x"}).status_code == 200
    assert client.get(address(model, "change", model.objects.first().pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_supervisors_agents_and_outsiders_stay_out(client, supervisor, agent_user, outsider, model):
    for user in (supervisor, agent_user, outsider):
        client.force_login(user)
        assert client.get(address(model, "changelist")).status_code == 302


@pytest.mark.parametrize("model", [model for model in MODELS if model not in PEOPLES])
def test_what_programs_write_cannot_be_added_or_deleted(client, admin, model):
    client.force_login(admin)
    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "delete", model.objects.first().pk), {"post": "yes"}).status_code == 403


def test_the_person_behind_a_phone_can_be_changed_but_not_what_the_pbx_told(client, admin, outsider):
    client.force_login(admin)
    agent = Agent.objects.get(interface="PJSIP/1000")
    client.post(
        address(Agent, "change", agent.pk),
        {
            "user": outsider.pk,
            "display_name": "Ada L.",
            "name": "Mallory",
            "interface": "PJSIP/6666",
            "state": "paused",
        },
    )
    agent.refresh_from_db()
    assert (agent.user, agent.display_name) == (outsider, "Ada L.")
    assert (agent.name, agent.interface) == ("Ada", "PJSIP/1000")


#: What the page of a queue asks for, with what is there before anybody has set anything.
SETTINGS = {
    "wrap_up_seconds": 0,
    "own_target_seconds": "",
    "target_percent": 80,
    "target_formula": "a",
    "target_short_seconds": 5,
    "reset_hour": 0,
    "callback_minutes": 60,
}


def test_the_settings_of_a_queue_can_be_entered_and_nothing_the_pbx_told(client, admin):
    client.force_login(admin)
    queue = Queue.objects.get(number="6500")
    entered = {
        "wrap_up_seconds": 20,
        "own_target_seconds": 30,
        "target_percent": 90,
        "target_formula": "c",
        "target_short_seconds": 0,
        "reset_hour": 6,
        "callback_minutes": 15,
    }
    response = client.post(address(Queue, "change", queue.pk), {**entered, "name": "other", "today_offered": 9})
    assert response.status_code == 302
    queue.refresh_from_db()
    assert {name: getattr(queue, name) for name in entered} == entered
    assert (queue.name, queue.today_offered) == ("Queue 6500", 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"own_target_seconds": 0},
        {"own_target_seconds": 3601},
        {"target_percent": 101},
        {"target_formula": "f"},
        {"target_short_seconds": -1},
        {"reset_hour": 24},
        {"callback_minutes": 0},
        {"wrap_up_seconds": 3601},
    ],
    ids=str,
)
def test_a_setting_that_makes_no_sense_is_refused(client, admin, wrong):
    client.force_login(admin)
    queue = Queue.objects.get(number="6500")
    assert client.post(address(Queue, "change", queue.pk), SETTINGS | wrong).status_code == 200
    saved = Queue.objects.values().get(pk=queue.pk)
    assert saved == {field.attname: getattr(queue, field.attname) for field in Queue._meta.fields}


def test_saving_a_setting_does_not_put_back_what_the_pbx_told_meanwhile(rf, admin):
    request = rf.post("/")
    request.user = admin
    queue, page = Queue.objects.get(number="6500"), QueueAdmin(Queue, site)
    filled = page.get_form(request, queue)({**SETTINGS, "reset_hour": 6}, instance=queue)
    assert filled.is_valid()
    Queue.objects.update(waiting=7)
    page.save_model(request, filled.instance, filled, change=True)
    assert Queue.objects.values_list("waiting", "reset_hour").get(pk=queue.pk) == (7, 6)


@pytest.mark.parametrize("model", [Command, ApiToken, Link, Member, Call])
def test_nothing_else_can_be_changed(client, admin, model):
    client.force_login(admin)
    assert client.post(address(model, "change", model.objects.first().pk), {}).status_code == 403


def test_a_tokens_digest_is_not_shown(client, admin):
    client.force_login(admin)
    token = ApiToken.objects.get()
    for page in (address(ApiToken, "changelist"), address(ApiToken, "change", token.pk)):
        assert token.digest not in client.get(page).content.decode()


def test_tokens_are_revoked_by_the_dozen(client, admin):
    text = tokens.create_token(admin, "", NOW)
    client.force_login(admin)
    chosen = list(ApiToken.objects.values_list("pk", flat=True))
    client.post(address(ApiToken, "changelist"), {"action": "revoke", "_selected_action": chosen})
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert tokens.resolve_token(text, NOW) is None


def test_every_table_of_ours_has_a_page():
    assert set(MODELS) <= set(site._registry)


def test_a_contact_is_kept_as_it_will_be_dialled_or_refused(client, admin):
    client.force_login(admin)
    for number, kept in (("+49 (0)30 / 123", ["+4930123"]), ("call me", ["+4930123"])):
        client.post("/admin/agents/contact/add/", {"name": "Harbour", "number": number, "pbx": "", "note": ""})
        assert list(Contact.objects.values_list("number", flat=True)) == kept
    assert "Harbour" in client.get("/admin/agents/contact/").content.decode()


def test_a_note_is_found_and_deleted_but_never_written_here(client, admin):
    note = CallNote.objects.create(pbx="main", party="+4930123", text="calls back", author=admin, at=NOW)
    client.force_login(admin)
    assert "calls back" in client.get("/admin/agents/callnote/?q=4930").content.decode()
    assert client.get("/admin/agents/callnote/add/").status_code == 403
    client.post(f"/admin/agents/callnote/{note.pk}/delete/", {"post": "yes"})
    assert not CallNote.objects.exists()

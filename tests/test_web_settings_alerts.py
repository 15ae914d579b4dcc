"""The settings pages: who may set what; rules and webhooks: what is saved, what is refused, what was sent."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from queues.models import AlertRule, OutboxMessage, Queue, Webhook
from queues.wishes import load_wishes
from tests.support.alerts import flush, incident, save_hook, shown
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board(db):
    save_board()


def pk(number: str) -> int:
    return Queue.objects.get(number=number).pk


def rule(**fields: object) -> AlertRule:
    known = {"name": "Full", "conditions": [{"figure": "waiting", "operator": ">", "value": 4}]}
    return AlertRule.objects.create(**{**known, **fields})


RULE = {
    "name": "Nobody free",
    "condition_0_figure": "waiting",
    "condition_0_operator": ">",
    "condition_0_value": "2",
    "condition_1_figure": "free_agents",
    "condition_1_operator": "=",
    "condition_1_value": "0",
    "hold_seconds": "5",
    "recover_seconds": "10",
    "severity": "red",
    "is_enabled": "on",
}
HOOK = {
    "name": "CRM",
    "url": "https://crm.example.com/hook",
    "events": ["incidents"],
    "shape": "own",
    "is_enabled": "on",
}
# --- who --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["viewer", "sales_viewer", "agent_user", "outsider", None])
def test_who_supervises_nothing_finds_no_settings(person, client, request):
    if person:
        client.force_login(request.getfixturevalue(person))
    hook, row = save_hook(), rule()
    pages = [
        reverse(f"settings-{name}", args=args)
        for name, args in (
            ("limits", []), ("limits-queue", [pk("6500")]), ("limits-all", ["main", "queues"]), ("hours", []),
            ("hours-queue", [pk("6500")]), ("hours-all", ["main"]), ("rules", []), ("rule-new", []), ("rule", [row.pk]),
            ("webhooks", []), ("webhook-new", []), ("webhook", [hook.pk]),
        )
    ]  # fmt: skip
    posts = [reverse(f"settings-webhook-{name}", args=[hook.pk]) for name in ("test", "secret", "delete")]
    for method, addresses in ((client.get, pages), (client.post, [*pages, *posts])):
        for address in addresses:
            response = method(address)
            assert response.status_code in ((403, 405) if person else (302, 405)), address
    assert Webhook.objects.get().secret == hook.secret


def reached(client, user) -> set[str]:
    """Which settings of the two queues and of the whole PBX this person can open."""
    client.force_login(user)
    hooks = {number: save_hook(queues=[["main", number]]) for number in ("6500", "6501")} | {"all": save_hook()}
    rules = {number: rule(queues=[["main", number]]) for number in ("6500", "6501")} | {"all": rule()}
    both = [["main", "6500"], ["main", "6501"]]
    hooks["both"], rules["both"] = save_hook(queues=both), rule(queues=both)
    addresses = {
        f"{kind} {number}": reverse(f"settings-{kind}-queue", args=[pk(number)])
        for kind in ("limits", "hours")
        for number in ("6500", "6501")
    }
    addresses |= {
        "limits all": reverse("settings-limits-all", args=["main", "queues"]),
        "limits agents": reverse("settings-limits-all", args=["main", "agents"]),
        "hours all": reverse("settings-hours-all", args=["main"]),
    }
    addresses |= {f"hook {of}": reverse("settings-webhook", args=[hook.pk]) for of, hook in hooks.items()}
    addresses |= {f"rule {of}": reverse("settings-rule", args=[row.pk]) for of, row in rules.items()}
    found = {name: client.get(address).status_code for name, address in addresses.items()}
    assert set(found.values()) <= {200, 404}
    return {name for name, status in found.items() if status == 200}


def test_a_teams_supervisor_reaches_the_settings_of_their_queues_only(client, sales_lead):
    assert reached(client, sales_lead) == {"limits 6500", "hours 6500", "hook 6500", "rule 6500"}


def test_another_teams_supervisor_reaches_theirs(client, support_lead):
    assert reached(client, support_lead) == {"limits 6501", "hours 6501", "hook 6501", "rule 6501"}


def test_who_supervises_everything_reaches_everything(client, supervisor):
    assert len(reached(client, supervisor)) == 15


@pytest.mark.parametrize("name", ["test", "secret", "delete"])
def test_nobody_touches_another_teams_webhook(name, client, sales_lead):
    client.force_login(sales_lead)
    hook = save_hook(queues=[["main", "6501"]])
    assert client.post(reverse(f"settings-webhook-{name}", args=[hook.pk])).status_code == 404
    assert (Webhook.objects.get().secret, OutboxMessage.objects.count()) == (hook.secret, 0)


def test_lists_show_what_is_ones_own_and_rules_that_are_about_it(client, sales_lead):
    client.force_login(sales_lead)
    rule(name="About both", queues=[["main", "6500"], ["main", "6501"]])
    rule(name="Elsewhere", queues=[["main", "6501"]])
    save_hook(name="Theirs", queues=[["main", "6501"]])
    save_hook(name="Mine", queues=[["main", "6500"]])
    told = client.get(reverse("settings-rules")).content.decode()
    assert "About both" in told
    assert "set by others" in told
    assert "Elsewhere" not in told
    told = client.get(reverse("settings-webhooks")).content.decode()
    assert ("Mine" in told, "Theirs" in told) == (True, False)
    for page in ("settings-limits", "settings-hours"):
        told = client.get(reverse(page)).content.decode()
        assert ("Queue 6500" in told, "Queue 6501" in told) == (True, False)


def test_a_rule_or_webhook_for_all_queues_or_anothers_is_not_made_by_a_teams_supervisor(client, sales_lead):
    client.force_login(sales_lead)
    for queues in ([], ["main/6501"], ["main/6500", "main/6501"]):
        assert client.post(reverse("settings-rule-new"), RULE | {"queues": queues}).status_code == 422
        assert client.post(reverse("settings-webhook-new"), HOOK | {"queues": queues}).status_code == 422
    about_link = {"condition_0_figure": "link_down", "condition_1_figure": "", "queues": ["main/6500"]}
    assert client.post(reverse("settings-rule-new"), RULE | about_link).status_code == 422
    assert (AlertRule.objects.count(), Webhook.objects.count()) == (0, 0)
    assert client.post(reverse("settings-rule-new"), RULE | {"queues": ["main/6500"]}).status_code == 302
    assert AlertRule.objects.get().owner == sales_lead


# --- rules ------------------------------------------------------------------------------------------------------


def test_a_rule_is_saved_as_the_worker_reads_it_and_keeps_whom_others_chose(client, sales_lead, supervisor):
    User.objects.filter(pk=sales_lead.pk).update(email="lead@example.com")
    mine, theirs = save_hook(queues=[["main", "6500"]]), save_hook()
    row = rule(queues=[["main", "6500"]])
    row.webhooks.add(theirs)
    client.force_login(sales_lead)
    sent = RULE | {"queues": ["main/6500"], "webhooks": [mine.pk], "mailed": [sales_lead.pk]}
    assert client.post(reverse("settings-rule", args=[row.pk]), sent).status_code == 302
    row.refresh_from_db()
    (read,) = load_wishes("main").rules
    assert (read.name, read.queues, read.hold_seconds, read.only_when_open) == ("Nobody free", {"6500"}, 5, False)
    assert [(c.figure, c.operator, c.value) for c in read.conditions] == [("waiting", ">", 2), ("free_agents", "=", 0)]
    assert set(row.webhooks.all()) == {mine, theirs}
    assert list(row.mailed.all()) == [sales_lead]
    assert client.post(reverse("settings-rule", args=[row.pk]), {"delete": "1"}).status_code == 302
    assert AlertRule.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"name": ""},
        {"condition_0_figure": "", "condition_1_figure": ""},
        {"condition_0_figure": "nonsense"},
        {"condition_0_operator": "~"},
        {"condition_0_value": ""},
        {"condition_0_value": "nan"},
        {"condition_0_figure": "link_down"},
        {"hold_seconds": "99999"},
        {"severity": "green"},
        {"queues": ["main/nowhere"]},
        {"mailed": ["1000"]},
    ],
    ids=str,
)
def test_rules_that_make_no_sense_are_refused(sent, client, supervisor):
    client.force_login(supervisor)
    response = client.post(reverse("settings-rule-new"), RULE | sent)
    assert response.status_code == 422
    assert "not saved yet" in response.content.decode()
    assert AlertRule.objects.count() == 0


def test_a_queue_that_is_gone_for_a_while_stays_in_its_rule(client, supervisor):
    row = rule(queues=[["main", "6500"], ["main", "6599"]])
    client.force_login(supervisor)
    told = client.get(reverse("settings-rule", args=[row.pk])).content.decode()
    assert told.count("checked") >= 2
    sent = RULE | {"queues": ["main/6500", "main/6599"]}
    assert client.post(reverse("settings-rule", args=[row.pk]), sent).status_code == 302
    row.refresh_from_db()
    assert sorted(row.queues) == [["main", "6500"], ["main", "6599"]]


def test_only_people_who_see_the_queues_are_offered_for_e_mail(client, sales_lead, support_lead, viewer, outsider):
    for user in (sales_lead, support_lead, viewer, outsider):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.com")
    client.force_login(sales_lead)
    told = client.get(reverse("settings-rule-new")).content.decode()
    offered = told.split('id="id_mailed"')[1].split("</fieldset>")[0]
    assert [name in offered for name in ("sales_lead", "viewer", "support_lead", "outsider")] == [
        True,
        True,
        False,
        False,
    ]


# --- webhooks ---------------------------------------------------------------------------------------------------


def test_a_webhooks_secret_is_shown_once_and_can_be_made_anew(client, sales_lead):
    client.force_login(sales_lead)
    response = client.post(reverse("settings-webhook-new"), HOOK | {"queues": ["main/6500"]}, follow=True)
    hook = Webhook.objects.get()
    assert hook.secret in response.content.decode()
    address = reverse("settings-webhook", args=[hook.pk])
    assert hook.secret not in client.get(address).content.decode()
    first = hook.secret
    response = client.post(reverse("settings-webhook-secret", args=[hook.pk]), follow=True)
    hook.refresh_from_db()
    assert hook.secret != first
    assert hook.secret in response.content.decode()
    assert hook.secret not in client.get(address).content.decode()


def test_a_webhook_is_saved_with_the_shape_chosen(client, supervisor):
    client.force_login(supervisor)
    client.post(reverse("settings-webhook-new"), HOOK | {"shape": "slack", "template": "ignored"})
    hook = Webhook.objects.get()
    assert (hook.name, hook.url, hook.events, hook.queues) == ("CRM", HOOK["url"], ["incidents"], [])
    assert hook.template == '{"text": "{text:slack}"}'
    address = reverse("settings-webhook", args=[hook.pk])
    client.post(address, HOOK | {"shape": "template", "template": '{"a": "{title}"}', "is_enabled": ""})
    hook.refresh_from_db()
    assert (hook.template, hook.is_enabled) == ('{"a": "{title}"}', False)
    client.post(reverse("settings-webhook-delete", args=[hook.pk]))
    assert Webhook.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"url": "ftp://example.com/"},
        {"url": "javascript:alert(1)"},
        {"url": "https://user:pass@example.com/"},
        {"url": ""},
        {"name": "Taken"},
        {"events": ["everything"]},
        {"shape": "template", "template": ""},
        {"shape": "template", "template": '{"text": {text}}'},
        {"shape": "template", "template": '{"text": "{secret}"}'},
        {"shape": "xml"},
    ],
    ids=str,
)
def test_webhooks_that_make_no_sense_are_refused(sent, client, supervisor):
    save_hook(name="Taken")
    client.force_login(supervisor)
    assert client.post(reverse("settings-webhook-new"), HOOK | sent).status_code == 422
    assert Webhook.objects.count() == 1


def test_the_log_tells_state_tries_and_answer_and_sends_again(client, supervisor):
    hook = save_hook()
    flush(AT, shown(incident(AT, title='<img src=x onerror="alert(1)">')))
    OutboxMessage.objects.update(state="failed", attempts=30, answer="500 <b>oops</b>")
    client.force_login(supervisor)
    told = client.get(reverse("settings-webhook", args=[hook.pk])).content.decode()
    for words in ("incident began", "failed", ">30<", "500 &lt;b&gt;oops", "&lt;img src=x", "Send again"):
        assert words in told
    message = OutboxMessage.objects.get()
    again = reverse("settings-message-again", args=[hook.pk, message.pk])
    other = save_hook()
    assert (
        "not sent again"
        in client.post(reverse("settings-message-again", args=[other.pk, message.pk]), follow=True).content.decode()
    )
    client.post(again)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)
    assert message.due_at > timezone.now() - timedelta(minutes=1)
    assert "not sent again" in client.post(again, follow=True).content.decode()


def test_what_waits_for_a_webhook_that_is_switched_off_is_not_sent_later(client, supervisor):
    hook = save_hook()
    flush(AT, shown(incident(AT)))
    client.force_login(supervisor)
    client.post(reverse("settings-webhook", args=[hook.pk]), HOOK | {"is_enabled": ""})
    assert [(m.state, m.answer) for m in OutboxMessage.objects.all()] == [("dropped", "switched off")]


def test_the_test_button_tells_why_nothing_could_be_sent_and_nobody_tries_again(client, supervisor, settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = False
    hook = save_hook("http://127.0.0.1:9/")
    client.force_login(supervisor)
    told = client.post(reverse("settings-webhook-test", args=[hook.pk]), follow=True).content.decode()
    assert "did not take the test message: 127.0.0.1 is this machine itself" in told
    assert [(m.event, m.state, m.attempts) for m in OutboxMessage.objects.all()] == [("test", "failed", 1)]

"""E-mail reaches a real mail server: one when an incident begins, one when it is over, at nobody else's cost."""

import asyncio
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from queues.live.clock import now
from queues.models import AlertRule, OutboxMessage
from tests.support.alerts import closed, delivering, flush, incident, save_hook, shown, states, until_saved
from tests.support.receivers import mailbox, receiving
from tests.support.saved import save_board
from tests.support.working import in_database

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "Sales\r\nBcc: all@example.com <script>alert(1)</script> \u202e"


@pytest.fixture(autouse=True)
def mail_settings(settings):
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False
    settings.DEFAULT_FROM_EMAIL = "UCM Dash <dash@example.com>"
    settings.WEBHOOKS_TO_THIS_MACHINE = True


@pytest.fixture
def cause(sales_lead) -> str:
    """A rule that mails the supervisor of 6500, as incidents name it."""
    save_board()
    User.objects.filter(pk=sales_lead.pk).update(email="lead@example.com")
    rule = AlertRule.objects.create(name="Full")
    rule.mailed.add(sales_lead)
    return f"rule:{rule.pk}"


async def test_one_mail_when_it_begins_and_one_when_it_is_over_in_text_and_html(cause, settings):
    with mailbox() as box:
        settings.EMAIL_PORT = box.port
        row = incident(now(), cause=cause, title=HOSTILE)
        await in_database(flush, now(), shown(row))
        await in_database(flush, now(), *closed(row, row.opened_at + timedelta(minutes=5)))
        async with delivering():
            await until_saved(lambda: states() == [("sent", "taken by 127.0.0.1")] * 2)
    opened, over = box.received
    assert opened["Subject"] == "[UCM Dash] Queue 6500: Sales Bcc: all@example.com <script>alert(1)</script>"
    assert over["Subject"].startswith("[UCM Dash] Over: Queue 6500: Sales")
    assert (opened["From"], opened["To"]) == ("UCM Dash <dash@example.com>", "lead@example.com")
    assert opened["Bcc"] is None
    first = await in_database(OutboxMessage.objects.earliest, "pk")
    assert opened["Message-ID"] == f"<{first.body['id']}@example.com>"
    text, html = (opened.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Queue: Queue 6500 (6500)" in text
    assert "Limit: 4" in text
    assert "<script>" in text
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("refusal", "is_asked_for_a_day"), [("550 5.1.1 no such user", False), ("451 4.7.1 try again later", True)]
)
async def test_a_recipient_refused_for_good_is_given_up_sooner_than_one_to_try_again(
    refusal, is_asked_for_a_day, cause, settings
):
    with mailbox() as box:
        settings.EMAIL_PORT, box.refusal = box.port, refusal
        await in_database(flush, now(), shown(incident(now(), cause=cause)))
        await in_database(lambda: OutboxMessage.objects.update(attempts=20))
        async with delivering():
            await until_saved(lambda: states() == [("waiting" if is_asked_for_a_day else "failed", refusal)])
    assert box.received == []


async def test_a_server_that_wants_a_login_gets_it(cause, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "dash", "a secret"
    with mailbox(takes_login=True) as box:
        settings.EMAIL_PORT = box.port
        await in_database(flush, now(), shown(incident(now(), cause=cause)))
        async with delivering():
            await until_saved(lambda: [state for state, _answer in states()] == ["sent"])
    assert box.logins == ["dash:a secret"]


@pytest.mark.parametrize("host", ["", "no-such-machine.invalid"])
async def test_without_a_mail_server_messages_wait_and_say_why(host, cause, settings):
    settings.EMAIL_HOST = host
    await in_database(flush, now(), shown(incident(now(), cause=cause)))
    async with delivering():
        ((state, answer),) = await until_saved(lambda: [told for told in states() if told[1]])
    assert state == "waiting"
    assert ("EMAIL_HOST is missing" in answer) == (not host)


async def test_a_mail_server_that_hangs_holds_up_neither_webhooks_nor_the_stop(cause, settings):
    connected, over, gone = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def never_answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await over.wait()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    settings.EMAIL_PORT = server.sockets[0].getsockname()[1]
    async with receiving() as receiver:
        await in_database(save_hook, receiver.url)
        await in_database(flush, now(), shown(incident(now(), cause=cause)))
        async with delivering():
            await connected.wait()
            await in_database(flush, now(), shown(incident(now(), cause="limit:waiting")))
            await receiver.until(lambda r: len(r.received) == 2, seconds=5)
        # The task is over although a thread still waits for the mail server.
        assert ("waiting", "") in await in_database(states)
    over.set()
    await gone.wait()
    server.close()


def test_the_page_sends_a_test_and_shows_what_was_sent(client, supervisor, settings):
    client.force_login(supervisor)
    assert "needs an e-mail address" in client.get(reverse("settings-mail")).content.decode()
    User.objects.filter(pk=supervisor.pk).update(email="boss@example.com")
    with mailbox() as box:
        settings.EMAIL_PORT = box.port
        told = client.post(reverse("settings-mail-test"), follow=True).content.decode()
        assert "boss@example.com took the test message: taken by 127.0.0.1" in told
        box.refusal = "550 no"
        told = client.post(reverse("settings-mail-test"), follow=True).content.decode()
        assert "did not take the test message: 550 no" in told
    assert [message["To"] for message in box.received] == ["boss@example.com"]
    assert states() == [("sent", "taken by 127.0.0.1"), ("failed", "550 no")]
    failed = OutboxMessage.objects.get(state="failed")
    client.post(reverse("settings-mail-again", args=[failed.pk]))
    assert [state for state, _answer in states()] == ["sent", "waiting"]


@pytest.mark.parametrize("person", ["sales_lead", "viewer", "agent_user"])
def test_the_page_is_for_who_supervises_everything(person, client, request):
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse("settings-mail")).status_code == 403
    for address in (reverse("settings-mail-test"), reverse("settings-mail-again", args=[1])):
        assert client.post(address).status_code == 403

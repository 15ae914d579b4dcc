"""The outbox: written with the flush, claimed by one, in order, tried for a day."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from queues.alerts import outbox
from queues.alerts.outbox import Claimed, Outcome
from queues.live.state import Change, QueueRow
from queues.models import AlertRule, Incident, OpeningHours, OutboxMessage
from tests.support.alerts import closed, flush, incident, save_hook, shown
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db
SENT = Outcome(is_sent=True, answer="200")
FAULT = Outcome(is_sent=False, answer="no answer")
REFUSED = Outcome(is_sent=False, answer="404", is_refused=True)


def after(seconds: float):
    return AT + timedelta(seconds=seconds)


def messages(*fields: str) -> list:
    return list(OutboxMessage.objects.order_by("pk").values_list(*fields, flat=len(fields) == 1))


def claim(at, hooks: int = 50, mails: int = 50) -> list[int]:
    return [message.pk for message in outbox.claim_due(at, hooks, mails)]


# --- written ----------------------------------------------------------------------------------------------------


def test_an_incident_is_told_once_when_it_begins_and_once_when_it_is_over():
    save_hook()
    row = incident(AT)
    assert flush(AT, shown(row))
    assert not flush(after(1), shown(incident(AT, worst=9.0)))
    assert flush(after(60), *closed(row, after(60)))
    flush(after(61), *closed(row, after(60)))  # a worker that died before it knew that this was saved
    assert messages("event") == ["incident.opened", "incident.closed"]
    assert Incident.objects.get().closed_at == after(60)


def test_what_began_and_was_over_while_nothing_could_be_saved_is_told_whole():
    save_hook()
    flush(after(60), *closed(incident(AT), after(60)))
    assert messages("event") == ["incident.opened", "incident.closed"]


def test_a_flush_that_cannot_be_saved_leaves_no_message():
    save_hook()
    nameless = QueueRow("main", "6500", None)  # the database wants a name
    with pytest.raises(IntegrityError), transaction.atomic():
        flush(AT, shown(incident(AT)), Change("queues", "6500", nameless))
    assert messages("pk") == []


def test_an_incident_that_began_before_the_webhook_is_not_told_to_it():
    flush(AT, shown(incident(AT)))
    save_hook()
    flush(after(1), shown(incident(AT, worst=9.0)))
    flush(after(60), *closed(incident(AT), after(60)))
    assert messages("pk") == []


def test_a_webhook_that_is_switched_off_is_told_nothing():
    save_hook(is_enabled=False)
    assert not flush(AT, shown(incident(AT)))


def test_a_rule_tells_its_own_webhooks_and_the_people_who_may_see_the_queue(sales_lead, support_lead, viewer):
    save_board()
    chosen, _other = save_hook(events=[]), save_hook(events=[])
    rule = AlertRule.objects.create(name="Full")
    rule.webhooks.add(chosen)
    for user in (sales_lead, support_lead, viewer):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.com")
        rule.mailed.add(user)
    rule.mailed.add(User.objects.create_user("without_address"))

    flush(AT, shown(incident(AT, cause=f"rule:{rule.pk}")))
    assert set(messages("webhook", "recipient")) == {
        (chosen.pk, ""),
        (None, "sales_lead@example.com"),
        (None, "viewer@example.com"),
    }


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"queue": "", "interface": "PJSIP/1001"}, ["lead@example.com"]),
        ({"queue": "", "interface": "PJSIP/1000"}, []),
        ({"queue": ""}, ["lead@example.com"]),
    ],
)
def test_people_are_mailed_of_agents_they_see_and_of_the_whole_pbx(about, told, support_lead):
    save_board()
    User.objects.filter(pk=support_lead.pk).update(email="lead@example.com")
    rule = AlertRule.objects.create(name="Too long")
    rule.mailed.add(support_lead)
    flush(AT, shown(incident(AT, cause=f"rule:{rule.pk}", **about)))
    assert messages("recipient") == told


def test_in_quiet_hours_an_incident_is_told_at_their_end_if_it_is_still_open():
    save_hook()
    OpeningHours.objects.create(
        pbx="main", queue="", time_zone="UTC", quiet=[[0, "08:00", "12:00"], [0, "12:00", "13:00"]]
    )
    flush(AT, shown(incident(AT)))
    assert OutboxMessage.objects.get().next_try_at == AT.replace(hour=13)


def test_what_was_over_before_the_quiet_hours_were_is_not_told_at_all():
    save_hook()
    OpeningHours.objects.create(pbx="main", queue="6500", time_zone="UTC", quiet=[[0, "08:00", "12:00"]])
    flush(AT, shown(incident(AT)))
    later = AT + timedelta(minutes=5)
    flush(later, *closed(incident(AT), later))
    assert [(m.event, m.state) for m in OutboxMessage.objects.all()] == [("incident.opened", "dropped")]


# --- claimed ----------------------------------------------------------------------------------------------------


def test_of_two_workers_one_gets_the_message_and_after_its_death_the_other():
    save_hook()
    flush(AT, shown(incident(AT)))
    (first,) = claim(AT)
    assert claim(AT) == []
    assert claim(AT + outbox.CLAIM["hook"]) == [first]


def test_a_message_claimed_by_another_meanwhile_is_not_settled_by_the_first():
    save_hook()
    flush(AT, shown(incident(AT)))
    (slow,) = outbox.claim_due(AT, 1, 0)
    (quick,) = outbox.claim_due(AT + outbox.CLAIM["hook"], 1, 0)
    outbox.settle(slow, REFUSED, after(31))
    outbox.settle(quick, SENT, after(32))
    assert messages("state", "attempts", "answer") == [("sent", 2, "200")]


def test_messages_of_one_target_go_in_order_and_do_not_hold_up_another():
    one, other = save_hook(), save_hook(queues=[["main", "6501"]])
    flush(AT, shown(incident(AT)))
    flush(AT, shown(incident(AT, cause="limit:longest_wait")))
    flush(AT, shown(incident(AT, queue="6501")))
    oldest, younger, youngest = (m.pk for m in OutboxMessage.objects.filter(webhook=one).order_by("pk"))
    others = OutboxMessage.objects.get(webhook=other).pk

    claimed = {message.pk: message for message in outbox.claim_due(AT, 50, 50)}
    assert set(claimed) == {oldest, others}
    outbox.settle(claimed[oldest], FAULT, AT)
    assert claim(after(4)) == []
    (again,) = outbox.claim_due(after(5), 50, 50)
    assert again.pk == oldest
    outbox.settle(again, SENT, after(5))
    (second,) = outbox.claim_due(after(5), 50, 50)
    assert second.pk == younger
    outbox.settle(second, REFUSED, after(5))
    assert claim(after(6)) == []
    assert youngest not in claim(after(10))


def test_no_more_are_claimed_than_asked_for():
    for _ in range(3):
        save_hook()
    flush(AT, shown(incident(AT)))
    assert len(claim(AT, hooks=2)) == 2
    assert len(claim(AT, hooks=0)) == 0
    assert len(claim(AT, hooks=2)) == 1


# --- tried for a day --------------------------------------------------------------------------------------------


def tries(outcome: Outcome) -> list[float]:
    """The seconds after it was due at which a message is tried that fails each time at once."""
    seconds, attempts = 0.0, 1
    found = [seconds]
    while (next_at := outbox.next_try(Claimed(1, attempts, "x", {}, AT), outcome, after(seconds))) is not None:
        attempts, seconds = attempts + 1, (next_at - AT).total_seconds()
        found.append(seconds)
    return found


def test_tries_are_five_seconds_apart_at_first_an_hour_at_last_and_end_after_a_day():
    found = tries(FAULT)
    assert found[:5] == [0, 5, 15, 35, 75]
    assert [later - earlier for earlier, later in pairwise(found)][-5:] == [3600] * 5
    assert 86400 <= found[-1] < 86400 + 3600


def test_a_receiver_that_says_no_is_asked_for_ten_minutes_and_one_that_is_gone_never_again():
    assert 600 < tries(REFUSED)[-1] < 900
    assert tries(Outcome(is_sent=False, answer="410", is_gone=True)) == [0]


def test_a_receiver_that_asks_for_time_gets_it_up_to_an_hour():
    asked = Outcome(is_sent=False, answer="429", asked_seconds=100)
    assert tries(asked)[:3] == [0, 100, 200]
    assert tries(Outcome(is_sent=False, answer="429", asked_seconds=99999))[:2] == [0, 3600]


def test_what_was_given_up_is_sent_again_by_hand_and_tried_for_another_day():
    save_hook()
    flush(AT, shown(incident(AT)))
    (message,) = outbox.claim_due(AT, 1, 0)
    assert not outbox.send_again(message.pk, AT)
    outbox.settle(message, FAULT, after(2 * 86400))
    assert messages("state") == ["failed"]
    assert outbox.send_again(message.pk, after(2 * 86400))
    (again,) = outbox.claim_due(after(2 * 86400), 1, 0)
    assert (again.body, again.attempts) == (message.body, 1)
    outbox.settle(again, FAULT, after(2 * 86400))
    assert messages("state") == ["waiting"]


# --- forgotten --------------------------------------------------------------------------------------------------


def test_only_messages_that_wait_no_longer_are_forgotten():
    save_hook()
    flush(AT, shown(incident(AT)))
    assert outbox.prune_messages(after(1)) == 0
    (message,) = outbox.claim_due(AT, 1, 0)
    outbox.settle(message, SENT, AT)
    assert outbox.prune_messages(AT) == 0
    assert outbox.prune_messages(after(1)) == 1

"""Every write of the outbox: messages added, claimed, settled, sent again by hand, forgotten.

A message is tried by whoever puts its `next_try_at` off, by a conditional UPDATE: of several workers one wins, and if
that one dies, the message is due again by itself. So a message is delivered at least once; its id tells receivers a
repeat. Of one target only the oldest message is tried, the others wait: they arrive in order. Plain functions for a
database thread; the time is an argument. Errors: DatabaseError.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from queues.alerts.messages import Draft, Event, Occasion, Target, digest, draft
from queues.models import OutboxMessage, OutboxState

#: How long a message is tried, from when on it was due.
PATIENCE = timedelta(days=1)
#: Between two tries: doubled each time, from the first to the last.
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
#: A receiver that says no (a wrong address or template) is asked so often, for some ten minutes: it may be about to be
#: put right, but what waits behind must not wait for a day.
REFUSED_TRIES = 8
#: A claim that nobody settled is over after that: longer than any try takes.
CLAIM = {"hook": timedelta(seconds=30), "mail": timedelta(minutes=3)}
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to be tried now, by whoever got this. `attempts` counts this try."""

    pk: int
    attempts: int
    event: str
    body: dict[str, Any]
    due_at: datetime
    recipient: str = ""
    hook: int | None = None
    url: str = ""
    secret: str = ""
    template: str = ""

    @property
    def kind(self) -> str:
        return "mail" if self.hook is None else "hook"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went, with the receiver's `answer` in words. `is_refused`: it said no; `is_gone`: and for ever.
    `asked_seconds`: for how long it asked us to wait."""

    is_sent: bool
    answer: str
    is_refused: bool = False
    is_gone: bool = False
    asked_seconds: int | None = None


def add(drafts: Iterable[Draft], at: datetime) -> None:
    """Write them, each a single time whatever is written already. Joins the caller's transaction."""
    rows = [
        OutboxMessage(
            once=draft.once,
            about=draft.about,
            webhook_id=draft.target.hook,
            recipient=draft.target.recipient,
            event=draft.event.value,
            body=draft.body,
            created_at=at,
            due_at=draft.due_at,
            next_try_at=draft.due_at,
        )
        for draft in drafts
    ]
    OutboxMessage.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)


def claim_due(at: datetime, hooks: int, mails: int) -> list[Claimed]:
    """At most so many messages of each kind that are due, oldest first, claimed for the caller."""
    claimed: list[Claimed] = []
    for kind, limit in (("hook", hooks), ("mail", mails)):
        for message in _due(kind, at)[:limit] if limit > 0 else ():
            unchanged = OutboxMessage.objects.filter(
                pk=message.pk, state=OutboxState.WAITING, attempts=message.attempts, next_try_at=message.next_try_at
            )
            if unchanged.update(attempts=F("attempts") + 1, next_try_at=at + CLAIM[kind]):
                claimed.append(_claimed(message))
    return claimed


def _due(kind: str, at: datetime) -> QuerySet[OutboxMessage]:
    """What may be tried now: of each target the oldest message, once its time has come."""
    waiting = OutboxMessage.objects.filter(_of(kind), state=OutboxState.WAITING, due_at__lte=at).order_by()
    oldest = waiting.values("webhook", "recipient").annotate(oldest=Min("pk")).values("oldest")
    due = OutboxMessage.objects.filter(pk__in=oldest, next_try_at__lte=at)
    return due.select_related("webhook").order_by("next_try_at", "pk")


def _of(kind: str) -> Q:
    return Q(webhook__isnull=kind == "mail")


def _claimed(message: OutboxMessage) -> Claimed:
    hook = message.webhook
    return Claimed(
        pk=message.pk,
        attempts=message.attempts + 1,
        event=message.event,
        body=message.body,
        due_at=message.due_at,
        recipient=message.recipient,
        hook=hook.pk if hook else None,
        url=hook.url if hook else "",
        secret=hook.secret if hook else "",
        template=hook.template if hook else "",
    )


def begin_test(target: Target, person: str, at: datetime) -> Claimed:
    """A test message to this target, claimed for the caller."""
    occasion = Occasion(Event.TEST, digest("test", target, at), "", "", at, {"test": {"person": person}})
    made = draft(occasion, target, at)
    claim = CLAIM["mail" if target.hook is None else "hook"]
    with transaction.atomic():  # nobody else sees it unclaimed
        add([made], at)
        OutboxMessage.objects.filter(once=made.once).update(attempts=1, next_try_at=at + claim)
    message = OutboxMessage.objects.select_related("webhook").get(once=made.once)
    return replace(_claimed(message), attempts=1)


# --- how a try went ---------------------------------------------------------------------------------------------


def settle(message: Claimed, outcome: Outcome, at: datetime) -> None:
    """Note how it went: sent, to be tried again, or given up. Nothing, if another claim was made meanwhile."""
    mine = OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.WAITING, attempts=message.attempts)
    answer = outcome.answer[:255]
    if outcome.is_sent:
        mine.update(state=OutboxState.SENT, sent_at=at, answer=answer)
    elif (next_try_at := next_try(message, outcome, at)) is not None:
        mine.update(next_try_at=next_try_at, answer=answer)
    else:
        mine.update(state=OutboxState.FAILED, answer=answer)


def next_try(message: Claimed, outcome: Outcome, at: datetime) -> datetime | None:
    """When to try again what has just failed; None: no more. Pure."""
    is_enough = outcome.is_refused and message.attempts >= REFUSED_TRIES
    if outcome.is_gone or is_enough or at - message.due_at >= PATIENCE:
        return None
    wait = FIRST_WAIT * (1 << min(message.attempts - 1, 12))
    if outcome.asked_seconds is not None:
        wait = max(wait, timedelta(seconds=outcome.asked_seconds))
    return at + min(wait, LONGEST_WAIT)


# --- by hand and by the calendar --------------------------------------------------------------------------------


def send_again(pk: int, at: datetime) -> bool:
    """Begin anew with a message that was sent, given up or dropped. False: it still waits by itself."""
    ended = OutboxMessage.objects.filter(pk=pk).exclude(state=OutboxState.WAITING)
    return bool(ended.update(state=OutboxState.WAITING, attempts=0, due_at=at, next_try_at=at, sent_at=None, answer=""))


def drop_waiting(messages: QuerySet[OutboxMessage], why: str) -> int:
    """Do not send those of these messages that nobody has tried yet. Returns how many."""
    untried = messages.filter(state=OutboxState.WAITING, attempts=0)
    return untried.update(state=OutboxState.DROPPED, answer=why[:255])


def prune_messages(before: datetime) -> int:
    """Forget messages written before then that wait no longer, a batch at a time. Returns how many."""
    ended = OutboxMessage.objects.filter(created_at__lt=before).exclude(state=OutboxState.WAITING)
    deleted = 0
    while batch := list(ended.values_list("pk", flat=True)[:_BATCH]):
        deleted += OutboxMessage.objects.filter(pk__in=batch).delete()[0]
    return deleted

"""What people set that boards are judged by, and who is told: who may set it, and every write of it.

The counterpart of `queues.wishes`, which reads it for the worker. Of a queue it is set by who supervises it; without a
queue it is of the whole installation, and set by who acts everywhere. Whoever may not set something finds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from agents.permissions import QueueKey, Scope, may_manage, supervises, visible_scopes, watches
from queues.alerts import outbox
from queues.live.limits import Limit as Bounds
from queues.models import AlertRule, Limit, OpeningHours, OutboxMessage, Queue, Webhook


@dataclass(frozen=True, slots=True)
class Subject:
    """What limits or hours are about: a queue, or with `queue` "" the whole PBX."""

    pbx: str
    queue: str = ""
    name: str = ""


# --- who may ----------------------------------------------------------------------------------------------------


def managed_queues(scope: Scope) -> list[Queue]:
    """The queues this person supervises that are on a board, by PBX and name."""
    rows = Queue.objects.filter(is_on_board=True)
    mine = [row for row in rows if supervises(scope, row.pbx, row.number)]
    return sorted(mine, key=lambda row: (row.pbx, (row.name or row.number).casefold(), row.number))


def managed_pbxs(scope: Scope) -> list[str]:
    """The PBXs that this person may set everything of."""
    if not scope.acts_everywhere:
        return []
    return sorted(set(Queue.objects.values_list("pbx", flat=True)))


def managed_queue(scope: Scope, pk: int) -> Queue | None:
    row = Queue.objects.filter(pk=pk).first()
    return row if row is not None and supervises(scope, row.pbx, row.number) else None


def keys(told: Iterable[Sequence[str]]) -> list[QueueKey]:
    """Queues as rules and webhooks keep them."""
    return [(pbx, number) for pbx, number in told]


def visible_rules(scope: Scope) -> list[AlertRule]:
    """The rules that are about a queue this person sees, and those about everything."""
    rows = AlertRule.objects.select_related("owner").prefetch_related("webhooks", "mailed")
    return [row for row in rows if not row.queues or any(watches(scope, *key) for key in keys(row.queues))]


def managed_rule(scope: Scope, pk: int) -> AlertRule | None:
    row = AlertRule.objects.filter(pk=pk).first()
    return row if row is not None and may_manage(scope, keys(row.queues)) else None


def managed_hooks(scope: Scope) -> list[Webhook]:
    rows = Webhook.objects.order_by("name")
    return [row for row in rows if may_manage(scope, keys(row.queues))]


def managed_hook(scope: Scope, pk: int) -> Webhook | None:
    row = Webhook.objects.filter(pk=pk).first()
    return row if row is not None and may_manage(scope, keys(row.queues)) else None


def people_to_mail(scope: Scope) -> list[User]:
    """Who may be chosen to get e-mail: those with an address who see a queue that this person supervises."""
    users = {user.pk: user for user in User.objects.filter(is_active=True).exclude(email="")}
    seeing = [
        users[pk]
        for pk, other in visible_scopes(users.values()).items()
        if other.everything or (other.watched if scope.acts_everywhere else other.watched & scope.supervised)
    ]
    return sorted(seeing, key=lambda user: (user.get_full_name() or user.get_username()).casefold())


# --- limits and hours -------------------------------------------------------------------------------------------


def set_limits(subject: Subject, limits: Mapping[str, Bounds | None]) -> None:
    """Set these figures' limits; None: as for all queues, or as the program has it."""
    with transaction.atomic():
        mine = Limit.objects.filter(pbx=subject.pbx, queue=subject.queue)
        mine.filter(figure__in=[figure for figure, bounds in limits.items() if bounds is None]).delete()
        for figure, bounds in limits.items():
            if bounds is not None:
                colours = {"amber": bounds.amber, "red": bounds.red}
                Limit.objects.update_or_create(pbx=subject.pbx, queue=subject.queue, figure=figure, defaults=colours)


def set_hours(subject: Subject, hours: Mapping[str, Any] | None) -> None:
    """Set the opening and quiet hours; None: as for all queues, or none."""
    mine = {"pbx": subject.pbx, "queue": subject.queue}
    if hours is None:
        OpeningHours.objects.filter(**mine).delete()
    else:
        OpeningHours.objects.update_or_create(**mine, defaults=dict(hours))


# --- rules and webhooks -----------------------------------------------------------------------------------------


def save_rule(
    rule: AlertRule, *, hooks: Collection[Webhook], offered_hooks: Collection[Webhook],
    mailed: Collection[User], offered_people: Collection[User],
) -> None:  # fmt: skip
    """Save it with the webhooks and people chosen of those that were offered; others it has stay."""
    with transaction.atomic():
        rule.save()
        kept_hooks = set(rule.webhooks.all()) - set(offered_hooks)
        kept_people = set(rule.mailed.all()) - set(offered_people)
        rule.webhooks.set([*kept_hooks, *hooks])
        rule.mailed.set([*kept_people, *mailed])


def delete_rule(rule: AlertRule) -> None:
    rule.delete()


def save_hook(hook: Webhook) -> None:
    """Save it. What waits for one that is switched off is not sent later, when nobody expects it."""
    with transaction.atomic():
        hook.save()
        if not hook.is_enabled:
            outbox.drop_waiting(OutboxMessage.objects.filter(webhook=hook), _("switched off"))


def delete_hook(hook: Webhook) -> None:
    """With its messages."""
    hook.delete()


def send_again(hook: Webhook | None, pk: int, at: datetime) -> bool:
    """Send a message of this webhook once more, or with None an e-mail. False: there is none, or it still waits."""
    return OutboxMessage.objects.filter(pk=pk, webhook=hook).exists() and outbox.send_again(pk, at)

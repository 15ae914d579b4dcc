"""Writes the messages a flush makes, in the flush's own transaction and before its rows: what the database says then is
what was known before. So either both are kept, the board's change and the messages about it, or neither.

`queues.alerts.messages` decides what there is to tell; here is read what it needs to know, and nothing if nobody is
to be told. Runs in the worker's database thread, and so must be quick: it sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import datetime

from django.utils.translation import gettext as _

from agents.models import Agent
from agents.permissions import may_be_told, visible_scopes
from queues.alerts import outbox
from queues.alerts.messages import (
    CALLS,
    Draft,
    Event,
    Hook,
    Names,
    Occasion,
    Target,
    call_occasions,
    draft,
    hooks_that_want,
    incident_closed,
    incident_digest,
    incident_opened,
    rule_of,
)
from queues.live.concerns import IncidentRow
from queues.live.hours import NotHours
from queues.live.state import CallOutcome, CallRow, Change
from queues.models import (
    AlertRule,
    Call,
    Incident,
    Member,
    OpeningHours,
    OutboxMessage,
    OutboxState,
    Queue,
    Webhook,
)
from queues.wishes import opening_hours

_INCIDENT_KEY = ("pbx", "cause", "queue", "interface", "opened_at")
_CALL = tuple(field.name for field in fields(CallRow))


class MessageWriter:
    """Of one flush of the PBX at `at`: to be called with its changes. `has_written`: there is something to send."""

    def __init__(self, pbx: str, at: datetime) -> None:
        self.pbx = pbx
        self.at = at
        self.has_written = False

    def __call__(self, changes: Sequence[Change]) -> None:
        incidents = [row for change in changes if isinstance(row := change.row, IncidentRow)]
        calls = [row for change in changes if isinstance(row := change.row, CallRow)]
        if not incidents and not calls:
            return
        hooks = _hooks()
        drafts = [*_of_calls(self.pbx, calls, hooks, self.at), *_openings(self.pbx, incidents, hooks, self.at)]
        outbox.add(drafts, self.at)
        # Only now: who is to be told that something is over was told, or is about to be, that it began.
        endings = _endings(self.pbx, [row for row in incidents if row.closed_at is not None], self.at)
        outbox.add(endings, self.at)
        self.has_written = bool(drafts or endings)


def _hooks() -> list[Hook]:
    found = Webhook.objects.filter(is_enabled=True).values_list("pk", "events", "queues")
    return [Hook(pk, frozenset(events), frozenset(map(tuple, queues))) for pk, events, queues in found]


def _names(pbx: str, rows: Iterable[CallRow | IncidentRow]) -> Names:
    """What the queues and agents of these rows are called."""
    queues: set[str] = set()
    interfaces: set[str] = set()
    for row in rows:
        queues.add(row.queue)
        interfaces |= {row.interface} if isinstance(row, IncidentRow) else {row.agent_interface, *row.ringing}
    named = Queue.objects.filter(pbx=pbx, number__in=queues).values_list("number", "name")
    agents = Agent.objects.filter(pbx=pbx, interface__in=interfaces)
    return Names(dict(named), {agent.interface: str(agent) for agent in agents})


# --- calls ------------------------------------------------------------------------------------------------------


def _of_calls(pbx: str, rows: list[CallRow], hooks: list[Hook], at: datetime) -> list[Draft]:
    hooks = [hook for hook in hooks if hook.events & CALLS]
    if not rows or not hooks:
        return []
    before = _calls_before(pbx, rows)
    names = _names(pbx, rows)
    occasions: list[Occasion] = []
    for row in rows:
        occasions += call_occasions(before.get(row.natural_key), row, names, at)
        # A flush may have the caller taken off the board and, in history, how that ended.
        before[row.natural_key] = row
    return [draft(occasion, target, at) for occasion in occasions for target in hooks_that_want(occasion, hooks)]


def _calls_before(pbx: str, rows: list[CallRow]) -> dict[tuple[str, str, str, str, datetime], CallRow]:
    found = Call.objects.filter(pbx=pbx, uniqueid__in={row.uniqueid for row in rows}).values(*_CALL)
    known = [_call(values) for values in found]
    return {row.natural_key: row for row in known}


def _call(values: dict[str, object]) -> CallRow:
    outcome = values["outcome"]
    values |= {"ringing": tuple(values["ringing"]), "outcome": CallOutcome(outcome) if outcome else None}  # type: ignore[arg-type]
    return CallRow(**values)  # type: ignore[arg-type]


# --- incidents --------------------------------------------------------------------------------------------------


def _openings(pbx: str, rows: list[IncidentRow], hooks: list[Hook], at: datetime) -> list[Draft]:
    """Of the incidents that the database does not know yet."""
    if not rows:
        return []
    instants = {row.opened_at for row in rows}
    known = set(Incident.objects.filter(pbx=pbx, opened_at__in=instants).values_list(*_INCIDENT_KEY))
    begun = [row for row in rows if tuple(getattr(row, name) for name in _INCIDENT_KEY) not in known]
    if not begun:
        return []
    names = _names(pbx, begun)
    drafts = []
    for row in begun:
        occasion = incident_opened(row, names)
        targets = dict.fromkeys([*hooks_that_want(occasion, hooks), *_targets_of_rule(row, hooks)])
        due_at = _quiet_until(row, at) if targets else at
        drafts += [draft(occasion, target, due_at) for target in targets]
    return drafts


def _quiet_until(row: IncidentRow, at: datetime) -> datetime:
    """When somebody may be disturbed about it: now, or at the end of the quiet hours of its queue, or of all queues."""
    rows = {hours.queue: hours for hours in OpeningHours.objects.filter(pbx=row.pbx, queue__in=("", row.queue))}
    hours = rows.get(row.queue) or rows.get("")
    if hours is None:
        return at
    with suppress(NotHours):
        return opening_hours(hours).quiet_until(at) or at
    return at


def _targets_of_rule(row: IncidentRow, hooks: list[Hook]) -> list[Target]:
    """The webhooks and people of the alert rule that this is an incident of. People only as far as they may still see
    what it is about."""
    number = rule_of(row.cause)
    rule = AlertRule.objects.filter(pk=number).first() if number is not None else None
    if rule is None:
        return []
    chosen = set(rule.webhooks.values_list("pk", flat=True))
    people = {user.pk: user for user in rule.mailed.filter(is_active=True).exclude(email="")}
    scopes = visible_scopes(people.values()) if people else {}
    of_agent = Member.objects.filter(pbx=row.pbx, interface=row.interface).values_list("queue", flat=True)
    queues = frozenset(of_agent) if row.interface else frozenset()
    told = [people[pk] for pk, scope in scopes.items() if may_be_told(scope, row.pbx, row.queue, queues)]
    return [
        *(Target(hook=hook.id) for hook in hooks if hook.id in chosen),
        *(Target(recipient=user.email) for user in told),
    ]


def _endings(pbx: str, rows: list[IncidentRow], at: datetime) -> list[Draft]:
    """To whom it was told that it began. Where that was held back until now, neither is told."""
    if not rows:
        return []
    names = _names(pbx, rows)
    drafts = []
    for row in rows:
        openings = OutboxMessage.objects.filter(about=incident_digest(row), event=Event.INCIDENT_OPENED.value)
        outbox.drop_waiting(openings.filter(due_at__gt=at), _("over before its quiet hours were"))
        told = openings.exclude(state=OutboxState.DROPPED).values_list("webhook", "recipient")
        occasion = incident_closed(row, names, at)
        drafts += [draft(occasion, Target(hook, recipient), at) for hook, recipient in told]
    return drafts

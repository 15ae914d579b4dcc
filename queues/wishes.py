"""Reads what people set that boards are judged by, as `queues.live.wishes` has it, for the worker, every two seconds.

What the database holds that no settings page would have taken (from a shell, an import) is left out: one bad row must
not keep a board from being judged by the others."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from agents.models import PauseReason
from agents.permissions import NOTHING, Scope, visible_scopes
from queues.live.concerns import Severity
from queues.live.hours import Hours, NotHours, hours_of
from queues.live.limits import Limit as Bounds
from queues.live.rules import GREATEST, NotARule, Rule, conditions_of
from queues.live.wishes import Wishes
from queues.models import AlertRule, Limit, OpeningHours


def load_wishes(pbx: str) -> Wishes:
    """All of this PBX's, in four queries; where rules are about all their owners see, some more for what that is."""
    return Wishes(limits=_limits(pbx), budgets=_budgets(), rules=tuple(_rules(pbx)), hours=_hours(pbx))


def _limits(pbx: str) -> dict[tuple[str, str], Bounds]:
    rows = Limit.objects.filter(pbx=pbx).values_list("queue", "figure", "amber", "red")
    return {
        (queue, figure): Bounds(amber, red)
        for queue, figure, amber, red in rows
        if all(value is None or abs(value) <= GREATEST for value in (amber, red))
    }


def _budgets() -> dict[str, int]:
    reasons = PauseReason.objects.values_list("name", "budget_minutes")
    return {name: minutes for name, minutes in reasons if minutes is not None}


def _hours(pbx: str) -> dict[str, Hours]:
    found = {}
    for row in OpeningHours.objects.filter(pbx=pbx):
        with suppress(NotHours):
            found[row.queue] = opening_hours(row)
    return found


def opening_hours(row: OpeningHours) -> Hours:
    """Errors: NotHours."""
    return hours_of(row.time_zone, row.week, row.quiet, row.country, row.subdivision, row.closed_days)


def _rules(pbx: str) -> Iterable[Rule]:
    rows = list(AlertRule.objects.filter(is_enabled=True).select_related("owner"))
    owners = {row.owner for row in rows if row.owner is not None and not row.queues}
    scopes = visible_scopes(owners) if owners else {}
    for row in rows:
        with suppress(NotARule, TypeError, ValueError):
            conditions = conditions_of(row.conditions)
            queues = _queues(row, pbx, scopes)
            if queues is None or queues:
                yield Rule(
                    id=row.pk,
                    name=row.name,
                    conditions=conditions,
                    queues=queues,
                    severity=Severity(row.severity),
                    hold_seconds=row.hold_seconds,
                    recover_seconds=row.recover_seconds,
                    only_when_open=row.only_when_open,
                )


def _queues(row: AlertRule, pbx: str, scopes: dict[int, Scope]) -> frozenset[str] | None:
    """Which queues of this PBX the rule is about; None for all, also for all there will be."""
    if row.queues:
        return frozenset(number for queue_pbx, number in row.queues if queue_pbx == pbx)
    if row.owner is None:
        return None
    scope = scopes.get(row.owner.pk, NOTHING)
    return None if scope.everything else frozenset(number for queue_pbx, number in scope.watched if queue_pbx == pbx)

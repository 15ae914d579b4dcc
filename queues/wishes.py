"""Reads what people set that boards are judged by, as `queues.live.wishes` has it, for the worker, every two seconds.

What the database holds that the settings pages would not have taken (a shell, an import) is left out."""

from __future__ import annotations

from math import isfinite

from agents.models import PauseReason
from queues.live.limits import Limit as Bounds
from queues.live.wishes import Wishes
from queues.models import Limit


def load_wishes(pbx: str) -> Wishes:
    """All of this PBX's."""
    return Wishes(limits=_limits(pbx), budgets=_budgets())


def _limits(pbx: str) -> dict[tuple[str, str], Bounds]:
    rows = Limit.objects.filter(pbx=pbx).values_list("queue", "figure", "amber", "red")
    return {
        (queue, figure): Bounds(amber, red)
        for queue, figure, amber, red in rows
        if all(value is None or isfinite(value) for value in (amber, red))
    }


def _budgets() -> dict[str, int]:
    return dict(PauseReason.objects.exclude(budget_minutes=None).values_list("name", "budget_minutes"))

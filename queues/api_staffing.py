"""JSON endpoint that explains how many agents a queue needs now: the number on the board, its formula, and what went
into it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError

from agents import permissions
from queues.api_asking import ERRORS, Line, scope_of
from queues.history import day_began, shown_calls
from queues.live import erlang
from queues.live.figures import fact_of
from queues.live.need import FEWEST_CALLS, FEWEST_TALKS, SHORTEST, Traffic, staff_for, traffic_of, window
from queues.models import Link, Queue

router = Router()


class StaffingOut(Schema):
    """`needed` agents keep the queue's promise (`target_percent` within `target_seconds`), `present` are there, `short`
    are lacking: as on the board, by Erlang C (`erlang_c`), in which callers wait as long as it takes. `erlang_a`: by
    Erlang A, in which they give up after `patience_seconds` on average; null while too few have. Counted are `calls`
    of the last `minutes`; an agent is busy with one for `handle_seconds`, wrap-up included. `service_level`: the
    percent that those present answer in time at this traffic. `too_small`: too few calls to tell, so there are no
    numbers. `formula` is all that in words."""

    needed: int | None
    present: int
    short: int | None
    formula: str
    calls: int
    minutes: float
    arrival_per_hour: float
    handle_seconds: float | None
    patience_seconds: float | None
    erlang_c: int | None
    erlang_a: int | None
    service_level: float | None
    target_seconds: int
    target_percent: int
    too_small: bool


@router.get("/queues/{pbx}/{number}/staffing", response={200: StaffingOut, **ERRORS})
def staffing(request: HttpRequest, pbx: Line, number: Line) -> Any:
    """How many agents this queue needs now, and why."""
    scope = scope_of(request)
    queue = Queue.objects.filter(pbx=pbx, number=number.lower(), is_on_board=True).first()
    if queue is None or not permissions.watches(scope, pbx, queue.number):
        raise HttpError(404, _("There is no such queue."))
    traffic = _traffic(queue)
    staff = staff_for(traffic, queue.target_seconds, queue.target_percent)
    handle = traffic.handle_seconds
    load = traffic.arrivals * (handle or 0)
    level = erlang.level_c(queue.staff_present, load, handle, queue.target_seconds) if staff and handle else None
    needed = staff.by_c if staff else None
    return {
        "needed": needed,
        "present": queue.staff_present,
        "short": max(0, needed - queue.staff_present) if needed is not None else None,
        "formula": _words(queue, traffic),
        "calls": traffic.calls,
        "minutes": round(traffic.seconds / 60, 1),
        "arrival_per_hour": round(3600 * traffic.arrivals, 1),
        "handle_seconds": _rounded(handle),
        "patience_seconds": _rounded(traffic.patience_seconds),
        "erlang_c": needed,
        "erlang_a": staff.by_a if staff else None,
        "service_level": _rounded(100 * level) if level is not None else None,
        "target_seconds": queue.target_seconds,
        "target_percent": queue.target_percent,
        "too_small": staff is None,
    }


def _traffic(queue: Queue) -> Traffic:
    """As the worker has it: of calls it has seen, on this day."""
    now, began = timezone.now(), day_began(queue, timezone.now())
    up_since = Link.objects.filter(pbx=queue.pbx).values_list("since", flat=True).get()
    since = window(now, max(began, up_since))
    facts = map(fact_of, shown_calls(queue.pbx, {queue.number: began}))
    return traffic_of(facts, since, now, queue.wrap_up_seconds)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _words(queue: Queue, traffic: Traffic) -> str:
    handle = traffic.handle_seconds
    if traffic.is_too_small or not handle:
        return _(
            "Too few calls to tell: it takes {calls} callers, {talks} of them talked with to the end, and {minutes} "
            "minutes in a row in which the PBX was watched."
        ).format(calls=FEWEST_CALLS, talks=FEWEST_TALKS, minutes=int(SHORTEST.total_seconds() / 60))
    return _(
        "{calls} callers in {minutes} minutes × {handle} s with an agent, wrap-up included = {load} agents busy all "
        "the time. Erlang C: so many agents that {percent} % of the callers are answered within {seconds} s."
    ).format(
        calls=traffic.calls,
        minutes=f"{traffic.seconds / 60:.0f}",
        handle=f"{handle:.0f}",
        load=f"{traffic.arrivals * handle:.1f}",
        percent=queue.target_percent,
        seconds=queue.target_seconds,
    )

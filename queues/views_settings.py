"""The settings pages about limits and hours, for supervisors: of their own queues; of everything for who acts
everywhere.

What is not theirs to set does not exist (404); who supervises nothing is turned away (403). `queues.wishing` decides
and writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agents.permissions import Scope, visible_scope
from agents.states import AgentState
from queues import wishing
from queues.forms import FIGURE_WORDS, STRETCHES, WEEKDAYS, HoursForm, LimitsForm
from queues.live import limits
from queues.live.limits import OF_AGENTS, OF_QUEUES, Limit, Limited
from queues.models import OpeningHours, Queue
from queues.wishes import load_wishes
from queues.wishing import Subject


def scope_of(request: HttpRequest) -> Scope:
    """Errors: PermissionDenied for who supervises nothing."""
    scope = visible_scope(request.user)
    if not scope.is_supervisor:
        raise PermissionDenied
    return scope


def frame(scope: Scope, tab: str) -> dict[str, object]:
    """What every settings page needs."""
    return {
        "role": scope.role.value,
        "is_supervisor": True,
        "has_phone": bool(scope.agent_ids),
        "acts_everywhere": scope.acts_everywhere,
        "tab": tab,
    }


# --- limits -----------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def limits_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    queues = wishing.managed_queues(scope)
    pbxs = sorted({queue.pbx for queue in queues} | set(wishing.managed_pbxs(scope)))
    context = {
        "pbxs": [_limits_of_pbx(pbx, [queue for queue in queues if queue.pbx == pbx]) for pbx in pbxs],
        "figures": [FIGURE_WORDS[figure][0] for figure in OF_QUEUES],
    }
    return render(request, "settings/limits.html", frame(scope, "limits") | context)


def _limits_of_pbx(pbx: str, queues: list[Queue]) -> dict[str, object]:
    wishes = load_wishes(pbx)

    def cells(queue: Queue) -> list[dict[str, object]]:
        told = wishes.limits_of(queue.number, queue.target_seconds, queue.target_percent)
        in_force = {figure: Limit(amber, red) for figure, amber, red in told}
        return [
            {"limit": in_force.get(figure.value), "is_own": (queue.number, figure) in wishes.limits}
            for figure in OF_QUEUES
        ]

    return {"pbx": pbx, "rows": [{"queue": queue, "cells": cells(queue)} for queue in queues]}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def limits_of_queue(request: HttpRequest, pk: int) -> HttpResponse:
    scope = scope_of(request)
    queue = wishing.managed_queue(scope, pk)
    if queue is None:
        raise Http404
    subject = Subject(queue.pbx, queue.number, queue.name or queue.number)
    return _limits_page(request, scope, subject, OF_QUEUES, _defaults_of(queue))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def limits_of_all(request: HttpRequest, pbx: str, what: str) -> HttpResponse:
    """Of all queues of a PBX that have none of their own, or of its agents."""
    scope = scope_of(request)
    if pbx not in wishing.managed_pbxs(scope) or what not in ("queues", "agents"):
        raise Http404
    if what == "agents":
        return _limits_page(request, scope, Subject(pbx, "", _("Agents")), OF_AGENTS, _defaults_of_agents())
    return _limits_page(request, scope, Subject(pbx, "", _("All queues")), OF_QUEUES, {})


def _limits_page(
    request: HttpRequest,
    scope: Scope,
    subject: Subject,
    figures: tuple[Limited, ...],
    defaults: Mapping[str, Limit],
) -> HttpResponse:
    wanted = load_wishes(subject.pbx).limits
    own = {figure: wanted[subject.queue, figure] for figure in figures if (subject.queue, figure) in wanted}
    form = LimitsForm(request.POST if request.method == "POST" else None, figures=figures, own=own, defaults=defaults)
    if request.method == "POST" and form.is_valid():
        wishing.set_limits(subject, form.limits())
        messages.success(request, _("The limits of {name} are saved.").format(name=subject.name))
        return redirect("settings-limits")
    status = 422 if form.errors else 200
    return render(
        request, "settings/limits_form.html", frame(scope, "limits") | {"form": form, "subject": subject}, status=status
    )


def _defaults_of(queue: Queue) -> dict[str, Limit]:
    """What holds for this queue where it has no limits of its own."""
    others = {key: limit for key, limit in load_wishes(queue.pbx).limits.items() if key[0] == ""}
    told = limits.of_queue(others, queue.number, queue.target_seconds, queue.target_percent)
    return {figure: Limit(amber, red) for figure, amber, red in told}


def _defaults_of_agents() -> dict[str, Limit]:
    """What holds for agents where nobody set anything, beyond the budget of their pause."""
    at = timezone.now()
    states = {
        Limited.PAUSE_OVER: limits.of_stay({}, {"": 0}, AgentState.PAUSED, at),
        Limited.TALK: limits.of_stay({}, {}, AgentState.ON_CALL, at),
        Limited.RINGING: limits.of_stay({}, {}, AgentState.RINGING, at),
        Limited.STUCK: limits.of_stay({}, {}, AgentState.OTHER_CALL, at, stuck_since=at),
    }
    return {
        figure: Limit((stay.amber_at - at).total_seconds() if stay.amber_at else None, stay.seconds)
        for figure, stay in states.items()
        if stay is not None
    }


# --- hours ------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def hours_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    known = {(row.pbx, row.queue): row for row in OpeningHours.objects.all()}
    queues = wishing.managed_queues(scope)
    pbxs = sorted({queue.pbx for queue in queues} | set(wishing.managed_pbxs(scope)))
    context = {
        "pbxs": [
            {
                "pbx": pbx,
                "all": _told(known.get((pbx, ""))),
                "rows": [
                    {"queue": queue, "hours": _told(known.get((pbx, queue.number)))}
                    for queue in queues
                    if queue.pbx == pbx
                ],
            }
            for pbx in pbxs
        ]
    }
    return render(request, "settings/hours.html", frame(scope, "hours") | context)


def _told(row: OpeningHours | None) -> dict[str, object] | None:
    """Hours in a few words."""
    if row is None:
        return None
    closed = len(row.closed_days)
    return {"row": row, "week": _in_words(row.week), "quiet": _in_words(row.quiet), "closed": closed}


def _in_words(week: list[list[Any]]) -> list[str]:
    """ "Mon–Fri 08:00–17:00": days that follow each other with the same hours are told together."""
    by_day = {day: ", ".join(f"{b}–{e}" for d, b, e in week if d == day) for day in range(7)}
    found: list[str] = []
    day = 0
    while day < 7:
        last = day
        while last + 1 < 7 and by_day[last + 1] == by_day[day]:
            last += 1
        if by_day[day]:
            days = WEEKDAYS[day][:2] if last == day else f"{WEEKDAYS[day][:2]}–{WEEKDAYS[last][:2]}"
            found.append(f"{days} {by_day[day]}")
        day = last + 1
    return found


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours_of_queue(request: HttpRequest, pk: int) -> HttpResponse:
    scope = scope_of(request)
    queue = wishing.managed_queue(scope, pk)
    if queue is None:
        raise Http404
    return _hours_page(request, scope, Subject(queue.pbx, queue.number, queue.name or queue.number))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours_of_all(request: HttpRequest, pbx: str) -> HttpResponse:
    scope = scope_of(request)
    if pbx not in wishing.managed_pbxs(scope):
        raise Http404
    return _hours_page(request, scope, Subject(pbx, "", _("All queues")))


def _hours_page(request: HttpRequest, scope: Scope, subject: Subject) -> HttpResponse:
    row = OpeningHours.objects.filter(pbx=subject.pbx, queue=subject.queue).first()
    known = vars(row) if row else {"time_zone": settings.TIME_ZONE}
    if request.method == "POST" and "forget" in request.POST:
        wishing.set_hours(subject, None)
        messages.success(request, _("{name} has no hours of its own any more.").format(name=subject.name))
        return redirect("settings-hours")
    form = HoursForm(request.POST if request.method == "POST" else None, hours=known)
    if request.method == "POST" and form.is_valid():
        wishing.set_hours(subject, form.hours())
        messages.success(request, _("The hours of {name} are saved.").format(name=subject.name))
        return redirect("settings-hours")
    context = {"form": form, "subject": subject, "has_row": row is not None, "stretches": range(STRETCHES)}
    status = 422 if form.errors else 200
    return render(request, "settings/hours_form.html", frame(scope, "hours") | context, status=status)

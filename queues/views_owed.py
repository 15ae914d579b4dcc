"""The page of calls we owe: a shell, whose lines come by the socket and the API."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.permissions import visible_scope


@login_required
@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """For whoever may see anything of the board."""
    scope = visible_scope(request.user)
    if scope.is_empty:
        raise PermissionDenied
    context = {
        "role": scope.role.value,
        "sees_floor": scope.sees_floor,
        "is_supervisor": scope.is_supervisor,
        "has_phone": bool(scope.agent_ids),
    }
    return render(request, "queues/owed.html", context)

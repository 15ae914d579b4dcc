"""Page shells, whose live content comes by the socket, and what monitoring asks."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from agents.auth import person_of_page
from agents.permissions import may_read_metrics, visible_scope
from agents.preferences import preferences_of
from queues.models import Link
from queues.monitoring import are_allowed
from queues.selectors import Floor

#: One of them shows that a proxy speaks.
PROXY_HEADERS = ("X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


@never_cache
@login_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The board, for whoever may see anything of it. The template knows `role` (of `agents.permissions.Role`),
    `sees_floor` (whole queues with their agents, not only the own phones), `is_supervisor` (may act for others),
    `has_phone` (and so a desk), `spy_codes` (to dial where the PBX joins calls in no other way) and `preferences`
    (of `agents.preferences`; the browser keeps no page of earlier ones)."""
    scope = visible_scope(request.user)
    if scope.is_empty:
        raise PermissionDenied
    context = {
        "role": scope.role.value,
        "sees_floor": scope.sees_floor,
        "is_supervisor": scope.is_supervisor,
        "has_phone": bool(scope.agent_ids),
        "spy_codes": settings.SPY_CODES,
        "preferences": preferences_of(person_of_page(request)),
    }
    return render(request, "queues/live.html", context)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether everything a live board needs is there: 200, or 503 with what is not."""
    parts = {"database": _database_answers(), "layer": _layer_takes_messages()}
    parts["links"] = parts["database"] and _links_are_up()
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus asks for: for the networks of METRICS_ALLOWED, and for supervisors."""
    if not _is_from_allowed_network(request):
        person = person_of_page(request)
        if person is None or not may_read_metrics(person):
            # Not PermissionDenied, whose traceback anybody could fill the log with.
            return HttpResponse("Not for this address: see METRICS_ALLOWED.\n", status=403, content_type="text/plain")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _is_from_allowed_network(request: HttpRequest) -> bool:
    """Behind a proxy both count, it and whom it speaks for: an address that is only claimed opens nothing, and a proxy
    that does not say for whom it speaks may speak for anybody."""
    forwarded_for = [address for address in request.headers.get("X-Forwarded-For", "").split(",") if address]
    if not forwarded_for and any(name in request.headers for name in PROXY_HEADERS):
        return False
    return are_allowed([request.META.get("REMOTE_ADDR", ""), *forwarded_for])


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _layer_takes_messages() -> bool:
    layer: Any = get_channel_layer()
    try:
        async_to_sync(layer.group_send)("readiness", {"type": "readiness"})
    except Exception:  # whatever the layer's client library raises
        return False
    return True


def _links_are_up() -> bool:
    """Every PBX has a worker that is connected; false also if there is none at all."""
    floor, now = Floor(), timezone.now()
    links = list(Link.objects.values_list("pbx", flat=True))
    return bool(links) and all(floor.link(pbx, now).is_up for pbx in links)

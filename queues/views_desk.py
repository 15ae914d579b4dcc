"""The agent's pages: their desk, one number to dial, and what browsers need to know to install the desk.

Shells only: what is on them comes by the socket and the API. Nothing here asks anything of a PBX, so opening an address
can never place a call.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents.models import Agent
from agents.permissions import Scope, visible_scope

#: A longer text is no number; the rest of an address is not shown back to whoever made it up.
LONGEST_NUMBER = 64


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The desk of whoever has a phone. 403 with the reason for who has none."""
    return _page_with_phones(request, "desk/me.html", {})


@login_required
@require_safe
def dial(request: HttpRequest) -> HttpResponse:
    """The number of a `tel:` link (`?n=`) with one button. It is the button that dials."""
    number = number_of_link(request.GET.get("n", ""))
    return _page_with_phones(request, "desk/dial.html", {"number": number})


@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens: whoever may see anything may have programs do so."""
    scope = _scope_of(request)
    return render(request, "desk/tokens.html", _about(scope))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser installs the desk by. Nothing in it is a secret: browsers ask for it without a cookie."""
    icons = [
        {"src": static("icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("icons/app-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("icons/app-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("icons/app-maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    facts = {
        "id": reverse("me"),
        "name": _("UCM Dash desk"),
        "short_name": _("Desk"),
        "start_url": reverse("me"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f3f5f7",
        "theme_color": "#1a4a80",
        "icons": icons,
        "protocol_handlers": [{"protocol": "tel", "url": f"{reverse('dial')}?n=%s"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


def number_of_link(text: str) -> str:
    """The number of what a browser hands over of a link: "tel:+49-30-1234;ext=5" is "+49-30-1234". What cannot be
    dialled is left as it is, for the person to see."""
    number = text.strip()
    if number[:4].lower() == "tel:":
        number = number[4:]
    return number.partition(";")[0].strip()[:LONGEST_NUMBER]


def _page_with_phones(request: HttpRequest, template: str, facts: dict[str, object]) -> HttpResponse:
    scope = _scope_of(request)
    about = _about(scope) | facts
    if not scope.agent_ids:
        return render(request, "desk/no_phone.html", about, status=403)
    phones = Agent.objects.filter(pk__in=scope.agent_ids).order_by("pbx", "extension", "interface")
    return render(request, template, about | {"phones": phones})


def _scope_of(request: HttpRequest) -> Scope:
    """Errors: PermissionDenied for who may see nothing."""
    scope = visible_scope(request.user)
    if scope.is_empty:
        raise PermissionDenied
    return scope


def _about(scope: Scope) -> dict[str, object]:
    """What the bar at the top of a page asks for."""
    return {
        "role": scope.role.value,
        "sees_floor": scope.sees_floor,
        "is_supervisor": scope.is_supervisor,
        "has_phone": bool(scope.agent_ids),
    }

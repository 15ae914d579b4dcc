"""What a TV opens: a wallboard, the curve of its day, and before that the code by which it is let in. No navigation, no
form, nothing to press.

Who may look is a screen by the token in its cookie, or a person by their session; both are told the same. Whoever may
not look at a board is sent to `/wall/`, where a TV shows its code.
"""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agents.auth import Credential
from agents.permissions import visible_scope
from queues.history import calls_of_days, days
from queues.pairing import LIFETIME, PAIRING_COOKIE, TooManyCodes, claim, current_code, new_code, qr_path
from queues.screens import SCREEN_COOKIE, Watcher, screen_of, wall_pass, watchers
from queues.trend import trend_of
from queues.walls import Wall

#: Browsers keep no cookie longer; each look at the board renews it.
COOKIE_SECONDS = 400 * 86_400


@never_cache
@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Where a TV begins, and comes back to when it may not go on: leads it to its board, or shows it a code. POST tells
    how that code stands, as `{"state": …}`, and hands over the token once. Supervisors are led to their boards."""
    if request.method == "POST":
        return _pairing(request)
    screen = screen_of(request.COOKIES.get(SCREEN_COOKIE, ""))
    if screen is not None and screen.board is not None:
        return redirect("wall", screen.board.slug)
    if screen is not None:
        return render(request, "wall/waiting.html", {"screen": screen})
    if visible_scope(request.user).is_supervisor:
        return redirect("walls")
    return _code_page(request)


def _code_page(request: HttpRequest) -> HttpResponse:
    """Shows the code that this TV has already, else a new one."""
    at = timezone.now()
    secret = request.COOKIES.get(PAIRING_COOKIE, "")
    code = current_code(secret, at)
    if code is None:
        try:
            code, secret = new_code(request.META.get("REMOTE_ADDR", ""), at)
        except TooManyCodes:
            return render(request, "wall/too_many.html", status=429)
    walls_url = request.build_absolute_uri(reverse("walls"))
    path, size = qr_path(f"{request.build_absolute_uri(reverse('wall-approve'))}?code={code.code}")
    context = {"code": code.code, "walls_url": walls_url, "qr_path": path, "qr_size": size}
    response = render(request, "wall/pairing.html", context)
    _set_cookie(response, PAIRING_COOKIE, secret, int(LIFETIME.total_seconds()))
    return response


def _pairing(request: HttpRequest) -> HttpResponse:
    state, token = claim(request.COOKIES.get(PAIRING_COOKIE, ""), timezone.now())
    response = JsonResponse({"state": state.value})
    if token:
        _set_cookie(response, SCREEN_COOKIE, token, COOKIE_SECONDS)
        response.delete_cookie(PAIRING_COOKIE, samesite="Lax")
    return response


@never_cache
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a board; what is on it comes by the socket."""
    watcher = _watcher(request, slug)
    if watcher is None:
        return redirect("wall-home")
    response = render(request, "wall/board.html", {"wall": watcher.wall})
    if watcher.screen_id is not None:
        _set_cookie(response, SCREEN_COOKIE, request.COOKIES[SCREEN_COOKIE], COOKIE_SECONDS)
    return response


@never_cache
@require_safe
def trend(request: HttpRequest, slug: str) -> HttpResponse:
    """`{minutes, slots: [{at, offered, abandoned}]}` of the board's queues together, each since its own day began."""
    watcher = _watcher(request, slug)
    if watcher is None:
        return JsonResponse({}, status=403)
    return JsonResponse(asdict(trend_of(_calls(watcher.wall), timezone.now())))


def _set_cookie(response: HttpResponse, name: str, secret: str, seconds: int) -> None:
    response.set_cookie(name, secret, max_age=seconds, httponly=True, samesite="Lax", secure=settings.HTTPS)


def _watcher(request: HttpRequest, slug: str) -> Watcher | None:
    key = request.session.session_key if isinstance(request.user, User) else None
    shown = wall_pass(slug, request.COOKIES, Credential(session_key=key) if key else None)
    return watchers([shown], timezone.now()).get(shown) if shown else None


def _calls(wall: Wall) -> list[object]:
    calls: list[object] = []
    for pbx in {pbx for pbx, _number in wall.queues}:
        numbers = {number for queue_pbx, number in wall.queues if queue_pbx == pbx}
        since = {number: at for number, at in days(pbx, timezone.now()).items() if number in numbers}
        calls += calls_of_days(pbx, since)
    return calls

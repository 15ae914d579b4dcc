"""What a TV opens: a wallboard, and the curve of its day. No navigation, no form, nothing to press.

Who may look is a screen by the token in its cookie, or a person by their session; both are told the same. Whoever may
not look at a board is sent to `/wall/`, where a TV shows its code.
"""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agents.auth import Credential
from queues.history import calls_of_days, days
from queues.screens import SCREEN_COOKIE, Watcher, screen_of, wall_pass, watchers
from queues.trend import trend_of
from queues.walls import Wall

#: Browsers keep no cookie longer; each look at the board renews it.
COOKIE_SECONDS = 400 * 86_400


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Leads a screen to its board."""
    screen = screen_of(request.COOKIES.get(SCREEN_COOKIE, ""))
    if screen is not None and screen.board is not None:
        return redirect("wall", screen.board.slug)
    return redirect("live")


@never_cache
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a board; what is on it comes by the socket."""
    watcher = _watcher(request, slug)
    if watcher is None:
        return redirect("wall-home")
    response = render(request, "wall/board.html", {"wall": watcher.wall})
    if watcher.screen_id is not None:
        set_screen_cookie(response, request.COOKIES[SCREEN_COOKIE])
    return response


@never_cache
@require_safe
def trend(request: HttpRequest, slug: str) -> HttpResponse:
    """`{minutes, slots: [{at, offered, abandoned}]}` of the board's queues together, each since its own day began."""
    watcher = _watcher(request, slug)
    if watcher is None:
        return JsonResponse({}, status=403)
    return JsonResponse(asdict(trend_of(_calls(watcher.wall), timezone.now())))


def set_screen_cookie(response: HttpResponse, token: str) -> None:
    """Give a TV its token, or prolong the one it has."""
    response.set_cookie(
        SCREEN_COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=settings.HTTPS
    )


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

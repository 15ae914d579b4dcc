"""Where supervisors make wallboards and look after the TVs that show them: plain forms that work without a script.

Somebody may change a board whose queues they all watch, and a TV that shows such a board; a TV without a board is for
who paired it, and for those who act everywhere. What may not be changed is not there (404).
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.auth import person_of_page
from agents.permissions import Scope, visible_scope
from queues.forms_walls import BoardForm, ScreenForm, entered_of, offered_queues
from queues.models import Queue, Screen, WallBoard
from queues.pairing import LIFETIME, approve, as_typed, code_to_approve
from queues.screens import SEEN_LATELY
from queues.walls import LAYOUTS, USUAL_FIGURES, managed_boards, may_manage, queues_of_board

#: So many wrong codes of one person in the life of a code; then they must wait.
MOST_WRONG_CODES = 20


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The boards and the TVs that this person looks after."""
    scope = _scope(request)
    boards = managed_boards(scope)
    names = {(queue.pbx, queue.number): queue.name for queue in Queue.objects.all()}
    screens = _screens(request, scope)
    rows = [
        {
            "board": board,
            "queues": [names.get(key, key[1]) for key in queues_of_board(board)],
            "layout": LAYOUTS.get(board.layout, board.layout),
            "screens": sum(screen.board_id == board.pk for screen in screens),
        }
        for board in boards
    ]
    seen_since = timezone.now() - SEEN_LATELY
    tvs = [
        {"screen": screen, "is_there": screen.last_seen_at is not None and screen.last_seen_at > seen_since}
        for screen in screens
    ]
    wall_url = request.build_absolute_uri(reverse("wall-home"))
    return _page(request, scope, "walls/index.html", {"rows": rows, "tvs": tvs, "boards": boards, "wall_url": wall_url})


# --- boards -----------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_board(request: HttpRequest) -> HttpResponse:
    """An empty form, or a new board of what was entered."""
    scope = _scope(request)
    usual = {"figures": list(USUAL_FIGURES), "layout": "rows", "theme": "dark", "is_masked": True}
    board = WallBoard(owner=person_of_page(request))
    return _edit(request, scope, board, BoardForm(request.POST or None, initial=usual, offered=offered_queues(scope)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_board(request: HttpRequest, slug: str) -> HttpResponse:
    """A board's form; what is saved is on its screens within seconds."""
    scope = _scope(request)
    board = _board(scope, slug)
    offered = offered_queues(scope, queues_of_board(board))
    return _edit(request, scope, board, BoardForm(request.POST or None, initial=entered_of(board), offered=offered))


def _edit(request: HttpRequest, scope: Scope, board: WallBoard, form: BoardForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        form.save(board)
        messages.success(request, _("{name} is saved.").format(name=board.name))
        return redirect("walls")
    status = 400 if request.method == "POST" else 200
    return _page(request, scope, "walls/board.html", {"form": form, "board": board}, status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_board(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks, or does it. TVs that showed it keep their token and wait for another board."""
    scope = _scope(request)
    board = _board(scope, slug)
    if request.method == "POST":
        board.delete()
        messages.success(request, _("{name} is deleted.").format(name=board.name))
        return redirect("walls")
    screens = Screen.objects.filter(board=board, revoked_at=None)
    return _page(request, scope, "walls/delete.html", {"board": board, "screens": screens})


# --- TVs --------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approve_screen(request: HttpRequest) -> HttpResponse:
    """Where a TV's QR code leads: looks at the code, and lets the TV show a board when somebody says so."""
    scope = _scope(request)
    entered = request.POST if request.method == "POST" else request.GET
    code = _code(request, as_typed(entered.get("code", "")))
    form = ScreenForm(request.POST if request.method == "POST" else None, scope=scope)
    if request.method == "POST" and code is not None and form.is_valid():
        board, name = form.cleaned_data["board"], form.cleaned_data["name"]
        person = person_of_page(request)
        if person is not None and approve(code, person, board, name, timezone.now()):
            messages.success(request, _("The TV shows {name} in a moment.").format(name=board.name))
            return redirect("walls")
        code = None
    problem = ""
    if code is None and entered.get("code"):
        problem = _("No TV waits with this code. Codes are good for ten minutes and once: read it again from the TV.")
    context = {"form": form, "code": code, "problem": problem, "typed": entered.get("code", "")[:16]}
    return _page(request, scope, "walls/approve.html", context, 400 if request.method == "POST" else 200)


def _code(request: HttpRequest, typed: str) -> Any:
    """The code that waits for approval; None also for who has guessed too often."""
    key = f"wall-codes-{request.user.pk}"
    if not typed or cache.get(key, 0) >= MOST_WRONG_CODES:
        return None
    code = code_to_approve(typed, timezone.now())
    if code is None:
        cache.add(key, 0, LIFETIME.total_seconds())
        cache.incr(key)
    return code


@never_cache
@login_required
@require_POST
def change_screen(request: HttpRequest, screen_id: int) -> HttpResponse:
    """Name a TV, or have it show another board."""
    scope = _scope(request)
    screen = _screen(request, scope, screen_id)
    form = ScreenForm(request.POST, scope=scope)
    if form.is_valid():
        screen.name, screen.board = form.cleaned_data["name"], form.cleaned_data["board"]
        screen.save(update_fields=("name", "board"))
        messages.success(request, _("{screen} is saved.").format(screen=screen))
    else:
        messages.error(request, _("That board cannot be chosen."))
    return redirect("walls")


@never_cache
@login_required
@require_POST
def revoke_screen(request: HttpRequest, screen_id: int) -> HttpResponse:
    """Make a TV's token worthless, for good."""
    screen = _screen(request, _scope(request), screen_id)
    screen.revoked_at = timezone.now()
    screen.save(update_fields=("revoked_at",))
    messages.success(request, _("{screen} is disconnected.").format(screen=screen))
    return redirect("walls")


# --- what exists for whom ---------------------------------------------------------------------------------------


def _scope(request: HttpRequest) -> Scope:
    """Errors: PermissionDenied for who supervises nothing."""
    scope = visible_scope(request.user)
    if not scope.is_supervisor:
        raise PermissionDenied
    return scope


def _board(scope: Scope, slug: str) -> WallBoard:
    """Errors: Http404."""
    board = WallBoard.objects.filter(slug=slug).first()
    if board is None or not may_manage(scope, queues_of_board(board)):
        raise Http404
    return board


def _screens(request: HttpRequest, scope: Scope) -> list[Screen]:
    found = Screen.objects.filter(revoked_at=None).select_related("board", "paired_by").order_by("name", "pk")
    return [screen for screen in found if _looks_after(request, scope, screen)]


def _screen(request: HttpRequest, scope: Scope, screen_id: int) -> Screen:
    """Errors: Http404."""
    screen = Screen.objects.filter(pk=screen_id, revoked_at=None).select_related("board").first()
    if screen is None or not _looks_after(request, scope, screen):
        raise Http404
    return screen


def _looks_after(request: HttpRequest, scope: Scope, screen: Screen) -> bool:
    if screen.board is not None:
        return may_manage(scope, queues_of_board(screen.board))
    return scope.acts_everywhere or screen.paired_by_id == request.user.pk


def _page(
    request: HttpRequest, scope: Scope, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    about = {"role": scope.role.value, "is_supervisor": True, "has_phone": bool(scope.agent_ids)}
    return render(request, template, {**about, **context}, status=status)

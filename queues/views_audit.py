"""The audit page and its export, for supervisors: every request with its outcome, by filters in the address."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Sequence

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents.audit import (
    KINDS,
    OUTCOMES,
    PERIODS,
    FilterError,
    Filters,
    agent_name,
    person_name,
    read_filters,
    seconds_taken,
)
from agents.auth import person_of_page
from agents.models import Command
from agents.permissions import Scope, visible_scope
from queues.audit import Audit, audit_of

ROWS_PER_PAGE = 50
#: Rows read from the database at once for an export, which may be long.
_BATCH = 500

#: Icons of lucide for outcomes; their words stand beside them.
_ICONS = {
    "done": "circle-check",
    "refused": "circle-x",
    "unknown": "circle-question-mark",
    "expired": "timer-off",
    "undone": "undo-2",
    "queued": "hourglass",
    "sent": "send",
}


@login_required
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Newest first, a page at a time. A filter that cannot be understood is said, and shows nothing."""
    scope, found = _audit_for(request)
    problem = ""
    filters = Filters()
    try:
        filters = read_filters(request.GET.dict())
        commands = found.find(filters)
    except FilterError as error:
        problem = str(error)
        commands = found.commands.none()
    page: Page[Command] = Paginator(commands, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "role": scope.role.value,
        "is_supervisor": scope.is_supervisor,
        "has_phone": bool(scope.agent_ids),
        "problem": problem,
        "chosen": request.GET,
        "is_filtered": filters != Filters() or bool(problem),
        "page": page,
        "rows": [_row(found, command) for command in page],
        "periods": PERIODS,
        "people": found.people(),
        "agents": found.agents(),
        "kinds": KINDS,
        "outcomes": OUTCOMES,
        "queues": found.queues(),
        "today": timezone.localdate(),
    }
    return render(request, "agents/audit.html", context, status=400 if problem else 200)


def _audit_for(request: HttpRequest) -> tuple[Scope, Audit]:
    """Errors: PermissionDenied for who supervises nothing."""
    person = person_of_page(request)
    scope = visible_scope(request.user)
    if person is None or not scope.is_supervisor:
        raise PermissionDenied
    return scope, audit_of(scope, person)


def _row(found: Audit, command: Command) -> dict[str, object]:
    return {
        "id": command.pk,
        "pbx": command.pbx,
        "at": command.requested_at,
        "day": timezone.localdate(command.requested_at),
        "sentence": found.words.sentence(command),
        "message": command.message,
        "outcome": command.state,
        "outcome_word": OUTCOMES[command.state],
        "icon": _ICONS[command.state],
        "seconds": seconds_taken(command),
    }


# --- export -----------------------------------------------------------------------------------------------------


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV, all pages. Sent while it is read, so its length does not matter."""
    _scope, found = _audit_for(request)
    try:
        filters = read_filters(request.GET.dict())
    except FilterError as error:
        return HttpResponse(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")
    name = f"audit-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_lines(found, filters), content_type="text/csv; charset=utf-8", headers=headers)


class _Line:
    """What the csv module writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


async def _lines(found: Audit, filters: Filters) -> AsyncIterator[str]:
    """The table, a batch at a time by falling keys: what is asked meanwhile shifts nothing."""
    writer = csv.writer(_Line())
    # The mark makes Excel read it as UTF-8; every other program we know of skips it.
    yield "\ufeff" + writer.writerow(_headings())
    below: int | None = None
    while batch := await sync_to_async(_batch)(found, filters, below):
        yield "".join(writer.writerow([harmless(cell) for cell in cells]) for _pk, cells in batch)
        below = batch[-1][0]


def _batch(found: Audit, filters: Filters, below: int | None) -> list[tuple[int, Sequence[str]]]:
    commands = found.find(filters)
    if below is not None:
        commands = commands.filter(pk__lt=below)
    return [(command.pk, _cells(found, command)) for command in commands[:_BATCH]]


def _headings() -> list[str]:
    return [
        _("Number"),
        _("Time"),
        _("PBX"),
        _("Person"),
        _("Kind"),
        _("Agent"),
        _("Queues"),
        _("What"),
        _("Outcome"),
        _("Answer"),
        _("Seconds"),
    ]


def _cells(found: Audit, command: Command) -> list[str]:
    seconds = seconds_taken(command)
    return [
        str(command.pk),
        timezone.localtime(command.requested_at).isoformat(timespec="seconds"),
        command.pbx,
        person_name(command.requested_by),
        str(KINDS[command.kind]),
        agent_name(command) if command.agent is not None else "",
        ", ".join(found.words.queues(command)),
        found.words.sentence(command),
        str(OUTCOMES[command.state]),
        command.message,
        "" if seconds is None else f"{seconds:.1f}",
    ]


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula: what begins like one gets an apostrophe in front."""
    return f"'{cell}" if cell.lstrip()[:1] in tuple("=+-@＝＋－＠") or cell[:1] in tuple("\t\r\n") else cell

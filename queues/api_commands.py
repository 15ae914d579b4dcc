"""JSON endpoints about requests of all people: the audit, and taking one back before it is sent."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from agents import selectors, services
from agents.api import Detail
from agents.audit import OUTCOMES, FilterError, person_name, read_filters, seconds_taken
from agents.auth import person_of_request
from agents.models import Command
from agents.permissions import visible_scope
from agents.states import CommandKind, CommandState
from queues import metrics
from queues.audit import Audit, audit_of

logger = logging.getLogger(__name__)
router = Router()


#: Requests told at once.
ROWS_PER_PAGE = 100


class Audited(Schema):
    """A request of anybody: what was asked in words, how it ended in one (`outcome`), and the answer (`message`).
    `agent` and `requested_by` are null once deleted."""

    id: int
    pbx: str
    kind: CommandKind
    state: CommandState
    requested_by: int | None
    person: str
    agent: int | None
    queues: list[str]
    sentence: str
    outcome: str
    message: str
    requested_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    seconds: float | None


class AuditPage(Schema):
    """`total` requests match, on so many `pages`."""

    total: int
    page: int
    pages: int
    commands: list[Audited]


@router.get("/commands", response={200: AuditPage, 401: Detail, 403: Detail, 422: Detail})
def audit(
    request: HttpRequest,
    period: str = "",
    first: str = Query("", alias="from"),
    last: str = Query("", alias="to"),
    person: str = "",
    agent: str = "",
    kind: str = "",
    outcome: str = "",
    queue: str = "",
    text: str = "",
    page: int = 1,
) -> Any:
    """What people asked of the PBX, newest first, for supervisors; filters as in the address of the audit page:
    `period` today, yesterday, week, month or days (then `from` and `to`), `queue` as pbx, slash, number."""
    asker = person_of_request(request)
    scope = visible_scope(asker)
    if not scope.is_supervisor:
        raise HttpError(403, _("The audit is for supervisors."))
    found = audit_of(scope, asker)
    asked = {"period": period, "from": first, "to": last, "person": person, "agent": agent}
    asked |= {"kind": kind, "outcome": outcome, "queue": queue, "text": text}
    try:
        paginator = Paginator(found.find(read_filters(asked)), ROWS_PER_PAGE)
    except FilterError as error:
        raise HttpError(422, str(error)) from error
    shown = paginator.get_page(page)
    commands = [_audited(found, command) for command in shown]
    return {"total": paginator.count, "page": shown.number, "pages": paginator.num_pages, "commands": commands}


def _audited(found: Audit, command: Command) -> dict[str, Any]:
    return {
        "id": command.pk,
        "pbx": command.pbx,
        "kind": command.kind,
        "state": command.state,
        "requested_by": command.requested_by_id,
        "person": person_name(command.requested_by),
        "agent": command.agent_id,
        "queues": found.words.queues(command),
        "sentence": found.words.sentence(command),
        "outcome": str(OUTCOMES[CommandState(command.state)]),
        "message": command.message,
        "requested_at": command.requested_at,
        "sent_at": command.sent_at,
        "finished_at": command.finished_at,
        "seconds": seconds_taken(command),
    }


class Undone(Schema):
    """A request that will never be sent."""

    id: int
    state: CommandState


_ERRORS = {401: Detail, 403: Detail, 404: Detail, 409: Detail}


@router.post("/commands/{int:command_id}/undo", response={200: Undone, **_ERRORS})
def undo(request: HttpRequest, command_id: int) -> Any:
    """Take a request of yours back before it is sent; administrators anybody's. 409: too late, it was sent."""
    person = person_of_request(request)
    command = selectors.visible_command(person, command_id)
    if command is None:
        raise HttpError(404, _("There is no such request."))
    if command.requested_by_id != person.pk and not visible_scope(person).administers:
        raise HttpError(403, _("Only who asked for this may take it back."))
    if not services.undo_command(command.pk, person.get_full_name() or person.get_username(), timezone.now()):
        command.refresh_from_db()
        raise HttpError(409, _too_late(command))
    _note_undone(command)
    return {"id": command.pk, "state": CommandState.UNDONE}


def _too_late(command: Command) -> str:
    if command.state == CommandState.UNDONE:
        return _("This was taken back already.")
    if command.state == CommandState.EXPIRED:
        return _("This was never sent: its time had run out.")
    return _("It is too late to take this back: it was sent already.")


def _note_undone(command: Command) -> None:
    """As the worker does for every other outcome."""
    metrics.COMMANDS.labels(command.pbx, command.kind, CommandState.UNDONE).inc()
    facts = {"pbx": command.pbx, "command": command.pk, "kind": command.kind, "by": command.requested_by_id}
    seconds = round((timezone.now() - command.requested_at).total_seconds(), 3)
    logger.info("command undone", extra={"facts": facts | {"agent": command.agent_id, "seconds": seconds}})

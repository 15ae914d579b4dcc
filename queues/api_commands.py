"""JSON endpoints about requests: how one stands, the audit of all, and taking some back before they are sent."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from agents import selectors, services
from agents.api import Detail
from agents.audit import OUTCOMES, FilterError, person_name, read_filters, seconds_taken
from agents.auth import DIALLING_AUTH, may_only_dial, person_of_request
from agents.models import Command
from agents.permissions import visible_scope
from agents.states import CommandKind, CommandState
from queues import metrics
from queues.api_asking import Asked
from queues.audit import Audit, audit_of, commands_of

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


class CommandOut(Schema):
    """A request and its outcome. `arguments` is what is asked of the PBX, complete; of others' requests a team's
    supervisors see what the audit shows. `progress` is how far a dialled call has got, a word of
    `agents.states.CallProgress` or ""."""

    id: int
    kind: CommandKind
    state: CommandState
    message: str
    progress: str
    pbx: str
    agent: int | None
    arguments: dict[str, Any]
    requested_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def resolve_agent(command: Command) -> int | None:
        return command.agent_id


#: What the audit shows of `Command.arguments`.
_SHOWN = ("reason", "minutes", "number", "penalty", "priority", "cause")


@router.get("/commands/{int:command_id}", response={200: CommandOut, 401: Detail, 404: Detail}, auth=DIALLING_AUTH)
def command(request: HttpRequest, command_id: int) -> Any:
    """How a request stands: your own, and for supervisors what their audit shows; with a token for dialling, a call
    you dialled."""
    person = person_of_request(request)
    if may_only_dial(request):
        found = selectors.dialled_command(person, command_id)
    else:
        found = commands_of(person).filter(pk=command_id).first()
    if found is None:
        raise HttpError(404, _("There is no such request."))
    services.note_overdue(found, timezone.now())
    if found.requested_by_id != person.pk and not visible_scope(person).acts_everywhere:
        found.arguments = {name: told for name, told in found.arguments.items() if name in _SHOWN}
    return found


class Undone(Schema):
    """A request that will never be sent."""

    id: int
    state: CommandState


class UndoneOrNot(Schema):
    """A request that will never be sent, or `detail`: why it was not taken back, in a sentence."""

    id: int
    state: CommandState | None = None
    detail: str | None = None


class UndoneMany(Schema):
    """One for each request, in the order they were asked for."""

    results: list[UndoneOrNot]


class UndoIn(Asked):
    """Numbers of requests."""

    ids: Annotated[list[Annotated[int, Field(strict=True)]], Field(min_length=1, max_length=200)]


_ERRORS = {401: Detail, 403: Detail, 404: Detail, 409: Detail}


@router.post("/commands/undo", response={200: UndoneMany, 401: Detail, 422: Detail}, exclude_unset=True)
def undo_many(request: HttpRequest, asked: Body[UndoIn]) -> Any:
    """Take requests back before they are sent; which were not, and why, is told for each."""
    person = person_of_request(request)
    administers = visible_scope(person).administers
    found = commands_of(person).in_bulk(asked.ids)
    refusals = {number: _undo(person, found.get(number), administers) for number in dict.fromkeys(asked.ids)}
    return {"results": [_told(number, refused) for number, refused in refusals.items()]}


def _told(number: int, refused: HttpError | None) -> dict[str, Any]:
    return {"id": number, "detail": str(refused)} if refused else {"id": number, "state": CommandState.UNDONE}


@router.post("/commands/{int:command_id}/undo", response={200: Undone, **_ERRORS})
def undo(request: HttpRequest, command_id: int) -> Any:
    """Take a request of yours back before it is sent; administrators anybody's. 409: too late, it was sent."""
    person = person_of_request(request)
    found = commands_of(person).filter(pk=command_id).first()
    refused = _undo(person, found, visible_scope(person).administers)
    if refused:
        raise refused
    return {"id": command_id, "state": CommandState.UNDONE}


def _undo(person: User, command: Command | None, administers: bool) -> HttpError | None:
    """Why this person could not take it back; None: it is."""
    if command is None:
        return HttpError(404, _("There is no such request."))
    if command.requested_by_id != person.pk and not administers:
        return HttpError(403, _("Only who asked for this may take it back."))
    if not services.undo_command(command.pk, person.get_full_name() or person.get_username(), timezone.now()):
        command.refresh_from_db()
        return HttpError(409, _too_late(command))
    _note_undone(command)
    return None


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

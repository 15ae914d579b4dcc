"""JSON endpoints about requests of all people: taking one back before it is sent."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError

from agents import selectors, services
from agents.api import Detail
from agents.auth import person_of_request
from agents.models import Command
from agents.permissions import visible_scope
from agents.states import CommandState
from queues import metrics

logger = logging.getLogger(__name__)
router = Router()


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

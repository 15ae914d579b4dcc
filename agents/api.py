"""JSON endpoints about people's requests: how one ended, and what pause reasons there are to choose from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError

from agents import selectors, services
from agents.auth import DIALLING_AUTH, may_only_dial, person_of_request
from agents.models import Command
from agents.states import CommandKind, CommandState

router = Router()


class Detail(Schema):
    """Why not, in a sentence."""

    detail: str


class Accepted(Schema):
    """A request that was queued, and is sent at `due_at`; ask `/commands/{id}` or listen at the socket for how it
    ended."""

    id: int
    state: CommandState
    due_at: datetime


class CommandOut(Schema):
    """A request and its outcome. `arguments` is what is asked of the PBX, complete; `progress` how far a dialled call
    has got, a word of `agents.states.CallProgress` or ""."""

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


class Reason(Schema):
    """A pause should take no longer than `budget_minutes`; so many agents of a queue may be on it at once as
    `limit_per_queue` says. Null: as one likes."""

    name: str
    budget_minutes: int | None
    limit_per_queue: int | None


@router.get("/commands/{int:command_id}", response={200: CommandOut, 401: Detail, 404: Detail}, auth=DIALLING_AUTH)
def command(request: HttpRequest, command_id: int) -> Any:
    """How a request stands: your own, and for supervisors anybody's; with a token for dialling, a call you dialled."""
    find = selectors.dialled_command if may_only_dial(request) else selectors.visible_command
    found = find(person_of_request(request), command_id)
    if found is None:
        raise HttpError(404, _("There is no such request."))
    services.note_overdue(found, timezone.now())
    return found


@router.get("/pause-reasons", response={200: list[Reason], 401: Detail})
def pause_reasons(request: HttpRequest) -> Any:
    """Reasons to choose from; any other text may be sent too."""
    return selectors.pause_reasons()

"""What endpoints share that ask something of the PBX: whose request it is, what exists for them, how it is refused.

An endpoint first finds the thing within the person's scope (404 if it is not there for them), then asks
`agents.permissions` (403), then hands over to `agents.requests` or `requests_calls` (422 with a sentence if it cannot
be now). The PBX's answer comes later: 202.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status
from ninja.errors import HttpError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agents import permissions
from agents.api import Detail
from agents.asking import Asking, RequestRefused
from agents.auth import person_of_request
from agents.floor import LiveCall
from agents.models import Agent, Command
from agents.permissions import NotAllowed, Scope, visible_scope
from agents.requests_desk import ReasonFull
from agents.selectors import agent_by_id
from queues.selectors import Floor, queues_of

#: One line of text; what it must be beyond that is decided where it is used.
Line = Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
#: So long nothing is sent: until then `/commands/{id}/undo` takes it back.
UndoSeconds = Annotated[int, Field(ge=0, le=10, strict=True)]

ERRORS = {401: Detail, 403: Detail, 404: Detail, 409: Detail, 422: Detail}


class Asked(BaseModel):
    """What is sent must be an object with these names and no others: a typing error must not pause everything.
    (Ninja's own Schema also takes lists and whatever else has no attributes of these names.)"""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, what exists for them, and the PBXs as they are at this moment."""

    user: User
    scope: Scope
    floor: Floor
    at: datetime

    def asking(self, undo_seconds: int = 0) -> Asking:
        return Asking(self.user, self.floor, self.at, undo_seconds)

    def queues_of(self, agent: Agent) -> frozenset[str]:
        """The queues this agent is a member of."""
        return frozenset(member.queue for member in self.floor.memberships(agent.pbx, agent.interface))

    def agent(self, agent_id: int) -> tuple[Agent, frozenset[str]]:
        """The agent with the queues it is a member of. Errors: 404."""
        agent = agent_by_id(agent_id)
        queues = self.queues_of(agent) if agent else frozenset()
        if agent is None or not permissions.may_see_agent(self.scope, agent, queues):
            raise HttpError(404, _("There is no such agent."))
        return agent, queues

    def agent_on_call(self, agent_id: int) -> Agent:
        """The agent, whose call in hand this person may end, move or record. Errors: 404, 403."""
        agent, queues = self.agent(agent_id)
        if not permissions.may_see_call_in_hand(self.scope, agent, queues):
            raise HttpError(404, _("There is no such call, or it has ended."))
        require(permissions.may_act_on_call_in_hand(self.scope, agent, queues))
        return agent

    def own_phone(self, agent_id: int) -> Agent:
        """One of this person's own phones. Errors: 403."""
        phone = agent_by_id(agent_id)
        if phone is None or not permissions.is_own(self.scope, phone):
            raise HttpError(403, _("This phone is not linked to your login."))
        return phone

    def call(self, pbx: str, uniqueid: str) -> LiveCall | None:
        """The queue call of that Uniqueid that exists for this person."""
        call = self.floor.live_call(pbx, uniqueid)
        if call is None or not permissions.may_see_call(self.scope, pbx, call, queues_of(pbx, self.scope.interfaces)):
            return None
        return call


def asker(request: HttpRequest) -> Asker:
    """Errors: 403 for people who see nothing at all."""
    return Asker(person_of_request(request), scope_of(request), Floor(), timezone.now())


def scope_of(request: HttpRequest) -> Scope:
    """What this person may see and touch. Errors: 403 if that is nothing."""
    scope = visible_scope(person_of_request(request))
    if scope.is_empty:
        raise HttpError(403, _("Your account has no rights on this board. Ask a supervisor."))
    return scope


def require(is_allowed: bool) -> None:
    """Errors: 403 unless it is allowed."""
    if not is_allowed:
        raise HttpError(403, _("You may not do this."))


@contextmanager
def in_words() -> Iterator[None]:
    """Refusals of rights and requests become 403, 409 and 422 with their sentence."""
    try:
        yield
    except NotAllowed as error:
        raise HttpError(403, str(error)) from error
    except ReasonFull as error:
        raise HttpError(409, str(error)) from error
    except RequestRefused as error:
        raise HttpError(422, str(error)) from error


def accepted(ask: Callable[[], Command]) -> Status:
    """202 with the command that `ask` queues. Errors: 403, 404, 422."""
    with in_words():
        command = ask()
    return Status(202, {"id": command.pk, "state": command.state, "due_at": command.due_at})

"""What all requests share: how they are refused, in words for whoever asks, and how they become a `Command` row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from agents.dialing import NotAllowedText, dialable, named_extension
from agents.floor import Floor
from agents.models import Agent, Command
from agents.services import queue_command
from agents.states import AgentState, CommandKind


class RequestRefused(Exception):
    """The PBX cannot be asked for this now. The message is a sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks when, of what they know; nothing is sent for `undo_seconds`, so that it may be taken back."""

    by: User
    floor: Floor
    at: datetime
    undo_seconds: int = 0


def allowed(check: Callable[[str], str], text: str) -> str:
    """The text as `check` of `agents.dialing` cleans it. Errors: RequestRefused."""
    try:
        return check(text)
    except NotAllowedText as error:
        raise RequestRefused(str(error)) from error


def require_link(asking: Asking, pbx: str, kind: CommandKind) -> None:
    """Refuse at once what nobody could carry out, instead of letting it expire. Errors: RequestRefused."""
    link = asking.floor.link(pbx, asking.at)
    if not link.is_up:
        raise RequestRefused(link.error or _("There is no connection to the PBX just now."))
    if kind not in link.actions:
        raise RequestRefused(_("This PBX, or our user on it, does not offer that."))


def require_worker(asking: Asking, pbx: str) -> None:
    """Refuse at once what nobody could do: no worker is alive for this PBX. Errors: RequestRefused."""
    if not asking.floor.link(pbx, asking.at).is_watched:
        raise RequestRefused(_("Nothing watches this PBX just now, so nothing can be changed."))


def destination(floor: Floor, pbx: str, number: str) -> tuple[str, str]:
    """The number as it is dialled, and the context it is dialled in: queues, also those named in letters, extensions
    and short numbers inside, anything else outside. Errors: RequestRefused."""
    if floor.is_queue(pbx, number.strip()):
        return allowed(named_extension, number), settings.ORIGINATE_CONTEXT_INTERNAL
    dialled = allowed(dialable, number)
    is_inside = is_internal(floor, pbx, dialled)
    return dialled, settings.ORIGINATE_CONTEXT_INTERNAL if is_inside else settings.ORIGINATE_CONTEXT_EXTERNAL


def is_internal(floor: Floor, pbx: str, dialled: str) -> bool:
    """Whether this number, as it is dialled, is one of the PBX itself."""
    return (
        len(dialled) <= settings.INTERNAL_NUMBER_MAX_DIGITS
        or floor.is_queue(pbx, dialled)
        or Agent.objects.filter(pbx=pbx, extension=dialled).exists()
    )


def require_reachable(pbx: str, number: str) -> None:
    """Refuse to send a caller to a phone that is known to be off: they would be lost. Errors: RequestRefused."""
    agent = Agent.objects.filter(pbx=pbx, extension=number, state=AgentState.UNREACHABLE).first()
    if agent is not None:
        raise RequestRefused(_("The phone of {agent} is switched off or not registered.").format(agent=agent))


def queued(
    kind: CommandKind, asking: Asking, pbx: str, agent: Agent | None, arguments: dict[str, Any], queue: str = ""
) -> Command:
    """What is asked, checked by now, on its way to a worker: `queue` is the one it is about, if it is one."""
    return queue_command(
        kind,
        by=asking.by,
        pbx=pbx,
        agent=agent,
        queue=queue,
        arguments=arguments,
        at=asking.at,
        undo_seconds=asking.undo_seconds,
    )

"""What people ask of a PBX: each request is checked against what the PBX can do now, in words, and queued.

A request becomes a `Command` row and nothing else (`agents.services.queue_command`); a worker sends it. Who may
ask is `agents.permissions`' business and is settled before. All functions may be called from any thread; the time
is an argument, aware UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from agents.dialing import NotAllowedText, clean_reason, dialable
from agents.floor import Floor
from agents.models import Agent, Command
from agents.services import queue_command
from agents.states import CommandKind


class RequestRefused(Exception):
    """The PBX cannot be asked for this now. The message is a sentence for whoever asked."""


def request_pause(
    *, by: User, agent: Agent, queue: str | None, reason: str, minutes: int | None = None, floor: Floor, at: datetime
) -> Command:
    """Ask to pause this agent in one queue or, with None, in all; they come back by themselves after so many
    `minutes`, or with None when somebody ends it. Errors: RequestRefused."""
    told = {"reason": _allowed(clean_reason, reason), "minutes": minutes, "by": by.get_full_name() or by.get_username()}
    return _request_pausing(CommandKind.PAUSE, by, agent, queue, told, floor, at)


def request_unpause(*, by: User, agent: Agent, queue: str | None, floor: Floor, at: datetime) -> Command:
    """Ask to end the pause in one queue or, with None, in all. Errors: RequestRefused."""
    return _request_pausing(CommandKind.UNPAUSE, by, agent, queue, {"reason": ""}, floor, at)


def request_originate(*, by: User, agent: Agent, number: str, floor: Floor, at: datetime) -> Command:
    """Ask to ring this agent's phone and then dial `number` from it. Errors: RequestRefused."""
    dialled = _allowed(dialable, number)
    _require_link(floor, agent.pbx, CommandKind.ORIGINATE, at)
    if _is_internal(floor, agent.pbx, dialled):
        context = settings.ORIGINATE_CONTEXT_INTERNAL
    else:
        context = settings.ORIGINATE_CONTEXT_EXTERNAL
    arguments = {"interface": agent.interface, "number": dialled, "context": context}
    return queue_command(CommandKind.ORIGINATE, by=by, pbx=agent.pbx, agent=agent, arguments=arguments, at=at)


def request_hangup(*, by: User, pbx: str, uniqueid: str, agent: Agent | None, floor: Floor, at: datetime) -> Command:
    """Ask to end a live call: one of a queue, or the one `agent` has in hand. `agent`: who talks on it, if
    anybody. Errors: RequestRefused, also when there is no such call (any more)."""
    _require_link(floor, pbx, CommandKind.HANGUP, at)
    call = floor.live_call(pbx, uniqueid)
    if call is None and (agent is None or not uniqueid or agent.call_uniqueid != uniqueid):
        raise RequestRefused(_("This call has already ended."))
    arguments = {"uniqueid": uniqueid, "channel": call.channel if call else ""}
    return queue_command(CommandKind.HANGUP, by=by, pbx=pbx, agent=agent, arguments=arguments, at=at)


def _request_pausing(
    kind: CommandKind, by: User, agent: Agent, queue: str | None, told: dict[str, Any], floor: Floor, at: datetime
) -> Command:
    _require_link(floor, agent.pbx, kind, at)
    number = queue.lower() if queue is not None else None
    if number is None and not agent.member_count:
        raise RequestRefused(_("{agent} is logged in to no queue.").format(agent=agent))
    if number is not None and not floor.is_member(agent.pbx, number, agent.interface):
        raise RequestRefused(_("{agent} is not a member of queue {queue}.").format(agent=agent, queue=queue))
    arguments = {"interface": agent.interface, "queue": number, **told}
    return queue_command(kind, by=by, pbx=agent.pbx, agent=agent, arguments=arguments, queue=number or "", at=at)


def _allowed(check: Any, text: str) -> str:
    try:
        return str(check(text))
    except NotAllowedText as error:
        raise RequestRefused(str(error)) from error


def _require_link(floor: Floor, pbx: str, kind: CommandKind, at: datetime) -> None:
    """Refuse at once what nobody could carry out, instead of letting it expire."""
    link = floor.link(pbx, at)
    if not link.is_up:
        raise RequestRefused(link.error or _("There is no connection to the PBX just now."))
    if kind not in link.actions:
        raise RequestRefused(_("This PBX, or our user on it, does not offer that."))


def _is_internal(floor: Floor, pbx: str, number: str) -> bool:
    return (
        len(number) <= settings.INTERNAL_NUMBER_MAX_DIGITS
        or Agent.objects.filter(pbx=pbx, extension=number).exists()
        or floor.is_queue(pbx, number)
    )

"""Every write of this app: phones as the PBX tells them, what people ask of a PBX, and how that ended.

A request becomes a `Command` row and nothing else; a worker claims it, sends it once, and writes the outcome
here. Who may ask is `agents.permissions`' business and is settled before. All functions are plain and may be
called from any thread; the time is an argument, aware UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from agents.dialing import NotAllowedText, clean_reason, dialable
from agents.floor import Floor
from agents.models import Agent, Command
from agents.states import FINAL_COMMAND_STATES, CommandKind, CommandState

#: A command nobody has sent by then is never sent: a phone that rings a minute late does harm.
COMMAND_LIFETIME = timedelta(seconds=10)
#: The channel layer's group in which workers wait.
WAKE_UP_GROUP = "commands"


class RequestRefused(Exception):
    """The PBX cannot be asked for this now. The message is a sentence for whoever asked."""


class AgentFacts(Protocol):
    """A row as `queues.live.state.AgentRow`: `MIRRORED` names its other attributes."""

    @property
    def pbx(self) -> str: ...

    @property
    def interface(self) -> str: ...


#: Columns the PBX tells, by the same name in `AgentFacts`. `user` and `display_name` are people's.
MIRRORED = (
    "extension",
    "name",
    "state",
    "state_since",
    "is_since_exact",
    "device_state",
    "queue",
    "party_number",
    "party_name",
    "call_uniqueid",
    "pause_reason",
    "paused_count",
    "member_count",
    "wrap_up_until",
    "paused_by",
    "pause_until",
    "last_call_at",
    "calls_today",
    "talk_seconds_today",
)


# --- what people ask -------------------------------------------------------------------------------------------


def request_pause(*, by: User, agent: Agent, queue: str | None, reason: str, floor: Floor, at: datetime) -> Command:
    """Ask to pause this agent in one queue or, with None, in all. Errors: RequestRefused."""
    return _request_pausing(CommandKind.PAUSE, by, agent, queue, _allowed(clean_reason, reason), floor, at)


def request_unpause(*, by: User, agent: Agent, queue: str | None, floor: Floor, at: datetime) -> Command:
    """Ask to end the pause in one queue or, with None, in all. Errors: RequestRefused."""
    return _request_pausing(CommandKind.UNPAUSE, by, agent, queue, "", floor, at)


def request_originate(*, by: User, agent: Agent, number: str, floor: Floor, at: datetime) -> Command:
    """Ask to ring this agent's phone and then dial `number` from it. Errors: RequestRefused."""
    dialled = _allowed(dialable, number)
    _require_link(floor, agent.pbx, CommandKind.ORIGINATE, at)
    if _is_internal(floor, agent.pbx, dialled):
        context = settings.ORIGINATE_CONTEXT_INTERNAL
    else:
        context = settings.ORIGINATE_CONTEXT_EXTERNAL
    arguments = {"interface": agent.interface, "number": dialled, "context": context}
    return _queue_command(CommandKind.ORIGINATE, by, agent.pbx, agent, arguments, at)


def request_hangup(*, by: User, pbx: str, uniqueid: str, agent: Agent | None, floor: Floor, at: datetime) -> Command:
    """Ask to end a live call: one of a queue, or the one `agent` has in hand. `agent`: who talks on it, if
    anybody. Errors: RequestRefused, also when there is no such call (any more)."""
    _require_link(floor, pbx, CommandKind.HANGUP, at)
    call = floor.live_call(pbx, uniqueid)
    if call is None and (agent is None or not uniqueid or agent.call_uniqueid != uniqueid):
        raise RequestRefused(_("This call has already ended."))
    arguments = {"uniqueid": uniqueid, "channel": call.channel if call else ""}
    return _queue_command(CommandKind.HANGUP, by, pbx, agent, arguments, at)


def _request_pausing(
    kind: CommandKind, by: User, agent: Agent, queue: str | None, reason: str, floor: Floor, at: datetime
) -> Command:
    _require_link(floor, agent.pbx, kind, at)
    number = queue.lower() if queue is not None else None
    if number is None and not agent.member_count:
        raise RequestRefused(_("{agent} is logged in to no queue.").format(agent=agent))
    if number is not None and not floor.is_member(agent.pbx, number, agent.interface):
        raise RequestRefused(_("{agent} is not a member of queue {queue}.").format(agent=agent, queue=queue))
    arguments = {"interface": agent.interface, "queue": number, "reason": reason}
    return _queue_command(kind, by, agent.pbx, agent, arguments, at)


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


def _queue_command(
    kind: CommandKind, by: User, pbx: str, agent: Agent | None, arguments: dict[str, Any], at: datetime
) -> Command:
    """The new command, or the same person's same request that is still under way: a double click is one call."""
    with transaction.atomic():
        # Two clicks in two threads: the second waits here until the first is written.
        User.objects.select_for_update().get(pk=by.pk)
        twin = Command.objects.filter(
            kind=kind,
            pbx=pbx,
            requested_by=by,
            state__in=(CommandState.QUEUED, CommandState.SENT),
            expires_at__gt=at,
            arguments=arguments,
        ).first()
        if twin is not None:
            return twin
        command = Command.objects.create(
            kind=kind,
            pbx=pbx,
            requested_by=by,
            agent=agent,
            arguments=arguments,
            requested_at=at,
            due_at=at,
            expires_at=at + COMMAND_LIFETIME,
        )
        # A wake-up may be lost: workers also look by themselves. So a broken layer does not fail the request.
        transaction.on_commit(partial(_wake_workers, pbx), robust=True)
    return command


def _wake_workers(pbx: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(WAKE_UP_GROUP, {"type": "command.wake", "pbx": pbx})


# --- what workers do -------------------------------------------------------------------------------------------


def claim_command(command_id: int, epoch: int, at: datetime) -> bool:
    """Whether the caller, the worker run `epoch`, and nobody else may send this command, now. Written before
    anything leaves, so a command is sent at most once whatever dies."""
    claimable = Command.objects.filter(pk=command_id, state=CommandState.QUEUED, expires_at__gt=at)
    return claimable.update(state=CommandState.SENT, sent_at=at, claimed_epoch=epoch) == 1


def finish_command(command_id: int, state: CommandState, message: str, at: datetime) -> bool:
    """Write how a sent command ended; False if it was not waiting for that. Errors: ValueError unless final."""
    if state not in FINAL_COMMAND_STATES:
        raise ValueError(f"{state} is no outcome")
    sent = Command.objects.filter(pk=command_id, state=CommandState.SENT)
    return sent.update(state=state, message=message, finished_at=at) == 1


def mark_unanswered_unknown(pbx: str, epoch: int, at: datetime) -> list[Command]:
    """Give up on what earlier worker runs sent without writing an outcome. Returns those commands."""
    orphans = Command.objects.filter(pbx=pbx, state=CommandState.SENT, claimed_epoch__lt=epoch)
    message = _("It was sent, but the connection was lost before the PBX answered. Check the phone.")
    return [command for command in orphans if _end(command, CommandState.UNKNOWN, message, at)]


def expire_overdue(at: datetime) -> list[Command]:
    """Give up on what nobody claimed in time, of every PBX. Returns those commands."""
    overdue = Command.objects.filter(state=CommandState.QUEUED, expires_at__lte=at)
    message = _("It was not sent: nothing was connected to the PBX in time.")
    return [command for command in overdue if _end(command, CommandState.EXPIRED, message, at)]


def _end(command: Command, state: CommandState, message: str, at: datetime) -> bool:
    """End this command unless somebody else changed it since it was read."""
    unchanged = Command.objects.filter(pk=command.pk, state=command.state, claimed_epoch=command.claimed_epoch)
    if not unchanged.update(state=state, message=message, finished_at=at):
        return False
    command.state, command.message, command.finished_at = state, message, at
    return True


def due_commands(pbx: str, at: datetime) -> list[Command]:
    """What is to be sent to this PBX, oldest first. Claim each before sending it."""
    return list(Command.objects.filter(pbx=pbx, state=CommandState.QUEUED, expires_at__gt=at).order_by("pk"))


def prune_commands(before: datetime) -> int:
    """Forget requests made before then, whatever became of them. Returns how many."""
    return Command.objects.filter(requested_at__lt=before).delete()[0]


def upsert_agents(rows: Sequence[AgentFacts]) -> dict[str, int]:
    """Save phones of one PBX as it tells them; what people entered stays. Returns ids by interface."""
    if not rows:
        return {}
    Agent.objects.bulk_create(
        [
            Agent(pbx=row.pbx, interface=row.interface, **{name: getattr(row, name) for name in MIRRORED})
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=("pbx", "interface"),
        update_fields=MIRRORED,
    )
    saved = Agent.objects.filter(pbx=rows[0].pbx, interface__in=[row.interface for row in rows])
    return dict(saved.values_list("interface", "pk"))

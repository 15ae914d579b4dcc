"""Every write of this app: phones as the PBX tells them, what people ask of a PBX, and how that ended.

What may be asked is `agents.requests`' business; here it becomes a `Command` row. A worker claims it, sends it
once, and writes the outcome here. All functions are plain and may be called from any thread; the time is an
argument, aware UTC.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agents.models import Agent, CallNote, Command
from agents.states import BOARD_KINDS, FINAL_COMMAND_STATES, CallProgress, CommandKind, CommandState

logger = logging.getLogger(__name__)

#: A command nobody has sent by then is never sent: a phone that rings a minute late does harm.
COMMAND_LIFETIME = timedelta(seconds=10)
#: Dialled calls are not looked for any further back.
LONGEST_CALL = timedelta(days=1)
#: The channel layer's group in which workers wait.
WAKE_UP_GROUP = "commands"


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
    "left_queues",
    "amber_at",
    "red_at",
    "changed_by",
    "changed_at",
    "change",
    "hand_raised_at",
    "pause_line_reason",
    "pause_line_minutes",
    "pause_line_since",
    "pause_line_place",
    "recording_since",
)


# --- what people ask -------------------------------------------------------------------------------------------


def queue_command(
    kind: CommandKind,
    *,
    by: User,
    pbx: str,
    agent: Agent | None,
    arguments: dict[str, Any],
    at: datetime,
    queue: str = "",
    undo_seconds: float = 0,
) -> Command:
    """The new command, or the same person's same request that is still under way: a double click is one call.

    What is asked was checked by `agents.requests`. `queue` is the one it is about, for the audit; nothing is sent
    for `undo_seconds`, so that whoever asked may take it back."""
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
        due_at = at + timedelta(seconds=undo_seconds)
        command = Command.objects.create(
            kind=kind,
            pbx=pbx,
            requested_by=by,
            agent=agent,
            queue=queue,
            arguments=arguments,
            requested_at=at,
            due_at=due_at,
            expires_at=due_at + COMMAND_LIFETIME,
        )
        transaction.on_commit(partial(_wake_workers, pbx))
    return command


def undo_command(command_id: int, by: str, at: datetime) -> bool:
    """Take back what has not been sent; False if it was, or has ended. `by` names who does it. Of this and a claim at
    the same moment exactly one succeeds, because each changes the row only while it is QUEUED."""
    message = _("Taken back by {person} before it was sent.").format(person=by)
    queued = Command.objects.filter(pk=command_id, state=CommandState.QUEUED)
    return queued.update(state=CommandState.UNDONE, message=message, finished_at=at) == 1


def _wake_workers(pbx: str) -> None:
    """A wake-up may be lost, whatever the layer raises: workers also look by themselves."""
    layer = get_channel_layer()
    try:
        async_to_sync(layer.group_send)(WAKE_UP_GROUP, {"type": "command.wake", "pbx": pbx})
    except Exception as error:
        logger.warning("workers could not be woken", extra={"facts": {"pbx": pbx, "error": str(error)}})


# --- what workers do -------------------------------------------------------------------------------------------


def claim_command(command_id: int, epoch: int, at: datetime) -> bool:
    """Whether the caller, the worker run `epoch`, and nobody else may send this command, now. Written before
    anything leaves, so a command is sent at most once whatever dies."""
    claimable = Command.objects.filter(pk=command_id, state=CommandState.QUEUED, due_at__lte=at, expires_at__gt=at)
    return claimable.update(state=CommandState.SENT, sent_at=at, claimed_epoch=epoch) == 1


def finish_command(command_id: int, state: CommandState, message: str, at: datetime) -> bool:
    """Write how a sent command ended; False if it was not waiting for that. Errors: ValueError unless final."""
    if state not in FINAL_COMMAND_STATES:
        raise ValueError(f"{state} is no outcome")
    sent = Command.objects.filter(pk=command_id, state=CommandState.SENT)
    return sent.update(state=state, message=message, finished_at=at) == 1


def note_progress(command_id: int, progress: str, message: str) -> None:
    """Write how far a dialled call has got; a `message` of "" leaves the one there is."""
    told = {"progress": progress, "message": message} if message else {"progress": progress}
    Command.objects.filter(pk=command_id).update(**told)


def lose_progress(pbx: str, at: datetime) -> list[Command]:
    """Say of the dialled calls that were followed until the link was lost that nobody knows how they go on. Returns
    their commands."""
    live = (CallProgress.OWN_PHONE, CallProgress.DIALLING, CallProgress.THEIRS, CallProgress.CONNECTED)
    lately = at - LONGEST_CALL
    lost = list(Command.objects.filter(pbx=pbx, progress__in=live, requested_at__gte=lately))
    for command in lost:
        command.progress = ""
        command.message = _("The connection to the PBX was lost meanwhile: how the call went on is unknown.")
        note_progress(command.pk, command.progress, command.message)
    return lost


def mark_unanswered_unknown(pbx: str, epoch: int, at: datetime) -> list[Command]:
    """Give up on what earlier worker runs sent without writing an outcome. Returns those commands."""
    orphans = Command.objects.filter(pbx=pbx, state=CommandState.SENT, claimed_epoch__lt=epoch)
    message = _("It was sent, but the connection was lost before the PBX answered. Check the phone.")
    return [command for command in orphans if _end(command, CommandState.UNKNOWN, message, at)]


def expire_overdue(at: datetime) -> list[Command]:
    """Give up on what nobody claimed in time, of every PBX. Returns those commands."""
    overdue = Command.objects.filter(state=CommandState.QUEUED, expires_at__lte=at)
    return [command for command in overdue if _end(command, CommandState.EXPIRED, _not_sent(), at)]


def note_overdue(command: Command, at: datetime) -> None:
    """Let this command say that it is too late for it, where no worker is alive to write so. Nothing is saved: the
    next worker ends it, and tells whoever counts."""
    if command.state == CommandState.QUEUED and command.expires_at <= at:
        command.state, command.message = CommandState.EXPIRED, _not_sent()


def _not_sent() -> str:
    return _("It was not sent: nothing was connected to the PBX in time.")


def _end(command: Command, state: CommandState, message: str, at: datetime) -> bool:
    """End this command unless somebody else changed it since it was read."""
    unchanged = Command.objects.filter(pk=command.pk, state=command.state, claimed_epoch=command.claimed_epoch)
    if not unchanged.update(state=state, message=message, finished_at=at):
        return False
    command.state, command.message, command.finished_at = state, message, at
    return True


def due_commands(pbx: str, at: datetime) -> list[Command]:
    """What is to be sent to this PBX now, oldest first. Claim each before sending it."""
    return list(_due(pbx, at).exclude(kind__in=BOARD_KINDS))


def due_board_commands(pbx: str, at: datetime) -> list[Command]:
    """What is to be done on the board of this PBX now, oldest first. Claim each before doing it."""
    return list(_due(pbx, at).filter(kind__in=BOARD_KINDS))


def _due(pbx: str, at: datetime) -> QuerySet[Command]:
    due = Command.objects.filter(pbx=pbx, state=CommandState.QUEUED, due_at__lte=at, expires_at__gt=at)
    return due.order_by("due_at", "pk")


def next_due_at(pbx: str, at: datetime) -> datetime | None:
    """When the next command that may still be undone is to be sent to this PBX."""
    waiting = Command.objects.filter(pbx=pbx, state=CommandState.QUEUED, due_at__gt=at).exclude(kind__in=BOARD_KINDS)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def changer(command: Command) -> str:
    """Who has changed an agent's state by this command, by name; "" if that was the agent or nobody in person."""
    by, agent = command.requested_by, command.agent
    if by is None or agent is None or agent.user_id == by.pk or command.arguments.get("cause"):
        return ""
    return by.get_full_name() or by.get_username()


def remember_memberships(agent_id: int, left: Sequence[dict[str, Any]], is_all: bool) -> None:
    """Note which memberships an agent was logged out of through us, as entries of `Agent.usual_queues`: instead of
    those known before if it was out of all, else beside them."""
    agent = Agent.objects.get(pk=agent_id)
    known = {} if is_all else {entry["queue"]: entry for entry in agent.usual_queues}
    known |= {entry["queue"]: entry for entry in left}
    agent.usual_queues = list(known.values())
    agent.save(update_fields=["usual_queues"])


def save_note(author: User, *, pbx: str, party: str, queue: str, uniqueid: str, text: str, at: datetime) -> CallNote:
    """Keep what somebody wrote down about a caller; `party` is `agents.numbers.party_of` their number."""
    return CallNote.objects.create(
        author=author, pbx=pbx, party=party, queue=queue, uniqueid=uniqueid, text=text, at=at
    )


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

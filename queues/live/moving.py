"""Commands that move callers: redirecting and picking up who waits, transferring who talks, changing a priority.

A request may be seconds old when it is sent. Who waited then may talk now, and must not be torn away: each command
looks at the board first, and at the dialplan, because a caller sent to an extension that does not exist is lost.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from agents.models import Command
from agents.states import CommandState
from queues.ami import actions
from queues.ami.errors import ActionRefused, ActionTimeout, InvalidAction
from queues.ami.events import CallerTold
from queues.live.desk import Desk, NotPossible, Outcome
from queues.live.reducer import forget_move, note_move
from queues.live.state import CallRow, CallState


async def redirect(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    caller = _waiting(desk, told["uniqueid"], told["queue"])
    await _move(desk, caller, told["context"], told["number"])
    return CommandState.DONE, _("Sent to {number}.").format(number=told["number"])


async def pick_up(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    caller = _waiting(desk, told["uniqueid"], told["queue"])
    await _move(desk, caller, told["context"], told["number"])
    return CommandState.DONE, _("The caller is on the way to your phone {number}.").format(number=told["number"])


async def transfer(desk: Desk, command: Command) -> Outcome:
    """A queue's caller is moved by their own channel; the other party of any other call by the agent's, who hands it
    over."""
    told = command.arguments
    uniqueid, interface = told["uniqueid"], told["interface"]
    caller = desk.board.callers.get(uniqueid)
    if caller is not None:
        if caller.state is not CallState.TALKING or caller.agent_interface != interface:
            raise NotPossible(_("This agent does not talk with that caller any more."))
        await _move(desk, caller, told["context"], told["number"])
    else:
        phone = desk.board.memory.phones.get(uniqueid)
        if phone is None or phone.interface != interface:
            raise NotPossible(_("This call has already ended."))
        await require_extension(desk, told["context"], told["number"])
        channel = target_of(desk, uniqueid, phone.channel)
        await desk.ask(actions.BlindTransfer(channel=channel, exten=told["number"], context=told["context"]))
    return CommandState.DONE, _("Transferred to {number}.").format(number=told["number"])


async def change_priority(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    caller, priority = _waiting(desk, told["uniqueid"], told["queue"]), told["priority"]
    # This action compares names of channels only. Releases that do not know `Immediate` leave the line as it is.
    action = actions.QueueChangePriorityCaller(
        queue=caller.queue, caller=caller.channel, priority=priority, immediate=True
    )
    before = await _position(desk, caller)
    await desk.ask(action)
    desk.look_again(caller.queue)
    after = await _position(desk, caller)
    if before is None or after is None:
        return CommandState.DONE, _("Priority {priority}.").format(priority=priority)
    if before != after:
        words = _("Priority {priority}: moved from place {before} to {after}.")
        return CommandState.DONE, words.format(priority=priority, before=before, after=after)
    words = _("Priority {priority}, still at place {after}.").format(priority=priority, after=after)
    if priority > (caller.priority or 0) and after > 1:
        words += " " + _("This PBX counts it only against those who join later.")
    return CommandState.DONE, words


async def _position(desk: Desk, caller: CallRow) -> int | None:
    """The caller's place in the line as the PBX has it now."""
    try:
        rows = (await desk.read(actions.QueueStatus(queue=caller.queue))).rows
    except (ActionRefused, ActionTimeout):
        return None
    entries = (row for row in rows if isinstance(row, CallerTold) and row.uniqueid == caller.uniqueid)
    return next((entry.position for entry in entries), None)


def _waiting(desk: Desk, uniqueid: str, queue: str) -> CallRow:
    """The caller, who must still wait in this queue. Errors: NotPossible."""
    caller = desk.board.callers.get(uniqueid)
    if caller is None or caller.queue != queue:
        raise NotPossible(_("This caller has left the queue."))
    if caller.state is not CallState.WAITING:
        raise NotPossible(_("An agent has taken this call meanwhile."))
    return caller


async def _move(desk: Desk, caller: CallRow, context: str, number: str) -> None:
    """Send the caller's channel to an extension, and have the board know why they leave. Errors: AmiError."""
    await require_extension(desk, context, number)
    note_move(desk.board, caller.uniqueid)
    channel = target_of(desk, caller.uniqueid, caller.channel)
    try:
        await desk.ask(actions.Redirect(channel=channel, context=context, exten=number))
    except (ActionRefused, InvalidAction):
        forget_move(desk.board, caller.uniqueid)
        raise


def target_of(desk: Desk, uniqueid: str, channel: str) -> str:
    """How to name a channel: a UCM's guide does it by name, stock Asterisk also takes the Uniqueid, which no rename
    can turn."""
    return channel if desk.dialect.name == "ucm" and channel else uniqueid


async def require_extension(desk: Desk, context: str, number: str) -> None:
    """Errors: NotPossible if the PBX says that there is no such extension; one that says nothing is believed."""
    if not desk.dialect.offers("Getvar"):
        return
    try:
        reply = await desk.read(actions.Getvar(f"DIALPLAN_EXISTS({context},{number},1)"))
    except (ActionRefused, ActionTimeout, InvalidAction):
        return
    if reply.fields.get("Value") == "0":
        words = _("This PBX has no extension {number}: the caller stays where they are.")
        raise NotPossible(words.format(number=number))

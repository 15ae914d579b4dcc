"""Commands about the call an agent has in hand that leave the agent in it for a while or altogether: asking somebody
first, setting the caller aside, recording.

`uniqueid` of a command is the call the agent had in hand when it was asked for: a queue's caller, or the channel of the
agent's own phone.
"""

from __future__ import annotations

import re
from contextlib import suppress

from django.utils.translation import gettext as _

from agents.models import Command
from agents.states import CommandState
from queues.ami import actions
from queues.ami.errors import ActionRefused
from queues.live.clock import now
from queues.live.desk import Desk, NotPossible, Outcome
from queues.live.memory import Phone
from queues.live.moving import require_extension, target_of
from queues.live.reducer import apply_recording
from queues.live.state import CallState

#: A PBX presses the feature code and the number for the agent, waits for more digits, and dials then: within so long
#: the agent has left the caller.
CONSULT_SECONDS = 8.0

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def phone_in_call(desk: Desk, interface: str, uniqueid: str) -> Phone:
    """The channel of this agent's phone in that call. Errors: NotPossible."""
    caller = desk.board.callers.get(uniqueid)
    if caller is not None:
        is_theirs = caller.state is CallState.TALKING and caller.agent_interface == interface
        uniqueid = caller.agent_uniqueid if is_theirs else ""
    phone = desk.board.memory.phones.get(uniqueid)
    if phone is None or phone.interface != interface:
        raise NotPossible(_("This agent does not talk on that call any more, or the PBX hides their phone from us."))
    return phone


async def consult(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    number = told["number"]
    phone = phone_in_call(desk, told["interface"], told["uniqueid"])
    await require_extension(desk, told["context"], number)
    memory = desk.board.memory
    talks_in = memory.bridge_of.get(phone.uniqueid)
    channel = target_of(desk, phone.uniqueid, phone.channel)
    await desk.ask(actions.Atxfer(channel=channel, exten=number, context=told["context"]))
    if talks_in and not await desk.until(lambda: memory.bridge_of.get(phone.uniqueid) != talks_in, CONSULT_SECONDS):
        words = _("The PBX took the request, but the caller was not put on hold: it may not let agents transfer calls.")
        return CommandState.UNKNOWN, words
    words = _("The caller waits while you call {number}. Hang up to hand them over.")
    return CommandState.DONE, words.format(number=number)


async def park(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    phone = phone_in_call(desk, told["interface"], told["uniqueid"])
    parked, channel = _other_party(desk, phone, told["uniqueid"])
    # Whom nobody fetches rings the agent again.
    await desk.ask(actions.Park(channel=target_of(desk, parked, channel), timeout_channel=told["interface"]))
    space = await desk.parked(parked)
    # Some PBXs hang up the agent's side by themselves.
    with suppress(ActionRefused):
        await desk.ask(actions.Hangup(channel=target_of(desk, phone.uniqueid, phone.channel)))
    if not space:
        return CommandState.DONE, _("Parked. The PBX did not tell where.")
    return CommandState.DONE, _("Parked at {space}: dial {space} to fetch the caller.").format(space=space)


def _other_party(desk: Desk, phone: Phone, uniqueid: str) -> tuple[str, str]:
    """Uniqueid and, if known, name of the channel the phone talks with. Errors: NotPossible."""
    if (caller := desk.board.callers.get(uniqueid)) is not None:
        return caller.uniqueid, caller.channel
    memory = desk.board.memory
    others = memory.bridges.get(memory.bridge_of.get(phone.uniqueid, ""), set()) - {phone.uniqueid}
    if len(others) != 1:
        raise NotPossible(_("It cannot be told with whom this agent talks: there is nobody to be parked, or several."))
    (other,) = others
    colleague = memory.phones.get(other)
    return other, colleague.channel if colleague else ""


async def record(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    phone = phone_in_call(desk, told["interface"], told["uniqueid"])
    channel = target_of(desk, phone.uniqueid, phone.channel)
    file = f"ucmdash-{now():%Y%m%d-%H%M%S}-{_UNSAFE.sub('_', told['uniqueid'])[:60]}"
    if desk.dialect.offers("MixMonitor"):
        await desk.ask(actions.MixMonitor(channel=channel, file=f"{file}.wav"))
    else:
        await desk.ask(actions.Monitor(channel=channel, file=file))
    desk.changed(apply_recording(desk.board, now(), told["interface"], now()))
    return CommandState.DONE, _("The call is recorded, on the PBX as {file}.").format(file=f"{file}.wav")


async def stop_recording(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    phone = phone_in_call(desk, told["interface"], told["uniqueid"])
    channel = target_of(desk, phone.uniqueid, phone.channel)
    stop = actions.StopMixMonitor if desk.dialect.offers("MixMonitor") else actions.StopMonitor
    await desk.ask(stop(channel=channel))
    desk.changed(apply_recording(desk.board, now(), told["interface"], None))
    return CommandState.DONE, _("The recording has ended.")

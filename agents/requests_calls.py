"""What people ask about calls: dialling, ending, moving, recording and joining them. Refused in words or queued.

As in `agents.requests`, who may ask is settled before. Each request is checked again by the worker at the moment it
is sent: a caller who waited may talk by then.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agents.asking import Asking, RequestRefused, destination, queued, require_link, require_reachable
from agents.dialing import can_be_pressed
from agents.floor import LiveCall
from agents.models import Agent, Command
from agents.states import UNREACHABLE_DEVICES, AgentState, CommandKind

#: Phones that ring or talk: who is sent there now may find nobody.
_ENGAGED = frozenset({AgentState.RINGING, AgentState.ON_CALL, AgentState.OTHER_CALL})


def request_originate(asking: Asking, agent: Agent, *, number: str) -> Command:
    """Ask to ring this agent's phone and then dial `number` from it. Errors: RequestRefused."""
    require_link(asking, agent.pbx, CommandKind.ORIGINATE)
    dialled, context = destination(asking.floor, agent.pbx, number)
    told = {"interface": agent.interface, "number": dialled, "context": context}
    return queued(CommandKind.ORIGINATE, asking, agent.pbx, agent, told)


def request_hangup(asking: Asking, *, pbx: str, uniqueid: str, agent: Agent | None) -> Command:
    """Ask to end a live call: one of a queue, or the one `agent` has in hand. `agent`: who talks on it, if
    anybody. Errors: RequestRefused, also when there is no such call (any more)."""
    require_link(asking, pbx, CommandKind.HANGUP)
    call = asking.floor.live_call(pbx, uniqueid)
    if call is None and (agent is None or not uniqueid or agent.call_uniqueid != uniqueid):
        raise RequestRefused(_("This call has already ended."))
    told = {
        "uniqueid": uniqueid,
        "channel": call.channel if call else "",
        "is_waiting": call is not None and call.is_waiting,
    }
    return queued(CommandKind.HANGUP, asking, pbx, agent, told, _queue_of(call))


def request_redirect(asking: Asking, *, pbx: str, uniqueid: str, number: str) -> Command:
    """Ask to send a waiting caller elsewhere: to a queue, an extension or an outside number. Errors: RequestRefused."""
    call = _waiting_caller(CommandKind.REDIRECT, asking, pbx, uniqueid)
    dialled, context = destination(asking.floor, pbx, number)
    if dialled.lower() == call.queue:
        raise RequestRefused(_("The caller waits in queue {queue} already.").format(queue=call.queue))
    require_reachable(pbx, dialled)
    told = _caller(call) | {"number": dialled, "context": context}
    return queued(CommandKind.REDIRECT, asking, pbx, None, told, call.queue)


def request_pickup(asking: Asking, *, pbx: str, uniqueid: str, phone: Agent) -> Command:
    """Ask to send a waiting caller to this phone, which is whose asks. Errors: RequestRefused."""
    call = _waiting_caller(CommandKind.PICKUP, asking, pbx, uniqueid)
    _require_idle(phone, pbx)
    dialled, context = destination(asking.floor, pbx, phone.extension)
    told = _caller(call) | {"interface": phone.interface, "number": dialled, "context": context}
    return queued(CommandKind.PICKUP, asking, pbx, phone, told, call.queue)


def request_priority(asking: Asking, *, pbx: str, uniqueid: str, priority: int) -> Command:
    """Ask to give a waiting caller another priority: the highest go first. Errors: RequestRefused."""
    call = _waiting_caller(CommandKind.PRIORITY, asking, pbx, uniqueid)
    return queued(CommandKind.PRIORITY, asking, pbx, None, _caller(call) | {"priority": priority}, call.queue)


def request_transfer(asking: Asking, agent: Agent, *, number: str) -> Command:
    """Ask to send whom this agent talks with elsewhere; the agent is out of the call. Errors: RequestRefused."""
    return _hand_over(CommandKind.TRANSFER, asking, agent, number)


def request_consult(asking: Asking, agent: Agent, *, number: str) -> Command:
    """Ask to let this agent talk with `number` first, while who they talk with waits: hanging up hands the caller over.
    Errors: RequestRefused."""
    return _hand_over(CommandKind.CONSULT, asking, agent, number)


def _hand_over(kind: CommandKind, asking: Asking, agent: Agent, number: str) -> Command:
    require_link(asking, agent.pbx, kind)
    in_hand = _in_hand(agent)
    dialled, context = destination(asking.floor, agent.pbx, number)
    if dialled == agent.extension:
        raise RequestRefused(_("The caller talks with {agent} already.").format(agent=agent))
    if kind is CommandKind.CONSULT and not can_be_pressed(dialled):
        raise RequestRefused(_("To ask first, give a number of digits and * only: the PBX presses it as tones."))
    require_reachable(agent.pbx, dialled)
    return _about_call_in_hand(kind, asking, agent, in_hand | {"number": dialled, "context": context})


def request_park(asking: Asking, agent: Agent) -> Command:
    """Ask to set aside whom this agent talks with, to be fetched from any phone. Errors: RequestRefused."""
    require_link(asking, agent.pbx, CommandKind.PARK)
    return _about_call_in_hand(CommandKind.PARK, asking, agent, _in_hand(agent))


def request_recording(asking: Asking, agent: Agent, *, on: bool) -> Command:
    """Ask to begin or to end the recording of the call this agent has. Errors: RequestRefused."""
    kind = CommandKind.RECORD if on else CommandKind.STOP_RECORDING
    require_link(asking, agent.pbx, kind)
    in_hand = _in_hand(agent)
    if on and agent.recording_since is not None:
        raise RequestRefused(_("This call is being recorded already."))
    return _about_call_in_hand(kind, asking, agent, in_hand)


def _in_hand(agent: Agent) -> dict[str, Any]:
    """Whose phone, and the Uniqueid of the call they talk on. Errors: RequestRefused."""
    return {"interface": agent.interface, "uniqueid": _call_in_hand(agent)}


def _about_call_in_hand(kind: CommandKind, asking: Asking, agent: Agent, told: dict[str, Any]) -> Command:
    call = asking.floor.live_call(agent.pbx, told["uniqueid"])
    return queued(kind, asking, agent.pbx, agent, told, _queue_of(call))


def request_supervise(asking: Asking, agent: Agent, *, kind: CommandKind, phone: Agent) -> Command:
    """Ask to ring this phone, which is whose asks, and let it join the call this agent has in hand: `kind` is
    LISTEN, WHISPER or BARGE. Errors: RequestRefused."""
    require_link(asking, agent.pbx, kind)
    if phone.pk == agent.pk:
        raise RequestRefused(_("This is your own call."))
    uniqueid = _call_in_hand(agent)
    _require_idle(phone, agent.pbx)
    told = {"interface": phone.interface, "joined": agent.interface, "uniqueid": uniqueid}
    call = asking.floor.live_call(agent.pbx, uniqueid)
    return queued(kind, asking, agent.pbx, agent, told, _queue_of(call))


def _waiting_caller(kind: CommandKind, asking: Asking, pbx: str, uniqueid: str) -> LiveCall:
    """Errors: RequestRefused unless this caller waits in a queue."""
    require_link(asking, pbx, kind)
    call = asking.floor.live_call(pbx, uniqueid)
    if call is None:
        raise RequestRefused(_("This call has already ended."))
    if not call.is_waiting:
        raise RequestRefused(_("This caller does not wait any more: an agent has the call."))
    return call


def _call_in_hand(agent: Agent) -> str:
    """The Uniqueid of the call this agent talks on. Errors: RequestRefused."""
    if agent.state not in (AgentState.ON_CALL, AgentState.OTHER_CALL) or not agent.call_uniqueid:
        raise RequestRefused(_("{agent} is not on a call.").format(agent=agent))
    return agent.call_uniqueid


def _require_idle(phone: Agent, pbx: str) -> None:
    """Errors: RequestRefused unless a call sent to this phone, of whoever asks, will ring there."""
    if phone.pbx != pbx:
        raise RequestRefused(_("Your phone belongs to another PBX."))
    if phone.device_state in UNREACHABLE_DEVICES:
        raise RequestRefused(_("Your phone is switched off or not registered."))
    if phone.state in _ENGAGED:
        raise RequestRefused(_("Your phone is in use. End your own call first."))


def _caller(call: LiveCall) -> dict[str, Any]:
    return {"uniqueid": call.uniqueid, "channel": call.channel, "queue": call.queue}


def _queue_of(call: LiveCall | None) -> str:
    return call.queue if call else ""

"""Commands that ring a phone of ours, to dial a number or to join a call, and that end calls."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from agents.models import Command
from agents.states import CommandState
from queues.ami import actions
from queues.ami.errors import ActionRefused, InvalidAction
from queues.live.desk import ANSWER_SECONDS, Desk, NotPossible, Outcome
from queues.live.moving import target_of
from queues.live.reducer import forget_hang_up, note_hang_up
from queues.live.state import CallState
from queues.live.talking import phone_in_call

#: How long the phone rings before it is given up.
RING_SECONDS = 30

#: Reasons of OriginateResponse (0 stands for busy, unreachable and unknown alike: Asterisk 16.28, 22.10).
_FAILURES = {
    0: _("The phone {phone} could not be rung: it is busy, unreachable or unknown."),
    1: _("The call was hung up before the phone {phone} answered."),
    3: _("The phone {phone} did not answer within {seconds} seconds."),
    5: _("The phone {phone} is busy."),
    8: _("The phone {phone} rejected the call, or there is no free line."),
}

_JOINED = {
    "listen": _("The phone {phone} answered: you hear the call."),
    "whisper": _("The phone {phone} answered: the agent hears you."),
    "barge": _("The phone {phone} answered: both hear you."),
}


async def dial(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    action = actions.Originate(
        channel=told["interface"],
        context=told["context"],
        exten=told["number"],
        priority=1,
        timeout_milliseconds=RING_SECONDS * 1000,
    )
    desk.follow(action.channel)
    return await _ring(desk, action, _("The phone {phone} answered; the PBX is dialling {number}."), told["number"])


async def join(desk: Desk, command: Command) -> Outcome:
    """Listen, whisper or barge: `interface` is my phone, `joined` the agent's, `uniqueid` the call they had in hand."""
    told = command.arguments
    # Never the caller's channel: a whisper would reach them.
    channel = phone_in_call(desk, told["joined"], told["uniqueid"]).channel
    return await _ring(desk, actions.chan_spy(told["interface"], channel, command.kind), _JOINED[command.kind])


async def _ring(desk: Desk, action: actions.Originate, answered: str, number: str = "") -> Outcome:
    """Ring the phone; `answered`: what to tell when it is picked up."""
    reply = await desk.ask(action, ANSWER_SECONDS * 2)
    ended = await desk.originate_ended(reply.action_id)
    if ended is None:
        words = gettext("The PBX took the call over. This link hears nothing of calls, so how it goes is unknown.")
        return CommandState.DONE, words
    phone = action.channel.partition("/")[2] or action.channel
    if ended.is_success:
        return CommandState.DONE, gettext(answered).format(phone=phone, number=number)
    template = _FAILURES.get(ended.reason, _FAILURES[0])
    return CommandState.REFUSED, gettext(template).format(phone=phone, seconds=RING_SECONDS)


async def hang_up(desk: Desk, command: Command) -> Outcome:
    """End a call; one that was asked to end while it waited only if nobody talks on it by now."""
    told = command.arguments
    uniqueid, channel = told["uniqueid"], told["channel"]
    caller = desk.board.callers.get(uniqueid)
    if caller is not None:
        if told.get("is_waiting") and caller.state is CallState.TALKING:
            raise NotPossible(gettext("An agent has taken this call meanwhile: it goes on."))
        channel = caller.channel
    elif (phone := desk.board.memory.phones.get(uniqueid)) is not None:
        channel = phone.channel
    elif uniqueid in desk.board.memory.gone:
        raise NotPossible(gettext("This call has already ended."))
    note_hang_up(desk.board, uniqueid)
    try:
        await desk.ask(actions.Hangup(channel=target_of(desk, uniqueid, channel)))
    except (ActionRefused, InvalidAction):
        forget_hang_up(desk.board, uniqueid)
        raise
    return CommandState.DONE, gettext("Hung up.")

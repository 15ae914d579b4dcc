"""Pausing, unpausing, and coming back by itself when a timed pause is over, for one connection to a PBX.

The end of a timed pause is an ordinary command, queued here when its time has come and somebody is connected to the
PBX who knows that it is still the same pause; it survives whatever dies, because the board's rows and the command
do. One that the PBX refuses is not tried again: the agent stays paused, and the log says so.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agents import pauses
from agents.models import Command
from agents.states import CommandKind, CommandState
from queues.ami import actions
from queues.ami.errors import ActionRefused
from queues.live import store
from queues.live.clock import now
from queues.live.desk import NotPossible, queue_by_queue
from queues.live.lease import Database
from queues.live.line import due_turns, full_queue, leave
from queues.live.memory import AskedPause
from queues.live.pauses import Return, due_returns, forget_pause, next_return, note_pause, still_due
from queues.live.reducer import apply_confirmed_pause, apply_stay
from queues.live.state import Board, Change

logger = logging.getLogger(__name__)

#: Sends one action and returns when the PBX has done it. Errors: AmiError.
Ask = Callable[[actions.Action], Awaitable[Any]]
Outcome = tuple[CommandState, str]

#: What happened on a PBX so long before it was last heard has surely been saved.
_UNSAVED = timedelta(seconds=30)
#: A pause that the PBX has begun is on the board by then.
_SHOWN_AFTER = timedelta(seconds=30)
#: A run that ended while it was not connected had so much time, at most, to do without an answer.
_UNHEARD = timedelta(minutes=10)


def asked_pause(command: Command) -> AskedPause:
    """What this command, which was sent, asks for. `sent_at` counts for its beginning."""
    told = command.arguments
    return AskedPause(
        at=command.sent_at or command.requested_at,
        reason=told["reason"],
        by=told.get("by", ""),
        until=pauses.pause_until(command),
    )


def asked_queues(command: Command) -> frozenset[str] | None:
    """The queues this command is about; None: all of the agent's."""
    told = command.arguments
    if told.get("queues"):
        return frozenset(told["queues"])
    return frozenset({told["queue"]}) if told["queue"] is not None else None


def unseen_pauses(pbx: str, at: datetime) -> list[Command]:
    """The pauses which an earlier run sent last, and may not have seen and saved on the board before it ended. Called
    once the lease is taken, before anything is noted of the PBX."""
    heard_at = store.last_heard(pbx)
    return pauses.sent_pauses(pbx, (heard_at or at - _UNHEARD) - _UNSAVED)


def recall(board: Board, sent: Iterable[Command]) -> None:
    """Note them again: the first poll tells what became of them."""
    for command in sent:
        note_pause(board, command.arguments["interface"], asked_queues(command), asked_pause(command))


class Pausing:
    """`changed` takes the changes of the board."""

    def __init__(self, board: Board, *, database: Database, changed: Callable[[Iterable[Change]], None]) -> None:
        self.board = board
        self.database = database
        self.changed = changed

    async def queue_returns(self) -> datetime | None:
        """Queue the end of each timed pause that is over, and say when the next one will be. Errors: DatabaseError."""
        for over in due_returns(self.board, now()):
            arguments = (self.board.pbx, over.interface, over.queues, over.until, now())
            command = await self.database(pauses.queue_return, *arguments)
            if command is None and still_due(self.board, over):
                facts = {"pbx": self.board.pbx, "interface": over.interface, "queues": list(over.queues)}
                logger.warning("back from pause failed, the agent stays paused", extra={"facts": facts})
                self.changed(apply_stay(self.board, now(), over))
        return next_return(self.board, now())

    async def queue_turns(self) -> None:
        """Queue the pause of each agent in line whose turn has come. Whoever cannot be paused leaves the line.
        Errors: DatabaseError."""
        for turn in list(due_turns(self.board)):
            arguments = (self.board.pbx, turn.interface, turn.reason, turn.minutes, turn.since, now())
            command = await self.database(pauses.queue_turn, *arguments)
            if command.finished_at is not None and now() - command.finished_at > _SHOWN_AFTER:
                facts = {"pbx": self.board.pbx, "interface": turn.interface, "command": command.pk}
                logger.warning("pause in turn not begun, the agent leaves the line", extra={"facts": facts})
                self.changed(leave(self.board, turn.interface, now()))

    async def carry_out(self, command: Command, ask: Ask) -> Outcome:
        """Send a claimed pause or unpause, a queue at a time where it names several. Errors: AmiError."""
        if command.arguments.get("cause") == pauses.PAUSE_OVER and not still_due(self.board, _return(command)):
            return CommandState.EXPIRED, _("It was not sent: this pause was ended or begun anew by others.")
        is_pause = command.kind == CommandKind.PAUSE
        act = self._pause if is_pause else self._unpause
        named = asked_queues(command)
        if named is not None and len(named) > 1:
            done = _("Paused in {queues}.") if is_pause else _("Back from pause in {queues}.")
            return await queue_by_queue(sorted(named), lambda queue: act(command, queue, ask), done)
        await act(command, next(iter(named)) if named else None, ask)
        return CommandState.DONE, _("Paused.") if is_pause else _("Back from pause.")

    async def _pause(self, command: Command, queue: str | None, ask: Ask) -> None:
        interface, reason = command.arguments["interface"], command.arguments["reason"]
        full = full_queue(self.board, interface, reason) if command.arguments.get("is_limited") else ""
        if full and queue in (None, full):
            words = _("{reason} is full in queue {queue} now: wait in line for it.")
            raise NotPossible(words.format(reason=reason, queue=full))
        queues, asked = None if queue is None else frozenset({queue}), asked_pause(command)
        note_pause(self.board, interface, queues, asked)
        try:
            await ask(actions.QueuePause(interface=interface, paused=True, queue=queue, reason=reason or None))
        except ActionRefused:
            forget_pause(self.board, interface, queues, asked)
            raise
        self.changed(apply_confirmed_pause(self.board, now(), interface, queues, asked))

    async def _unpause(self, command: Command, queue: str | None, ask: Ask) -> None:
        await ask(actions.QueuePause(interface=command.arguments["interface"], paused=False, queue=queue))


def _return(command: Command) -> Return:
    told = command.arguments
    return Return(told["interface"], tuple(told["queues"]), datetime.fromisoformat(told["until"]))

"""What people asked becomes AMI actions, each sent at most once; the PBX's answer becomes the outcome.

A command is claimed in the database before anything is written to the PBX. Whatever happens after that, it is
never sent again: without an answer its outcome is UNKNOWN. The board is not touched here; it changes when the
PBX says so.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext, gettext_noop

from agents import services
from agents.models import Command
from agents.states import CommandKind, CommandState
from queues.ami import actions
from queues.ami.client import Client, Reply
from queues.ami.dialects import Dialect
from queues.ami.errors import ActionRefused, ActionTimeout, AmiError, InvalidAction, LinkDown
from queues.live import claiming, dialling, moving, staffing, store, talking
from queues.live.clock import now
from queues.live.desk import ANSWER_SECONDS, Desk, NotPossible, Outcome, in_the_pbxs_words
from queues.live.following import Following
from queues.live.lease import Database
from queues.live.pausing import Pausing
from queues.live.publish import Publisher, tell_ended
from queues.live.reducer import apply_changed_by
from queues.live.state import Board, Change

logger = logging.getLogger(__name__)

#: So many commands may be under way to one PBX at once; more wait in the database, and may expire there.
AT_ONCE = 20
#: So soon it is looked again whether some have ended: a request for hundreds of agents must not expire meanwhile.
BUSY_TIME = timedelta(seconds=0.2)

_REFUSED, _UNKNOWN = CommandState.REFUSED, CommandState.UNKNOWN
_NO_ANSWER = gettext_noop("The PBX did not answer in time. It may have done it or not: look before you try again.")
_LOST = gettext_noop("The connection to the PBX was lost before it answered. Look before you try again.")
_NOT_SENT = gettext_noop("It was not sent: the server stood still for too long. Try again.")

#: What changes the state of the agent it names.
_CHANGING = frozenset(
    {CommandKind.PAUSE, CommandKind.UNPAUSE, CommandKind.LOG_IN, CommandKind.LOG_OUT, CommandKind.PENALTY}
)

_CARRY_OUT: dict[CommandKind, Callable[[Desk, Command], Awaitable[Outcome]]] = {
    CommandKind.ORIGINATE: dialling.dial,
    CommandKind.HANGUP: dialling.hang_up,
    CommandKind.LISTEN: dialling.join,
    CommandKind.WHISPER: dialling.join,
    CommandKind.BARGE: dialling.join,
    CommandKind.REDIRECT: moving.redirect,
    CommandKind.PICKUP: moving.pick_up,
    CommandKind.TRANSFER: moving.transfer,
    CommandKind.CONSULT: talking.consult,
    CommandKind.PARK: talking.park,
    CommandKind.RECORD: talking.record,
    CommandKind.STOP_RECORDING: talking.stop_recording,
    CommandKind.PRIORITY: moving.change_priority,
    CommandKind.LOG_IN: staffing.log_in,
    CommandKind.LOG_OUT: staffing.log_out,
    CommandKind.PENALTY: staffing.set_penalty,
    CommandKind.READY: staffing.end_wrap_up,
}


class Commander:
    """Sends the commands of one PBX over one connection. `database(function, *args)` runs a blocking function
    in the worker's database thread; `may_act` says whether the lease still holds at this instant; `changed` takes the
    board's changes, `look_again` has a queue polled."""

    def __init__(
        self,
        board: Board,
        client: Client,
        dialect: Dialect,
        *,
        epoch: int,
        database: Database,
        publisher: Publisher,
        may_act: Callable[[], bool],
        changed: Callable[[Iterable[Change]], None],
        look_again: Callable[[str], None],
    ) -> None:
        self.board = board
        self.client = client
        self.dialect = dialect
        self.epoch = epoch
        self.database = database
        self.publisher = publisher
        self.may_act = may_act
        self.changed = changed
        self.look_again = look_again
        self.pausing = Pausing(board, database=database, changed=changed)
        self.following = Following(
            hears_calls=lambda: board.memory.hears_calls,
            stepped=lambda command, step: changed(claiming.followed(board, command, step, now())),
            database=database,
            publisher=publisher,
        )
        self._slots = asyncio.Semaphore(AT_ONCE)
        #: Not sent because the database did not say whether they were claimed.
        self._doubtful: list[Command] = []

    async def send_due(self, tasks: asyncio.TaskGroup) -> datetime | None:
        """Claim and send everything that is due; the answers are awaited in `tasks`. Returns when the next will be,
        as far as is known now."""
        await self._disown_doubtful()
        over_at = await self.pausing.queue_returns() if self.may_act() else None
        if self.may_act():
            await self.pausing.queue_turns()
        for command in await self.database(services.due_commands, self.board.pbx, now()):
            if not self.may_act():
                return None
            if self._slots.locked():
                return now() + BUSY_TIME
            await self._slots.acquire()
            command.sent_at = now()
            try:
                claimed = await self._under_lease(services.claim_command, command.pk, self.epoch, command.sent_at)
            except BaseException as error:
                self._slots.release()
                if isinstance(error, DatabaseError):
                    self._doubtful.append(command)
                raise
            if claimed:
                tasks.create_task(self._carry_out(command), name=f"command-{command.pk}")
            else:
                self._slots.release()
        due_at = await self.database(services.next_due_at, self.board.pbx, now())
        return min(filter(None, (due_at, over_at)), default=None)

    async def _disown_doubtful(self) -> None:
        """End what a database that went away may have let us claim, or not: it was not sent and is not any more."""
        while self._doubtful:
            command = self._doubtful[-1]
            ending = (command.pk, CommandState.EXPIRED, gettext(_NOT_SENT), now())
            if await self._under_lease(services.finish_command, *ending):
                command.state, command.message = CommandState.EXPIRED, gettext(_NOT_SENT)
                await tell_ended(command, self.publisher)
            self._doubtful.pop()

    async def _under_lease(self, write: Callable[..., bool], *args: Any) -> bool:
        """What `write` returns, if this run still speaks for the PBX. Errors: LeaseLost, DatabaseError."""
        done: bool = await self.database(store.under_lease, self.board.pbx, self.epoch, write, *args)
        return done

    async def give_up_orphans(self) -> None:
        """End what earlier connections and worker runs claimed and never heard of again, and say that the calls they
        followed are out of sight. Only before anything was sent over this connection: what is under way is not ours."""
        orphans = await self.database(services.mark_unanswered_unknown, self.board.pbx, self.epoch + 1, now())
        for command in orphans:
            await tell_ended(command, self.publisher)
        for command in await self.database(services.lose_progress, self.board.pbx, now()):
            await self.publisher.result(command)

    async def _carry_out(self, command: Command) -> None:
        """Send one claimed command and write how it ended, whatever happens on the way."""
        try:
            state, message = await self._attempt(command)
            # The end of the link, which may be why it ended, cancels this task: the outcome is written all the same.
            await asyncio.shield(self._finish(command, state, message))
        except asyncio.CancelledError:
            try:
                await self._write(command, _UNKNOWN, gettext(_LOST))
            except DatabaseError:
                facts = {"pbx": command.pbx, "command": command.pk}
                logger.warning("outcome not saved, the next connection ends the command", extra={"facts": facts})
            raise
        finally:
            self._slots.release()

    async def _attempt(self, command: Command) -> Outcome:
        """How sending it went, the PBX's refusals and silence included."""
        if not self.may_act():
            # This process stood still since it claimed the command, and another worker may speak for the PBX now.
            return CommandState.EXPIRED, gettext(_NOT_SENT)
        try:
            return await self._perform(command)
        except ActionRefused as error:
            return _REFUSED, gettext("The PBX refused: {words}.").format(words=in_the_pbxs_words(error))
        except NotPossible as error:
            return _REFUSED, str(error)
        except InvalidAction as error:
            return _REFUSED, gettext("This cannot be sent to a PBX: {error}").format(error=error)
        except ActionTimeout:
            return _UNKNOWN, gettext(_NO_ANSWER)
        except AmiError:
            return _UNKNOWN, gettext(_LOST)

    async def _finish(self, command: Command, state: CommandState, message: str) -> None:
        while True:
            try:
                await self._write(command, state, message)
                return
            except DatabaseError:
                # The PBX has answered: this outcome must not be lost with a database that is away.
                facts = {"pbx": command.pbx, "command": command.pk, "state": state.value}
                logger.warning("outcome not saved yet", extra={"facts": facts})
                await asyncio.sleep(1)

    async def _write(self, command: Command, state: CommandState, message: str) -> None:
        """Save and tell an outcome, unless there is one. Errors: DatabaseError."""
        # Not after the wait: how a dialled call has got on since then is newer.
        command.message = message = self.following.finished(self.client.id_of(_label(command)), command, state, message)
        if await self.database(services.finish_command, command.pk, state, message, now()):
            command.state = state
            if state is CommandState.DONE and command.kind in _CHANGING:
                by = await self.database(services.changer, command)
                told = (command.arguments["interface"], by, command.kind)
                self.changed(apply_changed_by(self.board, now(), *told))
            is_sent = state is not CommandState.EXPIRED
            await tell_ended(command, self.publisher, self.client.id_of(_label(command)) if is_sent else "")

    async def _perform(self, command: Command) -> Outcome:
        desk = self._desk(command)
        kind = CommandKind(command.kind)
        if kind in (CommandKind.PAUSE, CommandKind.UNPAUSE):
            return await self.pausing.carry_out(command, desk.ask)
        if kind is CommandKind.ORIGINATE and "party" in command.arguments:
            return await claiming.call_back(desk, command, dialling.dial)
        return await _CARRY_OUT[kind](desk, command)

    def _desk(self, command: Command) -> Desk:
        numbers = itertools.count(1)

        async def ask(action: actions.Action, seconds: float = ANSWER_SECONDS) -> Reply:
            if not self.may_act():
                raise LinkDown("Another worker may speak for the PBX now.")
            label = _label(command, next(numbers))
            return await self.client.perform(action, timeout=seconds, label=label)

        async def read(action: actions.Action) -> Reply:
            return await self.client.perform(action, timeout=ANSWER_SECONDS)

        return Desk(
            board=self.board,
            dialect=self.dialect,
            ask=ask,
            read=read,
            follow=partial(self.following.begin, command, self.client.id_of(_label(command))),
            originate_ended=self.following.outcome,
            parked=self.following.parked,
            until=self.following.until,
            look_again=self.look_again,
            changed=self.changed,
            database=self.database,
        )


def _label(command: Command, number: int = 1) -> str:
    """Names the command's action in logs and on the wire; a command of several queues has several."""
    return f"command-{command.pk}" if number == 1 else f"command-{command.pk}-{number}"

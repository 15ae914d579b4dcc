"""What people ask of the board itself, done by its worker whether the PBX is there or not: `agents.states.BOARD_KINDS`.

The worker is the only one who changes the board, so of two people who claim one call the second is refused, and every
page sees the same. A command is claimed in the database first and done once; it is told done when the board's change is
saved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from agents import services
from agents.models import Command
from agents.states import CommandKind, CommandState
from queues.live import claiming, line, store
from queues.live.clock import now
from queues.live.concerns import incident_key
from queues.live.desk import NotPossible
from queues.live.hands import lower_hand, raise_hand
from queues.live.incidents import acknowledge
from queues.live.lease import Database
from queues.live.publish import Publisher, tell_ended
from queues.live.state import Board, Change

#: Changes the board and says in a sentence what was done. Errors: NotPossible.
Work = Callable[[Board, Command, datetime], tuple[list[Change], str]]


def _raise_hand(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    changes = raise_hand(board, command.arguments["interface"], at)
    if changes is None:
        raise NotPossible(_("There is no call to ask for help with."))
    return changes, _("Your hand is raised.")


def _lower_hand(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    return lower_hand(board, command.arguments["interface"], at), _("The hand is down.")


def _await_pause(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    told = command.arguments
    changes = line.wait(board, told["interface"], told["reason"], told["minutes"], at)
    if changes is None:
        raise NotPossible(_("Who is logged in to no queue needs no pause."))
    place = board.agents[told["interface"]].pause_line_place
    return changes, _("You are number {place} in line for {reason}.").format(place=place, reason=told["reason"])


def _forgo_pause(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    return line.leave(board, command.arguments["interface"], at), _("You wait for no pause any more.")


def _acknowledge(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    told = command.arguments
    key = incident_key(told["cause"], told["queue"], told["interface"])
    changes = acknowledge(board, key, told["by"], at)
    if changes is None:
        raise NotPossible(_("This is over by now."))
    return changes, _("Seen by {name}.").format(name=board.incidents[key].acknowledged_by)


_WORK: dict[CommandKind, Work] = {
    CommandKind.RAISE_HAND: _raise_hand,
    CommandKind.LOWER_HAND: _lower_hand,
    CommandKind.AWAIT_PAUSE: _await_pause,
    CommandKind.FORGO_PAUSE: _forgo_pause,
    CommandKind.CLAIM: claiming.claim,
    CommandKind.RELEASE: claiming.release,
    CommandKind.CLOSE: claiming.close,
    CommandKind.ACKNOWLEDGE: _acknowledge,
}


class Clerk:
    """Of one worker run. `changed` takes the board's changes, `until_saved` waits until they are written; `may_act`
    says whether the lease still holds."""

    def __init__(
        self,
        board: Board,
        publisher: Publisher,
        *,
        database: Database,
        may_act: Callable[[], bool],
        changed: Callable[[Iterable[Change]], None],
        until_saved: Callable[[], Awaitable[None]],
    ) -> None:
        self.board = board
        self.publisher = publisher
        self.database = database
        self.may_act = may_act
        self.changed = changed
        self.until_saved = until_saved

    async def work_off(self) -> None:
        """Do everything that is due. Errors: LeaseLost, DatabaseError; then what was claimed ends as UNKNOWN."""
        for command in await self.database(services.due_board_commands, self.board.pbx, now()):
            if not self.may_act():
                return
            claiming = (services.claim_command, command.pk, self.publisher.epoch, now())
            if await self.database(store.under_lease, self.board.pbx, self.publisher.epoch, *claiming):
                await self._do(command)

    async def _do(self, command: Command) -> None:
        try:
            changes, message = _WORK[CommandKind(command.kind)](self.board, command, now())
        except NotPossible as refusal:
            changes, state, message = [], CommandState.REFUSED, str(refusal)
        else:
            state = CommandState.DONE
        self.changed(changes)
        # What is told done must be found again, whatever dies the moment after.
        await self.until_saved()
        if await self.database(services.finish_command, command.pk, state, message, now()):
            command.state, command.message = state, message
            await tell_ended(command, self.publisher)

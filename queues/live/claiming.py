"""Commands about the calls we owe, carried out on the board, and what dialled calls mean for them: `queues.live.claims`
does it, here are the commands and the sentences."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from agents.models import Command
from agents.numbers import party_of
from agents.states import CallProgress, CommandState
from queues.ami.errors import ActionRefused
from queues.live import claims
from queues.live.claims import Claimer, ClaimRefused
from queues.live.clock import now
from queues.live.concerns import owed_key
from queues.live.desk import Desk, NotPossible, Outcome
from queues.live.progress import Step, Why
from queues.live.state import Board, Change

#: They were called, and there was no talk.
_NOT_REACHED = frozenset({CallProgress.BUSY, CallProgress.NO_ANSWER, CallProgress.FAILED})


def claim(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    with _in_words():
        changes = claims.claim(board, _key(command), _claimer(command), at)
    minutes = int(claims.CLAIM_TIME.total_seconds() / 60)
    return changes, _("It is yours for {minutes} minutes.").format(minutes=minutes)


def release(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    with _in_words():
        changes = claims.release(board, _key(command), _claimer(command), at)
    return changes, _("Anybody may take it on now.")


def close(board: Board, command: Command, at: datetime) -> tuple[list[Change], str]:
    with _in_words():
        changes = claims.close(board, _key(command), _claimer(command), command.arguments["note"], at)
    return changes, _("Closed.")


async def call_back(desk: Desk, command: Command, dial: Callable[[Desk, Command], Awaitable[Outcome]]) -> Outcome:
    """Dial somebody we owe a call, as `dial` does it, and be the only one who does. Errors: NotPossible, AmiError."""
    desk.changed(claim(desk.board, command, now())[0])
    try:
        state, message = await dial(desk, command)
    except ActionRefused:
        _let_go(desk, command)
        raise
    if state is CommandState.REFUSED:
        _let_go(desk, command)
    return state, message


def _let_go(desk: Desk, command: Command) -> None:
    """Nothing came of it: their phone has not been rung."""
    try:
        desk.changed(claims.release(desk.board, _key(command), _claimer(command), now()))
    except ClaimRefused:
        return  # They called in meanwhile, or somebody has overruled the claim.


def followed(board: Board, command: Command, step: Step, at: datetime) -> list[Change]:
    """What this step of a call dialled through us, from whichever page, means for whom we owe one. Nothing while nobody
    has picked up the phone of who dials: then they were not called."""
    told = command.arguments
    party = told.get("party") or party_of(told["number"], board.memory.region)
    if step.progress is CallProgress.CONNECTED:
        agent = board.agents.get(told["interface"])
        return claims.reached(board, party, told.get("by") or (agent.name if agent else told["interface"]), at)
    is_theirs = step.progress in _NOT_REACHED or step.why is Why.CANCELLED
    if is_theirs and step.why is not Why.OWN_PHONE:
        return claims.not_reached(board, party, told.get("login", ""), at)
    return []


def _key(command: Command) -> str:
    return owed_key(command.arguments["party"], command.arguments["queue"])


def _claimer(command: Command) -> Claimer:
    told = command.arguments
    return Claimer(told["by"], told["login"], told["interface"], told.get("may_overrule", False))


@contextmanager
def _in_words() -> Iterator[None]:
    """Errors: NotPossible where a claim is refused."""
    try:
        yield
    except ClaimRefused as refused:
        if refused.row is None:
            raise NotPossible(_("Nothing is owed to them there any more.")) from refused
        raise NotPossible(_("{person} has taken this on.").format(person=refused.row.claimed_by)) from refused

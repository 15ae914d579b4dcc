"""What the kinds of commands are carried out with: one command's way to the PBX, the board as it is now, and outcomes.

A command that names several queues is one action for each: what some of them refuse does not undo the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from agents.states import CommandState
from queues.ami.actions import Action
from queues.ami.connection import Reply
from queues.ami.dialects import Dialect
from queues.ami.errors import ActionRefused, ActionTimeout
from queues.ami.events import OriginateEnded
from queues.live.state import Board, Change

Outcome = tuple[CommandState, str]

#: How long the PBX may take to answer an action.
ANSWER_SECONDS = 5.0


class NotPossible(Exception):
    """What was asked is not possible any more; nothing was sent. The message is a sentence for whoever asked."""


class Ask(Protocol):
    """Sends one action of the command, under an ActionID that names it. Errors: AmiError."""

    async def __call__(self, action: Action, seconds: float = ANSWER_SECONDS) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """`ask` sends what changes something, `read` asks without a trace in the log. `follow(interface)` has the call
    followed that is about to be dialled from there; `originate_ended(action_id)` waits for how its first leg went, None
    where the PBX tells nothing of calls. `parked(uniqueid)` waits for where a channel was set aside, "" if that is not
    told; `until(check, seconds)` for something that comes with who joins or leaves a talk. `look_again(queue)` has the
    queue polled at once: some changes have no event. `changed` takes changes of the board. `database(function, *args)`
    runs a blocking function."""

    board: Board
    dialect: Dialect
    ask: Ask
    read: Callable[[Action], Awaitable[Reply]]
    follow: Callable[[str], None]
    originate_ended: Callable[[str], Awaitable[OriginateEnded | None]]
    parked: Callable[[str], Awaitable[str]]
    until: Callable[[Callable[[], bool], float], Awaitable[bool]]
    look_again: Callable[[str], None]
    changed: Callable[[Iterable[Change]], None]
    database: Callable[..., Awaitable[Any]]


def in_the_pbxs_words(error: ActionRefused) -> str:
    """Its message without the full stop, or that there was none."""
    return error.message.strip().rstrip(".") or _("no reason given")


async def queue_by_queue(queues: Sequence[str], act: Callable[[str], Awaitable[None]], done: str) -> Outcome:
    """Carry out `act` in each queue, and tell in words where it was done (`done`: "Logged in to {queues}."), where it
    was refused, and where nobody knows. What comes after a queue without an answer is not sent."""
    did: list[str] = []
    refused: list[str] = []
    for place, queue in enumerate(queues):
        try:
            await act(queue)
        except ActionRefused as error:
            refused.append(f"{queue} ({in_the_pbxs_words(error)})")
        except ActionTimeout:
            words = [
                *_told(did, refused, done),
                _("No answer for {queue}: look before you try again.").format(queue=queue),
            ]
            if rest := queues[place + 1 :]:
                words.append(_("Not sent for {queues}.").format(queues=", ".join(rest)))
            return CommandState.UNKNOWN, " ".join(words)
        else:
            did.append(queue)
    return CommandState.DONE if did else CommandState.REFUSED, " ".join(_told(did, refused, done))


def _told(did: list[str], refused: list[str], done: str) -> list[str]:
    words = [done.format(queues=", ".join(did))] if did else []
    return [*words, _("The PBX refused: {queues}.").format(queues=", ".join(refused))] if refused else words

"""The calls that commands of one connection have dialled, followed until they end: each step saved and told.

What the steps are, `queues.live.progress` says. The first of them, whether the phone of who dials was picked up, is the
command's outcome; the others come after it and change no outcome, only how far the call has got and why.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from agents import services
from agents.models import Command
from agents.states import CallProgress, CommandState
from queues.ami.client import Overflow
from queues.ami.errors import ActionTimeout
from queues.ami.events import BridgeChanged, Event, OriginateEnded, Parked
from queues.live.dialling import RING_SECONDS
from queues.live.lease import Database
from queues.live.progress import DialledCalls, Step, Why
from queues.live.publish import Publisher

logger = logging.getLogger(__name__)

#: How long the PBX may take to tell how an Originate went, after the ringing.
OUTCOME_GRACE_SECONDS = 10.0
#: A PBX that lets us hear calls has shown the new channel by then.
FIRST_SIGN_SECONDS = 3.0
#: An OriginateResponse, which says more than the phone's hang-up, has come this long after it, if it comes at all.
RESPONSE_SECONDS = 1.0
#: So long after its answer the PBX has told where it parked somebody.
PARKED_SECONDS = 2.0
#: Outcomes of Originates, and parked calls, kept that nobody waits for, the latest.
_EARLY_LIMIT = 100

_WORDS = {
    (CallProgress.THEIRS, Why.NONE): _("{number} is ringing."),
    (CallProgress.CONNECTED, Why.NONE): _("Connected with {number}."),
    (CallProgress.BUSY, Why.NONE): _("{number} is busy."),
    (CallProgress.NO_ANSWER, Why.NONE): _("{number} did not answer."),
    (CallProgress.ENDED, Why.NONE): _("The call with {number} is over."),
    (CallProgress.ENDED, Why.CANCELLED): _("You hung up before {number} answered."),
    (CallProgress.FAILED, Why.REJECTED): _("{number} rejected the call."),
    (CallProgress.FAILED, Why.NO_SUCH_NUMBER): _("There is no number {number}, says the PBX or the network."),
    (CallProgress.FAILED, Why.UNREACHABLE): _("{number} cannot be reached: switched off or not registered."),
    (CallProgress.FAILED, Why.NO_LINE): _("No line was free for {number}, or the network did not take the call."),
    (CallProgress.FAILED, Why.OTHER): _("The PBX could not place the call to {number}."),
}
#: What OriginateResponse would have said, by the Q.850 cause of the phone's hang-up: see `queues.live.dialling`.
_REASON_OF_CAUSE = {0: 3, 16: 3, 17: 5, 18: 3, 19: 3, 21: 8}


class Following:
    """See the module. `hears_calls` says whether the PBX tells us of calls at all; `stepped` is told each step at once,
    as the board is that of this moment."""

    def __init__(
        self,
        *,
        hears_calls: Callable[[], bool],
        stepped: Callable[[Command, Step], None],
        database: Database,
        publisher: Publisher,
    ) -> None:
        self._hears_calls = hears_calls
        self._stepped = stepped
        self._database = database
        self._publisher = publisher
        self._calls = DialledCalls()
        self._commands: dict[str, Command] = {}
        self._steps: asyncio.Queue[tuple[Command, Step | None]] = asyncio.Queue()
        self._outcomes: dict[str, asyncio.Future[OriginateEnded]] = {}
        #: Outcomes read before the answer to their Originate was worked off, the latest few.
        self._early: dict[str, OriginateEnded] = {}
        #: Where calls were parked lately, by the Uniqueid of the channel.
        self._spaces: dict[str, str] = {}
        self._happened = asyncio.Event()

    def begin(self, command: Command, action_id: str, interface: str) -> None:
        """Follow the call which this command is about to place from that phone."""
        command.state = CommandState.SENT
        self._calls.begin(action_id, interface)
        self._commands[action_id] = command
        # As many as are followed, and no more.
        self._commands = {known: of for known, of in self._commands.items() if self._calls.follows(known)}

    def heard(self, event: Event | Overflow) -> None:
        """Take in what the PBX tells, in order."""
        if isinstance(event, Overflow):
            for action_id in self._calls.forget_all():
                self._steps.put_nowait((self._commands.pop(action_id), None))
            return
        if isinstance(event, OriginateEnded):
            self._resolve(event)
        elif isinstance(event, Parked):
            self._spaces[event.uniqueid] = event.space
            _keep_latest(self._spaces)
        if isinstance(event, Parked | BridgeChanged):
            self._happened.set()
        for step in self._calls.heard(event):
            self._take(step)

    def _take(self, step: Step) -> None:
        """Not every PBX sends OriginateResponse to every user: then its phone's channel tells as much."""
        if step.progress is CallProgress.DIALLING:
            self._resolve(OriginateEnded(step.action_id, True, 4, "", ""))
        elif step.why is Why.OWN_PHONE:
            reason = _REASON_OF_CAUSE.get(step.cause, 0)
            told = OriginateEnded(step.action_id, False, reason, "", "")
            asyncio.get_running_loop().call_later(RESPONSE_SECONDS, self._resolve, told)
        self._stepped(self._commands[step.action_id], step)
        self._steps.put_nowait((self._commands[step.action_id], step))
        if not self._calls.follows(step.action_id):
            del self._commands[step.action_id]

    def _resolve(self, event: OriginateEnded) -> None:
        """How the first leg went of a call that was dialled, by us or (then it is soon forgotten) by others."""
        outcome = self._outcomes.get(event.action_id)
        if outcome is None:
            self._early.setdefault(event.action_id, event)
            _keep_latest(self._early)
        elif not outcome.done():
            outcome.set_result(event)

    async def outcome(self, action_id: str) -> OriginateEnded | None:
        """How the first leg ended; None where the PBX tells us nothing of calls. Errors: ActionTimeout."""
        if (early := self._early.pop(action_id, None)) is not None:
            return early
        outcome: asyncio.Future[OriginateEnded] = asyncio.get_running_loop().create_future()
        self._outcomes[action_id] = outcome
        try:
            await asyncio.wait([outcome], timeout=FIRST_SIGN_SECONDS)
            if not outcome.done() and not self._hears_calls():
                return None
            async with asyncio.timeout(RING_SECONDS + OUTCOME_GRACE_SECONDS):
                return await outcome
        except TimeoutError:
            raise ActionTimeout("No OriginateResponse came.") from None
        finally:
            del self._outcomes[action_id]

    async def parked(self, uniqueid: str) -> str:
        """Where this channel was set aside, "" if the PBX does not say in time."""
        await self.until(lambda: uniqueid in self._spaces, PARKED_SECONDS)
        return self._spaces.pop(uniqueid, "")

    async def until(self, check: Callable[[], bool], seconds: float) -> bool:
        """Whether `check` comes true within so long; it is looked at whenever somebody joins or leaves a talk."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not check():
                    self._happened.clear()
                    await self._happened.wait()
        return check()

    def finished(self, action_id: str, command: Command, state: CommandState, message: str) -> str:
        """The command has this outcome: what is to be said with it, which is how the call has got on meanwhile, if it
        has."""
        if state is not CommandState.DONE:
            self._calls.forget(action_id)
            self._commands.pop(action_id, None)
            return message
        return command.message or message

    async def tell_forever(self) -> None:
        """Save each step, and tell the pages of whoever dialled."""
        while True:
            command, step = await self._steps.get()
            command.progress = step.progress if step else ""
            if words := _words_of(step, command):
                command.message = words
            try:
                await self._database(services.note_progress, command.pk, command.progress, words)
            except DatabaseError:
                facts = {"pbx": command.pbx, "command": command.pk, "progress": command.progress}
                logger.warning("progress of a call not saved", extra={"facts": facts})
            await self._publisher.result(command)


def _keep_latest(known: dict[str, Any]) -> None:
    if len(known) > _EARLY_LIMIT:
        del known[next(iter(known))]


def _words_of(step: Step | None, command: Command) -> str:
    if step is None:
        return gettext("How the call goes on is unknown: too much happened at once.")
    words = _WORDS.get((step.progress, step.why))
    return gettext(words).format(number=command.arguments["number"]) if words else ""

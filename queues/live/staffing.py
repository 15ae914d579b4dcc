"""Commands that make agents members of queues, end that, and set penalties.

Stock Asterisk adds and removes members; so does a UCM, but where its agents log in by themselves it has actions of its
own, whose parameters no document tells (`QueueLogin`, `QueueLogoff`): they are used there, or where it offers no other.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from agents import services
from agents.models import Command
from agents.states import CommandState
from queues.ami import actions
from queues.ami.errors import ActionRefused
from queues.live.clock import now
from queues.live.desk import Desk, Outcome, in_the_pbxs_words, queue_by_queue
from queues.live.reducer import apply_ready

logger = logging.getLogger(__name__)


async def log_in(desk: Desk, command: Command) -> Outcome:
    """`memberships`: which queues, each with penalty and state interface; `name`: what the PBX is to call them."""
    told = command.arguments
    wanted = {entry["queue"]: entry for entry in told["memberships"]}

    async def join(queue: str) -> None:
        await desk.ask(_joining(desk, told["interface"], told["name"], wanted[queue]))
        desk.look_again(queue)

    return await queue_by_queue(sorted(wanted), join, _("Logged in to {queues}."))


def _joining(desk: Desk, interface: str, name: str, entry: dict[str, Any]) -> actions.Action:
    queue = entry["queue"]
    if _logs_in_by_itself(desk, queue, "QueueLogin", "QueueAdd"):
        return actions.QueueLogin(queue=queue, interface=interface)
    is_stock = desk.dialect.name == "asterisk"
    return actions.QueueAdd(
        queue=queue,
        interface=interface,
        penalty=entry["penalty"] or None,
        # A UCM names members by their interface.
        member_name=name or None if is_stock else None,
        state_interface=entry["state_interface"] or None if is_stock else None,
    )


async def log_out(desk: Desk, command: Command) -> Outcome:
    """`memberships`: which queues, as they were, to log in to all of them again; `fixed`: where they stay."""
    told = command.arguments
    leaving = {entry["queue"]: entry for entry in told["memberships"]}
    left: list[str] = []

    async def leave(queue: str) -> None:
        is_own = _logs_in_by_itself(desk, queue, "QueueLogoff", "QueueRemove")
        kind = actions.QueueLogoff if is_own else actions.QueueRemove
        try:
            await desk.ask(kind(queue=queue, interface=told["interface"]))
        except ActionRefused as error:
            if "not dynamic" in error.message.lower():
                raise ActionRefused(_("a fixed member there: pause them instead")) from error
            raise
        left.append(queue)
        desk.look_again(queue)

    state, message = await queue_by_queue(sorted(leaving), leave, _("Logged out of {queues}."))
    await _remember(desk, command, [leaving[queue] for queue in left])
    if state is CommandState.DONE and told["fixed"]:
        message += " " + _("Still a fixed member of {queues}.").format(queues=", ".join(told["fixed"]))
    return state, message


async def _remember(desk: Desk, command: Command, left: list[dict[str, Any]]) -> None:
    """Note where to log in again. A database that is away must not lose what the PBX has answered."""
    if not left or command.agent_id is None:
        return
    try:
        await desk.database(services.remember_memberships, command.agent_id, left, command.arguments["is_all"])
    except DatabaseError:
        facts = {"pbx": command.pbx, "command": command.pk}
        logger.warning("usual queues not saved, they must be named at the next login", extra={"facts": facts})


def _logs_in_by_itself(desk: Desk, queue: str, own: str, common: str) -> bool:
    """Whether the UCM's own action is to be taken for this queue."""
    if desk.dialect.name != "ucm" or not desk.dialect.offers(own):
        return False
    row = desk.board.queues.get(queue)
    return bool(row and row.agent_login_enabled) or not desk.dialect.offers(common)


async def end_wrap_up(desk: Desk, command: Command) -> Outcome:
    """Take the agent out of their queues and put them in again as they were: the PBX knows no other way to forget that
    they have just had a call (app_queue.c of Asterisk: a new member has no last call). Where the second step fails the
    answer says that they are logged out."""
    told = command.arguments
    memberships = {entry["queue"]: entry for entry in told["memberships"]}

    async def renew(queue: str) -> None:
        await desk.ask(actions.QueueRemove(queue=queue, interface=told["interface"]))
        try:
            await desk.ask(_joining(desk, told["interface"], told["name"], memberships[queue]))
        except ActionRefused as error:
            words = _("you are logged out there: {words}").format(words=in_the_pbxs_words(error))
            raise ActionRefused(words) from error
        finally:
            desk.look_again(queue)

    state, message = await queue_by_queue(sorted(memberships), renew, _("Ready for calls of {queues}."))
    if state is CommandState.DONE:
        desk.changed(apply_ready(desk.board, now(), told["interface"]))
    return state, message


async def set_penalty(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    penalty = told["penalty"]

    async def set_in(queue: str | None) -> None:
        await desk.ask(actions.QueuePenalty(interface=told["interface"], penalty=penalty, queue=queue))

    if queues := told.get("queues"):
        return await queue_by_queue(
            queues, set_in, _("Penalty {penalty} in {queues}.").replace("{penalty}", str(penalty))
        )
    await set_in(told["queue"])
    return CommandState.DONE, _("Penalty {penalty}.").format(penalty=penalty)

"""Commands that make agents members of queues, end that, and set penalties.

Stock Asterisk adds and removes members; so does a UCM, but where its agents log in by themselves it has actions of its
own, whose parameters no document tells (`QueueLogin`, `QueueLogoff`): they are used there, or where it offers no other.
"""

from __future__ import annotations

from typing import Any

from agents import services
from agents.models import Command
from agents.states import CommandState
from queues.ami import actions
from queues.ami.errors import ActionRefused
from queues.live.desk import Desk, Outcome, queue_by_queue


async def log_in(desk: Desk, command: Command) -> Outcome:
    """`memberships`: which queues, each with penalty and state interface; `name`: what the PBX is to call them."""
    told = command.arguments
    wanted = {entry["queue"]: entry for entry in told["memberships"]}

    async def join(queue: str) -> None:
        await desk.ask(_joining(desk, told["interface"], told["name"], wanted[queue]))
        desk.look_again(queue)

    return await queue_by_queue(sorted(wanted), join, "Logged in to")


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
                raise ActionRefused("a fixed member there: pause them instead") from error
            raise
        left.append(queue)
        desk.look_again(queue)

    state, message = await queue_by_queue(sorted(leaving), leave, "Logged out of")
    if left and command.agent_id is not None:
        usual = [leaving[queue] for queue in left]
        await desk.database(services.remember_memberships, command.agent_id, usual, told["is_all"])
    if state is CommandState.DONE and told["fixed"]:
        message += f" Still a fixed member of {', '.join(told['fixed'])}."
    return state, message


def _logs_in_by_itself(desk: Desk, queue: str, own: str, common: str) -> bool:
    """Whether the UCM's own action is to be taken for this queue."""
    if desk.dialect.name != "ucm" or not desk.dialect.offers(own):
        return False
    row = desk.board.queues.get(queue)
    return bool(row and row.agent_login_enabled) or not desk.dialect.offers(common)


async def set_penalty(desk: Desk, command: Command) -> Outcome:
    told = command.arguments
    penalty = told["penalty"]

    async def set_in(queue: str | None) -> None:
        await desk.ask(actions.QueuePenalty(interface=told["interface"], penalty=penalty, queue=queue))

    if queues := told.get("queues"):
        return await queue_by_queue(queues, set_in, f"Penalty {penalty} in")
    await set_in(told["queue"])
    return CommandState.DONE, f"Penalty {penalty}."

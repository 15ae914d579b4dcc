"""What a test says of memberships and calls, judged by the PBX's own lists: each waits until it is so, or fails."""

from __future__ import annotations

from collections.abc import Callable

from tests.asterisk.callers import Caller, entries
from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Packet, Witness

#: What a PBX needs to do as it is told, and the five seconds for which a page does not tell it yet.
SECONDS = 15


async def member(session: Witness, queue: str, interface: str) -> Packet:
    """The PBX's row of this membership; empty without one."""
    rows = await session.rows("QueueStatus", Queue=queue, Member=interface)
    return next((row for row in rows if row["Event"] == "QueueMember"), {})


async def becomes(session: Witness, queue: str, interface: str, **told: str) -> None:
    """Returns once the membership is as told."""

    async def is_so() -> bool:
        row = await member(session, queue, interface)
        return {name: row.get(name) for name in told} == told

    await eventually(is_so, SECONDS)


async def is_out(session: Witness, queue: str, interface: str) -> None:
    """Returns once the queue has no such member."""

    async def is_so() -> bool:
        return not await member(session, queue, interface)

    await eventually(is_so, SECONDS)


async def channel(session: Witness, is_it: Callable[[Packet], bool]) -> Packet:
    """The PBX's first such channel; empty without one."""
    return next(filter(is_it, await session.rows("CoreShowChannels")), {})


def of(caller: Caller) -> Callable[[Packet], bool]:
    return lambda row: row["Uniqueid"] == caller.uniqueid


def at(interface: str) -> Callable[[Packet], bool]:
    return lambda row: row["Channel"].startswith(f"{interface}-")


async def stands(session: Witness, is_it: Callable[[Packet], bool], **told: str) -> Packet:
    """Such a channel, once it is as told."""

    async def look() -> Packet:
        row = await channel(session, is_it)
        return row if row and {name: row[name] for name in told} == told else {}

    return await eventually(look, SECONDS)


async def is_over(session: Witness, is_it: Callable[[Packet], bool]) -> None:
    """Returns once there is no such channel."""

    async def is_gone() -> bool:
        return not await channel(session, is_it)

    await eventually(is_gone, SECONDS)


async def waits(session: Witness, queue: str, caller: Caller, *, priority: str) -> None:
    """Returns once this caller, and nobody else, waits in the queue."""

    async def is_so() -> bool:
        listed = [(row["Uniqueid"], row["Priority"]) for row in await entries(session, queue)]
        return listed == [(caller.uniqueid, priority)]

    await eventually(is_so, SECONDS)


async def they_talk(session: Witness, one: Callable[[Packet], bool], other: Callable[[Packet], bool]) -> None:
    """Returns once these two are in the same bridge."""

    async def is_so() -> bool:
        bridges = [(await channel(session, is_it)).get("BridgeId", "") for is_it in (one, other)]
        return bridges[0] == bridges[1] != ""

    await eventually(is_so, SECONDS)

"""Callers for the real PBX: Local channels that dial a queue, wait there, and hang up when told.

`Caller.uniqueid` is the channel that waits in the queue (what a board shows), `near_end` the other half: hanging
that up is what a caller does who loses patience.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.asterisk.waiting import eventually
from tests.asterisk.witness import Packet, Witness

#: Where to dial for each queue.
EXTENSIONS = {"6700": "6700", "6701": "6701", "6702": "6702", "6703": "6703", "night-desk": "6709"}

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Caller:
    near_end: str
    uniqueid: str
    queue: str


async def place_call(
    session: Witness, queue: str, *, number: str = "0301234567", name: str = "Test Caller", patience: int | None = None
) -> Caller:
    """A caller on the way into `queue`; after `patience` seconds the queue gives up on them."""
    call = f"test-{next(_numbers)}"
    caller = Caller(near_end=f"{call}-1", uniqueid=f"{call}-2", queue=queue)
    limit = {} if patience is None else {"Variable": f"__PATIENCE={patience}"}
    answer = await session.ask(
        "Originate",
        Channel=f"Local/{EXTENSIONS[queue]}@from-internal/n",
        Context="caller",
        Exten="s",
        Priority=1,
        CallerID=f'"{name}" <{number}>',
        Async="true",
        ChannelId=caller.near_end,
        OtherChannelId=caller.uniqueid,
        **limit,
    )
    assert answer["Response"] == "Success", answer
    return caller


async def hang_up(session: Witness, caller: Caller) -> None:
    """The caller puts down the receiver; harmless when they are gone already."""
    await session.ask("Hangup", Channel=caller.near_end)


async def hang_up_all(session: Witness) -> None:
    """Returns once the PBX has no call. Who is left over from another test may be answered, and change this one."""

    async def is_quiet() -> bool:
        channels = await session.rows("CoreShowChannels")
        for row in channels:
            await session.ask("Hangup", Channel=row["Channel"])
        return not channels

    await eventually(is_quiet, 15)


async def entries(session: Witness, queue: str) -> list[Packet]:
    """Who waits in `queue`, by the PBX's own list."""
    return [row for row in await session.rows("QueueStatus", Queue=queue) if row["Event"] == "QueueEntry"]


@asynccontextmanager
async def waiting_caller(session: Witness, queue: str, **who: str) -> AsyncIterator[Caller]:
    """A caller whom the PBX lists as waiting; gone at the end of the block."""
    caller = await place_call(session, queue, **who)

    async def is_listed() -> bool:
        return any(row["Uniqueid"] == caller.uniqueid for row in await entries(session, queue))

    try:
        await eventually(is_listed, 5)
        yield caller
    finally:
        await hang_up(session, caller)


@asynccontextmanager
async def nobody_answers(session: Witness, *queues: str) -> AsyncIterator[None]:
    """Every member of these queues is paused for the length of the block, so that callers wait."""
    rows = [row for row in await session.rows("QueueStatus") if row["Event"] == "QueueMember"]
    members = [(row["Queue"], row["Location"]) for row in rows if row["Queue"].lower() in queues]
    for queue, interface in members:
        await session.ask("QueuePause", Queue=queue, Interface=interface, Paused="true")
    try:
        yield
    finally:
        for queue, interface in members:
            await session.ask("QueuePause", Queue=queue, Interface=interface, Paused="false")

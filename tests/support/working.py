"""A real worker on a simulated PBX, seen from outside: what it saved and what it published."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from channels.layers import get_channel_layer
from django.db import connections

from queues.ami.client import Address, Patience
from queues.live.publish import BOARD_GROUP
from queues.live.state import Board
from queues.live.worker import Pace, run
from queues.selectors import load_board
from queues.simulator.server import SimulatedPbx
from tests.support.patience import patient

PBX = "pbx"
#: Quick enough to notice a frozen PBX within a test.
PATIENCE = Patience(connect=2, banner=2, login=2, idle=0.3, answer=0.5)
PACE = Pace(poll_seconds=0.5, flushes_per_second=50, patience=PATIENCE)


async def in_database(function: Callable[..., Any], *args: Any) -> Any:
    """Run a blocking function in a thread that leaves no connection behind."""

    def call() -> Any:
        try:
            return function(*args)
        finally:
            connections.close_all()

    return await asyncio.to_thread(call)


class Watch:
    """What a web process would hear of the worker."""

    def __init__(self, channel: str) -> None:
        self.messages: list[dict[str, Any]] = []
        self._channel = channel
        self._layer = get_channel_layer()

    async def until(self, check: Callable[[Board], Any], seconds: float = 15) -> Board:
        """The saved board once `check` holds of it; looked at after every message of the worker."""
        async with asyncio.timeout(patient(seconds)):
            while True:
                board: Board = await in_database(load_board, PBX)
                if check(board):
                    return board
                await self.message()

    async def until_in_database(self, check: Callable[[], Any], seconds: float = 15) -> Any:
        """What `check`, a blocking function, returns once that is true."""
        async with asyncio.timeout(patient(seconds)):
            while not (found := await in_database(check)):
                await self.message()
            return found

    async def message(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._layer.receive(self._channel)
        self.messages.append(message)
        return message


@asynccontextmanager
async def watching() -> AsyncIterator[Watch]:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(BOARD_GROUP, channel)
    try:
        yield Watch(channel)
    finally:
        await layer.group_discard(BOARD_GROUP, channel)


@asynccontextmanager
async def working(
    pbx: SimulatedPbx, *, secret: str | None = None, pace: Pace = PACE
) -> AsyncIterator[asyncio.Task[None]]:
    """A worker that leads for `pbx` until the block ends, then left orderly."""
    address = Address.parse(f"ami://{pbx.user}:{secret or pbx.secret}@127.0.0.1:{pbx.port}")
    task = asyncio.create_task(run(PBX, address, pace))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def by_hand(**options: Any) -> SimulatedPbx:
    """A PBX on which only the test acts: queue 6500 with the agents 1000 and 1001."""
    pbx = SimulatedPbx(**({"queues": 0, "agents": 0, "rate": 0.0} | options))
    pbx.floor.add_queue("6500", "Sales", wrap_up_seconds=0, ring_seconds=60)
    for extension in ("1000", "1001"):
        pbx.floor.add_phone(extension)
        pbx.floor.add_member("6500", f"PJSIP/{extension}")
    return pbx

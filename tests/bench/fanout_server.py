"""`python -m tests.bench.fanout_server hub|usual FRAMES PER_SECOND BYTES`: one process that tells all its sockets
something, over the in-process layer, served by the same Daphne both times.

`hub` is the product: one message, encoded once, from the hub to every socket. `usual` is the consumer of the
Channels tutorial: each socket has a channel of its own, the layer copies a dict to each, each encodes it.
Says where it listens; a line on its input lets it begin; says `sent` when the last frame is on its way.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

# Daphne chooses Twisted's reactor, and Django is set up before models are imported.
import django

django.setup()

import orjson  # noqa: E402
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from agents.states import AgentState  # noqa: E402
from queues.live.publish import Publisher  # noqa: E402
from queues.live.state import AgentRow, Change  # noqa: E402
from queues.live.wire import delta_frame  # noqa: E402
from queues.serving import serve  # noqa: E402

PBX, EPOCH, GROUP = "bench", 1, "usual"


class UsualConsumer(AsyncJsonWebsocketConsumer):
    groups = [GROUP]

    async def board_delta(self, event: dict[str, object]) -> None:
        await self.send_json(event["delta"])


#: What `usual` serves.
application = ProtocolTypeRouter({"websocket": UsualConsumer.as_asgi()})


def changes_of(size: int) -> list[Change]:
    """So many agents' rows that a delta has about `size` bytes."""
    row = AgentRow(PBX, "PJSIP/1000", 1000, "1000", "Anna Kowalska", AgentState.AVAILABLE, datetime.now(UTC))
    one = len(delta_frame(PBX, EPOCH, 1, datetime.now(UTC), [Change("agents", row.key, row)]))
    rows = [replace(row, interface=f"PJSIP/{1000 + number}") for number in range(max(1, round(size / one)))]
    return [Change("agents", row.key, row) for row in rows]


async def _tell_hub(seq: int, changes: list[Change]) -> None:
    await Publisher(PBX, EPOCH).delta(seq, datetime.now(UTC), changes)


async def _tell_usual(seq: int, changes: list[Change]) -> None:
    # The same rows as plain objects, which is what `group_send` is given in every tutorial.
    frame = orjson.loads(delta_frame(PBX, EPOCH, seq, datetime.now(UTC), changes))
    await get_channel_layer().group_send(GROUP, {"type": "board.delta", "delta": frame})


async def _tell(
    tell: Callable[[int, list[Change]], Awaitable[None]], frames: int, per_second: float, changes: list[Change]
) -> None:
    """Wait for the word, then tell at an even pace; a process that is late does not hurry."""
    await asyncio.to_thread(sys.stdin.readline)
    for seq in range(1, frames + 1):
        await tell(seq, changes)
        await asyncio.sleep(1 / per_second)
    _say("sent")
    await asyncio.Event().wait()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(way: str, frames: int, per_second: float, size: int) -> None:
    if way == "usual":
        settings.ASGI_APPLICATION = "tests.bench.fanout_server.application"
    tell = {"hub": _tell_hub, "usual": _tell_usual}[way]
    work = {"The teller": lambda: _tell(tell, frames, per_second, changes_of(size))}
    serve("127.0.0.1", 0, work, _say)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))

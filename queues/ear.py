"""What a group of the channel layer says, heard by an ear that notices when it has gone deaf.

    async with listening("board", "pages") as ear:
        message = await ear.hear()

A layer may stop delivering without a word: a connection of which nobody said that it is dead, a subscription that is
no more. So each ear says a word to itself every second, through the layer. While that cannot be said, the layer is
away, and comes back by itself; but when it was said and is not heard, all connections of the layer are dropped and
`hear` raises `Deaf`: listen anew, and ask elsewhere what was missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from queues import metrics
from queues.supervision import heed_cancel

logger = logging.getLogger(__name__)

#: Seconds between two words to itself, and without any word before it is deaf.
ECHO_SECONDS = 1.0
DEAF_SECONDS = 4.0
_ECHO = "ear.echo"

#: How often the connections of a loop's layer were dropped. All its ears share them, and one drop is enough.
_drops: WeakKeyDictionary[asyncio.AbstractEventLoop, int] = WeakKeyDictionary()


class Deaf(Exception):
    """Nothing is heard any more, though the layer takes what is said."""


class Ear:
    """Use `listening`. `channel` is its own address in the layer."""

    def __init__(self, channel: str, whose: str) -> None:
        self.channel = channel
        self._whose = whose
        self._is_layer_away = False
        self._layer = get_channel_layer()
        self._loop = asyncio.get_running_loop()
        self._drops = _drops.get(self._loop, 0)
        #: When it was first said to itself what it has not heard yet, by the loop's clock.
        self._unheard_since: float | None = None

    async def hear(self) -> dict[str, Any]:
        """The next message of the group. Errors: Deaf; whatever the layer raises."""
        while True:
            message = await self._receive()
            self._unheard_since = None
            if message["type"] != _ECHO:
                return message

    async def _receive(self) -> dict[str, Any]:
        receiving = asyncio.ensure_future(self._layer.receive(self.channel))
        try:
            while not receiving.done():
                await asyncio.wait([receiving], timeout=ECHO_SECONDS)
                await self._require_connections()
            message: dict[str, Any] = receiving.result()
            return message
        finally:
            receiving.cancel()
            await asyncio.wait([receiving])

    async def _require_connections(self) -> None:
        """Errors: Deaf, when nothing is heard through them; and when another ear dropped them: with them went our
        place in the group."""
        drops = _drops.get(self._loop, 0)
        if drops != self._drops:
            raise Deaf("the connections were dropped")
        since = self._unheard_since
        if since is not None and self._loop.time() - since > DEAF_SECONDS:
            _drops[self._loop] = drops + 1
            await heed_cancel(self._layer.flush())
            raise Deaf(f"nothing heard for {DEAF_SECONDS:g} seconds")

    async def speak_forever(self) -> None:
        while True:
            said_at = self._loop.time()
            try:
                await heed_cancel(self._layer.send(self.channel, {"type": _ECHO}))
            except Exception as error:
                # Being unheard proves nothing now.
                self._unheard_since = None
                self._note_layer(error)
            else:
                self._unheard_since = self._unheard_since or said_at
                self._note_layer(None)
            await asyncio.sleep(ECHO_SECONDS)

    def _note_layer(self, error: Exception | None) -> None:
        if error is not None:
            metrics.LAYER_FAILURES.labels(self._whose).inc()
        if (error is not None) != self._is_layer_away:
            self._is_layer_away = error is not None
            facts = {"whose": self._whose, "error": str(error) if error else None}
            logger.warning("channel layer is %s", "away" if error else "back", extra={"facts": facts})


@asynccontextmanager
async def listening(group: str, whose: str) -> AsyncIterator[Ear]:
    """An ear of `whose` ("pages", "worker": for log and metrics) in `group`. Errors: whatever the layer raises."""
    layer = get_channel_layer()
    with metrics.LAYER_FAILURES.labels(whose).count_exceptions():
        ear = Ear(await heed_cancel(layer.new_channel()), whose)
        await heed_cancel(layer.group_add(group, ear.channel))
    speaking = asyncio.create_task(ear.speak_forever(), name=f"echo-{group}")
    try:
        yield ear
    finally:
        speaking.cancel()
        with suppress(asyncio.CancelledError):
            await speaking
        await layer.group_discard(group, ear.channel)

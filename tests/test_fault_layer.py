"""A channel layer with manners of its own must not keep a worker from ending."""

import asyncio
from datetime import UTC, datetime

import pytest
from channels.layers import InMemoryChannelLayer

from queues.live.publish import Publisher


class ForgetfulLayer(InMemoryChannelLayer):
    """Finishes its work when it is cancelled, and tells nobody: seen with the client of Redis under Python 3.11."""

    is_sending = asyncio.Event()

    async def group_send(self, group, message):
        self.is_sending.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return


async def test_a_layer_that_swallows_a_cancellation_does_not_keep_its_caller_running(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.test_fault_layer.ForgetfulLayer"}}

    async def beat_for_ever():
        while True:
            await Publisher("pbx", 1).beat(1, datetime.now(UTC), None)

    beating = asyncio.create_task(beat_for_ever())
    async with asyncio.timeout(5):
        await ForgetfulLayer.is_sending.wait()
        beating.cancel()
        with pytest.raises(asyncio.CancelledError):
            await beating

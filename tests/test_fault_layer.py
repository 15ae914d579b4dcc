"""A channel layer with manners of its own: it must not keep a worker from ending, nor anybody deaf."""

import asyncio
from datetime import UTC, datetime

import pytest
from channels.layers import InMemoryChannelLayer, get_channel_layer

from queues import ear
from queues.live.publish import Publisher
from tests.support.patience import patient


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
    async with asyncio.timeout(patient(5)):
        await ForgetfulLayer.is_sending.wait()
        beating.cancel()
        with pytest.raises(asyncio.CancelledError):
            await beating


class MuteLayer(InMemoryChannelLayer):
    """Takes everything and delivers nothing, until its connections are dropped."""

    is_mute = True
    drops = 0

    async def send(self, channel, message):
        if not self.is_mute:
            await super().send(channel, message)

    async def flush(self):
        MuteLayer.is_mute = False
        MuteLayer.drops += 1
        await super().flush()


async def test_who_hears_nothing_any_more_has_the_connections_dropped_and_hears_again(settings, monkeypatch):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.test_fault_layer.MuteLayer"}}
    monkeypatch.setattr(ear, "ECHO_SECONDS", 0.05)
    monkeypatch.setattr(ear, "DEAF_SECONDS", 0.3)
    async with asyncio.timeout(patient(5)):
        async with ear.listening("board", "pages") as first, ear.listening("board", "worker") as second:
            for deaf in (first, second):
                with pytest.raises(ear.Deaf):
                    await deaf.hear()
        assert MuteLayer.drops == 1
        async with ear.listening("board", "pages") as again:
            await get_channel_layer().group_send("board", {"type": "board.beat"})
            assert await again.hear() == {"type": "board.beat"}

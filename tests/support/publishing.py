"""The worker's side of the channel layer, by hand: saves and publishes exactly what a test says."""

from datetime import UTC, datetime

from asgiref.sync import sync_to_async

from queues.live import store
from queues.live.publish import Publisher
from queues.live.state import Change
from queues.mirror import tables_of
from queues.selectors import load_board


class Worker:
    """Saves and publishes as a worker does, but may keep what it saved to itself."""

    def __init__(self, epoch: int = 3, pbx: str = "main") -> None:
        self.epoch, self.pbx = epoch, pbx
        self.publisher = Publisher(pbx, epoch)

    async def save(self, *changes: Change) -> int:
        seq, self.saved = await sync_to_async(store.save)(self.pbx, self.epoch, changes)
        return seq

    async def flush(self, *changes: Change) -> int:
        seq = await self.save(*changes)
        await self.publisher.delta(seq, datetime.now(UTC), self.saved)
        return seq


async def in_database() -> dict:
    return tables_of(await sync_to_async(load_board)("main"))

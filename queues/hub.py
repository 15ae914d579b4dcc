"""One board and one subscription per web process: what workers say goes to every browser connected here.

In: messages of the channel layer's group "board" (see `queues.live.publish`) and, at the start and whenever a
message is missing, the database. Out: frames to each `Client`, restricted to what its person may see. The
browsers' connections have no channel of their own: one message is decoded once and encoded once per scope.

It must not die and must not wait: database reads run in a thread, a failing client is dropped, a failing part
is logged and started again, and then everything is read anew because messages may have been lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from queues import metrics
from queues.admission import CHECK_SECONDS, dismissed
from queues.clients import Client, Place, greeting
from queues.ear import listening
from queues.mirror import Mirror, Taken
from queues.selectors import load_boards
from queues.supervision import end_tasks_at_exit, heed_cancel, keep_running
from queues.visibility import may_see_link

logger = logging.getLogger(__name__)

#: The group workers send to.
GROUP = "board"
BEAT_SECONDS = 1.0
#: Layers forget members of a group after a day, or when one was slow: join again in good time.
REJOIN_BEATS = 60
#: After so many frames other connections get a turn.
YIELD_EVERY = 50


class Hub:
    """Use `running_hub()`. All methods belong to the event loop the hub was started in."""

    def __init__(self) -> None:
        self._clients: set[Client] = set()
        self._mirrors: dict[str, Mirror] = {}
        #: When this process last heard each PBX's worker, and when that worker last heard its PBX.
        self._worker_at: dict[str, datetime] = {}
        self._heard_at: dict[str, str | None] = {}
        #: PBXs whose last beat did not fit the deltas: one more, and something was lost.
        self._is_apart: set[str] = set()
        self._layer = get_channel_layer()
        self._channel = ""
        self._beats = 0
        self._is_loaded = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(keep_running("The hub's ear", self._listen)),
            asyncio.create_task(keep_running("The hub's beat", self._beat)),
            asyncio.create_task(keep_running("The hub's doorkeeper", self._check_people)),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- browsers ----------------------------------------------------------------------------------------------

    async def join(self, client: Client) -> None:
        """Greet a browser and send it all it may see; from then on it gets every change."""
        await self._is_loaded.wait()
        self._clients.add(client)
        await self._send(client, greeting(client.identity, settings.BUILD, datetime.now(UTC)))
        await self._send_snapshots(client, self._mirrors.values())

    def leave(self, client: Client) -> None:
        self._clients.discard(client)

    async def _check_people(self) -> None:
        """Part with everybody who may not stay, or not with the rights they came with."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for client, code in await dismissed(list(self._clients)):
                self.leave(client)
                await client.close(code)

    async def resync(self, client: Client, pbx: str) -> None:
        """A browser asks for a snapshot: now, or at the next beat if it has just had one."""
        mirror = self._mirrors.get(pbx)
        if mirror is None or client not in self._clients:
            return
        metrics.RESYNCS.labels(pbx).inc()
        if client.may_have_snapshot(pbx, _now()):
            await self._send_snapshots(client, [mirror])
        else:
            client.wants.add(pbx)

    # --- what workers say --------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        async with listening(GROUP, "pages") as ear:
            self._channel = ear.channel
            # Subscribed first, read second: what comes meanwhile waits, and is old if the reading saw it.
            await self._reload(None, "start")
            self._is_loaded.set()
            while True:
                await self._take(await ear.hear())

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "board.delta":
                await self._take_delta(message)
            case "board.beat":
                await self._take_beat(message)
            case "command.result":
                await self._tell(message["user_id"], message["text"])
            case unknown:
                logger.warning("A message of unknown type %r is ignored", unknown)

    async def _take_delta(self, message: dict[str, Any]) -> None:
        """`text` is "" for a delta too large to be sent along: then, too, the database has it."""
        pbx, text = message["pbx"], message["text"]
        self._worker_at[pbx] = datetime.now(UTC)
        mirror = self._mirrors.get(pbx)
        delta = orjson.loads(text) if text else None
        if mirror is not None and delta is not None:
            taken = mirror.take(delta)
            if taken is Taken.NEXT:
                self._is_apart.discard(pbx)
                await self._fan_out(mirror, delta, text)
            if taken is not Taken.GAP:
                return
        await self._reload(pbx, "delta_missing")

    async def _take_beat(self, beat: dict[str, Any]) -> None:
        pbx, place = beat["pbx"], (beat["epoch"], beat["seq"])
        mirror = self._mirrors.get(pbx)
        self._worker_at[pbx] = datetime.now(UTC)
        self._heard_at[pbx] = beat["heard_at"]
        if mirror is not None and mirror.epoch == place[0] and mirror.seq >= place[1]:
            self._is_apart.discard(pbx)
        elif mirror is None or pbx in self._is_apart:
            await self._reload(pbx, "beat_ahead")
        else:
            # A beat may overtake the delta of the same moment, and a worker that was replaced may send a last one.
            self._is_apart.add(pbx)

    async def _tell(self, user_id: int, text: str) -> None:
        for client in list(self._clients):
            if client.identity.user_id == user_id:
                await self._send(client, text)

    async def _reload(self, pbx: str | None, reason: str) -> None:
        """Read the boards of one PBX or all anew, and send them to everybody. `reason` is for metrics and log."""
        metrics.HUB_RELOADS.labels(reason).inc()
        logger.info("reading the board from the database", extra={"facts": {"pbx": pbx, "reason": reason}})
        loaded = await database_sync_to_async(load_boards, thread_sensitive=False)(pbx)
        mirrors = [Mirror(saved.board, saved.epoch, saved.seq) for saved in loaded]
        for name in [pbx] if pbx else list(self._mirrors):
            self._mirrors.pop(name, None)
            self._is_apart.discard(name)
        for mirror, saved in zip(mirrors, loaded, strict=True):
            self._mirrors[mirror.pbx] = mirror
            self._heard_at.setdefault(mirror.pbx, saved.heard_at.isoformat() if saved.heard_at else None)
        async for client in self._in_turns():
            await self._send_snapshots(client, mirrors)

    # --- what browsers are sent --------------------------------------------------------------------------------

    async def _fan_out(self, mirror: Mirror, delta: dict[str, Any], text: str) -> None:
        """Send the delta that `mirror` has just taken."""
        scopes = {client.scope for client in self._clients if not client.scope.everything}
        texts = mirror.restrict(delta, scopes)
        before, after = (mirror.epoch, mirror.seq - 1), (mirror.epoch, mirror.seq)
        async for client in self._in_turns():
            own_text = text if client.scope.everything else texts.get(client.scope)
            place = client.places.get(mirror.pbx)
            if client.held_since is not None or mirror.pbx in client.in_snapshot:
                continue
            if place == before and own_text is not None:
                await self._send_delta(client, mirror.pbx, after, own_text)
            elif place != after:
                await self._send_snapshots(client, [mirror])

    async def _send_delta(self, client: Client, pbx: str, place: Place, text: str) -> None:
        at = _now()
        if client.is_behind(at):
            client.held_since = at
            metrics.HOLDS.inc()
            facts = {"user": client.identity.username, "pbx": pbx}
            logger.info("browser reads too slowly, held", extra={"facts": facts})
            return
        client.note_delta(pbx, place, len(text), at)
        await self._send(client, text)

    async def _send_snapshots(self, client: Client, mirrors: Iterable[Mirror]) -> None:
        for mirror in list(mirrors):
            pbx = mirror.pbx
            if client.held_since is not None or pbx in client.in_snapshot or not may_see_link(client.scope, pbx):
                continue
            client.in_snapshot.add(pbx)
            metrics.SNAPSHOTS.labels(pbx).inc()
            client.note_snapshot(pbx, (mirror.epoch, mirror.seq), _now())
            for frame in mirror.snapshot(client.scope, datetime.now(UTC)):
                await self._send(client, frame)
            client.in_snapshot.discard(pbx)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self._beats += 1
            if self._beats % REJOIN_BEATS == 0:
                await self._rejoin()
            texts: dict[frozenset[str], str] = {}
            async for client in self._in_turns():
                seen = frozenset(pbx for pbx in self._mirrors if may_see_link(client.scope, pbx))
                if seen not in texts:
                    texts[seen] = self._beat_text(seen)
                await self._send(client, texts[seen])
                await self._catch_up(client)
            self._measure()

    def _measure(self) -> None:
        metrics.SOCKETS_HELD.set(sum(client.held_since is not None for client in self._clients))
        for pbx, worker_at in self._worker_at.items():
            metrics.HUB_WORKER_SILENCE.labels(pbx).set((datetime.now(UTC) - worker_at).total_seconds())

    async def _rejoin(self) -> None:
        """Join the group again; a layer that is away must not keep pages from hearing that we live."""
        try:
            await heed_cancel(self._layer.group_add(GROUP, self._channel))
        except Exception:
            metrics.LAYER_FAILURES.labels("pages").inc()
            logger.warning("channel layer does not take us", exc_info=True)

    def _beat_text(self, pbxs: frozenset[str]) -> str:
        links = {
            pbx: {
                "epoch": self._mirrors[pbx].epoch,
                "seq": self._mirrors[pbx].seq,
                "worker_at": self._worker_at.get(pbx),
                "heard_at": self._heard_at.get(pbx),
            }
            for pbx in pbxs
        }
        return orjson.dumps({"type": "beat", "at": datetime.now(UTC), "links": links}).decode()

    async def _catch_up(self, client: Client) -> None:
        """Send the snapshots a browser is owed: all when it was behind, else those it asked for."""
        at = _now()
        if client.hold_is_over(at):
            client.release()
            await self._send_snapshots(client, self._mirrors.values())
        due = [pbx for pbx in client.wants if pbx in self._mirrors and client.may_have_snapshot(pbx, at)]
        await self._send_snapshots(client, [self._mirrors[pbx] for pbx in due])

    async def _in_turns(self) -> AsyncIterator[Client]:
        """The browsers connected now, giving the rest of the process a turn now and then."""
        for number, client in enumerate(list(self._clients), start=1):
            if client in self._clients:
                yield client
            if number % YIELD_EVERY == 0:
                await asyncio.sleep(0)

    async def _send(self, client: Client, text: str) -> None:
        """Write one frame; a browser that cannot be written to is forgotten, its socket's end comes by itself."""
        try:
            await client.send(text)
        except Exception:
            facts = {"user": client.identity.username}
            logger.info("browser cannot be written to", exc_info=True, extra={"facts": facts})
            self._clients.discard(client)


def running_hub() -> Hub:
    """The hub of this process, or rather of the running event loop; started by the first browser."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        _hubs[loop].start()
        end_tasks_at_exit(loop)
    return _hubs[loop]


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def _now() -> float:
    return asyncio.get_running_loop().time()

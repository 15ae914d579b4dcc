"""The socket as a browser has it, all the time: what it was told, and whether it would show that as live."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.soak.installations import PBX, Installation
from tests.support.kept import Told

#: A board is called old when its worker has been silent for so long (static/js/freshness.js), or the server.
SILENCE = timedelta(seconds=3)


class WatchingPage(Told):
    """`opened` counts its sockets; `wrong` are frames no page should get."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = 0
        self.wrong: list[str] = []
        self._beat: dict[str, Any] = {"links": {}}
        self._frame_at = 0.0

    async def watch(self, installation: Installation) -> None:
        """Follow the board for ever; come back at once whenever the socket is lost."""
        headers = {"Authorization": f"Bearer {installation.token}"}
        while True:
            with suppress(OSError, EOFError, TimeoutError, ConnectionClosed, InvalidHandshake):
                async with connect(installation.socket_url, additional_headers=headers, max_queue=None) as socket:
                    self.opened += 1
                    async for text in socket:
                        self._take(orjson.loads(text))
            self.rows.clear()
            self.places.clear()
            await asyncio.sleep(0.2)

    def _take(self, frame: dict[str, Any]) -> None:
        self._frame_at = time.monotonic()
        if frame["type"] == "beat":
            self._beat = frame
            return
        removed = frame.get("removed", {})
        if removed:
            # What came and went between two flushes was never there.
            known = {table: [key for key in keys if key in self.rows[PBX][table]] for table, keys in removed.items()}
            frame = {**frame, "removed": known}
        try:
            self.apply(frame)
        except (AssertionError, KeyError) as error:
            self.wrong.append(f"socket: {error!r}")
        self.frames.clear()

    @property
    def tables(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The board by table and key; empty before the first snapshot is complete."""
        return self.rows.get(PBX, {}) if PBX in self.places else {}

    @property
    def is_live(self) -> bool:
        """Whether a browser would pass this board off as live."""
        link, heard = self.tables.get("links", {}).get(PBX), self._beat["links"].get(PBX)
        if link is None or heard is None or heard["worker_at"] is None:
            return False
        if time.monotonic() - self._frame_at > SILENCE.total_seconds():
            return False
        at, worker_at = (datetime.fromisoformat(text) for text in (self._beat["at"], heard["worker_at"]))
        return link["state"] == "up" and at - worker_at <= SILENCE

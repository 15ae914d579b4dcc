"""A page's end of the board socket: connects through the whole ASGI application and keeps the rows as a browser
does, from snapshots and deltas alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from queues.live.state import TABLES
from ucmdash.asgi import application

SECONDS = 10.0
HOST = (b"host", b"localhost")


def session_headers(user: User, origin: bytes | None = b"http://localhost") -> list[tuple[bytes, bytes]]:
    """The headers of a browser in which this person has logged in."""
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    headers = [HOST, (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
    return [*headers, (b"origin", origin)] if origin else headers


def token_headers(token: str) -> list[tuple[bytes, bytes]]:
    return [HOST, (b"authorization", f"Bearer {token}".encode())]


class Page:
    """`rows` by PBX, table and key; `places` the (epoch, seq) of each PBX; `frames` all frames so far."""

    def __init__(self, headers: list[tuple[bytes, bytes]], path: str = "/ws/board/") -> None:
        self._socket = WebsocketCommunicator(application, path, headers)
        self.frames: list[dict[str, Any]] = []
        self.rows: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        self.places: dict[str, tuple[int, int]] = {}
        self.is_accepted = False

    @classmethod
    async def of(cls, user: User) -> Page:
        """The page of this person, with the first snapshot it gets."""
        page = cls(await sync_to_async(session_headers)(user))
        await page.open()
        return page

    async def open(self) -> Page:
        self.is_accepted, _ = await self._socket.connect(SECONDS)
        return self

    async def say(self, **message: object) -> None:
        await self._socket.send_to(text_data=orjson.dumps(message).decode())

    async def say_text(self, text: str) -> None:
        await self._socket.send_to(text_data=text)

    async def close_code(self) -> int:
        """The code with which the server closes, after whatever it sends before."""
        while True:
            message = await self._socket.receive_output(SECONDS)
            if message["type"] == "websocket.close":
                return int(message.get("code", 1000))

    async def frame(self, kind: str) -> dict[str, Any]:
        """The next frame of this type; those before it are applied."""
        async with asyncio.timeout(SECONDS):
            while True:
                frame: dict[str, Any] = orjson.loads(await self._socket.receive_from(SECONDS))
                self._apply(frame)
                if frame["type"] == kind:
                    return frame

    async def until(self, is_so: Callable[[Page], bool]) -> Page:
        """Take frames until something is so."""
        async with asyncio.timeout(SECONDS):
            while not is_so(self):
                frame = orjson.loads(await self._socket.receive_from(SECONDS))
                self._apply(frame)
        return self

    async def until_at(self, pbx: str, epoch: int, seq: int) -> Page:
        return await self.until(lambda page: page.places.get(pbx) == (epoch, seq))

    async def leave(self) -> None:
        await self._socket.disconnect(timeout=SECONDS)

    def keys(self, pbx: str) -> dict[str, list[str]]:
        return {table: sorted(rows) for table, rows in self.rows[pbx].items()}

    def _apply(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        pbx = frame.get("pbx", "")
        if frame["type"] == "snapshot":
            if frame["part"] == 1:
                self.rows[pbx] = {table: {} for table in TABLES}
            for table, rows in frame["rows"].items():
                self.rows[pbx][table].update((row["key"], row) for row in rows)
            if frame["part"] == frame["parts"]:
                self.places[pbx] = (frame["epoch"], frame["seq"])
        elif frame["type"] == "delta":
            epoch, seq = self.places[pbx]
            assert (frame["epoch"], frame["seq"]) == (epoch, seq + 1), "the server must never skip or repeat a delta"
            for table, rows in frame["set"].items():
                self.rows[pbx][table].update((row["key"], row) for row in rows)
            for table, keys in frame["removed"].items():
                for key in keys:
                    del self.rows[pbx][table][key]
            self.places[pbx] = (frame["epoch"], frame["seq"])

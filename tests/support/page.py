"""A page's end of the board socket: connects through the whole ASGI application, without a network between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from queues.hub import running_hub
from tests.support.kept import Told
from tests.support.patience import patient
from ucmdash.application import application

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


async def end_of_test() -> None:
    """Stop the hub of this event loop, and close the connection of its database thread."""
    await running_hub().stop()
    await sync_to_async(connections.close_all)()


class Page(Told):
    """One page of one person."""

    def __init__(self, headers: list[tuple[bytes, bytes]], path: str = "/ws/board/", query: str = "") -> None:
        super().__init__()
        # Not Channels' own communicator: it keeps the application from closing its database connections.
        address = {"path": path, "query_string": query.encode()}
        scope = {"type": "websocket", **address, "headers": headers, "subprotocols": []}
        self._socket = ApplicationCommunicator(application, scope)
        self.is_accepted = False

    @classmethod
    async def of(cls, user: User) -> Page:
        """The page of this person, with the first snapshot it gets."""
        page = cls(await sync_to_async(session_headers)(user))
        await page.open()
        return page

    async def open(self) -> Page:
        await self._socket.send_input({"type": "websocket.connect"})
        answer = await self._socket.receive_output(patient(SECONDS))
        self.is_accepted = answer["type"] == "websocket.accept"
        return self

    async def say(self, **message: object) -> None:
        await self.say_text(orjson.dumps(message).decode())

    async def say_text(self, text: str) -> None:
        await self._socket.send_input({"type": "websocket.receive", "text": text})

    async def leave(self) -> None:
        """Go away, as a closed tab does; returns when the server has noticed."""
        await self._socket.send_input({"type": "websocket.disconnect", "code": 1001})
        await self._socket.wait(patient(SECONDS))

    async def close_code(self) -> int:
        """The code with which the server closes, after whatever it sends before."""
        while True:
            message = await self._socket.receive_output(patient(SECONDS))
            if message["type"] == "websocket.close":
                code = int(message.get("code", 1000))
                assert code == 1000 or 3000 <= code <= 4999, "no other can be sent over a real connection"
                return code

    async def frame(self, kind: str) -> dict[str, Any]:
        """The next frame of this type; those before it are applied."""
        async with asyncio.timeout(patient(SECONDS)):
            while (frame := await self._next_frame())["type"] != kind:
                pass
            return frame

    async def until(self, is_so: Callable[[Page], bool]) -> Page:
        """Take frames until something is so."""
        async with asyncio.timeout(patient(SECONDS)):
            while not is_so(self):
                await self._next_frame()
        return self

    async def until_at(self, pbx: str, epoch: int, seq: int) -> Page:
        return await self.until(lambda page: page.places.get(pbx) == (epoch, seq))

    async def _next_frame(self) -> dict[str, Any]:
        message = await self._socket.receive_output(patient(SECONDS))
        assert message["type"] == "websocket.send", message
        frame: dict[str, Any] = orjson.loads(message["text"])
        self.apply(frame)
        return frame

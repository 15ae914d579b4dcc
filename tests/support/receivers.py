"""Machines that take what alerts send: an HTTP server that answers as the test says and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import h11

#: An answer that never comes, and a connection cut instead of one.
HANG = "hang"
CUT = "cut"


@dataclass
class Received:
    """One request. `at` is the loop's clock when its last byte was here."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """`answers` are given in turn, the last one for ever: a status, (status, text, headers), `HANG` or `CUT`."""

    answers: deque[Any] = field(default_factory=lambda: deque([200]))
    received: list[Received] = field(default_factory=list)
    port: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def events(self) -> list[str]:
        return [request.json["event"] for request in self.received]

    async def until(self, check: Callable[[Receiver], Any], seconds: float = 15) -> Any:
        """What `check(self)` returns once that is true."""
        async with asyncio.timeout(seconds):
            while not (found := check(self)):
                self._news.clear()
                await self._news.wait()
            return found

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._exchange(reader, writer)
        except (ConnectionError, h11.RemoteProtocolError):
            pass  # the sender went away
        finally:
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        request, body = None, b""
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                return
        assert request is not None
        headers = {name.decode(): value.decode() for name, value in request.headers}
        self.received.append(Received(request.target.decode(), headers, body, asyncio.get_running_loop().time()))
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        self._news.set()
        if answer == HANG:
            await reader.read()
        elif answer != CUT:
            status, text, told = answer if isinstance(answer, tuple) else (answer, "", {})
            head = {"Content-Length": str(len(text.encode())), **told}
            for part in (h11.Response(status_code=status, headers=list(head.items())), h11.Data(data=text.encode())):
                writer.write(connection.send(part) or b"")
            await writer.drain()


@asynccontextmanager
async def receiving(*answers: Any) -> AsyncIterator[Receiver]:
    """A receiver on this machine until the block ends; without `answers` it takes everything."""
    receiver = Receiver(deque(answers or [200]))
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(receiver.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

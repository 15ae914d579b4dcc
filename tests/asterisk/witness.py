"""An AMI client of the tests' own, written without a look at `queues.ami`: what it reads is what the PBX said.

Small on purpose: it talks to the loopback PBX of these tests only, trusts it, and keeps no connection alive.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

Packet = dict[str, str]  # header -> value, the last one of a repeated header


class Witness:
    """One AMI session. Answers are matched by ActionID; every other packet goes to `listeners`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Queue[Packet | None]] = {}
        self.listeners: list[Callable[[Packet], None]] = []
        self.lost = asyncio.Event()
        self._task = asyncio.create_task(self._read())

    async def ask(self, action: str, /, **fields: object) -> Packet:
        """The PBX's response to one action, whether Success or Error."""
        return (await self._perform(action, fields, whole_list=False))[0]

    async def rows(self, action: str, /, **fields: object) -> list[Packet]:
        """The rows of a list action. Raises AssertionError if the PBX refuses it."""
        first, *rows = await self._perform(action, fields, whole_list=True)
        assert first["Response"] == "Success", first
        return rows[:-1]

    async def _perform(self, action: str, fields: dict[str, object], *, whole_list: bool) -> list[Packet]:
        if self.lost.is_set():
            raise ConnectionError("the PBX closed the link")
        action_id = f"witness-{id(self):x}-{next(self._ids)}"
        inbox = self._waiting[action_id] = asyncio.Queue()
        headers = {"Action": action, "ActionID": action_id, **fields}
        self._writer.write("".join(f"{k}: {v}\r\n" for k, v in headers.items()).encode() + b"\r\n")
        packets: list[Packet] = []
        try:
            async with asyncio.timeout(10):
                while True:
                    packet = await inbox.get()
                    if packet is None:
                        raise ConnectionError("the PBX closed the link")
                    packets.append(packet)
                    if not whole_list or packet.get("Response") == "Error" or packet.get("EventList") == "Complete":
                        return packets
        finally:
            del self._waiting[action_id]

    async def _read(self) -> None:
        try:
            while True:
                block = await self._reader.readuntil(b"\r\n\r\n")
                lines = block.decode("utf-8", "replace").split("\r\n")
                packet = {key: value.lstrip() for key, _, value in (line.partition(":") for line in lines) if key}
                inbox = self._waiting.get(packet.get("ActionID", ""))
                if inbox and packet.get("Event") != "OriginateResponse":
                    inbox.put_nowait(packet)
                    continue
                for listener in self.listeners:
                    listener(packet)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.lost.set()
            for inbox in self._waiting.values():
                inbox.put_nowait(None)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await _close(self._writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    """At once, and not left to an event loop that may be gone before."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def witness(port: int, user: str = "witness", secret: str = "wit-1234") -> AsyncIterator[Witness]:
    """A logged-in session with the PBX of these tests. Raises PermissionError, ConnectionError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        await reader.readline()  # the banner
    except BaseException:
        await _close(writer)
        raise
    session = Witness(reader, writer)
    try:
        answer = await session.ask("Login", Username=user, Secret=secret)
        if answer.get("Response") != "Success":
            raise PermissionError(answer.get("Message"))
        yield session
    finally:
        await session.close()

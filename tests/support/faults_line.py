"""The line between a worker and its PBX, which tests cut, freeze and spoil; and a witness of what went over it.

    async with Line(pbx.port) as line: ...   # the worker connects to line.port

It copies bytes and knows of AMI only where an action ends, so that "sent once" is counted on the wire and not by the
code that sends.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass

from tests.support.patience import patient


class Action(dict[str, str]):
    """Header in lower case -> value. `at` is when it came from the worker, in epoch seconds."""

    def __init__(self, at: float, headers: dict[str, str]) -> None:
        super().__init__(headers)
        self.at = at


@dataclass(eq=False)
class _Pair:
    """One connection of the worker, and ours to the PBX behind it. A deaf one swallows everything, both ways."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter | None = None
    is_deaf: bool = False
    rest: bytes = b""


class Line:
    """`actions` is everything the worker has asked of the PBX so far; `connections` how often it came."""

    def __init__(self, pbx_port: int) -> None:
        self.port = 0
        self.actions: list[Action] = []
        self.connections = 0
        #: When the latest of them reached the PBX, in epoch seconds.
        self.connected_at = 0.0
        #: New connections are accepted, and then nothing is said.
        self.is_mute = False
        #: New connections are accepted, and closed at once.
        self.is_slamming = False
        self._pbx_port = pbx_port
        self._pairs: list[_Pair] = []
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._to_pbx, self._to_worker = asyncio.Event(), asyncio.Event()
        self._news = asyncio.Condition()
        self.thaw()

    async def __aenter__(self) -> Line:
        await self.open()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.refuse()
        self.thaw()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def asked(self, name: str) -> list[Action]:
        """The actions of this name the worker has sent."""
        return [action for action in self.actions if action.get("action") == name]

    async def until_asked(self, name: str, times: int = 1) -> None:
        async with asyncio.timeout(patient(15)), self._news:
            await self._news.wait_for(lambda: len(self.asked(name)) >= times)

    async def until_connected(self, times: int) -> None:
        async with asyncio.timeout(patient(15)), self._news:
            await self._news.wait_for(lambda: self.connections >= times)

    # Faults

    async def open(self) -> None:
        """Take connections (again, on the same port)."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Close everything and take no connections until `open`."""
        if self._server is not None:
            self._server.close()
        self.cut()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    def cut(self) -> None:
        """Close every connection in good order; the worker may come back at once."""
        for pair in self._pairs:
            pair.near.close()

    def reset_in_mid_packet(self, half: bytes = b"Event: QueueMemberStatus\r\nQueue: 65") -> None:
        """Half a packet goes out, then the connection is reset."""
        self.say(half)
        for pair in self._pairs:
            linger = struct.pack("ii", 1, 0)
            pair.near.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            pair.near.transport.abort()

    def freeze(self) -> None:
        """Hold back everything, both ways, until `thaw`."""
        self._to_pbx.clear()
        self._to_worker.clear()

    def silence(self) -> None:
        """The PBX hears everything, its answers are held back until `thaw`."""
        self._to_worker.clear()

    def thaw(self) -> None:
        self._to_pbx.set()
        self._to_worker.set()

    def deafen(self) -> None:
        """Half-open: whatever goes over the connections there are now is lost without a word; new ones work."""
        for pair in self._pairs:
            pair.is_deaf = True

    def say(self, data: bytes) -> None:
        """Put bytes on the wire to the worker, as if the PBX had."""
        for pair in self._pairs:
            pair.near.write(data)

    @property
    def is_open(self) -> bool:
        """Whether it takes connections."""
        return self._server is not None

    # Copying

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        pair = _Pair(writer)
        self._pairs.append(pair)
        async with self._news:
            self.connections += 1
            self._news.notify_all()
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                if not self.is_slamming:
                    await (self._swallow(reader) if self.is_mute else self._connect(pair, reader))
        finally:
            self._pairs.remove(pair)
            self._serving.discard(task)
            for end in (pair.near, pair.far):
                if end is not None:
                    end.transport.abort()

    async def _connect(self, pair: _Pair, reader: asyncio.StreamReader) -> None:
        far_reader, pair.far = await asyncio.open_connection("127.0.0.1", self._pbx_port)
        self.connected_at = time.time()
        async with asyncio.TaskGroup() as tasks:
            ends = [
                tasks.create_task(self._copy(pair, reader, pair.far, self._to_pbx)),
                tasks.create_task(self._copy(pair, far_reader, pair.near, self._to_worker)),
            ]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()

    async def _copy(
        self, pair: _Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, may_pass: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                at = time.time()
                await may_pass.wait()
                if pair.is_deaf:
                    continue
                writer.write(data)
                if writer is pair.far:
                    await self._note(pair, data, at)
            await may_pass.wait()

    async def _swallow(self, reader: asyncio.StreamReader) -> None:
        while await reader.read(1 << 16):
            pass

    async def _note(self, pair: _Pair, data: bytes, at: float) -> None:
        *packets, pair.rest = (pair.rest + data).split(b"\r\n\r\n")
        for packet in packets:
            lines = [line.partition(": ") for line in packet.decode().split("\r\n")]
            self.actions.append(Action(at, {name.lower(): value for name, _, value in lines}))
        async with self._news:
            self._news.notify_all()

"""A PBX that plays a script: a real asyncio server on loopback that answers what the test tells it to.

    async with FakePbx() as pbx:
        pbx.on("QueuePause", "Response: Error\\nMessage: Interface not found")
        client = await connect(pbx.address())

It is no model of a PBX, only of what can come down the wire: split bytes, missing ActionIDs, silence, resets.
Logins (MD5 and plain), Ping and Logoff are answered unless the script says otherwise.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
import struct
from collections.abc import Callable

from queues.ami.address import Address
from tests.support.patience import patient

USERNAME, SECRET, CHALLENGE = "ucmamiuser1", "se@cret:1", "263889869"

Request = dict[str, str]
#: What answers an action: packets, none for silence, or a function of connection and request.
Script = tuple[str, ...] | Callable[["Caller", Request], None]


def packet(text: str, action_id: str = "") -> bytes:
    """The bytes of one packet: lines of `text`, with the ActionID as the second line as UCM and Asterisk do."""
    first, *rest = text.strip("\n").split("\n")
    lines = [first, *([f"ActionID: {action_id}"] if action_id else []), *rest]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


class Caller:
    """One connection to the fake, from its side."""

    def __init__(self, pbx: FakePbx, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pbx = pbx
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        """Write `data`, in pieces of `pbx.chunk` bytes if that is set."""
        size = self.pbx.chunk or len(data) or 1
        for start in range(0, len(data), size):
            self.writer.write(data[start : start + size])

    def answer(self, request: Request, *packets: str) -> None:
        """Send packets; the first is the response, the others rows and completion."""
        action_id = request.get("actionid", "")
        for number, text in enumerate(packets):
            echoes = self.pbx.echoes_rows if number else self.pbx.echoes_responses
            self.send(packet(text, action_id if echoes else ""))

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        # linger on, for no time: close() then throws everything away and sends RST.
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def close(self) -> None:
        """End the connection in good order."""
        self.writer.close()

    async def serve(self) -> None:
        self.send(self.pbx.banner)
        while not self.writer.is_closing():
            try:
                data = await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            lines = [line.partition(": ") for line in data.decode().split("\r\n") if line]
            request = {name.lower(): value for name, _, value in lines}
            async with self.pbx.news:
                self.pbx.requests.append(request)
                self.pbx.news.notify_all()
            self.pbx.play(self, request)


class FakePbx:
    """The server. `callers` are all connections so far, `requests` all actions with header names in lower case."""

    def __init__(
        self, *, banner: bytes = b"Asterisk Call Manager/5.0.4\r\n", tls: ssl.SSLContext | None = None
    ) -> None:
        self.banner = banner
        self.chunk = 0
        self.echoes_responses = True
        self.echoes_rows = True
        self.is_frozen = False
        self.callers: list[Caller] = []
        self.requests: list[Request] = []
        self.news = asyncio.Condition()
        self._tls = tls
        self._scripts: dict[str, Script] = {
            "challenge": (f"Response: Success\nChallenge: {CHALLENGE}",),
            "login": self._login,
            "ping": ("Response: Success\nPing: Pong\nTimestamp: 1795421943.360221",),
            "logoff": self._logoff,
        }
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FakePbx:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for caller in self.callers:
            caller.writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def address(self, secret: str = SECRET, **options: object) -> Address:
        """Where this fake listens."""
        return Address("127.0.0.1", self.port, USERNAME, secret, **options)  # type: ignore[arg-type]

    def on(self, action: str, *script: str | Callable[[Caller, Request], None]) -> None:
        """Answer `action` with these packets (none: stay silent), or let a function do it."""
        self._scripts[action.lower()] = script[0] if callable(script[0] if script else None) else script  # type: ignore

    def play(self, caller: Caller, request: Request) -> None:
        """Answer one request as the script says."""
        script = self._scripts.get(request["action"].lower())
        if self.is_frozen:
            return
        if callable(script):
            script(caller, request)
        elif script is None:
            caller.answer(request, f"Response: Error\nMessage: Invalid/unknown command: {request['action']}.")
        else:
            caller.answer(request, *script)

    def tell(self, *texts: str) -> None:
        """Send live events to everybody connected."""
        for caller in self.callers:
            for text in texts:
                caller.send(packet(text))

    async def received(self, action: str, times: int = 1) -> Request:
        """The last of `times` requests of `action`, waited for."""
        async with asyncio.timeout(patient(5)), self.news:
            while len(found := self.asked(action)) < times:
                await self.news.wait()
        return found[times - 1]

    async def connected(self) -> Caller:
        """The first connection, waited for."""
        async with asyncio.timeout(patient(5)), self.news:
            await self.news.wait_for(lambda: self.callers)
        return self.callers[0]

    def asked(self, action: str) -> list[Request]:
        """Every request of `action` so far."""
        return [request for request in self.requests if request["action"].lower() == action.lower()]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        caller = Caller(self, reader, writer)
        async with self.news:
            self.callers.append(caller)
            self.news.notify_all()
        try:
            await caller.serve()
        finally:
            writer.close()

    def _login(self, caller: Caller, request: Request) -> None:
        key = hashlib.md5((CHALLENGE + SECRET).encode()).hexdigest()
        is_right = request.get("secret") == SECRET or request.get("key") == key
        if request.get("username") == USERNAME and is_right:
            caller.answer(request, "Response: Success\nMessage: Authentication accepted")
        else:
            caller.answer(request, "Response: Error\nMessage: Authentication failed")
            caller.close()

    def _logoff(self, caller: Caller, request: Request) -> None:
        caller.answer(request, "Response: Goodbye\nMessage: Thanks for all the fish.")
        caller.close()

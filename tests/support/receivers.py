"""Machines that take what alerts send: an HTTP server and a mail server that answer as tests say and keep it all."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ssl import SSLContext
from typing import Any

import h11
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

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
    scheme: str = "http"
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

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
async def receiving(*answers: Any, ssl_context: SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver on this machine until the block ends; without `answers` it takes everything."""
    receiver = Receiver(deque(answers or [200]), scheme="https" if ssl_context else "http")
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(receiver.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=ssl_context)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Mailbox:
    """A mail server. `refusal`: what it says to every recipient instead of taking mail for them."""

    received: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refusal: str = ""
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        assert [message["To"]] == envelope.rcpt_tos
        self.received.append(message)
        return "250 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append(f"{data.login.decode()}:{data.password.decode()}")
        return AuthResult(success=True)


def _free_port() -> int:
    """aiosmtpd wants to know its port beforehand."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def mailbox(*, takes_login: bool = False) -> Iterator[Mailbox]:
    """A mail server in a thread of its own until the block ends; `takes_login`: it offers to log in."""
    box = Mailbox()
    known = {"authenticator": box.authenticate, "auth_require_tls": False} if takes_login else {}
    controller = Controller(box, hostname="127.0.0.1", port=_free_port(), **known)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()

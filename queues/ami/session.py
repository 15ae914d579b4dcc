"""The socket's side of a link: an asyncio protocol that feeds a `Connection` and files away what comes out.

Every callback runs to its end without waiting: live events go to the bounded inbox, answers to whoever asked.
A link that falls silent is asked with a Ping whose answer is timed, so that a half-open or frozen one is lost too.
When the link is lost, for whatever reason, everything pending fails at once; nothing is kept for later.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from queues.ami.actions import Action, Ping
from queues.ami.connection import Answered, Connection, Happening, LoggedIn, Reply
from queues.ami.errors import AmiError, LinkDown, LoginRefused, NotGreeted
from queues.ami.inbox import Inbox

#: Bytes the kernel may hold while this process is busy; a PBX hangs up on a reader that stalls its writes for
#: 100 ms. The kernel takes what its own limit allows.
RECEIVE_BUFFER = 4 * 1024 * 1024

#: So the kernel finds out that the other machine is gone while nobody speaks, as before the greeting: asked after
#: 5 s, twice. Names of Linux; where there is no such option, patience alone ends the wait.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 2}
KEEP_ALIVE = {getattr(socket, name): value for name, value in _KEEP_ALIVE.items() if hasattr(socket, name)}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for TCP and TLS, for the PBX's greeting, for the login after it, for a byte
    before asking with a Ping, for the answer to that, and for the answer to Logoff.

    A PBX that hangs takes connections and greets when it goes on: to listen is better than to hang up and call
    again, of which it would find one unfinished login after the other in its log."""

    connect: float = 10.0
    banner: float = 30.0
    login: float = 10.0
    idle: float = 5.0
    answer: float = 5.0
    logoff: float = 2.0


class Session(asyncio.Protocol):
    """One connection from the first byte to the last. `fingerprint` pins the certificate, "" does not."""

    def __init__(
        self,
        connection: Connection,
        inbox: Inbox,
        patience: Patience,
        now: Callable[[], datetime],
        fingerprint: str = "",
    ) -> None:
        self.connection = connection
        self.inbox = inbox
        self.patience = patience
        self.heard_at = now()
        self.is_logged_in = False
        self._now = now
        self._fingerprint = fingerprint
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._failure: AmiError | None = None
        self._answers: dict[str, asyncio.Future[Reply | AmiError]] = {}
        self._greeted = asyncio.Event()
        self._settled = asyncio.Event()
        self._closed = asyncio.Event()
        self._heard = 0.0
        self._ping_id = ""
        self._timer: asyncio.TimerHandle | None = None

    # Asking

    async def wait_until_greeted(self) -> None:
        """**Errors** NotGreeted, LinkDown."""
        await self._greeted.wait()
        self._raise_failure()

    async def wait_until_logged_in(self) -> None:
        """**Errors** LoginRefused, LinkDown."""
        await self._settled.wait()
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def ask(self, action: Action, label: str = "") -> tuple[str, asyncio.Future[Reply | AmiError]]:
        """Send `action` (`label`: see `Connection.start`); its ActionID and the answer to come, which may be an error.

        **Errors** InvalidAction and LinkDown at once, and then nothing was sent."""
        if self._failure is not None:
            raise LinkDown(str(self._failure))
        action_id = self.connection.start(action, label)
        answer: asyncio.Future[Reply | AmiError] = self._loop.create_future()
        self._answers[action_id] = answer
        self._write()
        return action_id, answer

    def drop(self, action_id: str) -> None:
        """Nobody waits for this answer any more."""
        self._answers.pop(action_id, None)
        self.connection.abandon(action_id)

    def lose(self, failure: AmiError) -> None:
        """Close the link now and fail everything pending. The first reason counts, later ones are ignored."""
        if self._failure is not None:
            return
        lost = LinkDown(str(failure))
        self._failure = failure if isinstance(failure, LoginRefused | NotGreeted) else lost
        if self._timer is not None:
            self._timer.cancel()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result(LinkDown(lost.reason))
        self._answers.clear()
        self.inbox.end(lost)
        self._greeted.set()
        self._settled.set()
        if self._transport is not None:
            self._transport.abort()

    async def wait_until_closed(self) -> None:
        """Until the socket is gone."""
        await self._closed.wait()

    # The protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEP_ALIVE.items():
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
        if self._fingerprint:
            certificate = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
            if not hmac.compare_digest(hashlib.sha256(certificate or b"").hexdigest(), self._fingerprint):
                self.lose(LinkDown("The PBX shows another certificate than the one pinned by its fingerprint."))

    def data_received(self, data: bytes) -> None:
        if self._failure is not None:
            return
        self._heard = self._loop.time()
        self.heard_at = self._now()
        try:
            for happening in self.connection.receive(data):
                self._file(happening)
        except AmiError as failure:
            self.lose(failure)
            return
        if self.connection.version:
            self._greeted.set()
        self._write()

    def connection_lost(self, exc: Exception | None) -> None:
        reason = "The PBX closed the connection." if exc is None else f"The connection broke: {exc}."
        self.lose(LinkDown(reason) if self.connection.version else NotGreeted(reason))
        self._closed.set()

    def _file(self, happening: Happening) -> None:
        if isinstance(happening, Answered):
            answer = self._answers.pop(happening.action_id, None)
            if answer is not None and not answer.done():
                answer.set_result(happening.outcome)
            elif happening.action_id == self._ping_id:
                self._watch_again()
        elif isinstance(happening, LoggedIn):
            self.is_logged_in = True
            self._settled.set()
            self._watch_again()
        else:
            dropped = self.inbox.put(happening, self.heard_at)
            if dropped:
                self.connection.counters.skipped["overflow"] += dropped

    def _write(self) -> None:
        data = self.connection.outgoing()
        if data and self._transport is not None:
            self._transport.write(data)

    # Keep-alive

    def _watch_again(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self.patience.idle, self._check_silence)

    def _check_silence(self) -> None:
        """Ask with a Ping if nothing came for a while, else look again when that while is over."""
        silent = self._loop.time() - self._heard
        if silent < self.patience.idle:
            self._timer = self._loop.call_later(self.patience.idle - silent, self._check_silence)
            return
        self._ping_id = self.connection.start(Ping())
        self._write()
        self._timer = self._loop.call_later(self.patience.answer, self._give_up)

    def _give_up(self) -> None:
        self.lose(LinkDown(f"The PBX did not answer a Ping within {self.patience.answer:g} s."))

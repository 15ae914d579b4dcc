"""One logged-in link to one PBX, for asyncio: ask and wait for the answer, read the live stream.

    client = await connect(Address.parse("ami://user:secret@10.0.0.5:7777"))
    reply = await client.perform(QueueStatus(), timeout=10)
    async for event, received_at in client.events(): ...

The reader (`queues.ami.session`) never waits for anybody here. A lost link fails whatever was pending at once and
nothing is ever sent again; to come back call `connect` once more, `Backoff` says when.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from queues.ami.actions import Action, Logoff
from queues.ami.address import Address
from queues.ami.backoff import Backoff
from queues.ami.connection import Connection, Reply
from queues.ami.errors import ActionTimeout, AmiError, LinkDown, NotGreeted
from queues.ami.events import DEFAULT_WANTED, Event
from queues.ami.frames import Counters, Wanted
from queues.ami.inbox import Inbox, Overflow
from queues.ami.session import Patience, Session

__all__ = ["DEFAULT_WANTED", "Address", "Backoff", "Client", "Overflow", "Patience", "Reply", "connect"]

#: Events kept for a consumer that is behind: some minutes of a busy PBX.
INBOX_SIZE = 20_000


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def connect(
    address: Address,
    *,
    wanted: Wanted = DEFAULT_WANTED,
    inbox_size: int = INBOX_SIZE,
    patience: Patience | None = None,
    now: Callable[[], datetime] = _utc_now,
) -> Client:
    """Connect and log in. Live events are kept in the inbox from the login on.

    `wanted` are the live events to decode; `now` is the wall clock, in aware UTC.

    **Errors** NotGreeted: unreachable, or nobody there says a word. LinkDown: certificate not trusted, no AMI there,
    or lost on the way. LoginRefused: the PBX does not let us in; do not try again for a minute.
    """
    patience = patience or Patience()
    # A prefix of our own tells our answers from those other sessions asked for.
    connection = Connection(
        address.username, address.secret, wanted=wanted, id_prefix=f"ucmdash-{secrets.token_hex(4)}-"
    )
    session = Session(connection, Inbox(inbox_size), patience, now, address.fingerprint)
    try:
        await _open(session, address, patience.connect)
        await _log_in(session, address, patience)
    finally:
        if not session.is_logged_in:
            session.lose(LinkDown("The login did not succeed."))
    return Client(address, session, now)


async def _open(session: Session, address: Address, seconds: float) -> None:
    try:
        context = address.ssl_context()
    except OSError as error:
        raise LinkDown(f"The file of certificates cannot be used: {error.strerror or error}.") from error
    try:
        async with asyncio.timeout(seconds):
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: session, address.host, address.port, ssl=context)
    except TimeoutError:
        raise NotGreeted(f"{address.place} did not answer within {seconds:g} s.") from None
    except ssl.SSLError as error:
        raise LinkDown(f"{address.place} cannot be reached: {_in_words(error)}.") from error
    except OSError as error:
        raise NotGreeted(f"{address.place} cannot be reached: {_in_words(error)}.") from error


async def _log_in(session: Session, address: Address, patience: Patience) -> None:
    try:
        async with asyncio.timeout(patience.banner):
            await session.wait_until_greeted()
    except TimeoutError:
        words = f"{address.place} took the connection and said nothing for {patience.banner:g} s."
        raise NotGreeted(words) from None
    try:
        async with asyncio.timeout(patience.login):
            await session.wait_until_logged_in()
    except TimeoutError:
        raise LinkDown(f"{address.place} did not finish the login within {patience.login:g} s.") from None


def _in_words(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS there ({error.reason or error})"
    if isinstance(error, socket.gaierror):
        return "nobody knows this host name"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return error.strerror or str(error) or type(error).__name__


class Client:
    """A logged-in link. `inbox` holds live events for one consumer, `now` is its wall clock."""

    def __init__(self, address: Address, session: Session, now: Callable[[], datetime]) -> None:
        self.address = address
        self.now = now
        self._session = session

    @property
    def inbox(self) -> Inbox:
        """The live events that nobody took yet."""
        return self._session.inbox

    @property
    def overflowed(self) -> int:
        """How often the inbox was full and emptied."""
        return self._session.inbox.overflowed

    @property
    def heard_at(self) -> datetime:
        """When the last byte came from the PBX."""
        return self._session.heard_at

    @property
    def banner_version(self) -> str:
        """The AMI version the PBX greeted with, such as "5.0.4"."""
        return self._session.connection.version

    @property
    def counters(self) -> Counters:
        """What passed over this link."""
        return self._session.connection.counters

    def id_of(self, label: str) -> str:
        """The ActionID under which an action performed with this label passes over the link."""
        return self._session.connection.id_of(label)

    async def perform(self, action: Action, timeout: float = 10.0, *, label: str = "") -> Reply:  # noqa: ASYNC109
        """Ask, and wait for the whole answer: one response, or a list with all its rows. Each action has its own
        `timeout`; a `label` (letters and dashes, once a session) makes its ActionID known beforehand, for logs.

        May be cancelled; a late answer is then swallowed.

        **Errors** InvalidAction: nothing was sent. ActionRefused: the PBX said no. ActionTimeout and LinkDown: nobody
        knows whether it was done."""
        action_id, answer = self._session.ask(action, label)
        try:
            async with asyncio.timeout(timeout):
                outcome = await answer
        except TimeoutError:
            raise ActionTimeout(f"No complete answer to {action.name} within {timeout:g} s.") from None
        finally:
            self._session.drop(action_id)
        if isinstance(outcome, AmiError):
            raise outcome
        return outcome

    async def events(self) -> AsyncIterator[tuple[Event | Overflow, datetime]]:
        """Live events and when each was received. **Errors** LinkDown once the link is lost and all are taken."""
        while True:
            yield await self.inbox.get()

    async def close(self) -> None:
        """Log off and close; harmless on a lost link."""
        seconds = self._session.patience.logoff
        with contextlib.suppress(AmiError):
            await self.perform(Logoff(), seconds)
        self._session.lose(LinkDown("The link was closed."))
        await self._session.wait_until_closed()

"""One POST to one webhook: name looked up and judged, connection to exactly that address, one answer, all within ten
seconds whatever the receiver does. Redirects are not followed: they could lead anywhere.

h11 speaks HTTP (it is what uvicorn and httpx are built on) over an asyncio stream. Clients on top of it, and the
standard library's in a thread, choose the address by themselves and have no limit for the whole of a request.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

import h11
from django.conf import settings
from django.utils.translation import gettext as _

from queues.alerts.addresses import BadAddress, Place, read_url, why_refused
from queues.alerts.threads import in_daemon_thread

#: For everything, from looking up the name to the answer's first words.
TOTAL_SECONDS = 10.0
#: For one of several addresses of a name, and for the words of an answer whose status is known.
CONNECT_SECONDS = 4.0
BODY_SECONDS = 1.0
#: What is kept of an answer.
_WORDS = 160
_READ = 16 * 1024


class NoAnswer(Exception):
    """It is not known that anybody took the message. The message says what went wrong."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: its HTTP status and the beginning of what it wrote, as one line."""

    status: int
    words: str
    retry_after_seconds: int | None = None

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    def __str__(self) -> str:
        hint = _("redirects are not followed") if 300 <= self.status < 400 else self.words
        return f"{self.status} {hint}".strip()


async def post(url: str, headers: Mapping[str, str], body: bytes, *, seconds: float = TOTAL_SECONDS) -> Answer:
    """What the receiver answered, whatever that is. Errors: BadAddress, NoAnswer."""
    place = read_url(url)
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await _connect(place)
            try:
                return await _exchange(reader, writer, place, headers, body)
            finally:
                writer.transport.abort()
    except TimeoutError:
        raise NoAnswer(_("no answer within {seconds} s").format(seconds=f"{seconds:g}")) from None
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer(_("certificate: {words}").format(words=error.verify_message)) from error
    except ConnectionRefusedError:
        raise NoAnswer(_("connection refused: nothing listens there")) from None
    except (OSError, h11.RemoteProtocolError) as error:
        raise NoAnswer(getattr(error, "strerror", None) or str(error) or type(error).__name__) from error


async def _connect(place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Errors: BadAddress, OSError of the last address tried."""
    context = ssl.create_default_context() if place.is_tls else None
    fault: OSError = OSError(_("the name has no address"))
    for address in await _look_up(place):
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                name = place.host if context else None
                return await asyncio.open_connection(address, place.port, ssl=context, server_hostname=name)
        except TimeoutError:
            fault = OSError(_("{address} does not answer").format(address=address))
        except OSError as error:
            fault = error
    raise fault


async def _look_up(place: Place) -> list[str]:
    """The addresses of this machine to which messages may go. Errors: BadAddress if all are refused, NoAnswer."""
    try:
        found = await in_daemon_thread(socket.getaddrinfo, place.host, place.port, 0, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NoAnswer(_("the name {name} is not known").format(name=place.host)) from None
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    allow_loopback = settings.WEBHOOKS_TO_THIS_MACHINE
    reasons = {text: why_refused(ip_address(text), allow_loopback=allow_loopback) for text in addresses}
    allowed = [text for text, reason in reasons.items() if not reason]
    if not allowed and reasons:
        raise BadAddress(next(iter(reasons.values())))
    return allowed


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: Place, headers: Mapping[str, str], body: bytes
) -> Answer:
    """Send the request and read the answer. Errors: OSError, h11.RemoteProtocolError."""
    connection = h11.Connection(h11.CLIENT)
    told = {"Host": place.authority, **headers, "Content-Length": str(len(body)), "Connection": "close"}
    request = h11.Request(method="POST", target=place.path, headers=list(told.items()))
    for part in (request, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(connection.send(part) or b"")
    await writer.drain()
    response: h11.Response | None = None
    while response is None:  # others may come before it: 1xx
        event = await _next_event(connection, reader)
        response = event if isinstance(event, h11.Response) else None
    words = bytearray()
    with suppress(TimeoutError, OSError, h11.RemoteProtocolError):
        async with asyncio.timeout(BODY_SECONDS):
            while len(words) < _WORDS and isinstance(event := await _next_event(connection, reader), h11.Data):
                words += event.data
    return Answer(response.status_code, _line(bytes(words)), _retry_after(response))


async def _next_event(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        data = await reader.read(_READ)
        if not data and connection.their_state is h11.SEND_RESPONSE:
            raise NoAnswer(_("the connection was closed without an answer"))
        connection.receive_data(data)
    return event


def _line(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_WORDS]


def _retry_after(response: h11.Response) -> int | None:
    """Seconds it asks us to wait, where it says so in digits."""
    value = dict(response.headers).get(b"retry-after", b"")
    return int(value) if value.isdigit() and len(value) < 6 else None

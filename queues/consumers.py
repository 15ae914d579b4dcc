"""One browser's socket at `/ws/board/`, or a wallboard's at `/ws/board/?wall=…`, as a plain ASGI application: who it
is, and what it says.

What it is sent comes from the hub. It has no channel of its own, because a message for everybody would then be
decoded and copied once per browser. It may say `{"type": "ack", "pbx", "epoch", "seq"}` and `{"type":
"resync", "pbx"}`; all else is ignored, and one that talks too much is cut off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import orjson

from queues import metrics
from queues.admission import CLOSE_NOT_LOGGED_IN, admitted
from queues.clients import Client
from queues.hub import Hub, running_hub

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = dict[bytes, bytes]

#: The codes of the standard for these (1008, 1013) cannot be sent: Daphne takes 1000 and those from 3000 on.
CLOSE_TOO_MUCH = 4008
CLOSE_TRY_LATER = 4013
#: A page says one thing a second; this is plenty.
MESSAGES_PER_SECOND = 30
MESSAGE_MAX_LENGTH = 1024
#: The hub must have read the boards by then.
JOIN_SECONDS = 15.0


async def board_socket(scope: Message, receive: Receive, send: Send) -> None:
    """The ASGI application. The origin has been checked before (`ucmdash.application`)."""
    await receive()
    # Accepted even if it is closed at once: a refused handshake cannot tell the page why.
    await send({"type": "websocket.accept"})
    with metrics.SOCKETS.track_inprogress():
        await _serve(dict(scope["headers"]), _wall_of(scope["query_string"]), receive, send)


def _wall_of(query: bytes) -> str:
    """The wallboard that this socket is for, "" if none."""
    return parse_qs(query.decode("latin-1")).get("wall", [""])[0]


async def _serve(headers: Headers, wall: str, receive: Receive, send: Send) -> None:
    person = await admitted(headers, wall)
    if person is None:
        await send(_close(CLOSE_NOT_LOGGED_IN))
        return

    async def send_text(text: str) -> None:
        await send({"type": "websocket.send", "text": text})

    async def close(code: int) -> None:
        await send(_close(code))

    hub, client = running_hub(), Client(*person, send_text, close)
    try:
        await asyncio.wait_for(hub.join(client), JOIN_SECONDS)
        is_gone = await _listen(hub, client, receive)
        if not is_gone:
            await close(CLOSE_TOO_MUCH)
    except TimeoutError:
        await close(CLOSE_TRY_LATER)
    finally:
        hub.leave(client)


async def _listen(hub: Hub, client: Client, receive: Receive) -> bool:
    """Take what the browser says. Returns True when it has gone, False when it says too much."""
    loop = asyncio.get_running_loop()
    second, count = 0, 0
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return True
        if second != int(loop.time()):
            second, count = int(loop.time()), 0
        count += 1
        text = message.get("text") or ""
        if count > MESSAGES_PER_SECOND or len(text) > MESSAGE_MAX_LENGTH or message.get("bytes"):
            return False
        await _take(hub, client, text)


async def _take(hub: Hub, client: Client, text: str) -> None:
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    match said:
        case {"type": "ack", "pbx": str(pbx), "epoch": int(epoch), "seq": int(seq)}:
            client.acknowledge(pbx, (epoch, seq))
        case {"type": "resync", "pbx": str(pbx)}:
            await hub.resync(client, pbx)


def _close(code: int) -> Message:
    metrics.SOCKETS_CLOSED.labels(str(code)).inc()
    return {"type": "websocket.close", "code": code}

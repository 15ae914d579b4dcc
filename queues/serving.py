"""Pages and background work in one process: Daphne's server with our tasks beside it in the same event loop.

Daphne runs Twisted's reactor on an asyncio loop; whatever runs beside it must be started from inside that loop
and ended before the reactor stops, or a worker could not say goodbye. Daphne must be imported before anything
else of Twisted, because it chooses the reactor.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from channels.routing import get_default_application
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server, twisted_loop
from django.conf import settings
from twisted.internet import defer, reactor

from queues.supervision import keep_running

logger = logging.getLogger(__name__)

#: A browser that has gone without a word is noticed within their sum.
PING_SECONDS = 5
PONG_SECONDS = 10
#: How long the background work may take to end.
STOP_SECONDS = 4.0


class CannotListen(Exception):
    """The address is taken or not ours. The message says which."""


def serve(
    host: str, port: int, work: Mapping[str, Callable[[], Awaitable[None]]], ready: Callable[[str], None]
) -> None:
    """Serve the pages at `host`:`port` (0: any free port) with `work` running beside, until SIGTERM or SIGINT.

    `work`: coroutine functions by name, each kept running until then, and cancelled. `ready` is called once with
    the address of the pages when they can be opened. Errors: CannotListen.
    """
    tasks: list[asyncio.Task[None]] = []

    def start() -> None:
        tasks.extend(twisted_loop.create_task(keep_running(name, part)) for name, part in work.items())
        ready(_url(server))

    def stop() -> defer.Deferred[object]:
        return defer.Deferred.fromFuture(twisted_loop.create_task(_end(tasks)))

    server = Server(
        application=get_default_application(),
        endpoints=list(build_endpoint_description_strings(host=host, port=port)),
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        server_name="ucmdash",
        **(_PROXY_HEADERS if settings.TRUST_PROXY_HEADERS else {}),
    )
    reactor.callWhenRunning(start)
    reactor.addSystemEventTrigger("before", "shutdown", stop)
    server.run()
    if server.abort_start:
        raise CannotListen(f"{host}:{port} cannot be listened on: it is in use, or no address of this machine.")


_PROXY_HEADERS = {
    "proxy_forwarded_address_header": "X-Forwarded-For",
    "proxy_forwarded_port_header": "X-Forwarded-Port",
    "proxy_forwarded_proto_header": "X-Forwarded-Proto",
}


def _url(server: Server) -> str:
    host, port = server.listening_addresses[0]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel the background work and wait for it to leave orderly."""
    for task in tasks:
        task.cancel()
    if tasks:
        _done, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in late:
            logger.warning("%s did not end in time", task.get_name())

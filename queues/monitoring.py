"""Who may read the metrics without an account, and the port at which a worker without pages tells its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from prometheus_client import make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer


class CannotListen(Exception):
    """The address is taken or not ours. The message says which."""


def are_allowed(addresses: Iterable[str]) -> bool:
    """Whether every one of these is an address within the networks of METRICS_ALLOWED."""
    return all(_is_allowed(address.strip()) for address in addresses)


def _is_allowed(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in settings.METRICS_ALLOWED)


class _Handler(WSGIRequestHandler):
    """Says nothing of requests, and waits for none for ever."""

    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving_metrics(host: str, port: int) -> Iterator[str]:
    """Serve this process's metrics in threads of their own, to METRICS_ALLOWED only. Yields the address to read.

    Errors: CannotListen."""

    class Server(ThreadingWSGIServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    try:
        server = make_server(host, port, _guarded, Server, _Handler)
    except OSError as error:
        raise CannotListen(f"{host}:{port} cannot be listened on for metrics: {error.strerror or error}.") from error
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if are_allowed([environ["REMOTE_ADDR"]]):
        return make_wsgi_app()(environ, start_response)
    start_response("403 Forbidden", [("Content-Type", "text/plain")])
    return [b"This address is not in METRICS_ALLOWED.\n"]

"""Keeps other sites' pages away from the sockets: a browser sends our cookies with their connections too.

What counts is the `Origin` header, which browsers always send and pages cannot forge: it must be this host, or
one of CSRF_TRUSTED_ORIGINS. Programs that are no browsers send none, or bring a token instead of a cookie.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def own_origin_only(application: Application) -> Application:
    """The WebSocket application, closed (HTTP 403) to pages of other origins."""

    async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if is_allowed(headers):
            await application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})

    return guarded


def is_allowed(headers: dict[bytes, str]) -> bool:
    origin, host = headers.get(b"origin"), headers.get(b"host", "")
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    if origin is None or headers.get(b"authorization", "").lower().startswith("bearer "):
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.netloc == host or _is_trusted(parts.scheme, parts.netloc))


def _is_trusted(scheme: str, netloc: str) -> bool:
    """Whether CSRF_TRUSTED_ORIGINS names it, with `https://*.example.com` for all below example.com."""
    for trusted in map(urlsplit, settings.CSRF_TRUSTED_ORIGINS):
        if trusted.scheme == scheme and (
            trusted.netloc == netloc or (trusted.netloc.startswith("*.") and netloc.endswith(trusted.netloc[1:]))
        ):
            return True
    return False

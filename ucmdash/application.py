"""The application that Daphne serves: pages and API by Django, the board's socket by `queues.consumers`."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ucmdash.settings")
# Sets Django up, and so must come before anything that imports models.
pages = get_asgi_application()

from queues.consumers import board_socket  # noqa: E402
from ucmdash.origins import own_origin_only  # noqa: E402


async def no_socket(scope, receive, send) -> None:
    """Refuses (HTTP 403) a socket at an address that has none."""
    await receive()
    await send({"type": "websocket.close"})


sockets = URLRouter([path("ws/board/", board_socket), re_path("", no_socket)])
application = ProtocolTypeRouter({"http": pages, "websocket": own_origin_only(sockets)})

"""What every template may use."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from agents.permissions import visible_scope
from queues.owing import count_open


def build(request: HttpRequest) -> dict[str, str]:
    """`build` names the release and its files; the socket's `hello` tells it too."""
    return {"build": settings.BUILD, "version": settings.VERSION}


def owed(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """`owed_count`: how many calls are owed, for the navigation. Asked for only where a template shows it."""
    return {"owed_count": lambda: count_open(visible_scope(request.user))}

"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def build(request: HttpRequest) -> dict[str, str]:
    """`build` names the release and its files; the socket's `hello` tells it too."""
    return {"build": settings.BUILD, "version": settings.VERSION}

"""Deployments that would start and then not work, or not safely: found by `manage.py check` and before commands.

Registered by `queues.apps`; each has an id and a hint.
"""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

IN_MEMORY = "channels.layers.InMemoryChannelLayer"
#: Commands that are only a part of the whole, and so must reach the others.
PARTS = {"run_ami_worker": "The worker", "runserver": "The pages"}
#: Names under which only this machine reaches itself.
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


def check_processes_reach_each_other(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Workers and pages in processes of their own need a layer that reaches the others. `ucmdash.asgi` asks for
    servers that know nothing of checks."""
    part = PARTS.get(next(iter(sys.argv[1:2]), ""))
    missing = require_layer_between_processes(part) if part else None
    return [missing] if missing else []


def require_layer_between_processes(part: str) -> CheckMessage | None:
    """What is wrong with running this part alone, if anything."""
    if settings.CHANNEL_LAYERS["default"]["BACKEND"] != IN_MEMORY:
        return None
    return Error(
        f"{part} would run alone: nothing the worker sees would reach the pages of another process.",
        hint="Set REDIS_URL for all processes, or run pages and worker in one: manage.py serve.",
        id="queues.E001",
    )


def check_exposure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Settings that make an installation on a network unsafe. The demo is for this machine only."""
    if settings.DEMO:
        return []
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Warning(
                "ALLOWED_HOSTS lets any host name through.",
                hint="Name the hosts people type: ALLOWED_HOSTS=dash.example.com",
                id="queues.W001",
            )
        )
    is_exposed = bool(set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS)
    if settings.DEBUG and is_exposed:
        found.append(
            Error(
                "DEBUG is on and other machines may reach this one: every error page tells settings and data.",
                hint="Unset DEBUG.",
                id="queues.E002",
            )
        )
    if is_exposed and not settings.DEBUG and not settings.HTTPS:
        found.append(
            Warning(
                "HTTPS is off: passwords and sessions travel in the clear.",
                hint="Put a proxy with TLS in front (README.md) and set HTTPS=true.",
                id="queues.W003",
            )
        )
    if not settings.DEBUG and len(settings.SECRET_KEY) < 32:
        found.append(
            Warning(
                "SECRET_KEY is short enough to be guessed.",
                hint="python -c 'import secrets; print(secrets.token_urlsafe(50))'",
                id="queues.W002",
            )
        )
    return found

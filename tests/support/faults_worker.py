"""A real worker as a process of its own that dies, or stands still, at a chosen step of its work.

    process = dying_worker(line.port, "claimed", signal.SIGKILL)

As a program (`python -m tests.support.faults_worker URL STEP SIGNAL`) it runs the product's worker on the test's
database and sends itself the signal the first time it comes to that step. Nothing of the worker is replaced: the
functions named in `_prepare` are only watched.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from typing import Any

import django
from django.db import connection

from tests.support.serving import ROOT

#: Leases run out quickly here, in both processes: (module of queues.live, constant, value).
QUICK_LEASES = (
    ("store", "LEASE_SECONDS", 1.5),
    ("lease", "STANDBY_SECONDS", 0.1),
    ("lease", "MARGIN_SECONDS", 0.3),
    ("worker", "RENEW_SECONDS", 0.3),
)


def dying_worker(port: int, step: str, what: signal.Signals) -> subprocess.Popen[str]:
    """Start it against the PBX behind `port`. Its log comes on stderr."""
    inherited = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COV")}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.faults_worker", _url(port), step, str(int(what))],
        cwd=ROOT,
        env={**inherited, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()},
        stderr=subprocess.PIPE,
        text=True,
    )


def _url(port: int) -> str:
    return f"ami://ucmdash1:dash1234@127.0.0.1:{port}"


def database_url() -> str:
    """The database this test uses, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)


def _strike(what: int) -> None:
    """The signal ends or stops the whole process, and this thread does not get one instruction further: sent to
    the process, another thread may take it while this one runs on."""
    signal.pthread_kill(threading.get_ident(), what)


def _watch(owner: Any, name: str, what: int, *, when: Callable[..., bool], is_before: bool) -> None:
    """Send this process the signal `what` before or after the first call of `owner.name` for which `when` holds."""
    real = getattr(owner, name)
    has_come: list[bool] = []

    @wraps(real)
    def watched(*args: Any, **kwargs: Any) -> Any:
        is_it = not has_come and when(*args)
        if is_it and is_before:
            has_come.append(True)
            _strike(what)
        result = real(*args, **kwargs)
        if is_it and not is_before:
            has_come.append(True)
            _strike(what)
        return result

    setattr(owner, name, watched)


def _tells_of_callers(pbx: str, epoch: int, changes: Sequence[Any], *_: Any) -> bool:
    return any(change.table in ("callers", "calls") for change in changes)


def _prepare(step: str, what: int) -> None:
    from agents import pauses, services  # noqa: PLC0415  Django must be set up first
    from queues.ami.actions import QueuePause  # noqa: PLC0415
    from queues.ami.session import Session  # noqa: PLC0415
    from queues.live import store  # noqa: PLC0415

    for module, name, value in QUICK_LEASES:
        setattr(import_module(f"queues.live.{module}"), name, value)
    steps: dict[str, tuple[Any, str, Callable[..., bool], bool]] = {
        "queued": (store, "under_lease", lambda *args: True, True),
        "claimed": (store, "under_lease", lambda *args: True, False),
        "sent": (Session, "ask", lambda session, action, *rest: isinstance(action, QueuePause), False),
        "return queued": (pauses, "queue_return", lambda *args: True, False),
        "answered": (services, "finish_command", lambda *args: True, True),
        "written": (services, "finish_command", lambda *args: True, False),
        "before the transaction": (store, "save", _tells_of_callers, True),
        "in the transaction": (store, "_save_calls", lambda live, ended: bool(live or ended), False),
        "committed": (store, "save", _tells_of_callers, False),
    }
    owner, name, when, is_before = steps[step]
    _watch(owner, name, what, when=when, is_before=is_before)


def _main(url: str, step: str, what: str) -> None:
    django.setup()
    _prepare(step, int(what))
    from queues.ami.client import Address  # noqa: PLC0415
    from queues.live.worker import run  # noqa: PLC0415
    from tests.support.working import PACE as WORKER_PACE  # noqa: PLC0415
    from tests.support.working import PBX  # noqa: PLC0415

    asyncio.run(run(PBX, Address.parse(url), WORKER_PACE))


if __name__ == "__main__":
    _main(*sys.argv[1:])

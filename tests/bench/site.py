"""The product as people run it, `manage.py serve`, in a process of its own on an empty database."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
PBX = "bench"
_STOP_SECONDS = 10
_UP_SECONDS = 30
#: An empty database with one supervisor, whose token is printed.
_PREPARE = """
from django.contrib.auth.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
User.objects.create_superuser("bench")
call_command("create_token", "bench")
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running site. `token` is a supervisor's; `url` ends with a slash; `started_at` is when its process was
    started, by the monotonic clock."""

    pid: int
    url: str
    token: str
    started_at: float

    @property
    def socket_url(self) -> str:
        return self.url.replace("http://", "ws://") + "ws/board/"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def when_up(self) -> str:
        """The socket's address, once the board is there and has been saved. TimeoutError when it does not come."""
        deadline = time.monotonic() + _UP_SECONDS
        while time.monotonic() < deadline:
            board = self.saved_board()
            if board["agents"] and any(link["state"] == "up" for link in board["links"]):
                return self.socket_url
            time.sleep(0.1)
        raise TimeoutError("no board")

    def saved_board(self) -> dict[str, list[dict[str, Any]]]:
        """The board as the database has it, rows by table."""
        request = urllib.request.Request(f"{self.url}api/v1/board", headers=self.headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            board: dict[str, list[dict[str, Any]]] = json.load(answer)
        return board


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """What the product's processes are given: `database`, the URL of an empty one, or else SQLite in `folder`."""
    return {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "ucmdash.settings",
        "SECRET_KEY": "a key for benchmarks that is long enough to be called one",
        "HTTPS": "false",
        "DATABASE_URL": database or f"sqlite:///{folder / 'db.sqlite3'}",
    }


def prepare(settings: dict[str, str], more: str = "") -> str:
    """Make the tables and a supervisor, and run `more` Python; the supervisor's token."""
    command = [*MANAGE, "shell", "--verbosity", "0", "-c", _PREPARE + more]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=True).stdout.split()[-1]


@contextmanager
def site(folder: Path, pbx_port: int, database: str = "") -> Iterator[Site]:
    """Serve the simulated PBX at `pbx_port`. `database` as above; the log goes to `folder`."""
    settings = environment(folder, database) | {"AMI_URL": f"{PBX}=ami://ucmdash1:dash1234@127.0.0.1:{pbx_port}"}
    token = prepare(settings)
    log = folder / "serve.log"
    with log.open("w") as errors:
        started_at = time.monotonic()
        process = subprocess.Popen(
            [*MANAGE, "serve", "--port", "0"], env=settings, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            assert process.stdout is not None
            url = re.search(r"http://\S+/", process.stdout.readline())
            if url is None:
                raise RuntimeError(f"serve does not serve: {log.read_text()}")
            yield Site(process.pid, url[0], token, started_at)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=_STOP_SECONDS)

"""The product as its users run it: `manage.py serve` as a process of its own, asked over HTTP from outside."""

from __future__ import annotations

import asyncio
import atexit
import functools
import http.client
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.asterisk.processes import Process
from tests.asterisk.waiting import eventually
from tests.support.patience import patient

ROOT = Path(__file__).parents[2]
#: The name under which the dashboard knows its PBX.
PBX = "main"
PASSWORD = "supervisor's secret"
FINAL = {"done", "refused", "expired", "unknown"}


def ask(method: str, url: str, token: str, body: object = None) -> tuple[int, Any]:
    """One API request: status and decoded JSON. 0 and None while nobody listens. Blocking."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, _decoded(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _decoded(error.read())
    except (OSError, http.client.HTTPException):
        return 0, None


def _decoded(body: bytes) -> Any:
    """JSON, or None for a page of words."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _environment(database: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "for the tests of one real PBX, and longer than fifty characters",
        "HTTPS": "false",
        "DATABASE_URL": f"sqlite:///{database}",
        **more,
    }


def _manage(environment: dict[str, str], *arguments: str) -> str:
    """What this command of `manage.py` says."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@functools.cache
def _prepared() -> tuple[Path, str]:
    """A database with its tables and the supervisor in it, to be copied, and the supervisor's token."""
    folder = tempfile.mkdtemp(prefix="ucmdash-dashboard-")
    atexit.register(shutil.rmtree, folder)
    database = Path(folder) / "prepared.sqlite3"
    environment = _environment(database, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    _manage(environment, "migrate", "--verbosity", "0")
    _manage(environment, "createsuperuser", "--no-input", "--username", "supervisor", "--email", "a@example.org")
    return database, _manage(environment, "create_token", "supervisor").split()[-1]


class Dashboard:
    """One installation: a database, a supervisor's `token`, and a server at `url` that can be killed and started
    again."""

    def __init__(self, folder: Path, ami_url: str) -> None:
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        prepared, self.token = _prepared()
        self._database = Path(shutil.copy(prepared, folder / "dashboard.sqlite3"))
        self.database_url = f"sqlite:///{self._database}"
        self._environment = _environment(self._database, AMI_URL=f"{PBX}={ami_url}")
        self._server = Process(folder, "serve")

    def give_phone(self, interface: str) -> None:
        """The supervisor sits behind this phone, which the board must know already."""
        words = "from agents.models import *; from django.contrib.auth.models import User; "
        words += f"Agent.objects.filter(interface={interface!r}).update(user=User.objects.get())"
        _manage(self._environment, "shell", "-c", words)

    def add_agent(self, username: str, interface: str) -> None:
        """Somebody with the supervisor's password and no rights, behind this phone, which the board must know."""
        words = "from agents.models import *; from django.contrib.auth.models import User; "
        words += f"person = User.objects.create_user({username!r}, password={PASSWORD!r}); "
        words += f"Agent.objects.filter(interface={interface!r}).update(user=person)"
        _manage(self._environment, "shell", "-c", words)

    def set_wrap_up(self, queue: str, seconds: int) -> None:
        """As in the admin."""
        words = f"from queues.models import Queue; Queue.objects.filter(number={queue!r})"
        _manage(self._environment, "shell", "-c", f"{words}.update(wrap_up_seconds={seconds})")

    def owe_everybody(self, queue: str) -> None:
        """Before it runs, as in the admin: who hangs up at once is called back, too."""
        told = f"pbx={PBX!r}, number={queue!r}, name={queue!r}, target_short_seconds=0, is_on_board=False"
        _manage(self._environment, "shell", "-c", f"from queues.models import Queue; Queue.objects.create({told})")

    def end_minutes_in(self, seconds: float) -> datetime:
        """While it does not run: what was to end after a minute, the shortest pause that can be asked for, ends so many
        `seconds` from now. Returns when that is."""
        words = "from datetime import timedelta; from django.utils import timezone; from agents.models import Command; "
        words += f"from queues.models import Member; end = timezone.now() + timedelta(seconds={seconds})\n"
        words += "for pause in Command.objects.filter(kind='pause', arguments__minutes=1):\n"
        words += "    old = pause.sent_at + timedelta(minutes=1)\n"
        words += "    Member.objects.filter(pause_until=old).update(pause_until=end)\n"
        words += "    pause.arguments['minutes'] = (end - pause.sent_at) / timedelta(minutes=1)\n"
        words += "    pause.save()\n"
        return datetime.fromisoformat(_manage(self._environment, "shell", "-v0", "-c", words + "print(end)").strip())

    def start(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(self._port)]
        self._server.start(command, cwd=ROOT, env=self._environment)

    def kill(self) -> None:
        self._server.kill()

    def stop(self) -> bool:
        """SIGTERM; whether it ended by itself within the five seconds it may take, or longer on a busy machine."""
        return self._server.stop(seconds=patient(5))

    def log_lines(self) -> list[str]:
        """What the server has said so far, all its runs."""
        return self._server.log.read_text().splitlines()

    @property
    def process_id(self) -> int | None:
        return self._server.pid

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One API request: status and decoded JSON. 0 and None while nobody listens."""
        return await asyncio.to_thread(ask, method, f"{self.url}{path}", self.token, body)

    async def board(self) -> dict[str, list[dict[str, Any]]]:
        """`GET /api/v1/board`; all tables empty while nobody listens."""
        status, board = await self.ask("GET", "/api/v1/board")
        return board if status == 200 else {"links": [], "queues": [], "members": [], "callers": [], "agents": []}

    def worker_run(self) -> int:
        """The number of the worker's run that last connected; each start of the server is a new one."""
        with closing(self._open_database()) as database:
            found = database.execute("SELECT epoch FROM queues_link WHERE state = 'up'").fetchone()
        return int(found["epoch"]) if found else 0

    async def wait_for_next_run(self, last: int, seconds: float) -> None:
        """Returns once a worker run after `last` is connected. (A killed one leaves `up` behind on the board.)"""

        async def is_there() -> bool:
            return self.worker_run() > last

        await eventually(is_there, seconds)

    async def link_state(self) -> str:
        board = await self.board()
        return board["links"][0]["state"] if board["links"] else ""

    async def wait_for_link(self, state: str, seconds: float = 15) -> None:
        async def is_reached() -> bool:
            return await self.link_state() == state

        await eventually(is_reached, seconds)

    async def command(self, path: str, body: object) -> dict[str, Any]:
        """Ask for something of the PBX and wait until it is known how that ended."""
        status, accepted = await self.ask("POST", path, body)
        assert status == 202, accepted

        async def ended() -> dict[str, Any] | None:
            _, command = await self.ask("GET", f"/api/v1/commands/{accepted['id']}")
            return command if command["state"] in FINAL else None

        return await eventually(ended, 45)

    async def agent_id(self, interface: str) -> int:
        return next(row["id"] for row in (await self.board())["agents"] if row["interface"] == interface)

    def calls(self) -> list[dict[str, Any]]:
        """Every queue call in the database, read without the product's own code."""
        with closing(self._open_database()) as database:
            return [dict(row) for row in database.execute("SELECT * FROM queues_call ORDER BY joined_at")]

    def _open_database(self) -> sqlite3.Connection:
        database = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
        database.row_factory = sqlite3.Row
        return database


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_dashboard(folder: Path, ami_url: str, *, owes: str = "") -> Iterator[Dashboard]:
    """A started dashboard with an empty database in `folder`, killed at the end. Everybody who gives up in the queue
    `owes` is called back."""
    dashboard = Dashboard(folder, ami_url)
    if owes:
        dashboard.owe_everybody(owes)
    dashboard.start()
    try:
        yield dashboard
    finally:
        dashboard.kill()

"""An installation of many processes: `daphne` and `run_ami_worker` as people start them, on real servers.

Each process has the settings of the installation and nothing else of our environment, and a log of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
from websockets.asyncio.client import ClientConnection, connect

from tests.support.kept import Told
from tests.support.patience import patient
from tests.support.servers import Servers
from tests.support.serving import KEY, ROOT, START_SECONDS, STOP_SECONDS, WARNINGS, manage, outcome

PYTHON = [sys.executable, *WARNINGS]
PASSWORD = "demo"
#: How `daphne` is started in README.md, but for the address.
DAPHNE = ["-m", "daphne", "--ping-interval", "5", "--ping-timeout", "10"]


class Socket(Told):
    """A page on the network: the socket of one web process."""

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__()
        self.connection = connection

    async def until(self, is_so: Callable[[Socket], Any], seconds: float = START_SECONDS) -> Socket:
        """Take frames until something is so."""
        async with asyncio.timeout(seconds):
            while not is_so(self):
                self.apply(json.loads(await self.connection.recv()))
        return self

    async def until_up(self, pbx: str, epoch: int = 0, seconds: float = START_SECONDS) -> int:
        """Wait until a later worker run than `epoch` leads and is connected; returns its epoch."""
        await self.until(
            lambda _: self.places.get(pbx, (0, 0))[0] > epoch and self.rows[pbx]["links"][pbx]["state"] == "up",
            seconds,
        )
        return self.places[pbx][0]

    def numbers(self, pbx: str) -> set[str]:
        """The callers' numbers on the board."""
        return {row["number"] for row in self.rows[pbx]["callers"].values()}


class Web:
    """One web process. Its socket listens from the start, so whoever comes early waits. `port` 0: any free one."""

    def __init__(self, installation: Installation, port: int = 0) -> None:
        self._installation = installation
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            listener.listen()
            self.address = "127.0.0.1:{1}".format(*listener.getsockname())
            command = [*PYTHON, *DAPHNE, "--fd", str(listener.fileno()), "ucmdash.asgi:application"]
            self.process = installation.start("web", command, pass_fds=[listener.fileno()])

    @asynccontextmanager
    async def page(self) -> AsyncIterator[Socket]:
        headers = {"Authorization": f"Bearer {self._installation.token}"}
        url = f"ws://{self.address}/ws/board/"
        async with connect(url, additional_headers=headers, open_timeout=START_SECONDS, max_queue=None) as connection:
            yield Socket(connection)

    async def ask(self, path: str, **body: object) -> Any:
        """The API's answer, to a POST where there is a body."""
        headers = {"Authorization": f"Bearer {self._installation.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"http://{self.address}/api/v1/{path}", data, headers)
        return await _json_of(request)

    async def readiness(self) -> Any:
        """What `/readyz` says when it is content. Errors: HTTPError 503."""
        return await _json_of(urllib.request.Request(f"http://{self.address}/readyz"))


async def _json_of(request: urllib.request.Request) -> Any:
    return json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=30).read()))


class Installation:
    """One database and one Redis for all its processes. `token` is a superuser's."""

    def __init__(self, folder: Path, token: str, settings: dict[str, str]) -> None:
        self.token, self.settings = token, settings
        #: Servers are taken from it on purpose: tracebacks in the logs are no surprise.
        self.is_in_trouble = False
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._workers: list[subprocess.Popen[bytes]] = []
        self._logs: dict[int, Path] = {}

    def start(self, name: str, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        inherited = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COV")}
        log = self._folder / f"{len(self._logs)}-{name}.log"
        with log.open("wb") as words:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                cwd=ROOT,
                env={**inherited, "ENV_FILE": os.devnull, **self.settings},
                stdout=words,
                stderr=words,
                start_new_session=True,  # Ctrl-C is for us, who stop it in order
                **options,
            )
        self._processes.append(process)
        self._logs[process.pid] = log
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        self._workers.append(self.start("worker", [*PYTHON, "manage.py", "run_ami_worker"]))
        return self._workers[-1]

    def running_workers(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self._workers if process.poll() is None]

    async def ended(self, pid: int) -> int:
        """The exit status of a process that was told to end. Errors: TimeoutExpired."""
        (process,) = [process for process in self._processes if process.pid == pid]
        return await asyncio.to_thread(process.wait, patient(STOP_SECONDS))

    def is_standing_by(self, process: subprocess.Popen[bytes], pbx: str) -> bool:
        return f"standing by pbx={pbx}\n" in self._logs[process.pid].read_text()

    def leader(self, pbx: str) -> int:
        """The process id of the worker that holds the lease."""
        query = "SELECT lease_holder FROM queues_link WHERE pbx = %s"
        with psycopg.connect(self.settings["DATABASE_URL"]) as connection:
            row = connection.execute(query, [pbx]).fetchone()
        assert row is not None
        return int(row[0].split(":")[1])

    def stop(self) -> None:
        """End everything as systemd does. Errors: AssertionError when something does not leave in time, or failed."""
        running = [process for process in self._processes if process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        ends_at = time.monotonic() + patient(STOP_SECONDS)
        try:
            statuses = {process.wait(max(0, ends_at - time.monotonic())) for process in running}
            assert statuses <= {0}, self.words()
        finally:
            for process in running:
                process.kill()
                process.wait()
        assert self.is_in_trouble or "Traceback" not in self.words(), self.words()

    def words(self) -> str:
        """All logs, for whoever must find out why."""
        return "".join(f"--- {log.name}\n{log.read_text()}" for log in self._logs.values())


@asynccontextmanager
async def installed(servers: Servers, folder: Path, name: str, ami_url: str) -> AsyncIterator[Installation]:
    """An installation with a database of its own, no process of it started, all of them stopped at the end. Its
    superuser is "admin" with the password PASSWORD."""
    settings = {
        "SECRET_KEY": KEY,
        "REDIS_URL": servers.redis.url,
        "DATABASE_URL": servers.postgres.new_database(name),
        "AMI_URL": ami_url,
    }
    made = outcome(manage("migrate", "--verbosity", "0", **settings))
    assert made == (0, ""), made
    password = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    made = outcome(manage("createsuperuser", "--noinput", "--username=admin", "--email=", **settings, **password))
    assert made == (0, ""), made
    token, errors = manage("create_token", "admin", **settings).communicate(timeout=START_SECONDS)
    assert not errors, errors
    installation = Installation(folder, token.strip(), settings)
    try:
        yield installation
    finally:
        # In a thread: a simulated PBX of this event loop must still answer.
        await asyncio.to_thread(installation.stop)

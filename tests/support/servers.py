"""Throw-away PostgreSQL and Redis: real servers on free ports of this machine, that may lose everything in a crash.

They die with the process that started them, even if that is killed (the kernel's parent-death signal), and keep
their files in a temporary folder. As root they run as another user, because PostgreSQL refuses root. Used by the
fixture `servers` and by `tests.components`; nothing here knows Django.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis

#: A loaded machine may need long to start a server, or to create a database.
SECONDS = 60.0


class Server(ABC):
    """One server process. It keeps port and data over `stop`, `kill` and `start`."""

    #: Ends it as a crash would; the kernel sends it when whoever started it has died.
    crash = signal.SIGKILL

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def require_answer(self) -> None:
        """Errors: any, while it takes no clients."""

    def start(self) -> None:
        """Return once it takes clients. Errors: as `wait`."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Begin to start. Only from a thread that lasts: the kernel ends the server with the thread, not with the
        process, that started it."""
        with self._log.open("ab") as words:
            bound = ["setpriv", *_identity(), "--pdeathsig", self.crash.name.removeprefix("SIG")]
            # A session of its own: Ctrl-C is for us, who stop it after its clients.
            self._process = subprocess.Popen(
                [*bound, *self.command()], cwd=self.folder, stdout=words, stderr=words, start_new_session=True
            )

    def wait(self) -> None:
        """Return once it takes clients. Errors: RuntimeError with its last words."""
        ends_at = time.monotonic() + SECONDS
        while True:
            try:
                return self.require_answer()
            except (psycopg.Error, redis.RedisError) as error:
                is_over = self._process is None or self._process.poll() is not None or time.monotonic() > ends_at
                if is_over:
                    words = self._log.read_text()[-2000:]
                    raise RuntimeError(f"{type(self).__name__} did not start: {words}") from error
            time.sleep(0.02)  # a server that starts can only be asked

    def stop(self) -> None:
        """Orderly, but without waiting for its clients."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Like a crash."""
        self._end(self.crash)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(SECONDS)
            self._process = None


class Postgres(Server):
    # Nothing is written any more, and recovered at the next start; but its own children go, too.
    crash = signal.SIGQUIT

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        create = [str(_postgres_binaries() / "initdb"), "--no-sync", "--auth=trust", "--username=test"]
        encoding = ["--encoding=UTF8", "--no-locale", "--pgdata", str(folder / "data")]
        subprocess.run(["setpriv", *_identity(), *create, *encoding], cwd=folder, check=True, capture_output=True)

    @property
    def url(self) -> str:
        return self._url("postgres")

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
        }
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [str(_postgres_binaries() / "postgres"), "-D", str(self.folder / "data"), *flags]

    def require_answer(self) -> None:
        psycopg.connect(self.url).close()

    def new_database(self, name: str, template: str = "template1") -> str:
        """The address of a new database, a copy of another one that nobody is connected to."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql://test@127.0.0.1:{self.port}/{database}"


class Redis(Server):
    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]

    def require_answer(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.ping()


@dataclass(frozen=True)
class Servers:
    postgres: Postgres
    redis: Redis


def missing() -> str:
    """Why there can be no servers here; "" if there can."""
    wanted = {
        "setpriv": shutil.which("setpriv"),
        "postgresql": _postgres_binaries() / "initdb" if _postgres_binaries().is_dir() else None,
        "redis-server": shutil.which("redis-server"),
    }
    absent = " ".join(name for name, found in wanted.items() if found is None)
    return f"not installed: {absent} (on Debian and Ubuntu: apt-get install postgresql redis-server)" if absent else ""


@contextmanager
def running() -> Iterator[Servers]:
    """Both servers, freshly made, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="ucmdash-servers-"))
    try:
        for part in (folder / "postgres", folder / "redis"):
            part.mkdir()
        for path in (folder, folder / "postgres", folder / "redis"):
            shutil.chown(path, *_owner())
        servers = Servers(Postgres(folder / "postgres"), Redis(folder / "redis"))
        try:
            servers.postgres.start()
            servers.redis.start()
            yield servers
        finally:
            servers.redis.stop()
            servers.postgres.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Redis for all tests that ask for them. Where they are not installed these are skipped, unless
    CI is set."""
    if reason := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with running() as both:
        yield both


def _postgres_binaries() -> Path:
    """Debian keeps them out of PATH, one folder a version."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else Path(shutil.which("initdb") or "/nonexistent/initdb")
    return found.parent


def _owner() -> tuple[int, int]:
    """Who runs the servers: ourselves, or for root somebody without rights."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return entry.pw_uid, entry.pw_gid


def _identity() -> list[str]:
    """The words for `setpriv` that make a process that user's."""
    user, group = _owner()
    return ["--reuid", str(user), "--regid", str(group), "--clear-groups"] if os.getuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port

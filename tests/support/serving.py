"""A `manage.py` command that serves pages, as a process of its own, until the test is over, and the database for it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.patience import patient

ROOT = Path(__file__).resolve().parent.parent.parent
#: A loaded machine may need long to start.
START_SECONDS = 60
#: It must not need long to stop.
STOP_SECONDS = 5
KEY = "a key for tests that is long enough to be called one"
#: Every warning is an error, but for one that is not ours: a handler that is cut off by the stop while it reads a
#: request leaves Django's (empty) temporary file of its body to the garbage collector.
WARNINGS = ["-W", "error", "-W", "ignore:Unclosed file <tempfile:ResourceWarning"]


def manage(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """`manage.py` under `WARNINGS`, with nothing in its environment but what is given (and what measures it)."""
    inherited = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COV")}
    return subprocess.Popen(
        [sys.executable, *WARNINGS, str(ROOT / "manage.py"), *arguments],
        env={**inherited, "ENV_FILE": os.devnull, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit status and stderr of a process that ends by itself."""
    _output, errors = process.communicate(timeout=START_SECONDS)
    return process.returncode, errors


@dataclass
class Site:
    """`url` ends with a slash. `errors` is what the process wrote to stderr, once it has ended."""

    process: subprocess.Popen[str]
    url: str
    errors: str = ""

    @property
    def socket_url(self) -> str:
        return self.url.replace("http://", "ws://") + "ws/board/"

    def stop(self) -> int:
        """Ask it to end: exit status. Errors: TimeoutExpired when it takes too long."""
        self.process.send_signal(signal.SIGTERM)
        _output, self.errors = self.process.communicate(timeout=patient(STOP_SECONDS))
        return self.process.returncode


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Site]:
    """The site that `manage.py …` serves, from the moment it says where."""
    process = manage(*arguments, **environment)
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = re.search(r"http://\S+/", first)
        assert found, (first, outcome(process))
        yield Site(process, found[0])
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database as `manage.py migrate` leaves it, to be copied: a site for each test need not wait for it."""
    database = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    made = outcome(manage("migrate", "--verbosity", "0", SECRET_KEY=KEY, DATABASE_URL=f"sqlite:///{database}"))
    assert made == (0, ""), made
    return database

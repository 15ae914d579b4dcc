"""`python -m tests.components`: every test that touches the database once more, on PostgreSQL and over Redis.

Starts throw-away servers, and pytest with the settings of an installation of several processes; its arguments are
pytest's. Without the servers' programs it says so and passes, unless CI is set.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.support.servers import missing, running

#: What has a marker `django_db`, but for whole browsers and PBXs: those are no other on another database.
SELECTED = "django_db and not browser and not asterisk"
#: The faults of a link are the same on every database, and take long; faults of SQLite are SQLite's. Headers, and who
#: gets which answer, are decided before anything is asked of a database.
IGNORED = (
    "tests/test_fault_*",
    "tests/test_bench_*",
    "tests/test_web_headers.py",
    "tests/test_web_hostile_names.py",
    "tests/test_web_*_permissions.py",
)


def main(arguments: list[str]) -> int:
    if reason := missing():
        sys.stdout.write(f"skipped: tests on PostgreSQL and Redis; {reason}\n")
        return 1 if os.environ.get("CI") else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers' files go, too
    with running() as servers:
        environment = {**os.environ, "DATABASE_URL": servers.postgres.url, "REDIS_URL": servers.redis.url}
        ignored = [f"--ignore-glob={pattern}" for pattern in IGNORED]
        command = [sys.executable, "-m", "pytest", "-m", SELECTED, *ignored, *arguments]
        return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

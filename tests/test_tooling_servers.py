"""The throw-away servers keep their data over a crash of their own, and do not outlive whoever started them."""

import shutil
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.support.servers import Servers

ROOT = Path(__file__).parents[1]

STARTS_THEM = """
from tests.support.servers import running
with running() as servers:
    print(servers.postgres.folder.parent, servers.postgres._process.pid, servers.redis._process.pid, flush=True)
    input()
"""


def test_they_die_with_a_process_that_is_killed(servers: Servers):
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS_THEM], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with starter:
        folder, *pids = starter.stdout.readline().split()
        assert all(Path("/proc", pid).exists() for pid in pids)
        starter.kill()
    # `tail` waits for processes that are not its children.
    for pid in pids:
        subprocess.run(["tail", "-f", "/dev/null", f"--pid={pid}"], timeout=30, check=True)
    shutil.rmtree(folder)


def test_a_database_is_there_again_after_a_crash(servers: Servers):
    url = servers.postgres.new_database("crashed")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    servers.postgres.kill()
    servers.postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]

"""Hours of work while everything breaks: calls and people on a PBX, random faults, and the product as it is installed.

    make soak MINUTES=60 ARGS="--pbx asterisk --processes many"

Every minute, and after every fault, what socket, API and database say is held against the PBX's own word; each fact
must have been right at some moment within fifteen seconds. One line a minute, a summary at the end, and exit status 1
if anything was wrong. Without --pbx a real Asterisk is taken where there can be one (root, Debian), else the simulator.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import django

from tests.support.servers import missing, running


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pbx", choices=["asterisk", "simulator"], help="what takes the calls")
    parser.add_argument("--processes", choices=["one", "many"], default="one", help="many: on PostgreSQL and Redis")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--rate", type=float, default=40.0, help="calls a minute")
    parser.add_argument("--calm", type=float, default=20.0, help="seconds between two faults, at least")
    parser.add_argument("--folder", type=Path, help="where database and logs are kept; without it they are not")
    asked = parser.parse_args()
    if asked.processes == "many" and (reason := missing()):
        sys.stderr.write(f"Several processes need PostgreSQL and Redis; {reason}\n")
        return 1
    with (
        nullcontext(asked.folder) if asked.folder else tempfile.TemporaryDirectory(prefix="ucmdash-soak-") as folder,
        running() if asked.processes == "many" else nullcontext() as servers,
    ):
        Path(folder).mkdir(parents=True, exist_ok=True)
        database = f"{servers.postgres.url}-soak" if servers else f"sqlite:///{folder}/dashboard.sqlite3"
        os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database}
        django.setup()
        # The models cannot be imported before.
        from tests.soak.run import soak  # noqa: PLC0415

        try:
            return asyncio.run(soak(asked, Path(folder), servers))
        except asyncio.CancelledError:
            return 143


if __name__ == "__main__":
    sys.exit(main())

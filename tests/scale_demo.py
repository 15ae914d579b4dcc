"""`make scale-demo`: an installation of many processes on this machine, to look at and to break.

Throw-away PostgreSQL and Redis, two web processes, two workers, and two simulated PBXs, until Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import signal
import sys
import tempfile
from pathlib import Path

from queues.simulator.server import SimulatedPbx
from tests.support.scaled import PASSWORD, Installation, Web, installed
from tests.support.servers import missing, running


def main() -> int:
    parser = argparse.ArgumentParser(prog="make scale-demo", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8001, help="of the first web process; the second takes the next one"
    )
    port = parser.parse_args().port
    if reason := missing():
        sys.stderr.write(f"PostgreSQL and Redis are needed; {reason}\n")
        return 1
    try:
        asyncio.run(_play(port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.stderr.write(f"Port {port} or {port + 1} is in use. ARGS='--port 9001' names others.\n")
        return 1
    return 0


async def _play(port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    folder = Path(tempfile.mkdtemp(prefix="ucmdash-scale-demo-"))
    async with SimulatedPbx() as izmir, SimulatedPbx(dialect="asterisk", seed=2) as berlin:
        pbxs = {"izmir": izmir, "berlin": berlin}
        ami_url = " ".join(f"{name}=ami://{p.user}:{p.secret}@{p.host}:{p.port}" for name, p in pbxs.items())
        with running() as servers:
            async with installed(servers, folder, "ucmdash", ami_url) as installation:
                webs = [Web(installation, port and port + number) for number in range(2)]
                workers = [installation.worker().pid for _ in range(2)]
                async with webs[0].page() as page:
                    for pbx in pbxs:
                        await page.until_up(pbx)
                _say(installation, webs, workers, folder)
                await stop.wait()
                sys.stdout.write("Stopping\n")


def _say(installation: Installation, webs: list[Web], workers: list[int], folder: Path) -> None:
    leaders = {pbx: installation.leader(pbx) for pbx in ("izmir", "berlin")}
    lines = [
        "UCM Dash in four processes, on PostgreSQL and Redis, with two simulated PBXs:",
        *(f"  http://{web.address}/   web process {web.process.pid}" for web in webs),
        *(f"  worker {pid}, leads for {[p for p in leaders if leaders[p] == pid] or 'none'}" for pid in workers),
        f"Log in as admin, password {PASSWORD}. Kill a worker and look: kill -9 {leaders['izmir']}",
        f"Token for the API: {installation.token}",
        f"Logs: {folder}",
        "Ctrl-C ends it.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

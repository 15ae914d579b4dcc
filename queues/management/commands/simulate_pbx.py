"""`manage.py simulate_pbx`: a PBX to try the dashboard with, until it is told to stop (SIGTERM or Ctrl-C)."""

from __future__ import annotations

import asyncio
import signal
import ssl
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from queues.simulator.privileges import DEFAULT_BOXES
from queues.simulator.server import DIALECTS, SimulatedPbx


class Command(BaseCommand):
    help = "Simulate a Grandstream UCM (or a stock Asterisk): an AMI server with callers and agents behind it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--host", default="127.0.0.1", help="address to listen on")
        add("--port", type=int, default=7777, help="port to listen on; 0 for any free one")
        add("--dialect", choices=sorted(DIALECTS), default="ucm")
        add("--seed", type=int, default=1, help="the same seed gives the same day")
        add("--queues", type=int, default=4, help="up to 50")
        add("--agents", type=int, default=24, help="up to 1000")
        add("--rate", type=float, default=12.0, help="calls a minute, up to 2400; 0: nobody does anything")
        add("--user", default="ucmdash1")
        add("--secret", default="dash1234")
        add("--privileges", default=",".join(DEFAULT_BOXES), help="the guide's boxes, comma-separated, or all")
        add("--no-live-events", action="store_true", help="never send an event of its own accord")
        add("--no-action-id", action="store_true", help="do not echo ActionIDs")
        add("--timestamp-events", action="store_true", help="add a Timestamp header to events")
        add("--chunk", type=int, default=0, metavar="BYTES", help="write in pieces of so many bytes")
        add("--clock-offset", type=float, default=0.0, metavar="SECONDS", help="the PBX's clock is wrong by this")
        add("--speed", type=float, default=1.0, metavar="FACTOR", help="simulated time, and clock, run faster")
        add("--drop-after", type=float, metavar="SECONDS", help="close all connections then")
        add("--freeze-after", type=float, metavar="SECONDS", help="fall silent then, without closing")
        add("--restart-after", type=float, metavar="SECONDS", help="restart the machine then")
        add("--tls-cert", metavar="FILE", help="speak TLS with this certificate")
        add("--tls-key", metavar="FILE", help="its key, when not in the same file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pbx = _pbx_of(options)
            asyncio.run(self._serve(pbx))
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error

    async def _serve(self, pbx: SimulatedPbx) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await pbx.start()
        line = f"Simulated {pbx.dialect.name} PBX on {pbx.host}:{pbx.port}, user {pbx.user}, secret {pbx.secret}"
        self.stdout.write(line)
        self.stdout.flush()
        await stop.wait()
        await pbx.stop()


def _pbx_of(options: dict[str, Any]) -> SimulatedPbx:
    """The PBX that the flags describe. ValueError says which flag makes no sense."""
    tls = None
    if options["tls_cert"]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options["tls_cert"], options["tls_key"])
    same = (
        "host port dialect seed queues agents rate user secret timestamp_events chunk clock_offset speed drop_after "
        "freeze_after restart_after"
    )
    return SimulatedPbx(
        **{name: options[name] for name in same.split()},
        privileges=options["privileges"].split(","),
        live_events=not options["no_live_events"],
        echo_action_id=not options["no_action_id"],
        tls=tls,
    )

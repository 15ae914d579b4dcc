"""`manage.py run_ami_worker [--pbx NAME] [--metrics-port N]`: the AMI workers as a process of their own."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from queues.ami.client import Address
from queues.live.worker import Pace, run
from queues.monitoring import CannotListen, serving_metrics


class Command(BaseCommand):
    help = "Keep the board of one PBX, or of all that AMI_URL names, up to date. Start as many as you like: one leads."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--pbx", help="only the PBX of this name")
        add("--metrics-port", type=int, metavar="N", help="tell Prometheus at this port (default: nobody)")
        add("--metrics-host", default="127.0.0.1", metavar="H", help="address of that port (default %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        links = settings.AMI_LINKS
        wanted = options["pbx"]
        if wanted is not None and wanted not in links:
            raise CommandError(_("AMI_URL names no PBX {name}.").format(name=wanted))
        if not links:
            raise CommandError(_("AMI_URL names no PBX to connect to."))
        addresses = {name: _address(name, url) for name, url in links.items() if wanted in (None, name)}
        with ExitStack() as stack:
            if (port := options["metrics_port"]) is not None:
                self._tell_metrics(stack, options["metrics_host"], port)
            asyncio.run(_run(addresses))

    def _tell_metrics(self, stack: ExitStack, host: str, port: int) -> None:
        try:
            url = stack.enter_context(serving_metrics(host, port))
        except CannotListen as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Metrics are at {url}").format(url=url))
        self.stdout.flush()


def _address(pbx: str, url: str) -> Address:
    try:
        return Address.parse(url)
    except ValueError as error:
        raise CommandError(f"AMI_URL, {pbx}: {error}") from None


async def _run(links: dict[str, Address]) -> None:
    """Run the workers until SIGTERM or SIGINT; then leave orderly."""
    pace = Pace(settings.AMI_POLL_SECONDS, settings.BOARD_MAX_FLUSHES_PER_SECOND)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    workers = [asyncio.create_task(run(name, address, pace), name=name) for name, address in links.items()]
    await stop.wait()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)

"""`manage.py serve`: the pages and the workers of all PBXs in one process, with nothing else to install."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from queues.ami.client import Address
from queues.live.worker import Pace, run
from queues.serving import CannotListen, serve


class Command(BaseCommand):
    help = "Serve the pages and keep the boards of all PBXs in AMI_URL up to date, in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all (default %(default)s)")
        add("--port", type=int, default=8000, help="port to listen on; 0 for any free one (default %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        pace = Pace(settings.AMI_POLL_SECONDS, settings.BOARD_MAX_FLUSHES_PER_SECOND)
        work = {f"The worker of {pbx}": partial(run, pbx, address, pace) for pbx, address in _addresses().items()}
        _require_migrations()
        self._is_local = options["host"] in ("127.0.0.1", "::1", "localhost")
        try:
            serve(options["host"], options["port"], work, self._say_where)
        except CannotListen as error:
            raise CommandError(str(error)) from error

    def _say_where(self, url: str) -> None:
        self.stdout.write(_("UCM Dash is at {url} (Ctrl-C ends it)").format(url=url))
        if settings.HTTPS:
            self.stdout.write(_("Log in by the https address of the proxy in front of it."))
        elif not self._is_local:
            self.stdout.write(_("Passwords travel in the clear: put a proxy with TLS in front, see README.md."))
        self.stdout.flush()


def _addresses() -> dict[str, Address]:
    """The PBXs of AMI_URL by name."""
    if not settings.AMI_LINKS:
        raise CommandError(_("AMI_URL names no PBX. Set it to ami://user:secret@host:7777, or try: manage.py demo"))
    addresses = {}
    for pbx, url in settings.AMI_LINKS.items():
        try:
            addresses[pbx] = Address.parse(url)
        except ValueError as error:
            raise CommandError(f"AMI_URL, {pbx}: {error}") from None
    return addresses


def _require_migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(_("The database is not up to date. Run: manage.py migrate"))
    connection.close()

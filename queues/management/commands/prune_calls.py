"""`manage.py prune_calls --days N`: forget calls that ended long ago, and what people asked back then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.services import prune_commands
from queues.alerts.outbox import prune_messages
from queues.live.store import prune_calls, prune_concerns, prune_shifts


class Command(BaseCommand):
    help = "Delete calls and requests that ended more than so many days ago. Safe while everything runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, help="keep this many days, at least 1")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError(_("Keep at least one day."))
        before = timezone.now() - timedelta(days=options["days"])
        prune_shifts(before)
        prune_concerns(before)
        prune_messages(before)
        calls, commands = prune_calls(before), prune_commands(before)
        self.stdout.write(_("{calls} calls and {commands} requests deleted").format(calls=calls, commands=commands))

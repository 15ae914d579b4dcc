"""`manage.py prune_calls --days N`: forget calls that ended long ago, and what people asked back then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.services import prune_commands
from queues.models import Call

#: Calls deleted at once: a worker that wants to save never waits longer than for these.
BATCH = 1000


class Command(BaseCommand):
    help = "Delete calls and requests that ended more than so many days ago. Safe while everything runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, help="keep this many days, at least 1")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError(_("Keep at least one day."))
        before = timezone.now() - timedelta(days=options["days"])
        calls, commands = _prune_calls(before), prune_commands(before)
        self.stdout.write(_("{calls} calls and {commands} requests deleted").format(calls=calls, commands=commands))


def _prune_calls(before: datetime) -> int:
    """Delete calls that ended before then; live ones have no end. Workers only ever write newer ones."""
    deleted = 0
    while batch := list(Call.objects.filter(ended_at__lt=before).values_list("pk", flat=True)[:BATCH]):
        deleted += Call.objects.filter(pk__in=batch).delete()[0]
    return deleted

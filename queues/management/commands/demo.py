"""`manage.py demo`: everything without a PBX. A simulated UCM, its worker and the pages run in this process, on a
database of their own, with ready-made accounts; only this machine can open the pages.

`manage.py` announces the demo before the settings are read: they choose the database and plain http.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.models import PauseReason
from queues.ami.client import Address
from queues.live.worker import RENEW_SECONDS, Pace, run
from queues.management.demo_alerts import make_alerts
from queues.management.demo_people import PASSWORD, make_people
from queues.models import Link, Queue, WallBoard
from queues.serving import CannotListen, serve
from queues.simulator.server import SimulatedPbx
from queues.walls import USUAL_FIGURES

PBX = "demo"
WALLBOARD = "demo"


class Command(BaseCommand):
    help = "Try it without a PBX: a simulated UCM, the pages, and accounts to log in with."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--port", type=int, default=8000, help="port of the pages; 0 for any free one (default %(default)s)")
        add("--seed", type=int, default=1, help="the same seed gives the same day (default %(default)s)")
        add("--queues", type=int, default=4, help="up to 50 (default %(default)s)")
        add("--agents", type=int, default=24, help="up to 1000 (default %(default)s)")
        add("--rate", type=float, default=12.0, metavar="CALLS", help="calls a minute (default %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(_("The demo needs settings of its own. Start it as: manage.py demo"))
        try:
            pbx = SimulatedPbx(**{name: options[name] for name in ("seed", "queues", "agents", "rate")})
        except ValueError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        _require_to_be_alone()
        queues = {queue.number: queue.name for queue in pbx.floor.queues.values()}
        accounts = make_people(PBX, options["agents"], queues)
        make_alerts(PBX)
        _set_wrap_up(pbx)
        _hang_wallboard(queues)
        _set_reasons()
        connection.close()
        try:
            serve("127.0.0.1", options["port"], {"The demo": partial(_play, pbx)}, partial(self._say, accounts))
        except CannotListen as error:
            raise CommandError(str(error)) from error

    def _say(self, accounts: dict[str, str], url: str) -> None:
        lines = [f"UCM Dash, demo: {url}", "", _("Log in with one of these, password {word}:").format(word=PASSWORD)]
        lines += [f"  {username:<12} {what}" for username, what in accounts.items()]
        lines += ["", _("A wallboard, once you are logged in: {url}").format(url=f"{url}wall/{WALLBOARD}/")]
        lines += [_("A TV without a login shows a code to connect it: {url}").format(url=f"{url}wall/")]
        self.stdout.write("\n".join([*lines, "", _("Ctrl-C ends it.")]))
        self.stdout.flush()


async def _play(pbx: SimulatedPbx) -> None:
    """The simulated UCM, and the worker that watches it by its real protocol."""
    async with pbx:
        await run(PBX, Address.parse(f"ami://{pbx.user}:{pbx.secret}@{pbx.host}:{pbx.port}"), Pace())


def _require_to_be_alone() -> None:
    """Refuse to start beside a demo that lives. One that was killed leaves a lease that nobody renews: our worker
    waits for its end by itself."""
    leases = Link.objects.filter(pbx=PBX, lease_expires_at__gt=timezone.now()).values_list(
        "lease_expires_at", flat=True
    )
    before = leases.first()
    if before is None:
        return
    time.sleep(RENEW_SECONDS + 1)
    if leases.first() not in (None, before):
        raise CommandError(
            _("Another demo is running. End it, or name another database: DEMO_DATABASE_URL=sqlite:////tmp/2.sqlite3")
        )


def _set_reasons() -> None:
    """Two pauses that should end in time, one of which only one agent of a queue may be on at once."""
    PauseReason.objects.filter(name="Lunch").update(budget_minutes=30, limit_per_queue=1)
    PauseReason.objects.filter(name="Break").update(budget_minutes=10)


def _hang_wallboard(queues: dict[str, str]) -> None:
    """One wallboard of all queues; whoever changed it in an earlier demo keeps what they made."""
    shown = {"name": _("Call centre"), "queues": [[PBX, number] for number in queues], "figures": list(USUAL_FIGURES)}
    WallBoard.objects.get_or_create(slug=WALLBOARD, defaults=shown)


def _set_wrap_up(pbx: SimulatedPbx) -> None:
    """What an administrator would enter for each queue, because no PBX tells it."""
    queues = [
        Queue(
            pbx=PBX,
            number=queue.number,
            name=queue.name,
            wrap_up_seconds=int(queue.wrap_up_seconds),
            is_on_board=False,  # until the PBX tells of it
        )
        for queue in pbx.floor.queues.values()
    ]
    Queue.objects.bulk_create(
        queues, update_conflicts=True, unique_fields=("pbx", "number"), update_fields=("wrap_up_seconds",)
    )

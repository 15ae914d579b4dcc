"""The database locked or full for a while, and the server's clock set: pages say so, and nothing is lost."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.signals import connection_created

from queues import hub
from queues.ami import client
from queues.live import clock, store
from queues.models import Link
from tests.support import asking
from tests.support.faults import broken_in, hurry
from tests.support.working import in_database

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a fault of SQLite")

PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    hurry(monkeypatch)


@pytest.fixture
def pragmas(monkeypatch):
    """Sets what connections to the database are told: those that will be opened, and those there are."""
    options = connections.settings["default"]["OPTIONS"]
    opened = []

    def note(sender, connection, **kwargs):
        opened.append(connection)

    def set_pragmas(text):
        monkeypatch.setitem(options, "init_command", PRAGMAS + text)
        for wrapper in opened:
            if wrapper.connection is not None:
                wrapper.connection.executescript(text)

    connection_created.connect(note)
    yield set_pragmas
    connection_created.disconnect(note)


async def much_happens(scene, calls=40):
    """So much that the database must grow for it; one waiting caller is left."""
    for number in range(calls):
        call = scene.floor.arrive("6500", number=str(number), name=f"{number} " + "x" * 200)
        if number < calls - 1:
            scene.floor.abandon(call)


@on_sqlite
@pytest.mark.parametrize("patience_ms", [100, 5000], ids=["soon refused", "waited for"])
async def test_a_locked_database_makes_the_board_old_and_then_right(patience_ms, pragmas, supervisor):
    pragmas(f"PRAGMA busy_timeout={patience_ms};")
    async with broken_in(supervisor) as scene:
        await scene.settle()
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("BEGIN EXCLUSIVE")
            await much_happens(scene)
            await scene.until_old(seconds=7)
            other.rollback()
        await scene.settle()


@on_sqlite
async def test_a_full_disk_makes_the_board_old_and_then_right(pragmas, supervisor):
    pragmas("PRAGMA busy_timeout=5000;")
    async with broken_in(supervisor) as scene:
        await scene.settle()
        pragmas("PRAGMA busy_timeout=5000;PRAGMA max_page_count=1;")  # no page more than there are
        await much_happens(scene, calls=300)
        await scene.until_old()
        scene.floor.arrive("6500", number="after")
        pragmas("PRAGMA busy_timeout=5000;PRAGMA max_page_count=1000000;")
        await scene.settle()


@on_sqlite
async def test_a_command_answered_while_the_database_is_locked_gets_its_true_outcome(pragmas, supervisor):
    pragmas("PRAGMA busy_timeout=100;")
    async with broken_in(supervisor) as scene:
        await scene.settle()
        scene.line.silence()
        command = await in_database(asking.pause, "PJSIP/1000", None, "Lunch")
        await scene.line.until_asked("QueuePause")
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("BEGIN EXCLUSIVE")
            scene.line.thaw()
            await scene.until_old()
            other.rollback()
        command = await scene.ended(command)
        await scene.settle()
        assert (command.state, len(scene.line.asked("QueuePause"))) == ("done", 1)


async def test_a_command_whose_claim_was_not_confirmed_is_never_sent_and_is_soon_over(supervisor, monkeypatch):
    """The database commits the claim and is gone before it says so."""
    claim = store.under_lease
    is_gone = []

    def claim_without_word(*args):
        claimed = claim(*args)
        if not is_gone:
            is_gone.append(True)
            raise OperationalError("server closed the connection unexpectedly")
        return claimed

    async with broken_in(supervisor) as scene:
        await scene.settle()
        monkeypatch.setattr(store, "under_lease", claim_without_word)
        command = await scene.ended(await in_database(asking.pause, "PJSIP/1000", None, "Lunch"))
        assert (command.state, scene.line.asked("QueuePause")) == ("expired", [])
        command = await scene.ended(await in_database(asking.pause, "PJSIP/1000", None, "Lunch"))
        await scene.settle()
        assert (command.state, len(scene.line.asked("QueuePause"))) == ("done", 1)


class ServerClock:
    """The server's wall clock, for every module of the product that reads it; `step` sets it."""

    def __init__(self, monkeypatch):
        offset = self._offset = [timedelta()]

        class Stepped(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + offset[0]

        self.now = Stepped.now
        for module in (clock, client, hub, asking):
            monkeypatch.setattr(module, "datetime", Stepped)

    def step(self, seconds):
        self._offset[0] += timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [600, -600])
async def test_a_server_whose_clock_is_set_goes_on_with_a_board_that_is_right(seconds, supervisor, monkeypatch):
    clock = ServerClock(monkeypatch)
    async with broken_in(supervisor) as scene:
        call = scene.floor.arrive("6500", number="0301")
        await scene.settle()
        clock.step(seconds)
        scene.floor.answer(call, "PJSIP/1000")
        scene.floor.arrive("6500", number="0302")
        await scene.settle()
        scene.floor.hang_up_agent(call)
        await scene.settle()

        def seconds_off():
            at = scene.page.rows["pbx"]["members"]["6500/PJSIP/1000"]["last_call_at"]
            return abs((asking.now() - datetime.fromisoformat(at)).total_seconds()) if at else 600

        await scene.until(lambda: seconds_off() < 20)
        # By the new clock the lease has run out, and nothing may be asked until it is renewed.
        await scene.until_in_database(lambda: Link.objects.filter(lease_expires_at__gt=asking.now()).exists())
        command = await scene.ended(await in_database(asking.pause, "PJSIP/1001"))
        await scene.settle()
        assert (command.state, len(scene.line.asked("QueuePause"))) == ("done", 1)


async def test_a_lease_that_a_set_clock_lets_run_out_leaves_one_worker_at_work(supervisor, monkeypatch):
    clock = ServerClock(monkeypatch)
    async with broken_in(supervisor) as scene:
        await scene.settle()
        scene.start_worker()
        clock.step(600)
        # Before its first flush the row still holds the last word of the run before.
        await scene.until_in_database(Link.objects.filter(epoch=2, seq__gt=0, state="up").exists)
        command = await scene.ended(await in_database(asking.pause, "PJSIP/1001"))
        await scene.settle()
        assert (command.state, len(scene.line.asked("QueuePause"))) == ("done", 1)

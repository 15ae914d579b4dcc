"""Workers killed at every step of a timed pause and of its end: the agent comes back all the same."""

import signal
from datetime import timedelta

import pytest

from agents.models import Command
from queues.models import Member
from tests.support import asking
from tests.support.faults import broken_in, hurry
from tests.support.faults_worker import QUICK_LEASES
from tests.support.working import in_database
from tests.test_fault_processes import beside, dead, led_by

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "PJSIP/1000"
LONG = 30


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    hurry(monkeypatch)
    for module, name, value in QUICK_LEASES:
        monkeypatch.setattr(f"queues.live.{module}.{name}", value)
    monkeypatch.setattr("agents.pauses.RETURN_SHOWN_AFTER", timedelta(seconds=0.5))


def is_paused(scene):
    return [member.is_paused for member in scene.floor.members_of(ADA)]


def unpauses(scene):
    return [action for action in scene.line.asked("QueuePause") if action["paused"] == "false"]


def _end_now():
    """The minutes of the one timed pause are over."""
    return Member.objects.filter(pause_until__isnull=False).update(pause_until=asking.now()) == 1


@pytest.mark.parametrize("step", ["sent", "written"])
async def test_a_worker_killed_while_it_paused_somebody_leaves_nobody_paused_for_ever(step, supervisor):
    async with broken_in(supervisor, is_working=False) as scene:
        async with led_by(scene, step, signal.SIGKILL) as process:
            await in_database(asking.pause, ADA, None, "Lunch", 0.05)
            await dead(process)
        assert is_paused(scene) == [True]
        scene.start_worker()
        await scene.until(lambda: is_paused(scene) == [False])
        await scene.settle()
        assert len(unpauses(scene)) == 1


@pytest.mark.parametrize(
    ("step", "states"),
    [
        ("return queued", ["done"]),
        ("claimed", ["unknown", "done"]),
        ("sent", ["unknown"]),
        ("written", ["done"]),
    ],
)
async def test_a_worker_killed_while_it_brought_somebody_back_has_them_back_once(step, states, supervisor):
    async with broken_in(supervisor) as scene:
        await scene.settle()
        await scene.ended(await in_database(asking.pause, ADA, None, "Lunch", LONG))
        await scene.settle()
        await scene.stop_workers()
        assert await in_database(_end_now)
        async with beside(scene, step, signal.SIGKILL) as process:
            await dead(process)
        scene.start_worker()
        await scene.until(lambda: is_paused(scene) == [False])
        await scene.settle()
        returns = await in_database(lambda: list(Command.objects.filter(kind="unpause").order_by("pk")))
        assert ([command.state for command in returns], len(unpauses(scene))) == (states, 1)

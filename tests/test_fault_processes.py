"""Workers that die or stand still at every step of a command and of a flush: the next one makes it good."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager

import pytest

from queues.models import Link
from tests.support import asking
from tests.support.faults import broken_in, hurry
from tests.support.faults_worker import QUICK_LEASES, dying_worker
from tests.support.serving import START_SECONDS
from tests.support.working import in_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    hurry(monkeypatch)
    for module, name, value in QUICK_LEASES:
        monkeypatch.setattr(f"queues.live.{module}.{name}", value)


@asynccontextmanager
async def beside(scene, step, what):
    """A worker of another process, that will come to its step; it ends with the block, whatever happens."""
    process = dying_worker(scene.line.port, step, what)
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.communicate)


@asynccontextmanager
async def led_by(scene, step, what):
    """That worker leads."""
    async with beside(scene, step, what) as process:
        await scene.until_in_database(Link.objects.filter(state="up").exists, seconds=START_SECONDS)
        yield process


async def dead(process):
    """Until it has been killed, by nobody but itself."""
    async with asyncio.timeout(START_SECONDS):
        assert await asyncio.to_thread(process.wait) == -signal.SIGKILL


async def said(process, words):
    """Until the process has logged this."""
    async with asyncio.timeout(START_SECONDS):
        while words not in (line := await asyncio.to_thread(process.stderr.readline)):
            assert line, "it ended instead"


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("queued", ("done", 1)),
        ("claimed", ("unknown", 0)),
        ("sent", ("unknown", 1)),
        ("answered", ("unknown", 1)),
        ("written", ("done", 1)),
    ],
)
async def test_a_worker_killed_at_any_step_of_a_command_never_has_it_sent_twice(step, outcome, supervisor):
    async with broken_in(supervisor, is_working=False) as scene:
        async with led_by(scene, step, signal.SIGKILL) as process:
            command = await in_database(asking.pause, "PJSIP/1000", None, "Lunch")
            await dead(process)
        scene.start_worker()
        command = await scene.ended(command)
        await scene.settle()
        assert (command.state, len(scene.line.asked("QueuePause"))) == outcome


@pytest.mark.parametrize("step", ["before the transaction", "in the transaction", "committed"])
async def test_a_worker_killed_at_any_step_of_a_flush_loses_no_call_and_doubles_none(step, supervisor):
    async with broken_in(supervisor, is_working=False) as scene:
        async with led_by(scene, step, signal.SIGKILL) as process:
            call = scene.floor.arrive("6500", number="0301")
            await dead(process)
        scene.floor.answer(call, "PJSIP/1000")
        scene.floor.arrive("6500", number="0302")
        scene.start_worker()
        await scene.settle()
        scene.floor.hang_up_agent(call)
        await scene.settle()


async def stopped(process):
    """Until the process stands still."""
    async with asyncio.timeout(START_SECONDS):
        await asyncio.to_thread(os.waitid, os.P_PID, process.pid, os.WSTOPPED)


@pytest.mark.parametrize("step", ["queued", "claimed"])
async def test_a_worker_that_stood_still_with_a_command_in_hand_sends_it_no_more(step, supervisor):
    async with broken_in(supervisor, is_working=False) as scene:
        async with led_by(scene, step, signal.SIGSTOP) as process:
            command = await in_database(asking.pause, "PJSIP/1000", None, "Lunch")
            await stopped(process)
            scene.start_worker()
            await scene.settle()
            command = await scene.ended(command)
            process.send_signal(signal.SIGCONT)
            await said(process, "lease lost to another worker")
            link = await in_database(Link.objects.get)
            await scene.settle()
        assert str(process.pid) not in link.lease_holder
        assert (command.state, len(scene.line.asked("QueuePause"))) == (
            ("done", 1) if step == "queued" else ("unknown", 0)
        )


async def test_a_worker_that_stood_still_with_a_flush_in_hand_writes_no_row(supervisor):
    async with (
        broken_in(supervisor, is_working=False) as scene,
        led_by(scene, "before the transaction", signal.SIGSTOP) as process,
    ):
        call = scene.floor.arrive("6500", number="0301")
        await stopped(process)
        scene.start_worker()
        await scene.settle()
        scene.floor.abandon(call)
        await scene.settle()
        epoch = (await in_database(Link.objects.get)).epoch
        process.send_signal(signal.SIGCONT)
        await said(process, "lease lost to another worker")
        await scene.settle()
        assert (await in_database(Link.objects.get)).epoch == epoch

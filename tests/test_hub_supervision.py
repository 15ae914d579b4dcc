"""Parts of a process that never end are started again when they do."""

import asyncio
from contextlib import suppress

import pytest

from queues import supervision
from queues.supervision import heed_cancel, keep_running


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(supervision, "FIRST_RETRY_SECONDS", 0.001)
    monkeypatch.setattr(supervision, "LAST_RETRY_SECONDS", 0.002)


async def test_a_part_that_fails_or_ends_is_started_again(caplog):
    runs: list[int] = []
    is_third = asyncio.Event()

    async def part() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("on purpose")
        if len(runs) == 3:
            is_third.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(keep_running("The part", part))
    await asyncio.wait_for(is_third.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["The part failed"]


async def test_what_has_run_well_for_long_starts_again_soon(monkeypatch):
    monkeypatch.setattr(supervision, "GOOD_SECONDS", -1.0)
    monkeypatch.setattr(supervision, "LAST_RETRY_SECONDS", 3600.0)
    runs = 0
    is_enough = asyncio.Event()

    async def part() -> None:
        nonlocal runs
        runs += 1
        if runs == 20:
            is_enough.set()

    task = asyncio.create_task(keep_running("The part", part))
    # With a wait that doubled each time, the twentieth run would come after minutes.
    await asyncio.wait_for(is_enough.wait(), 10)
    task.cancel()


async def test_a_cancellation_that_a_library_swallows_counts_all_the_same():
    is_begun = asyncio.Event()

    async def swallow() -> None:
        is_begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    task = asyncio.create_task(heed_cancel(swallow()))
    await is_begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 10)


async def test_who_tidies_up_after_a_cancellation_may_still_wait():
    is_begun = asyncio.Event()

    async def tidy_up() -> str:
        is_begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return await heed_cancel(asyncio.sleep(0, "tidy"))

    task = asyncio.create_task(tidy_up())
    await is_begun.wait()
    task.cancel()
    assert await asyncio.wait_for(task, 10) == "tidy"

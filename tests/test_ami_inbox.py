"""The bounded line between a reader that never waits and a consumer that may be slow."""

import asyncio
from datetime import UTC, datetime

import pytest

from queues.ami.errors import LinkDown
from queues.ami.events import HangupRequested
from queues.ami.inbox import Inbox, Overflow

AT = datetime(2026, 11, 23, 8, 20, tzinfo=UTC)


def events(count: int) -> list[HangupRequested]:
    return [HangupRequested(str(number)) for number in range(count)]


async def test_events_come_out_in_order_with_their_instant():
    inbox = Inbox(10)
    for event in events(3):
        assert inbox.put(event, AT) == 0
    assert len(inbox) == 3
    assert [await inbox.get() for _ in range(3)] == [(event, AT) for event in events(3)]


async def test_a_consumer_waits_for_the_next_event():
    inbox = Inbox(10)
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    assert not waiting.done()
    inbox.put(HangupRequested("1"), AT)
    assert await waiting == (HangupRequested("1"), AT)


async def test_a_full_inbox_is_emptied_and_says_so_before_the_next_event():
    inbox = Inbox(3)
    assert [inbox.put(event, AT) for event in events(5)] == [0, 0, 0, 3, 0]
    assert inbox.overflowed == 1
    assert [(await inbox.get())[0] for _ in range(3)] == [Overflow(3), *events(5)[3:]]


async def test_it_never_holds_more_than_its_size():
    inbox = Inbox(3)
    for event in events(1000):
        inbox.put(event, AT)
        assert len(inbox) <= 3
    assert inbox.overflowed == 499


async def test_after_the_end_the_rest_is_delivered_and_then_the_reason_raised_every_time():
    inbox = Inbox(3)
    inbox.put(HangupRequested("1"), AT)
    inbox.end(LinkDown("gone"))
    assert (await inbox.get())[0] == HangupRequested("1")
    for _ in range(2):
        with pytest.raises(LinkDown, match="gone"):
            await inbox.get()


async def test_the_end_wakes_a_waiting_consumer():
    inbox = Inbox(3)
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.end(LinkDown("gone"))
    with pytest.raises(LinkDown, match="gone"):
        await waiting

"""Webhooks, incidents and flushes for tests of what is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from queues.alerts.delivery import Delivery
from queues.alerts.signing import new_secret
from queues.alerts.writing import MessageWriter
from queues.live import store
from queues.live.concerns import IncidentRow
from queues.live.database import DatabaseThread
from queues.live.state import Change
from queues.models import Link, OutboxMessage, Webhook
from tests.support.working import in_database

INCIDENTS = ["incidents"]
CALLS = ["call.ringing", "call.answered", "call.ended"]


def save_hook(url: str = "http://127.0.0.1:9/", events: list[str] = INCIDENTS, **fields: object) -> Webhook:
    """A webhook that is switched on and told of all incidents, unless `fields` say otherwise."""
    known = {"name": f"Hook {Webhook.objects.count() + 1}", "secret": new_secret(), "url": url, "events": events}
    return Webhook.objects.create(**{**known, **fields})


def incident(at: datetime, queue: str = "6500", cause: str = "limit:waiting", **fields: object) -> IncidentRow:
    known = {"title": "5 callers wait", "value": 5.0, "limit": 4.0, "worst": 5.0, "breached_at": at}
    return IncidentRow(pbx="main", cause=cause, opened_at=at, queue=queue, **{**known, **fields})


def shown(row: IncidentRow) -> Change:
    return Change("incidents", row.key, row)


def closed(row: IncidentRow, at: datetime) -> list[Change]:
    return [Change("incidents", row.key, None), Change("closed", row.key, replace(row, closed_at=at))]


def flush(at: datetime, *changes: Change) -> bool:
    """One flush of the PBX "main" as the worker makes it; whether there is something to send."""
    epoch = Link.objects.get_or_create(pbx="main", defaults={"since": at})[0].epoch
    writer = MessageWriter("main", at)
    store.save("main", epoch, changes, writer)
    return writer.has_written


@asynccontextmanager
async def delivering(count: int = 1) -> AsyncIterator[Delivery]:
    """The task that sends, as so many workers have it."""
    databases = [DatabaseThread(f"messages-{number}") for number in range(count)]
    senders = [Delivery("main", database) for database in databases]
    tasks = [asyncio.create_task(sender.deliver_forever()) for sender in senders]
    try:
        yield senders[0]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for database in databases:
            database.close()


async def until_saved(check: Callable[[], Any], seconds: float = 15) -> Any:
    """What `check`, a blocking function, returns once that is true: nobody tells of a row that was settled."""
    async with asyncio.timeout(seconds):
        while not (found := await in_database(check)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return found


def states(**about: object) -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.filter(**about).order_by("pk").values_list("state", "answer"))

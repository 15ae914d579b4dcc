"""Keeps the number of agents each queue needs now up to date, a few queues a second. Pure."""

from __future__ import annotations

from math import ceil

from queues.live.draft import Draft
from queues.live.memory import Need, QueueSettings
from queues.live.need import EVERY, staff_for, traffic_of, window
from queues.live.state import QueueRow


def reckon(draft: Draft) -> None:
    """Work out the needs that are due, each second a share of all queues; those whose need has changed are touched."""
    needs, queues = draft.memory.needs, draft.board.queues
    for number in needs.keys() - queues.keys():
        del needs[number]
    # Kept in the order they were worked out in, so that slow seconds starve none.
    due = [number for number in queues if number not in needs]
    due += [number for number, need in needs.items() if draft.at - need.at >= EVERY]
    share = ceil(len(queues) / EVERY.total_seconds())
    for number in due[:share]:
        before, agents = needs.pop(number, None), _needed(draft, queues[number])
        needs[number] = Need(agents, draft.at)
        if before is None or before.agents != agents:
            draft.queues.add(number)


def _needed(draft: Draft, row: QueueRow) -> int | None:
    memory, link = draft.memory, draft.board.link
    day = memory.ledger.day(row.number, draft.at)
    # Calls from before the day began are not held, nor those of a time without a link.
    known_since = max(day.since, link.since) if link is not None else day.since
    since = window(draft.at, known_since)
    wrap_up = memory.queue_settings.get(row.number, QueueSettings()).wrap_up_seconds
    traffic = traffic_of(day.facts.values(), since, draft.at, wrap_up)
    staff = staff_for(traffic, row.target_seconds, row.target_percent)
    return staff.by_c if staff is not None else None

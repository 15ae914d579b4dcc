"""The figures of a queue that alert rules may speak of, read off its row and its crew at one instant. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from math import inf

from queues.live.presence import Crew
from queues.live.rules import Watched
from queues.live.state import QueueRow


def _longest_wait(row: QueueRow, _crew: Crew, at: datetime) -> float:
    return max(0.0, (at - row.oldest_joined_at).total_seconds()) if row.oldest_joined_at is not None else 0.0


def _abandoned_percent(row: QueueRow, _crew: Crew, _at: datetime) -> float | None:
    decided = row.today_answered + row.today_abandoned + row.today_flowed_out
    return 100 * row.today_abandoned / decided if decided else None


def _callers_per_free_agent(row: QueueRow, crew: Crew, _at: datetime) -> float:
    if not crew.free:
        return inf if row.waiting else 0.0
    return row.waiting / crew.free


def _average_wait(row: QueueRow, _crew: Crew, _at: datetime) -> float | None:
    return row.today_wait_seconds / row.today_answered if row.today_answered else None


def _staff_short(row: QueueRow, _crew: Crew, _at: datetime) -> float | None:
    return None if row.staff_needed is None else max(0, row.staff_needed - row.staff_present)


_FIGURES: Mapping[str, Callable[[QueueRow, Crew, datetime], float | None]] = {
    Watched.WAITING: lambda row, _crew, _at: row.waiting,
    Watched.LONGEST_WAIT: _longest_wait,
    Watched.SERVICE_LEVEL: lambda row, _crew, _at: row.today_service_level,
    Watched.ABANDONED_PERCENT: _abandoned_percent,
    Watched.FREE_AGENTS: lambda _row, crew, _at: crew.free,
    Watched.CALLERS_PER_FREE_AGENT: _callers_per_free_agent,
    Watched.LOGGED_IN: lambda _row, crew, _at: crew.logged_in,
    Watched.READY: lambda _row, crew, _at: crew.ready,
    Watched.OFFERED: lambda row, _crew, _at: row.today_offered,
    Watched.ANSWERED: lambda row, _crew, _at: row.today_answered,
    Watched.ABANDONED: lambda row, _crew, _at: row.today_abandoned,
    Watched.AVERAGE_WAIT: _average_wait,
    Watched.STAFF_SHORT: _staff_short,
}


def figure_of(figure: str, row: QueueRow, crew: Crew, at: datetime) -> float | None:
    """A queue's figure at this instant; None where nothing says one."""
    return _FIGURES[figure](row, crew, at)

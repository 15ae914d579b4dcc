"""Reads of the calls that figures are worked out from: of a queue, an agent, a caller; lives and ended ones alike.

What a call counts for is not decided here but in `queues.live.figures`, for the board and for lists alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from queues.models import Call

#: The columns of `queues.live.figures.QueueCall`.
_FACTS = (
    "boot",
    "uniqueid",
    "queue",
    "joined_at",
    "number",
    "agent_interface",
    "answered_at",
    "ended_at",
    "outcome",
    "hold_seconds",
    "talk_seconds",
)


def calls_of_days(pbx: str, since: Mapping[str, datetime]) -> list[Any]:
    """The calls of these queues (by number) since the instants given, as `QueueCall`s, oldest first."""
    calls = Call.objects.filter(pbx=pbx, queue__in=since, joined_at__gte=min(since.values()))
    rows = calls.order_by("joined_at").values_list(*_FACTS, named=True).iterator()
    return [row for row in rows if row.joined_at >= since[row.queue]]

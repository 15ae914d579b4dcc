"""Calls of a queue as figures see them, for tests that need no board: `call(…)` at seconds after `BEGIN`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from queues.live.state import CallOutcome

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class PlainCall:
    boot: str
    uniqueid: str
    queue: str
    joined_at: datetime
    number: str = ""
    agent_interface: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: CallOutcome | None = None
    hold_seconds: int | None = None
    talk_seconds: int | None = None


def call(
    outcome: CallOutcome | None = None,
    wait: int | None = None,
    talk: int | None = None,
    *,
    answered: bool | None = None,
    at: float | datetime = 0.0,
    uniqueid: str = "1.1",
    queue: str = "6500",
    number: str = "",
    agent: str = "",
    boot: str = "1",
) -> PlainCall:
    """Joined at `at`, waited and talked so many seconds. Answered if it was completed, unless said otherwise."""
    joined_at = at if isinstance(at, datetime) else BEGIN + timedelta(seconds=at)
    is_answered = outcome is CallOutcome.COMPLETED if answered is None else answered
    answered_at = joined_at + timedelta(seconds=wait or 0) if is_answered else None
    return PlainCall(
        boot=boot,
        uniqueid=uniqueid,
        queue=queue,
        joined_at=joined_at,
        number=number,
        agent_interface=agent,
        answered_at=answered_at,
        ended_at=joined_at + timedelta(seconds=(wait or 0) + (talk or 0)) if outcome else None,
        outcome=outcome,
        hold_seconds=wait,
        talk_seconds=talk,
    )

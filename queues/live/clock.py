"""The server's wall clock, in one place: whoever needs the time of day on the worker's side asks here, and the
pure board is told it as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)

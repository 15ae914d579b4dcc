"""What the endpoints of requests answer with, and what pause reasons there are to choose from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from agents import selectors
from agents.states import CommandState

router = Router()


class Detail(Schema):
    """Why not, in a sentence."""

    detail: str


class Accepted(Schema):
    """A request that was queued, and is sent at `due_at`; ask `/commands/{id}` or listen at the socket for how it
    ended."""

    id: int
    state: CommandState
    due_at: datetime


class Reason(Schema):
    """A pause should take no longer than `budget_minutes`; so many agents of a queue may be on it at once as
    `limit_per_queue` says. Null: as one likes."""

    name: str
    budget_minutes: int | None
    limit_per_queue: int | None


@router.get("/pause-reasons", response={200: list[Reason], 401: Detail})
def pause_reasons(request: HttpRequest) -> Any:
    """Reasons to choose from; any other text may be sent too."""
    return selectors.pause_reasons()

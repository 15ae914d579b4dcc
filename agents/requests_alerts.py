"""What people ask about alerts: to be named as who has seen one. Refused or queued, as in `agents.requests`."""

from __future__ import annotations

from agents.asking import Asking, queued, require_worker
from agents.models import Command
from agents.states import CommandKind


def request_acknowledge(asking: Asking, *, pbx: str, cause: str, queue: str, interface: str) -> Command:
    """Ask to take note of this incident. Who did first stays named. Errors: RequestRefused."""
    require_worker(asking, pbx)
    by = asking.by.get_full_name() or asking.by.get_username()
    told = {"cause": cause, "queue": queue, "interface": interface, "by": by}
    return queued(CommandKind.ACKNOWLEDGE, asking, pbx, None, told, queue)

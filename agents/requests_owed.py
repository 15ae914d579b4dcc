"""What people ask about the calls we owe: taking one on, leaving it to others, closing it, calling back. Refused in
words or queued, as in `agents.requests`; of two who claim one line at once the worker refuses the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agents.asking import Asking, RequestRefused, destination, queued, require_link, require_worker
from agents.models import Agent, Command
from agents.states import CommandKind

#: A person's first and last name together may be longer than the column that keeps who has taken a line on.
NAME_MAX = 255


@dataclass(frozen=True, slots=True)
class Owed:
    """One line of calls we owe: `number` is how the PBX told the number of `party` last."""

    pbx: str
    queue: str
    party: str
    number: str


def request_claim(asking: Asking, line: Owed, phone: Agent | None) -> Command:
    """Ask to take this line on, for a while. `phone` is the one they will call from. Errors: RequestRefused."""
    require_worker(asking, line.pbx)
    return _about(CommandKind.CLAIM, asking, line, phone, {})


def request_release(asking: Asking, line: Owed, phone: Agent | None, *, may_overrule: bool) -> Command:
    """Ask to leave this line to others. `may_overrule`: whoever has claimed it. Errors: RequestRefused."""
    require_worker(asking, line.pbx)
    return _about(CommandKind.RELEASE, asking, line, phone, {"may_overrule": may_overrule})


def request_close(asking: Asking, line: Owed, phone: Agent | None, *, note: str, may_overrule: bool) -> Command:
    """Ask to be done with this line; `note` says how it ended. Errors: RequestRefused."""
    require_worker(asking, line.pbx)
    return _about(CommandKind.CLOSE, asking, line, phone, {"note": note, "may_overrule": may_overrule})


def request_callback(asking: Asking, line: Owed, phone: Agent) -> Command:
    """Ask to ring this phone, which is whose asks, and to call the party back from it. Errors: RequestRefused."""
    require_link(asking, line.pbx, CommandKind.ORIGINATE)
    if phone.pbx != line.pbx:
        raise RequestRefused(_("Your phone belongs to another PBX."))
    dialled, context = destination(asking.floor, line.pbx, line.number)
    return _about(CommandKind.ORIGINATE, asking, line, phone, {"number": dialled, "context": context})


def _about(kind: CommandKind, asking: Asking, line: Owed, phone: Agent | None, told: dict[str, Any]) -> Command:
    arguments = {
        "party": line.party,
        "queue": line.queue,
        "by": (asking.by.get_full_name() or asking.by.get_username())[:NAME_MAX],
        "login": asking.by.get_username(),
        "interface": phone.interface if phone else "",
        **told,
    }
    return queued(kind, asking, line.pbx, phone, arguments, queue=line.queue)

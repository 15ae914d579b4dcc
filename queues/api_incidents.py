"""JSON endpoints about incidents: who has seen one, and which there have been.

Those that are open are on the board (`incidents`).
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import HttpError
from pydantic import AwareDatetime, Field

from agents import permissions
from agents.api import Accepted, Detail
from agents.requests_alerts import request_acknowledge
from queues.api_asking import ERRORS, Asked, Line, accepted, asker, require, scope_of
from queues.incidents import incidents, open_incident, queues_about, seen_by
from queues.live.wire import row_json

router = Router()

#: The longest list.
LIMIT = 500


class IncidentIn(Asked):
    """`cause`, `queue` and `interface` of an incident's row; what it is not about is ""."""

    pbx: Line
    cause: Line
    queue: Line = ""
    interface: Line = ""


@router.post("/incidents/acknowledge", response={202: Accepted, **ERRORS})
def acknowledge(request: HttpRequest, asked: IncidentIn) -> Any:
    """Be named, for all to see, as who has seen it. Who was first stays named."""
    who = asker(request)
    queue = asked.queue.lower()
    found = open_incident(asked.pbx, asked.cause, queue, asked.interface)
    about = queues_about(asked.pbx, asked.interface) if asked.interface else frozenset()
    if found is None or not permissions.may_see_incident(who.scope, asked.pbx, queue, asked.interface, about):
        raise HttpError(404, _("This is over, or there is no such alert."))
    require(permissions.may_acknowledge(who.scope, asked.pbx, queue, asked.interface, about))
    told = {"pbx": asked.pbx, "cause": asked.cause, "queue": queue, "interface": asked.interface}
    return accepted(lambda: request_acknowledge(who.asking(), **told))


@router.get("/incidents", response={200: dict[str, list[dict[str, Any]]], 401: Detail, 403: Detail, 422: Detail})
def history(
    request: HttpRequest,
    since: AwareDatetime | None = None,
    limit: Annotated[int, Query(), Field(ge=1, le=LIMIT)] = 100,
) -> Any:
    """`{"incidents": [...]}`: those that are open and those that are over, latest first, as rows of the board's
    `incidents`; `since` (an instant with its offset): opened then or later."""
    rows = [row_json(row) for row in incidents(seen_by(scope_of(request)), since, limit)]
    return HttpResponse(orjson.dumps({"incidents": rows}), content_type="application/json")

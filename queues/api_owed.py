"""JSON endpoints about the calls we owe: claim, release, close, call back, and what was settled.

What is owed now is on the board (`owed`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import orjson
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from agents import permissions, requests_owed
from agents.api import Accepted, Detail
from agents.models import Agent
from agents.requests_owed import Owed
from agents.selectors import own_phones
from queues.api_asking import ERRORS, Asked, Asker, Line, accepted, asker, require, scope_of
from queues.live.wire import row_json
from queues.models import Link
from queues.owing import closed_lines, open_line, outages, own_queues, seen_by, unlisted
from queues.visibility import may_see_link

router = Router()

#: The longest list of what was settled.
CLOSED_LIMIT = 200


class OwedIn(Asked):
    """`party` of an owed row."""

    pbx: Line
    queue: Line
    party: Line


class CloseIn(OwedIn):
    """`note` says how it ended."""

    note: Line = ""


class CallBackIn(OwedIn):
    """`agent`: the agent id of a phone of your own."""

    agent: int


@router.post("/owed/claim", response={202: Accepted, **ERRORS})
def claim(request: HttpRequest, asked: OwedIn) -> Any:
    """Take on a call we owe, so that nobody else makes it: for a quarter of an hour."""
    who = asker(request)
    line = _line(who, asked)
    return accepted(lambda: requests_owed.request_claim(who.asking(), line, _phone(who, line)))


@router.post("/owed/release", response={202: Accepted, **ERRORS})
def release(request: HttpRequest, asked: OwedIn) -> Any:
    """Leave it to others; supervisors of the queue also what somebody else has claimed."""
    who = asker(request)
    line = _line(who, asked)
    told = {"may_overrule": permissions.supervises(who.scope, line.pbx, line.queue)}
    return accepted(lambda: requests_owed.request_release(who.asking(), line, _phone(who, line), **told))


@router.post("/owed/close", response={202: Accepted, **ERRORS})
def close(request: HttpRequest, asked: CloseIn) -> Any:
    """Be done with it, and say how it ended."""
    who = asker(request)
    line = _line(who, asked)
    told = {"note": asked.note.strip(), "may_overrule": permissions.supervises(who.scope, line.pbx, line.queue)}
    return accepted(lambda: requests_owed.request_close(who.asking(), line, _phone(who, line), **told))


@router.post("/owed/call", response={202: Accepted, **ERRORS})
def call_back(request: HttpRequest, asked: CallBackIn) -> Any:
    """Claim it, ring your phone, and call them from it. Who answers is owed nothing any more."""
    who = asker(request)
    line = _line(who, asked)
    phone = who.own_phone(asked.agent)
    return accepted(lambda: requests_owed.request_callback(who.asking(), line, phone))


@router.get("/owed/closed", response={200: dict[str, list[dict[str, Any]]], 401: Detail, 403: Detail, 422: Detail})
def closed(
    request: HttpRequest,
    pbx: str = "",
    queue: str = "",
    limit: Annotated[int, Query(), Field(ge=1, le=CLOSED_LIMIT)] = 50,
) -> Any:
    """`{"closed": [...]}`: what was settled last, latest first, as rows of the board's `owed`."""
    where = seen_by(scope_of(request))
    if pbx:
        where &= Q(pbx=pbx)
    if queue:
        where &= Q(queue=queue.lower())
    rows = [row_json(row) for row in closed_lines(where, limit)]
    return HttpResponse(orjson.dumps({"closed": rows}), content_type="application/json")


class OutageOut(Schema):
    """`ended_at` null: nobody sees this PBX now."""

    pbx: str
    began_at: datetime
    ended_at: datetime | None


class UnlistedOut(Schema):
    """Callers of today who are owed nothing: `anonymous` gave no number, `short` hung up at once, of `lost` nobody
    knows how they ended. `outages` of the last 24 hours: what came and went meanwhile is not known."""

    anonymous: int
    short: int
    lost: int
    outages: list[OutageOut]


@router.get("/owed/unlisted", response={200: UnlistedOut, 401: Detail, 403: Detail})
def not_listed(request: HttpRequest) -> Any:
    """What the list of calls we owe cannot have, of the queues you see."""
    scope, at = scope_of(request), timezone.now()
    found = unlisted(scope, at)
    pbxs = [pbx for pbx in Link.objects.values_list("pbx", flat=True) if may_see_link(scope, pbx)]
    return {
        "anonymous": found.anonymous,
        "short": found.short,
        "lost": found.lost,
        "outages": outages(pbxs, at - timedelta(days=1)),
    }


def _line(who: Asker, asked: OwedIn) -> Owed:
    """The open line, if this person may settle it. Errors: 404 if there is none for them, 403."""
    queue = asked.queue.lower()
    own = own_queues(asked.pbx, who.scope)
    line = open_line(asked.pbx, queue, asked.party)
    if line is None or not permissions.may_see_owed(who.scope, asked.pbx, queue, own):
        raise HttpError(404, _("Nothing is owed to them there any more."))
    require(permissions.may_settle_owed(who.scope, asked.pbx, queue, own))
    return Owed(line.pbx, line.queue, line.party, line.number)


def _phone(who: Asker, line: Owed) -> Agent | None:
    """The phone of this person on that PBX, if they have one."""
    return next((phone for phone in own_phones(who.scope) if phone.pbx == line.pbx), None)

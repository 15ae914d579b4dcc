"""JSON endpoints about callers: what they tried today, what was noted about them, and new notes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, StringConstraints

from agents import permissions
from agents.audit import person_name
from agents.models import CallNote
from agents.numbers import display, party_of
from agents.services import save_note
from queues.api_asking import ERRORS, Asked, Asker, Line, asker, require
from queues.live.figures import fact_of
from queues.parties import link_to, notes_of, visits_of
from queues.selectors import queues_of
from queues.visibility import may_see_link

router = Router()

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class VisitOut(Schema):
    """An earlier call of today. `outcome`: a word of `queues.live.state.CallOutcome`."""

    at: datetime
    queue: str
    outcome: str | None
    wait_seconds: int | None


class NoteOut(Schema):
    """`author` is their name, "" once deleted."""

    id: int
    at: datetime
    author: str
    queue: str
    text: str


class PartyOut(Schema):
    """`party` is "" for callers without a number: of them nothing is known. `crm_url` opens them in another program,
    "" without one. Newest first."""

    party: str
    display: str
    crm_url: str
    visits: list[VisitOut]
    notes: list[NoteOut]


class NoteIn(Asked):
    """`queue` and `uniqueid` of the call it is about, "" for none."""

    pbx: Line
    number: Annotated[str, Field(max_length=255)]
    queue: Line = ""
    uniqueid: Line = ""
    text: Text


@router.get("/parties", response={200: PartyOut, **ERRORS})
def party(
    request: HttpRequest,
    pbx: Line,
    number: Line,
    queue: Line = "",
    name: Line = "",
    uniqueid: Line = "",
) -> Any:
    """Who has this number: their earlier calls of today and the notes about them, of queues you see.
    `queue`, `name` and `uniqueid` of the call in hand are for the address of the other program."""
    who = _asker_at(request, pbx)
    region = settings.PHONE_REGION
    found = party_of(number, region)
    filled = {"number": found, "queue": queue, "name": name, "uniqueid": uniqueid}
    return {
        "party": found,
        "display": display(number, region),
        "crm_url": link_to(settings.CRM_URL, **filled) if found else "",
        "visits": [_visit(call) for call in visits_of(who.scope, pbx, found, region, who.at)],
        "notes": [_note(note) for note in notes_of(who.user, who.scope, pbx, found)],
    }


@router.post("/notes", response={201: NoteOut, **ERRORS})
def make_note(request: HttpRequest, asked: NoteIn) -> Any:
    """Write down something about a caller, for whoever talks with them next."""
    who = _asker_at(request, asked.pbx)
    queue = asked.queue.lower()
    _require_part(who, asked.pbx, queue)
    found = party_of(asked.number, settings.PHONE_REGION)
    if not found:
        raise HttpError(422, _("This caller has no number by which a note could be found again."))
    note = save_note(
        who.user, pbx=asked.pbx, party=found, queue=queue, uniqueid=asked.uniqueid, text=asked.text, at=who.at
    )
    return Status(201, _note(note))


def _require_part(who: Asker, pbx: str, queue: str) -> None:
    """Errors: 404 unless the queue is there for them, 403 unless they have a part in it: their phone is a member of it,
    or they supervise it."""
    scope = who.scope
    if not queue:
        has_phone = any(phone_pbx == pbx for phone_pbx, _interface in scope.interfaces)
        return require(has_phone or scope.is_supervisor)
    if queue in queues_of(pbx, scope.interfaces):
        return None
    if not permissions.watches(scope, pbx, queue) or not who.floor.is_queue(pbx, queue):
        raise HttpError(404, _("There is no such queue."))
    return require(permissions.supervises(scope, pbx, queue))


def _asker_at(request: HttpRequest, pbx: str) -> Asker:
    """Errors: 403 for people without rights, 404 unless this PBX is there for them."""
    who = asker(request)
    if not may_see_link(who.scope, pbx):
        raise HttpError(404, _("There is no such PBX."))
    return who


def _visit(call: Any) -> dict[str, Any]:
    fact = fact_of(call)
    return {"at": call.joined_at, "queue": call.queue, "outcome": call.outcome, "wait_seconds": fact.wait_seconds}


def _note(note: CallNote) -> dict[str, Any]:
    author = person_name(note.author) if note.author else ""
    return {"id": note.pk, "at": note.at, "author": author, "queue": note.queue, "text": note.text}

"""JSON endpoints of the dial box: whom one may dial by name, and what a number is."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import StringConstraints

from agents.asking import RequestRefused, destination, is_internal
from agents.dialing import problem_in_words
from agents.numbers import display
from queues.api_asking import ERRORS, Asker, Line, asker
from queues.directory import Kind, entries_of, search
from queues.models import Link
from queues.visibility import may_see_link

router = Router()

#: What people search for or dial; longer ones are slips of the hand.
Typed = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]


class EntryOut(Schema):
    """See `queues.directory.Entry`."""

    kind: Kind
    name: str
    number: str
    display: str
    state: str


class DirectoryOut(Schema):
    """The best matches first; without a text recent numbers first."""

    entries: list[EntryOut]


class NumberOut(Schema):
    """`number` is what would be dialled, "" if nothing can be; `display` how people write it. `is_internal`: it is one
    of the PBX itself. `words` say what is wrong: nothing can be dialled, or (`number` is there all the same) nobody
    outside can have this number, and then `is_possible` is false."""

    number: str
    display: str
    is_internal: bool
    is_possible: bool
    words: str


@router.get("/directory", response={200: DirectoryOut, **ERRORS})
def directory(request: HttpRequest, q: Typed = "", pbx: Line = "") -> Any:
    """Phones, queues, contacts and your recent numbers, found by name or number. `pbx` may be left out by who has a
    phone."""
    who = asker(request)
    found = entries_of(who.user, who.scope, pbx_of(who, pbx), settings.PHONE_REGION)
    return {"entries": search(found, q, settings.PHONE_REGION)}


@router.get("/numbers", response={200: NumberOut, **ERRORS})
def number(request: HttpRequest, number: Typed, pbx: Line = "") -> Any:
    """What a number is that somebody has typed or a page has named, before it is dialled."""
    who = asker(request)
    pbx = pbx_of(who, pbx)
    try:
        dialled, _context = destination(who.floor, pbx, number)
    except RequestRefused as refusal:
        return {"number": "", "display": number, "is_internal": False, "is_possible": False, "words": str(refusal)}
    if is_internal(who.floor, pbx, dialled):
        return {"number": dialled, "display": dialled, "is_internal": True, "is_possible": True, "words": ""}
    words = problem_in_words(number, settings.PHONE_REGION)
    return {
        "number": dialled,
        "display": display(dialled, settings.PHONE_REGION),
        "is_internal": False,
        "is_possible": not words,
        "words": words,
    }


def pbx_of(who: Asker, asked: str) -> str:
    """The PBX meant: the one asked for, else that of this person's first phone, else the only one. Errors: 404, 422."""
    links = Link.objects.order_by("pk").values_list("pbx", flat=True)
    seen = [pbx for pbx in links if may_see_link(who.scope, pbx)]
    if asked:
        if asked not in seen:
            raise HttpError(404, _("There is no such PBX."))
        return asked
    own = [pbx for pbx, _interface in sorted(who.scope.interfaces) if pbx in seen]
    if own or len(seen) == 1:
        return (own or seen)[0]
    raise HttpError(422, _("Say by `pbx` which PBX is meant."))

"""What is known of a caller, found by their number however it is written: earlier calls of the day, and notes.

Everybody sees what concerns queues that they watch or that their phones are members of; notes of no queue are seen by
who wrote them and by who sees everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import User

from agents.models import CallNote
from agents.numbers import party_of
from agents.permissions import Scope, watches
from queues.history import days, shown_calls
from queues.models import Call
from queues.selectors import queues_of

#: So many earlier calls and notes are told, the newest.
MOST_VISITS = 50
MOST_NOTES = 50


def visits_of(scope: Scope, pbx: str, party: str, region: str, at: datetime) -> list[Any]:
    """This party's ended calls of the day that exist for this person, the newest first; one sent from queue to queue is
    one, by its last queue."""
    since = days(pbx, at)
    if not party or not since:
        return []
    today = Call.objects.filter(pbx=pbx, joined_at__gte=min(since.values()), ended_at__isnull=False)
    # Numbers are written in many ways, so the database cannot compare them.
    spellings = [told for told in today.values_list("number", flat=True).distinct() if party_of(told, region) == party]
    latest = {
        (call.boot, call.uniqueid): call
        for call in shown_calls(pbx, since, number__in=spellings, ended_at__isnull=False)
    }
    own = queues_of(pbx, scope.interfaces)
    seen = [call for call in latest.values() if call.queue in own or watches(scope, pbx, call.queue)]
    return seen[: -MOST_VISITS - 1 : -1]


def notes_of(user: User, scope: Scope, pbx: str, party: str) -> list[CallNote]:
    """The notes about this party that exist for this person, the newest first."""
    if not party:
        return []
    own = queues_of(pbx, scope.interfaces)
    notes = CallNote.objects.filter(pbx=pbx, party=party).select_related("author")
    return list(_seen(notes, user, scope, own))[:MOST_NOTES]


def _seen(notes: Iterable[CallNote], user: User, scope: Scope, own: frozenset[str]) -> Iterable[CallNote]:
    for note in notes:
        is_mine = note.author_id == user.pk
        of_a_queue = bool(note.queue) and (note.queue in own or watches(scope, note.pbx, note.queue))
        if is_mine or of_a_queue or scope.everything:
            yield note


def link_to(template: str, **blanks: str) -> str:
    """The address with its blanks filled in, each escaped; "" without an address."""
    for name, value in blanks.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template

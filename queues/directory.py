"""Whom a person may dial by name: phones, queues, contacts, and the numbers they had to do with lately.

`search` is pure. Everybody with a phone or a queue on a PBX may look there; of colleagues' phones they are told what
the lamp of a desk phone tells, and nothing of what the board keeps from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import Q

from agents.models import Agent, Command, Contact
from agents.numbers import display, party_of
from agents.permissions import Scope
from agents.states import RINGING_DEVICES, TALKING_DEVICES, UNREACHABLE_DEVICES, CommandKind, DeviceState
from queues.models import Call, Queue

#: So many entries answer a search, so many of them at most are recent numbers where nothing is searched for.
MOST_ENTRIES = 20
MOST_RECENT = 10
#: So far back recent numbers are looked for, in calls of either direction.
_LOOK_BACK = 60

_NO_DIGITS = re.compile(r"[^0-9]+")


class Kind(StrEnum):
    """What an entry is. They are listed in this order where nothing else decides."""

    AGENT = "agent"
    QUEUE = "queue"
    CONTACT = "contact"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Entry:
    """`number` is dialled as it is, `display` is how people write it. `state`: of a phone free, busy or off, of a queue
    closed; "" where nobody knows, and for all others."""

    kind: Kind
    name: str
    number: str
    display: str
    state: str = ""


def entries_of(user: User, scope: Scope, pbx: str, region: str) -> list[Entry]:
    """Everybody this person may dial by name on this PBX; recent numbers last, the latest first."""
    own = {interface for phone_pbx, interface in scope.interfaces if phone_pbx == pbx}
    known = [*_agents(pbx, own), *_queues(pbx), *_contacts(pbx, region)]
    names = {party_of(entry.number, region): entry.name for entry in reversed(known)}
    recent = [replace(entry, name=names.get(party, entry.name)) for party, entry in _recent(user, own, pbx, region)]
    return [*known, *recent]


def search(entries: Iterable[Entry], text: str, region: str) -> list[Entry]:
    """The best matches, one for each number: what begins like the text comes first. Without a text recent numbers come
    first."""
    wanted = text.casefold().split()
    ranked = [(rank, entry) for entry in entries if (rank := _rank(entry, text, wanted)) is not None]
    if wanted:
        by_number = text.strip().isdigit()
        ranked.sort(key=lambda found: (found[0], _ORDER[found[1].kind], *_place(found[1], by_number)))
    else:
        recent = [found for found in ranked if found[1].kind is Kind.RECENT][:MOST_RECENT]
        ranked = recent + [found for found in ranked if found[1].kind is not Kind.RECENT]
    unique: dict[str, Entry] = {}
    for _rank_found, entry in ranked:
        unique.setdefault(party_of(entry.number, region), entry)
    return list(unique.values())[:MOST_ENTRIES]


def _place(entry: Entry, by_number: bool) -> tuple[str, str]:
    name = entry.name.casefold()
    return (entry.number, name) if by_number else (name, entry.number)


_ORDER = {kind: place for place, kind in enumerate(Kind)}


def _rank(entry: Entry, text: str, wanted: list[str]) -> int | None:
    """How well the entry matches, 0 is best; None: not at all."""
    if not wanted:
        return 0
    name, digits = entry.name.casefold(), _NO_DIGITS.sub("", text)
    numbers = (entry.number.casefold(), *(_NO_DIGITS.sub("", spelling) for spelling in (entry.number, entry.display)))
    if text.strip().casefold() in numbers:
        return 0
    if name.startswith(" ".join(wanted)) or (digits and any(number.startswith(digits) for number in numbers)):
        return 1
    if all(any(part.startswith(word) for part in name.split()) for word in wanted):
        return 2
    is_within = all(word in name for word in wanted) or (
        len(digits) > 1 and any(digits in number for number in numbers)
    )
    return 3 if is_within else None


def _agents(pbx: str, own: set[str]) -> Iterator[Entry]:
    phones = Agent.objects.filter(pbx=pbx).exclude(extension="").order_by("extension")
    for interface, extension, given, name, device in phones.values_list(
        "interface", "extension", "display_name", "name", "device_state"
    ):
        if interface not in own:
            yield Entry(Kind.AGENT, given or name or extension, extension, extension, lamp(DeviceState(device)))


def lamp(device: DeviceState) -> str:
    """What the lamp for this phone on another desk phone tells."""
    if device in UNREACHABLE_DEVICES:
        return "off"
    if device in RINGING_DEVICES | TALKING_DEVICES:
        return "busy"
    return "free" if device is DeviceState.NOT_IN_USE else ""


def _queues(pbx: str) -> Iterator[Entry]:
    for number, name, is_open in Queue.objects.filter(pbx=pbx, is_on_board=True).values_list(
        "number", "name", "is_open"
    ):
        yield Entry(Kind.QUEUE, name or number, number, number, "closed" if is_open is False else "")


def _contacts(pbx: str, region: str) -> Iterator[Entry]:
    for name, number in Contact.objects.filter(Q(pbx=pbx) | Q(pbx="")).values_list("name", "number"):
        yield Entry(Kind.CONTACT, name, number, display(number, region))


def _recent(user: User, own: set[str], pbx: str, region: str) -> Iterator[tuple[str, Entry]]:
    """Who this person dialled through us or had on their phones lately, each once."""
    dialled = Command.objects.filter(requested_by=user, pbx=pbx, kind=CommandKind.ORIGINATE).order_by("-pk")
    taken = Call.objects.filter(pbx=pbx, agent_interface__in=own).exclude(number="").order_by("-joined_at")
    found: list[tuple[datetime, str, str]] = [
        (at, told["number"], "") for at, told in dialled.values_list("requested_at", "arguments")[:_LOOK_BACK]
    ]
    found += taken.values_list("joined_at", "number", "name")[:_LOOK_BACK]
    seen = set()
    for _at, number, name in sorted(found, reverse=True):
        party = party_of(number, region)
        if party and party not in seen:
            seen.add(party)
            yield party, Entry(Kind.RECENT, name, number, display(number, region))

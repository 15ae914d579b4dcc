"""Who the people at the open connections are now, and what they may: read for all of them at once.

A connection lives for hours, and its person's rights may end or change meanwhile. Comparing what `identities` says
with what it said before tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from agents.auth import Credential, people_of
from agents.models import Team
from agents.permissions import QueueKey, Scope, visible_scopes


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A team as its people are told of it."""

    name: str
    queues: tuple[QueueKey, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as of the last look at the database. `name` is what to call them; `teams` are those they supervise or
    watch, or all for who sees every queue."""

    user_id: int
    username: str
    scope: Scope
    name: str = ""
    teams: tuple[TeamFacts, ...] = ()


def identities(credentials: Collection[Credential], at: datetime) -> dict[Credential, Identity]:
    """Who shows these credentials at this time, in some ten queries for all of them. Those of nobody, and of people
    without any right here, are left out."""
    people = people_of(credentials, at)
    scopes = visible_scopes(people.values())
    seeing = {pk: scope for pk, scope in scopes.items() if scope.sees_floor}
    teams = _teams_of(seeing) if seeing else {}
    return {
        credential: Identity(
            user_id=user.pk,
            username=user.get_username(),
            scope=scopes[user.pk],
            name=user.get_full_name() or user.get_username(),
            teams=teams.get(user.pk, ()),
        )
        for credential, user in people.items()
        if not scopes[user.pk].is_empty
    }


def _teams_of(scopes: dict[int, Scope]) -> dict[int, tuple[TeamFacts, ...]]:
    """The teams that each of these people is told of, by name."""
    queues: dict[int, list[QueueKey]] = {}
    names: dict[int, str] = {}
    for pk, name, pbx, number in Team.objects.order_by("name", "queues__pbx", "queues__number").values_list(
        "pk", "name", "queues__pbx", "queues__number"
    ):
        names[pk] = name
        queues.setdefault(pk, []).extend([(pbx, number)] if number is not None else [])
    facts = {pk: TeamFacts(names[pk], tuple(queues[pk])) for pk in queues}
    own: dict[int, set[int]] = defaultdict(set)
    for side in ("supervisors", "viewers"):
        members: Iterable[tuple[int, int]] = Team.objects.filter(**{f"{side}__in": scopes}).values_list(side, "pk")
        for user_id, pk in members:
            own[user_id].add(pk)
    return {
        user_id: tuple(fact for pk, fact in facts.items() if scope.everything or pk in own[user_id])
        for user_id, scope in scopes.items()
    }

"""The queues of a team: the only writer of that table."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from agents.models import Team, TeamQueue
from agents.permissions import QueueKey


def queues_of_team(team: Team) -> frozenset[QueueKey]:
    """As (pbx, number)."""
    return frozenset(team.queues.values_list("pbx", "number"))


def set_queues_of_team(team: Team, queues: Iterable[QueueKey]) -> None:
    """Give a saved team exactly these queues. Rows that stay are not touched."""
    wanted = set(queues)
    with transaction.atomic():
        gone = queues_of_team(team) - wanted
        for pbx, number in gone:
            team.queues.filter(pbx=pbx, number=number).delete()
        new = [TeamQueue(team=team, pbx=pbx, number=number) for pbx, number in sorted(wanted)]
        TeamQueue.objects.bulk_create(new, ignore_conflicts=True)

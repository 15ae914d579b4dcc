"""The audit as one person may see it: `agents.audit` with what only this app knows, queues and their members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from agents.audit import Filters, Words, agent_name, find, person_name, visible_commands
from agents.models import Agent, Command
from agents.permissions import Scope, supervises, visible_scope
from queues.models import Member, Queue


@dataclass(frozen=True, slots=True)
class Choice:
    """One of those to choose from in a filter."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Audit:
    """`commands` are all this person may see, newest first; `words` name only queues they may see."""

    commands: QuerySet[Command]
    words: Words

    def find(self, filters: Filters) -> QuerySet[Command]:
        return find(self.commands, filters, timezone.localdate())

    def people(self) -> list[Choice]:
        """Who asked for any of it, by name."""
        asked = self.commands.order_by().values("requested_by")
        people = User.objects.filter(pk__in=asked)
        return _by_name(Choice(str(person.pk), person_name(person)) for person in people)

    def agents(self) -> list[Choice]:
        """Whom any of it is about, by name."""
        agents = Agent.objects.filter(pk__in=self.commands.order_by().values("agent"))
        return _by_name(Choice(str(agent.pk), agent_name(Command(agent=agent))) for agent in agents)

    def queues(self) -> list[Choice]:
        """The queues any of it is about, by name."""
        keys = self.commands.order_by().exclude(queue="").values_list("pbx", "queue").distinct()
        named = ((pbx, number, self.words.queue_name(pbx, number)) for pbx, number in keys)
        return _by_name(Choice(f"{pbx}/{number}", name) for pbx, number, name in named if name is not None)


def _by_name(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.value))


def audit_of(scope: Scope, user: User) -> Audit:
    """What this person may see, of those who may see any: `scope.is_supervisor`."""
    names = {(pbx, number): name for pbx, number, name in Queue.objects.values_list("pbx", "number", "name")}

    def queue_name(pbx: str, number: str) -> str | None:
        if not supervises(scope, pbx, number):
            return None
        return names.get((pbx, number), number)

    return Audit(_commands_for(scope, user), Words(queue_name))


def commands_of(user: User) -> QuerySet[Command]:
    """The requests of this person, and for supervisors what the audit shows them."""
    scope = visible_scope(user)
    return _commands_for(scope, user) if scope.is_supervisor else Command.objects.filter(requested_by=user)


def _commands_for(scope: Scope, user: User) -> QuerySet[Command]:
    return visible_commands(scope, user, [] if scope.acts_everywhere else _agents_in(scope))


def _agents_in(scope: Scope) -> list[int]:
    """The agents of the queues this person supervises."""
    found = Q()
    for pbx, number in scope.supervised:
        found |= Q(pbx=pbx, queue=number)
    keys = set(Member.objects.filter(found).values_list("pbx", "interface")) if found else set()
    known = Agent.objects.filter(interface__in={interface for _, interface in keys})
    return [pk for pk, pbx, interface in known.values_list("pk", "pbx", "interface") if (pbx, interface) in keys]

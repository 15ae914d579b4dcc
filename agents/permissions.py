"""Who may see and do what: the one place that decides. Pages, API and sockets ask here.

`visible_scope` reads from the database what a person's rights are, once per request or connection. All else is
pure and decides on that `Scope`, an agent, and the agent's queues, which the caller hands over: this app knows no
memberships. What may not be seen does not exist (404), what may be seen and not done is forbidden (403).

Everybody may act for their own phones: pause, unpause, dial, end and transfer their own call, log in to and out of
their own queues. Supervisors do everything, all of them or in the queues of their teams, viewers nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agents.floor import LiveCall
from agents.models import Agent, TeamQueue

Person = User | AnonymousUser
#: A queue by its natural key: (pbx, number).
QueueKey = tuple[str, str]


class NotAllowed(Exception):
    """This person may not do that. The message is a sentence for them."""


class Role(StrEnum):
    """What a person is called. Who is several of these is called the first that fits, and sees the sum of all."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    VIEWER = "viewer"
    AGENT = "agent"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Veil:
    """What is kept from a screen on the wall, which anybody in the room reads: it is shown figures, callers in line
    and the states of agents, never a call in hand or whom we owe one. With `hides_callers` numbers are cut and names
    left out; with `hides_agents` their names are."""

    hides_callers: bool = True
    hides_agents: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see and touch.

    `everything`: sees every queue. `interfaces`, `agent_ids`: their own phones, as (pbx, interface) and as rows.
    `acts_everywhere`: may act for every agent and queue. `watched`: the queues of their teams, which they see whole;
    `supervised`, a part of it: those they may act in. `administers`: of the people who act everywhere, those who
    run the administration, too. `veil`: this is what a screen shows, not what a person sees.

    Which queues an own phone is a member of changes by the minute and so is found when something is shown.
    """

    everything: bool
    interfaces: frozenset[tuple[str, str]]
    agent_ids: tuple[int, ...] = ()
    acts_everywhere: bool = False
    watched: frozenset[QueueKey] = frozenset()
    supervised: frozenset[QueueKey] = frozenset()
    administers: bool = False
    veil: Veil | None = None

    @property
    def is_empty(self) -> bool:
        return self.role is Role.NOBODY

    @property
    def role(self) -> Role:
        if self.administers:
            return Role.ADMINISTRATOR
        if self.is_supervisor:
            return Role.SUPERVISOR
        if self.sees_floor:
            return Role.VIEWER
        return Role.AGENT if self.interfaces else Role.NOBODY

    @property
    def sees_floor(self) -> bool:
        """Whether they see whole queues and the agents in them, not only what concerns their own phones."""
        return self.everything or bool(self.watched)

    @property
    def is_supervisor(self) -> bool:
        """Whether they may act beyond their own phones."""
        return self.acts_everywhere or bool(self.supervised)


NOTHING = Scope(everything=False, interfaces=frozenset())


def visible_scope(user: Person) -> Scope:
    """What this person may see and touch now. Costs five queries: ask once a request."""
    return visible_scopes([user]).get(user.pk, NOTHING) if isinstance(user, User) else NOTHING


def visible_scopes(users: Iterable[User]) -> dict[int, Scope]:
    """What these people may see and touch now, by id, in five queries for all of them. Accounts that are switched
    off are left out."""
    active = {user.pk: user for user in users if user.is_active}
    permissions = _permissions_of(active)
    phones = _grouped(
        Agent.objects.filter(user__in=active).order_by("pk").values_list("user", "pk", "pbx", "interface")
    )
    queues = TeamQueue.objects.order_by("pk")
    supervised = _grouped(queues.filter(team__supervisors__in=active).values_list("team__supervisors", "pbx", "number"))
    viewed = _grouped(queues.filter(team__viewers__in=active).values_list("team__viewers", "pbx", "number"))
    scopes = {}
    for pk, user in active.items():
        acts_everywhere = user.is_superuser or "supervise" in permissions[pk]
        scopes[pk] = Scope(
            everything=acts_everywhere or "watch" in permissions[pk],
            interfaces=frozenset((pbx, interface) for _, pbx, interface in phones[pk]),
            agent_ids=tuple(agent_id for agent_id, _, _ in phones[pk]),
            acts_everywhere=acts_everywhere,
            watched=frozenset((*supervised[pk], *viewed[pk])),
            supervised=frozenset(supervised[pk]),
            administers=acts_everywhere and user.is_staff,
        )
    return scopes


def _permissions_of(user_ids: Iterable[int]) -> dict[int, set[str]]:
    """Which permissions on agents these people hold, by themselves or by a group."""
    here = {"content_type__app_label": "agents", "content_type__model": "agent"}
    held = Permission.objects.filter(**here, codename__in=("supervise", "watch"))
    found: dict[int, set[str]] = defaultdict(set)
    for holder in ("user", "group__user"):
        for user_id, codename in held.filter(**{f"{holder}__in": user_ids}).values_list(holder, "codename"):
            found[user_id].add(codename)
    return found


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """The rest of each row, by its first column."""
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *rest in rows:
        groups[key].append(tuple(rest))
    return groups


def may_read_metrics(user: Person) -> bool:
    """Figures of the whole installation, without anybody's name or number."""
    return isinstance(user, User) and visible_scope(user).everything


# --- what exists for a person ----------------------------------------------------------------------------------


def watches(scope: Scope, pbx: str, queue: str) -> bool:
    """Whether they see this queue whole: its callers, its members and their agents."""
    return scope.everything or (pbx, queue) in scope.watched


def is_own(scope: Scope, agent: Agent) -> bool:
    """Whether this phone is theirs."""
    return (agent.pbx, agent.interface) in scope.interfaces


def may_see_agent(scope: Scope, agent: Agent, queues_of_agent: frozenset[str]) -> bool:
    """Whether this agent exists for them; `queues_of_agent` are the numbers of the queues it is a member of."""
    return (
        scope.everything or is_own(scope, agent) or any(watches(scope, agent.pbx, number) for number in queues_of_agent)
    )


def may_see_call_in_hand(scope: Scope, agent: Agent, queues_of_agent: frozenset[str]) -> bool:
    """Whether the call this agent has, if any, exists for them: not if it is of a queue they do not see."""
    if not may_see_agent(scope, agent, queues_of_agent):
        return False
    return is_own(scope, agent) or not agent.queue or watches(scope, agent.pbx, agent.queue)


def may_see_call(scope: Scope, pbx: str, call: LiveCall, own_queues: frozenset[str]) -> bool:
    """Whether a queue's call exists for them; `own_queues` are those of their phones on this PBX.

    As on the board: an agent sees who waits in their queues and whom they talk with, not whom colleagues have.
    """
    if watches(scope, pbx, call.queue) or (pbx, call.agent_interface) in scope.interfaces:
        return True
    return not call.agent_interface and call.queue in own_queues


# --- what a person may do --------------------------------------------------------------------------------------


def supervises(scope: Scope, pbx: str, queue: str) -> bool:
    """Whether they may act in this queue for others: for its callers and its members."""
    return scope.acts_everywhere or (pbx, queue) in scope.supervised


def _supervises_some(scope: Scope, pbx: str, queues: frozenset[str]) -> bool:
    return scope.acts_everywhere or any((pbx, number) in scope.supervised for number in queues)


def may_manage(scope: Scope, queues: Collection[QueueKey]) -> bool:
    """Whether they may set what is worth an alert in these queues, and who is told. Without any queue it is about the
    whole installation: for who acts everywhere."""
    return scope.acts_everywhere or (bool(queues) and scope.supervised.issuperset(queues))


def may_be_told(scope: Scope, pbx: str, queue: str, queues_of_agent: frozenset[str]) -> bool:
    """Whether they may be told that something goes wrong, where they cannot be asked who they are: in this queue, with
    an agent who is a member of these, or, with neither, with the whole PBX."""
    if scope.everything or not (queue or queues_of_agent):
        return scope.sees_floor
    return any((pbx, number) in scope.watched for number in (queues_of_agent or {queue}))


def may_act_for(scope: Scope, agent: Agent, queues_of_agent: frozenset[str]) -> bool:
    """Whether they may have this phone do things: their own, and those of members of a queue they supervise.
    In which queues is `queues_to_touch`'s answer."""
    return is_own(scope, agent) or _supervises_some(scope, agent.pbx, queues_of_agent)


def may_act_on_call_in_hand(scope: Scope, agent: Agent, queues_of_agent: frozenset[str]) -> bool:
    """Whether they may end or transfer the call this agent has: their own, one of a queue they supervise, and one
    of no queue if the agent is a member of a queue they supervise."""
    if is_own(scope, agent):
        return True
    if agent.queue:
        return supervises(scope, agent.pbx, agent.queue)
    return _supervises_some(scope, agent.pbx, queues_of_agent)


def may_join_call_in_hand(scope: Scope, agent: Agent) -> bool:
    """Whether they may listen to, whisper into or barge into the call this agent has: of a queue they supervise.
    Calls of no queue may be private, so only those who act everywhere may."""
    return supervises(scope, agent.pbx, agent.queue) if agent.queue else scope.acts_everywhere


def may_act_on_call(scope: Scope, pbx: str, call: LiveCall) -> bool:
    """Whether they may end or move a queue's call: one of a queue they supervise, or the one they have in hand.
    A caller who waits is nobody's own, so only a supervisor may redirect, pick up or prefer one."""
    return supervises(scope, pbx, call.queue) or (pbx, call.agent_interface) in scope.interfaces


def may_see_owed(scope: Scope, pbx: str, queue: str, own_queues: frozenset[str]) -> bool:
    """Whether the calls this queue owes exist for them; `own_queues` are those of their phones on this PBX, and those
    they were logged out of through us: who has left a queue may still call its people back."""
    return watches(scope, pbx, queue) or queue in own_queues


def may_settle_owed(scope: Scope, pbx: str, queue: str, own_queues: frozenset[str]) -> bool:
    """Whether they may claim, close and call back what this queue owes."""
    return supervises(scope, pbx, queue) or queue in own_queues


def may_see_incident(scope: Scope, pbx: str, queue: str, interface: str, queues_of_agent: frozenset[str]) -> bool:
    """Whether an incident exists for them: about a queue they watch, an agent they see, their own phone, or the whole
    of a PBX that they watch a queue of. `queues_of_agent`: where that agent is a member, or was until logged out."""
    if (pbx, interface) in scope.interfaces:
        return True
    return _concerns(scope.everything, scope.watched, pbx, queue, interface, queues_of_agent)


def may_acknowledge(scope: Scope, pbx: str, queue: str, interface: str, queues_of_agent: frozenset[str]) -> bool:
    """Whether they may be named as who has seen to an incident: who supervises what it is about."""
    return _concerns(scope.acts_everywhere, scope.supervised, pbx, queue, interface, queues_of_agent)


def _concerns(
    all_queues: bool, queues: frozenset[tuple[str, str]], pbx: str, queue: str, interface: str, of_agent: frozenset[str]
) -> bool:
    if all_queues:
        return True
    if interface:
        return any((pbx, number) in queues for number in of_agent)
    return (pbx, queue) in queues if queue else any(queue_pbx == pbx for queue_pbx, _number in queues)


def queues_to_touch(
    scope: Scope, agent: Agent, asked: str | None, queues_of_agent: frozenset[str], *, own_counts: bool = True
) -> frozenset[str] | None:
    """In which queues a pause, its end, a log-out or a penalty is to happen, where `asked` is a number in lower case
    or None for "all queues": None says all of them whichever they are, a set says exactly these.

    For a team's supervisor "all" are the agent's queues that they supervise. That the agent is a member of what was
    asked for is not checked here. `own_counts` False: not a thing people do for themselves, such as a penalty.
    Errors: NotAllowed.
    """
    is_theirs = own_counts and is_own(scope, agent)
    if not is_theirs and not _supervises_some(scope, agent.pbx, queues_of_agent):
        raise NotAllowed(_("You may not do this for {agent}.").format(agent=agent))
    if is_theirs or scope.acts_everywhere:
        return None if asked is None else frozenset({asked})
    if asked is None:
        return frozenset(number for number in queues_of_agent if supervises(scope, agent.pbx, number))
    if not supervises(scope, agent.pbx, asked):
        raise NotAllowed(_("Queue {queue} is not one of your teams' queues.").format(queue=asked))
    return frozenset({asked})


def queues_to_join(scope: Scope, agent: Agent, asked: str | None, usual: frozenset[str]) -> frozenset[str]:
    """Into which queues this agent is to be logged in, where `usual` are the queues the agent is a member of or was
    until logged out: exactly these, never empty. `asked` None: all the usual ones that this person may touch.

    A supervisor may have anybody whom they see join a queue that they supervise; people join their usual queues by
    themselves, and no others. That they see the agent is settled before. Errors: NotAllowed.
    """
    own = usual if is_own(scope, agent) else frozenset()
    wanted = usual if asked is None else frozenset({asked})
    joined = frozenset(number for number in wanted if number in own or supervises(scope, agent.pbx, number))
    if joined:
        return joined
    if asked is not None:
        raise NotAllowed(_("You may not log {agent} in to queue {queue}.").format(agent=agent, queue=asked))
    raise NotAllowed(_("You may not log {agent} in to any of their usual queues.").format(agent=agent))


# --- who may change whose account ------------------------------------------------------------------------------


def may_administer(user: Person, person: User) -> bool:
    """Whether `user`, who may change accounts, may change this one: superusers any, others nobody who holds a
    permission that they do not hold themselves. An account that is switched off may be switched on again, so its
    permissions count, too."""
    if user.is_superuser:
        return True
    held = Permission.objects.filter(Q(user=person) | Q(group__user=person))
    return not person.is_superuser and _are_held_by(user, held)


def may_grant(user: Person, group: Group) -> bool:
    """Whether `user`, who may change accounts, may put somebody into this group: nobody gives what they do not have."""
    return _are_held_by(user, group.permissions.all())


def _are_held_by(user: Person, permissions: QuerySet[Permission]) -> bool:
    names = permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in names} <= user.get_all_permissions()

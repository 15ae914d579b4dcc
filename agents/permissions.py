"""Who may see and do what: the one place that decides. Pages, API and sockets ask here.

Supervisors (superusers and holders of `agents.supervise`) see and may do everything; somebody whose login is
linked to an `Agent` sees their own queues and acts for that phone only; everybody else sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from agents.floor import LiveCall
from agents.models import Agent

Person = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see. `interfaces` are their own phones, as (pbx, interface).

    The queues of an agent follow their memberships and so are found when something is shown, not here.
    """

    everything: bool
    interfaces: frozenset[tuple[str, str]]
    agent_ids: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.everything and not self.interfaces


NOTHING = Scope(everything=False, interfaces=frozenset())


def may_see_everything(user: Person) -> bool:
    return user.is_active and user.has_perm("agents.supervise")


def may_read_metrics(user: Person) -> bool:
    """Figures of the whole installation, without anybody's name or number."""
    return may_see_everything(user)


def visible_scope(user: Person) -> Scope:
    """What this person may see now. Costs one or two queries: ask once a request or connection."""
    if not user.is_active or isinstance(user, AnonymousUser):
        return NOTHING
    phones = Agent.objects.filter(user=user).order_by("pk").values_list("pk", "pbx", "interface")
    return Scope(
        everything=may_see_everything(user),
        interfaces=frozenset((pbx, interface) for _, pbx, interface in phones),
        agent_ids=tuple(pk for pk, _, _ in phones),
    )


def may_act_for(user: Person, agent: Agent) -> bool:
    """Whether this person may have this phone do things: supervisors any, others their own."""
    if may_see_everything(user):
        return True
    return user.is_active and user.pk is not None and agent.user_id == user.pk


def may_pause(user: Person, agent: Agent) -> bool:
    """Pausing and unpausing, in one queue or all."""
    return may_act_for(user, agent)


def may_originate(user: Person, agent: Agent) -> bool:
    """Dialling from this agent's phone."""
    return may_act_for(user, agent)


def may_hang_up(user: Person, agent: Agent | None) -> bool:
    """Ending a call. `agent` is who talks on it, None while nobody does: then it is a supervisor's business."""
    return may_see_everything(user) if agent is None else may_act_for(user, agent)


def may_see_call(scope: Scope, pbx: str, call: LiveCall, queues: frozenset[str]) -> bool:
    """Whether a queue call exists for this person; `queues` are those of their phones on this PBX.

    As on the board: an agent sees who waits in their queues and whom they talk with, not whom colleagues have.
    """
    if scope.everything:
        return True
    return (pbx, call.agent_interface) in scope.interfaces or (not call.agent_interface and call.queue in queues)

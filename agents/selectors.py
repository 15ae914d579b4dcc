"""Reads of this app, shaped for pages and API."""

from __future__ import annotations

from django.contrib.auth.models import User

from agents.models import Agent, Command, PauseReason
from agents.permissions import Scope, may_see_everything


def visible_agent(scope: Scope, agent_id: int) -> Agent | None:
    """The agent if this scope shows it; None as if there were none."""
    if not scope.everything and agent_id not in scope.agent_ids:
        return None
    return Agent.objects.filter(pk=agent_id).first()


def agent_on_call(pbx: str, uniqueid: str, interface: str) -> Agent | None:
    """Who talks on this call: the phone `interface` if given, else who has `uniqueid` in hand."""
    agents = Agent.objects.filter(pbx=pbx)
    if interface:
        return agents.filter(interface=interface).first()
    return agents.filter(call_uniqueid=uniqueid).first() if uniqueid else None


def visible_command(user: User, command_id: int) -> Command | None:
    """A request of this person; supervisors see everybody's."""
    commands = Command.objects.filter(pk=command_id)
    if not may_see_everything(user):
        commands = commands.filter(requested_by=user)
    return commands.first()


def pause_reasons() -> list[str]:
    return list(PauseReason.objects.values_list("name", flat=True))

"""Reads of this app, shaped for pages and API."""

from __future__ import annotations

from django.contrib.auth.models import User

from agents.models import Agent, Command, PauseReason
from agents.permissions import visible_scope


def agent_by_id(agent_id: int) -> Agent | None:
    """The agent, whoever asks: `agents.permissions.may_see_agent` says whether it exists for them."""
    return Agent.objects.filter(pk=agent_id).first()


def agent_on_call(pbx: str, uniqueid: str, interface: str) -> Agent | None:
    """Who talks on this call: the phone `interface` if given, else who has `uniqueid` in hand."""
    agents = Agent.objects.filter(pbx=pbx)
    if interface:
        return agents.filter(interface=interface).first()
    return agents.filter(call_uniqueid=uniqueid).first() if uniqueid else None


def visible_command(user: User, command_id: int) -> Command | None:
    """A request of this person; who acts everywhere sees everybody's."""
    commands = Command.objects.filter(pk=command_id)
    if not visible_scope(user).acts_everywhere:
        commands = commands.filter(requested_by=user)
    return commands.first()


def pause_reasons() -> list[PauseReason]:
    """In the order people are to see them in."""
    return list(PauseReason.objects.all())

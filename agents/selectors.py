"""Reads of this app, shaped for pages and API."""

from __future__ import annotations

from django.contrib.auth.models import User

from agents.models import Agent, Command, PauseReason
from agents.permissions import Scope
from agents.states import CommandKind


def agent_by_id(agent_id: int) -> Agent | None:
    """The agent, whoever asks: `agents.permissions.may_see_agent` says whether it exists for them."""
    return Agent.objects.filter(pk=agent_id).first()


def own_phones(scope: Scope) -> list[Agent]:
    """The phones of whoever has this scope."""
    return list(Agent.objects.filter(pk__in=scope.agent_ids).order_by("pk"))


def agent_on_call(pbx: str, uniqueid: str, interface: str) -> Agent | None:
    """Who talks on this call: the phone `interface` if given, else who has `uniqueid` in hand."""
    agents = Agent.objects.filter(pbx=pbx)
    if interface:
        return agents.filter(interface=interface).first()
    return agents.filter(call_uniqueid=uniqueid).first() if uniqueid else None


def dialled_command(user: User, command_id: int) -> Command | None:
    """A call that this person has asked to dial."""
    return Command.objects.filter(pk=command_id, requested_by=user, kind=CommandKind.ORIGINATE).first()


def pause_reasons() -> list[PauseReason]:
    """In the order people are to see them in."""
    return list(PauseReason.objects.all())

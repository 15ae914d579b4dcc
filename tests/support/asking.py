"""People's requests to the PBX, made as the API makes them, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from agents import requests
from agents.models import Agent, Command
from agents.states import FINAL_COMMAND_STATES
from queues.selectors import Floor


def now() -> datetime:
    return datetime.now(UTC)


def person() -> User:
    user: User = User.objects.get_or_create(username="supervisor")[0]
    return user


def pause(interface: str, queue: str | None = None, reason: str = "", minutes: int | None = None) -> Command:
    asked = {"queue": queue, "reason": reason, "minutes": minutes}
    return requests.request_pause(by=person(), agent=_agent(interface), **asked, floor=Floor(), at=now())


def unpause(interface: str, queue: str | None = None) -> Command:
    return requests.request_unpause(by=person(), agent=_agent(interface), queue=queue, floor=Floor(), at=now())


def originate(interface: str, number: str) -> Command:
    return requests.request_originate(by=person(), agent=_agent(interface), number=number, floor=Floor(), at=now())


def hang_up(uniqueid: str) -> Command:
    return requests.request_hangup(by=person(), pbx="pbx", uniqueid=uniqueid, agent=None, floor=Floor(), at=now())


def _agent(interface: str) -> Agent:
    return Agent.objects.get(interface=interface)


def ended(command: Command) -> Any:
    """The command once its outcome is written, else None: for `Watch.until_in_database`."""
    command.refresh_from_db()
    return command if command.state in FINAL_COMMAND_STATES else None

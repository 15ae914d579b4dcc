"""People's requests to the PBX, made as the API makes them, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from agents import requests, requests_calls, requests_desk, requests_owed
from agents.asking import Asking
from agents.models import Agent, Command
from agents.requests_owed import Owed
from agents.states import FINAL_COMMAND_STATES, CommandKind
from queues.models import OwedCall
from queues.selectors import Floor


def now() -> datetime:
    return datetime.now(UTC)


def person(username: str = "supervisor") -> User:
    user: User = User.objects.get_or_create(username=username)[0]
    return user


def asking(undo_seconds: int = 0, username: str = "supervisor") -> Asking:
    return Asking(person(username), Floor(), now(), undo_seconds)


def pause(interface: str, queue: str | None = None, reason: str = "", minutes: int | None = None) -> Command:
    return requests.request_pause(asking(), _agent(interface), _queues(queue), reason=reason, minutes=minutes)


def unpause(interface: str, queue: str | None = None) -> Command:
    return requests.request_unpause(asking(), _agent(interface), _queues(queue))


def own_pause(interface: str, reason: str, minutes: int | None = None) -> Command:
    return requests_desk.request_own_pause(asking(), _agent(interface), None, reason=reason, minutes=minutes)


def wait_for_pause(interface: str, reason: str) -> Command:
    return requests_desk.request_wait_for_pause(asking(), _agent(interface), reason=reason, minutes=None)


def no_pause(interface: str) -> Command:
    return requests_desk.request_no_pause(asking(), _agent(interface))


def ready(interface: str) -> Command:
    return requests_desk.request_ready(asking(), _agent(interface))


def more_wrap_up(interface: str, minutes: int) -> Command:
    return requests_desk.request_more_wrap_up(asking(), _agent(interface), minutes=minutes)


def hand(interface: str, *, is_raised: bool) -> Command:
    return requests_desk.request_hand(asking(), _agent(interface), is_raised=is_raised)


def log_out(interface: str, *queues: str) -> Command:
    return requests.request_log_out(asking(), _agent(interface), _queues(*queues))


def log_in(interface: str, *queues: str, penalty: int | None = None) -> Command:
    return requests.request_log_in(asking(), _agent(interface), frozenset(queues), penalty=penalty)


def set_penalty(interface: str, penalty: int, *queues: str) -> Command:
    return requests.request_penalty(asking(), _agent(interface), _queues(*queues), penalty=penalty)


def originate(interface: str, number: str) -> Command:
    return requests_calls.request_originate(asking(), _agent(interface), number=number)


def hang_up(uniqueid: str) -> Command:
    return requests_calls.request_hangup(asking(), pbx="pbx", uniqueid=uniqueid, agent=None)


def redirect(uniqueid: str, number: str, undo_seconds: int = 0) -> Command:
    return requests_calls.request_redirect(asking(undo_seconds), pbx="pbx", uniqueid=uniqueid, number=number)


def pick_up(uniqueid: str, interface: str) -> Command:
    return requests_calls.request_pickup(asking(), pbx="pbx", uniqueid=uniqueid, phone=_agent(interface))


def set_priority(uniqueid: str, priority: int) -> Command:
    return requests_calls.request_priority(asking(), pbx="pbx", uniqueid=uniqueid, priority=priority)


def transfer(interface: str, number: str) -> Command:
    return requests_calls.request_transfer(asking(), _agent(interface), number=number)


def consult(interface: str, number: str) -> Command:
    return requests_calls.request_consult(asking(), _agent(interface), number=number)


def park(interface: str) -> Command:
    return requests_calls.request_park(asking(), _agent(interface))


def record(interface: str, on: bool) -> Command:
    return requests_calls.request_recording(asking(), _agent(interface), on=on)


def supervise(interface: str, mode: str, phone: str) -> Command:
    kind = CommandKind(mode)
    return requests_calls.request_supervise(asking(), _agent(interface), kind=kind, phone=_agent(phone))


def claim(username: str = "supervisor") -> Command:
    return requests_owed.request_claim(asking(username=username), _owed(), None)


def release(username: str = "supervisor") -> Command:
    return requests_owed.request_release(asking(username=username), _owed(), None, may_overrule=False)


def close(note: str) -> Command:
    return requests_owed.request_close(asking(), _owed(), None, note=note, may_overrule=False)


def call_back(interface: str, username: str = "supervisor") -> Command:
    return requests_owed.request_callback(asking(username=username), _owed(), _agent(interface))


def _owed() -> Owed:
    """The only line there is."""
    line = OwedCall.objects.get(closed_at=None)
    return Owed(line.pbx, line.queue, line.party, line.number)


def _queues(*queues: str | None) -> frozenset[str] | None:
    """None, and no queue at all, mean all of the agent's."""
    return frozenset(queue for queue in queues if queue is not None) or None


def _agent(interface: str) -> Agent:
    return Agent.objects.get(interface=interface)


def ended(command: Command) -> Any:
    """The command once its outcome is written, else None: for `Watch.until_in_database`."""
    command.refresh_from_db()
    return command if command.state in FINAL_COMMAND_STATES else None

"""The audit: what people asked of the PBX, found by filters and put into words.

Reads only. Nobody sees more here than they supervise: see `visible_commands`. Texts of a PBX and of people are
passed on as they are; whoever shows them escapes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Command
from agents.permissions import Scope
from agents.states import CommandKind, CommandState

#: What each kind is called where one is chosen, and each outcome everywhere.
KINDS = {
    CommandKind.PAUSE: gettext_lazy("Pause"),
    CommandKind.UNPAUSE: gettext_lazy("End of pause"),
    CommandKind.ORIGINATE: gettext_lazy("Dial"),
    CommandKind.HANGUP: gettext_lazy("Hang up"),
    CommandKind.REDIRECT: gettext_lazy("Redirect"),
    CommandKind.PICKUP: gettext_lazy("Pick up"),
    CommandKind.PRIORITY: gettext_lazy("Priority"),
    CommandKind.TRANSFER: gettext_lazy("Transfer"),
    CommandKind.LOG_IN: gettext_lazy("Log in"),
    CommandKind.LOG_OUT: gettext_lazy("Log out"),
    CommandKind.PENALTY: gettext_lazy("Penalty"),
    CommandKind.LISTEN: gettext_lazy("Listen"),
    CommandKind.WHISPER: gettext_lazy("Whisper"),
    CommandKind.BARGE: gettext_lazy("Barge in"),
    CommandKind.CONSULT: gettext_lazy("Ask somebody first"),
    CommandKind.PARK: gettext_lazy("Park"),
    CommandKind.RECORD: gettext_lazy("Record"),
    CommandKind.STOP_RECORDING: gettext_lazy("End of recording"),
    CommandKind.READY: gettext_lazy("End of wrap-up"),
    CommandKind.RAISE_HAND: gettext_lazy("Raise a hand"),
    CommandKind.LOWER_HAND: gettext_lazy("Lower a hand"),
    CommandKind.AWAIT_PAUSE: gettext_lazy("Wait for a pause"),
    CommandKind.FORGO_PAUSE: gettext_lazy("Wait for no pause"),
    CommandKind.ACKNOWLEDGE: gettext_lazy("Take note of an alert"),
    CommandKind.CLAIM: gettext_lazy("Take on a call we owe"),
    CommandKind.RELEASE: gettext_lazy("Leave a call we owe"),
    CommandKind.CLOSE: gettext_lazy("Close a call we owe"),
}
OUTCOMES = {
    CommandState.DONE: gettext_lazy("Done"),
    CommandState.REFUSED: gettext_lazy("Refused"),
    CommandState.UNKNOWN: gettext_lazy("Not known"),
    CommandState.EXPIRED: gettext_lazy("Not sent"),
    CommandState.UNDONE: gettext_lazy("Taken back"),
    CommandState.QUEUED: gettext_lazy("Waiting"),
    CommandState.SENT: gettext_lazy("Under way"),
}
PERIODS = {
    "": gettext_lazy("Any time"),
    "today": gettext_lazy("Today"),
    "yesterday": gettext_lazy("Yesterday"),
    "week": gettext_lazy("Last 7 days"),
    "month": gettext_lazy("Last 30 days"),
    "days": gettext_lazy("From … to …"),
}
#: First and last day of a period, in days before today.
_DAYS = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0), "month": (29, 0)}
#: The longest text that is searched for.
TEXT_MAX_LENGTH = 100


class FilterError(ValueError):
    """A filter cannot be understood. The message is a sentence for whoever set it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show. "" and None: everything. `queue` is pbx, slash, number, in lower case; `text` is found in reasons,
    numbers, answers and names."""

    period: str = ""
    first_day: date | None = None
    last_day: date | None = None
    person: int | None = None
    agent: int | None = None
    kind: str = ""
    outcome: str = ""
    queue: str = ""
    text: str = ""


def read_filters(query: Mapping[str, str]) -> Filters:
    """The filters of an address. Unknown names are ignored. Errors: FilterError."""
    period = query.get("period", "")
    if period not in PERIODS:
        raise FilterError(_("There is no such period."))
    is_days = period == "days"
    return Filters(
        period=period,
        first_day=_day(query.get("from", "")) if is_days else None,
        last_day=_day(query.get("to", "")) if is_days else None,
        person=_number(query.get("person", "")),
        agent=_number(query.get("agent", "")),
        kind=_known(query.get("kind", ""), KINDS),
        outcome=_known(query.get("outcome", ""), OUTCOMES),
        queue=query.get("queue", ""),
        text=query.get("text", "").strip()[:TEXT_MAX_LENGTH].replace("\x00", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise FilterError(_("A day is written as 2026-01-31.")) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise FilterError(_("A person and an agent are given by their number."))
    return int(text)


def _known(text: str, words: Mapping[Any, object]) -> str:
    if text and text not in words:
        raise FilterError(_("There is no such kind or outcome."))
    return text


def visible_commands(scope: Scope, user: User, agent_ids: Collection[int]) -> QuerySet[Command]:
    """What this person may see, newest first. `agent_ids` are the agents of the queues they supervise.

    Who acts everywhere sees all. A team's supervisor sees what they asked for themselves, what is about a queue of
    theirs, and what is about an agent of theirs unless it is about another team's queue. Others see nothing.
    """
    commands = Command.objects.select_related("requested_by", "agent").order_by("-pk")
    if scope.acts_everywhere:
        return commands
    if not scope.is_supervisor:
        return commands.none()
    theirs = Q(requested_by=user) | Q(agent_id__in=agent_ids, queue="")
    for pbx, numbers in _by_pbx(scope.supervised).items():
        theirs |= Q(pbx=pbx, queue__in=numbers)
    return commands.filter(theirs)


def _by_pbx(queues: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for pbx, number in sorted(queues):
        found[pbx].append(number)
    return found


def find(commands: QuerySet[Command], filters: Filters, today: date) -> QuerySet[Command]:
    """Those that match. `today` is the day in the current time zone."""
    first, last = _first_and_last(filters, today)
    if first is not None:
        commands = commands.filter(requested_at__gte=_midnight(first))
    if last is not None and last < date.max:
        commands = commands.filter(requested_at__lt=_midnight(last + timedelta(days=1)))
    exact = {
        "requested_by_id": filters.person,
        "agent_id": filters.agent,
        "kind": filters.kind,
        "state": filters.outcome,
    }
    commands = commands.filter(**{name: value for name, value in exact.items() if value})
    if filters.queue:
        pbx, _slash, number = filters.queue.partition("/")
        commands = commands.filter(Q(queue=number) | Q(arguments__queues__icontains=f'"{number}"'), pbx=pbx)
    return commands.filter(_says(filters.text)) if filters.text else commands


def _first_and_last(filters: Filters, today: date) -> tuple[date | None, date | None]:
    if filters.period not in _DAYS:
        return filters.first_day, filters.last_day
    first, last = _DAYS[filters.period]
    return today - timedelta(days=first), today - timedelta(days=last)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _says(text: str) -> Q:
    places = (
        "message",
        "arguments__reason",
        "arguments__number",
        "requested_by__username",
        "requested_by__first_name",
        "requested_by__last_name",
        "agent__name",
        "agent__display_name",
        "agent__extension",
        "queue",
    )
    found = Q()
    for place in places:
        found |= Q(**{f"{place}__icontains": text})
    return found


# --- in words ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """How things are called. `queue_name(pbx, number)` is what to call a queue, None if it must not be named."""

    queue_name: Callable[[str, str], str | None]

    def sentence(self, command: Command) -> str:
        """Who asked for what: "Paula Park paused Ada (1001) in Support: Lunch, 30 min"."""
        told = command.arguments
        is_return = "cause" in told
        template = _RETURN if is_return else _SENTENCES[CommandKind(command.kind)]
        known = {
            "who": person_name(command.requested_by),
            "agent": agent_name(command),
            "where": self._where(command),
            "caller": self._caller(command),
            "number": told.get("number", ""),
            "party": told.get("party", ""),
            "penalty": told.get("penalty", ""),
            "priority": told.get("priority", ""),
        }
        said = str(template).format(**known)
        details = [told.get("reason", ""), told.get("note", ""), _minutes(told.get("minutes"))]
        details = [detail for detail in details if detail]
        return f"{said}: {', '.join(details)}" if details else said

    def queues(self, command: Command) -> list[str]:
        """The names of the queues it is about; empty when it is about none, or all."""
        numbers = command.arguments.get("queues") or [command.queue]
        names = [self.queue_name(command.pbx, number) for number in numbers if number]
        shown = [name for name in names if name is not None]
        return shown if len(shown) == len(names) else [*shown, _("queues of other teams")]

    def _where(self, command: Command) -> str:
        return _(" and ").join(self.queues(command)) or _("all queues")

    def _caller(self, command: Command) -> str:
        if command.agent is not None and command.kind != CommandKind.PICKUP:
            return _("the caller of {agent}").format(agent=agent_name(command))
        if command.queue:
            return _("a caller of {queue}").format(queue=self._where(command))
        return _("a caller")


_RETURN = gettext_lazy("{agent} came back by themselves in {where}: the pause by {who} was over")
_SENTENCES = {
    CommandKind.PAUSE: gettext_lazy("{who} paused {agent} in {where}"),
    CommandKind.UNPAUSE: gettext_lazy("{who} ended the pause of {agent} in {where}"),
    CommandKind.ORIGINATE: gettext_lazy("{who} had the phone of {agent} call {number}"),
    CommandKind.HANGUP: gettext_lazy("{who} hung up on {caller}"),
    CommandKind.REDIRECT: gettext_lazy("{who} sent {caller} to {number}"),
    CommandKind.PICKUP: gettext_lazy("{who} picked up {caller} on the phone of {agent}"),
    CommandKind.PRIORITY: gettext_lazy("{who} gave {caller} priority {priority}"),
    CommandKind.TRANSFER: gettext_lazy("{who} transferred {caller} to {number}"),
    CommandKind.LOG_IN: gettext_lazy("{who} logged {agent} in to {where}"),
    CommandKind.LOG_OUT: gettext_lazy("{who} logged {agent} out of {where}"),
    CommandKind.PENALTY: gettext_lazy("{who} set the penalty of {agent} in {where} to {penalty}"),
    CommandKind.LISTEN: gettext_lazy("{who} listened to {agent}"),
    CommandKind.WHISPER: gettext_lazy("{who} whispered to {agent}"),
    CommandKind.BARGE: gettext_lazy("{who} joined the call of {agent}"),
    CommandKind.CONSULT: gettext_lazy("{who} had {caller} wait while {agent} asks {number}"),
    CommandKind.PARK: gettext_lazy("{who} parked {caller}"),
    CommandKind.RECORD: gettext_lazy("{who} began to record the call of {agent}"),
    CommandKind.STOP_RECORDING: gettext_lazy("{who} ended the recording of the call of {agent}"),
    CommandKind.READY: gettext_lazy("{who} ended the wrap-up of {agent}"),
    CommandKind.RAISE_HAND: gettext_lazy("{who} raised the hand of {agent}"),
    CommandKind.LOWER_HAND: gettext_lazy("{who} lowered the hand of {agent}"),
    CommandKind.AWAIT_PAUSE: gettext_lazy("{who} put {agent} in line for a pause"),
    CommandKind.FORGO_PAUSE: gettext_lazy("{who} took {agent} out of the line for a pause"),
    CommandKind.ACKNOWLEDGE: gettext_lazy("{who} took note of an alert"),
    CommandKind.CLAIM: gettext_lazy("{who} took on the call we owe {party} in {where}"),
    CommandKind.RELEASE: gettext_lazy("{who} left the call we owe {party} in {where} to others"),
    CommandKind.CLOSE: gettext_lazy("{who} closed the call we owe {party} in {where}"),
}


def person_name(person: User | None) -> str:
    """Full name or username; accounts may have been deleted since."""
    return (person.get_full_name() or person.get_username()) if person is not None else _("A deleted account")


def agent_name(command: Command) -> str:
    """Name and extension of the agent it is about: "Ada (1001)". A phone may have been deleted since."""
    if command.agent is None:
        return str(command.arguments.get("interface", "")) or _("a deleted phone")
    name, extension = str(command.agent), command.agent.extension
    return f"{name} ({extension})" if extension and extension != name else name


def _minutes(minutes: float | None) -> str:
    return _("{count} min").format(count=minutes) if minutes else ""


def seconds_taken(command: Command) -> float | None:
    """From the moment it could be sent, or was taken back before, to its end; None as long as it has not ended."""
    if command.finished_at is None:
        return None
    begun = command.due_at if command.finished_at >= command.due_at else command.requested_at
    return round((command.finished_at - begun).total_seconds(), 1)

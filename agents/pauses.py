"""Pauses that begin or end by themselves: what workers ask for, in the name of whoever paused, and once.

All functions are plain and may be called from any thread; the time is an argument, aware UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from agents.models import Agent, Command
from agents.services import COMMAND_LIFETIME
from agents.states import CommandKind, CommandState

#: The longest timed pause.
LONGEST_PAUSE_MINUTES = 720
#: The `cause` of a command that ends one. It may come a little late, while another worker takes over, and is asked
#: for so many times at most: again only if it was not sent, or nobody knows and the pause goes on.
PAUSE_OVER = "pause_over"
#: The `cause` of a command that begins a pause whose turn has come.
PAUSE_TURN = "pause_turn"
RETURN_LIFETIME = timedelta(minutes=1)
RETURN_TRIES = 3
#: A PBX that sends no events is asked again within so long.
RETURN_SHOWN_AFTER = timedelta(seconds=30)


def queue_return(pbx: str, interface: str, queues: Sequence[str], until: datetime, at: datetime) -> Command | None:
    """The command under way that ends in these queues the pause which was to end at `until`. None: it has been
    tried and nothing more is to be done. However often this is called, by whatever worker, there is one at a time;
    it is asked for in the name of whoever paused."""
    keys = [f"{PAUSE_OVER} {pbx} {interface} {until.isoformat()} {number}" for number in range(1, RETURN_TRIES + 1)]
    earlier = list(Command.objects.filter(once__in=keys).order_by("pk"))
    if earlier and _may_still_work(earlier[-1], at):
        return earlier[-1]
    may_try_again = all(command.state in (CommandState.EXPIRED, CommandState.UNKNOWN) for command in earlier)
    if not may_try_again or len(earlier) == RETURN_TRIES:
        return None
    pause = _timed_pause(pbx, interface, until)
    queue = queues[0] if len(queues) == 1 else None
    known = {
        "kind": CommandKind.UNPAUSE,
        "pbx": pbx,
        "requested_by": pause.requested_by if pause else None,
        "agent": Agent.objects.filter(pbx=pbx, interface=interface).first(),
        "queue": queue or "",
        "arguments": {
            "interface": interface,
            "queue": queue,
            "queues": list(queues),
            "reason": "",
            "cause": PAUSE_OVER,
            "until": until.isoformat(),
        },
        "requested_at": at,
        "due_at": at,
        "expires_at": at + RETURN_LIFETIME,
    }
    return Command.objects.get_or_create(once=keys[len(earlier)], defaults=known)[0]


def queue_turn(pbx: str, interface: str, reason: str, minutes: int | None, since: datetime, at: datetime) -> Command:
    """The command that pauses an agent who has waited in line since `since`, however often this is called; in the name
    of whoever asked for the place."""
    asked = Command.objects.filter(pbx=pbx, kind=CommandKind.AWAIT_PAUSE, arguments__interface=interface)
    place = asked.select_related("requested_by").order_by("pk").last()
    by = place.requested_by if place else None
    known = {
        "kind": CommandKind.PAUSE,
        "pbx": pbx,
        "requested_by": by,
        "agent": Agent.objects.filter(pbx=pbx, interface=interface).first(),
        "arguments": {
            "interface": interface,
            "queue": None,
            "reason": reason,
            "minutes": minutes,
            "by": (by.get_full_name() or by.get_username()) if by else "",
            "is_limited": True,
            "cause": PAUSE_TURN,
        },
        "requested_at": at,
        "due_at": at,
        "expires_at": at + COMMAND_LIFETIME,
    }
    once = f"{PAUSE_TURN} {pbx} {interface} {since.isoformat()}"
    return Command.objects.get_or_create(once=once, defaults=known)[0]


def pause_until(command: Command) -> datetime | None:
    """When the pause that this command began ends by itself; None: it does not."""
    minutes = command.arguments.get("minutes")
    return command.sent_at + timedelta(minutes=minutes) if minutes and command.sent_at else None


def sent_pauses(pbx: str, since: datetime) -> list[Command]:
    """The pauses sent to this PBX since then, oldest first, that it did not refuse."""
    answered = (CommandState.SENT, CommandState.DONE, CommandState.UNKNOWN)
    sent = Command.objects.filter(pbx=pbx, kind=CommandKind.PAUSE, state__in=answered, sent_at__gte=since)
    return list(sent.order_by("sent_at"))


def _may_still_work(command: Command, at: datetime) -> bool:
    """Whether it is under way, or was sent so lately that the board need not show it yet."""
    if command.state in (CommandState.DONE, CommandState.UNKNOWN) and command.finished_at is not None:
        return at - command.finished_at < RETURN_SHOWN_AFTER
    return command.state in (CommandState.QUEUED, CommandState.SENT)


def _timed_pause(pbx: str, interface: str, until: datetime) -> Command | None:
    """The command that began the pause which was to end at `until`, unless it was pruned."""
    sent = Command.objects.filter(
        pbx=pbx,
        kind=CommandKind.PAUSE,
        sent_at__range=(until - timedelta(minutes=LONGEST_PAUSE_MINUTES), until),
        arguments__interface=interface,
    )
    return next((command for command in sent if pause_until(command) == until), None)

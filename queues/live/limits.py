"""What is too much or too little: the limits in force of a queue, and how long an agent may stay in a state. Pure.

A limit has two colours. Too much is broken *above* it, too little *below* it: with red at 5 waiting, the sixth is
red; with red at 1 free agent, none free is red. Where people set red alone, amber is at 70 % of the way to it, and
where they set neither, never. What nobody set has the defaults of `_DEFAULTS` and `_promise`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from agents.states import AgentState
from queues.live.concerns import Severity
from queues.live.figures import LONGEST_SECONDS


class Limited(StrEnum):
    """Figures that may have limits. Of queues: callers waiting, seconds of the longest wait, percent (two of them),
    agents free; of agents, in seconds: on a pause beyond its budget, on a call, rung without an answer, with a phone
    that is in use though it has no channel."""

    WAITING = "waiting"
    LONGEST_WAIT = "longest_wait"
    SERVICE_LEVEL = "service_level"
    FREE_AGENTS = "free_agents"
    ABANDONED_PERCENT = "abandoned_percent"
    PAUSE_OVER = "pause_over"
    TALK = "talk"
    RINGING = "ringing"
    STUCK = "stuck"


#: In the order they are told in.
OF_QUEUES = (
    Limited.WAITING,
    Limited.LONGEST_WAIT,
    Limited.SERVICE_LEVEL,
    Limited.FREE_AGENTS,
    Limited.ABANDONED_PERCENT,
)
OF_AGENTS = (Limited.PAUSE_OVER, Limited.TALK, Limited.RINGING, Limited.STUCK)
#: Broken below the limit, all others above it.
TOO_LITTLE = frozenset({Limited.SERVICE_LEVEL, Limited.FREE_AGENTS})
#: Amber where only red is set.
AMBER_SHARE = 0.7
#: So many percent below the promise the service level is red.
RED_BELOW_PROMISE = 20


class Limit(NamedTuple):
    """None: never."""

    amber: float | None = None
    red: float | None = None


NEVER = Limit()
#: Seconds.
_DEFAULTS = {
    Limited.PAUSE_OVER: Limit(None, 0.0),
    Limited.RINGING: Limit(None, 30.0),
    Limited.STUCK: Limit(None, 300.0),
}

#: What people set, by queue ("" for all queues without one of their own, and for agents) and figure. Amber None: at
#: its share of red; red None: never.
Wanted = Mapping[tuple[str, str], Limit]


def of_queue(
    wanted: Wanted, number: str, target_seconds: int, target_percent: int
) -> tuple[tuple[str, float | None, float | None], ...]:
    """The limits in force of this queue as (figure, amber, red), those that are never broken left out."""
    limits = []
    for figure in OF_QUEUES:
        limit = wanted.get((number, figure)) or wanted.get(("", figure))
        limit = _promise(figure, target_seconds, target_percent) if limit is None else _filled(figure, limit)
        if limit != NEVER:
            limits.append((figure.value, *limit))
    return tuple(limits)


def _promise(figure: Limited, target_seconds: int, target_percent: int) -> Limit:
    """What follows from a queue's promise to answer so many percent within so many seconds."""
    if figure is Limited.LONGEST_WAIT:
        return _filled(figure, Limit(None, float(target_seconds)))
    if figure is Limited.SERVICE_LEVEL:
        return Limit(float(target_percent), float(max(0, target_percent - RED_BELOW_PROMISE)))
    return NEVER


def _filled(figure: Limited, limit: Limit) -> Limit:
    """The limit with the amber that follows from red."""
    amber, red = limit
    if amber is None and red is not None:
        amber = red / AMBER_SHARE if figure in TOO_LITTLE else red * AMBER_SHARE
        if figure is Limited.SERVICE_LEVEL:
            amber = min(amber, 100.0)
    return Limit(None if amber is None else round(amber, 1), red)


def is_broken(figure: str, value: float, limit: float) -> bool:
    return value < limit if figure in TOO_LITTLE else value > limit


def severity_of(figure: str, value: float | None, amber: float | None, red: float | None) -> Severity | None:
    """Which colour this value has; None is neither, as is a value that nobody knows."""
    if value is None:
        return None
    if red is not None and is_broken(figure, value, red):
        return Severity.RED
    return Severity.AMBER if amber is not None and is_broken(figure, value, amber) else None


_WORDS = {
    Limited.WAITING: "More than {} callers wait",
    Limited.LONGEST_WAIT: "A caller has waited for more than {}",
    Limited.SERVICE_LEVEL: "Service level below {} %",
    Limited.FREE_AGENTS: "Fewer than {} agents free",
    Limited.ABANDONED_PERCENT: "More than {} % of the callers gave up",
    Limited.PAUSE_OVER: "On a pause for more than {}",
    Limited.TALK: "On a call for more than {}",
    Limited.RINGING: "Rung without an answer for more than {}",
    Limited.STUCK: "Phone in use without a call for more than {}",
}
_TIMES = frozenset({Limited.LONGEST_WAIT, *OF_AGENTS})


def words(figure: str, limit: float) -> str:
    """What is wrong where this limit is broken."""
    return _WORDS[Limited(figure)].format(_duration(limit) if figure in _TIMES else f"{limit:g}")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    told = [f"{minutes} min"] if minutes else []
    return " ".join(told + ([f"{rest} s"] if rest or not minutes else []))


def is_watched(wanted: Wanted, budgets: Mapping[str, int], figure: str) -> bool:
    """Whether any agent's state can last too long by this figure."""
    limit = wanted.get(("", figure)) or _DEFAULTS.get(Limited(figure), NEVER)
    return limit.red is not None and (figure != Limited.PAUSE_OVER or bool(budgets))


@dataclass(frozen=True, slots=True)
class Stay:
    """How long an agent may stay in the state that began at `since`: when it is too long, and which limit says so.
    `seconds` is the red one, counted from `since`."""

    figure: Limited
    since: datetime
    amber_at: datetime | None
    red_at: datetime | None
    seconds: float | None


def of_stay(
    wanted: Wanted,
    budgets: Mapping[str, int],
    state: AgentState,
    since: datetime,
    *,
    pause_reason: str = "",
    stuck_since: datetime | None = None,
) -> Stay | None:
    """The limit of this stay; None if it may last. `budgets`: minutes by the pause's reason; `stuck_since`: since when
    the phone has been in use without any channel."""
    match state:
        case AgentState.PAUSED if pause_reason in budgets:
            return _stay(wanted, Limited.PAUSE_OVER, since, 60.0 * budgets[pause_reason])
        case AgentState.RINGING:
            return _stay(wanted, Limited.RINGING, since)
        case AgentState.OTHER_CALL if stuck_since is not None:
            return _stay(wanted, Limited.STUCK, stuck_since)
        case AgentState.ON_CALL | AgentState.OTHER_CALL:
            return _stay(wanted, Limited.TALK, since)
    return None


def _stay(wanted: Wanted, figure: Limited, since: datetime, budget: float = 0.0) -> Stay | None:
    limit = wanted.get(("", figure)) or _DEFAULTS.get(figure, NEVER)
    if limit == NEVER:
        return None
    red = None if limit.red is None else budget + limit.red
    amber = _filled(figure, Limit(None, red)).amber if limit.amber is None else budget + limit.amber
    return Stay(figure, since, _after(since, amber), _after(since, red), red)


def _after(since: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else since + timedelta(seconds=min(max(0.0, seconds), LONGEST_SECONDS))

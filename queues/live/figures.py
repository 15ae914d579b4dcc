"""The figures of a queue over any window: what one call counts for, and what is made of the counts. Pure.

A call is anything with the columns of `QueueCall`: a row of the board, of the database, of a test. `fact_of` reads it,
`share_of` says what it counts for, `Figures` add up, and from the sums come the percentages and means. It knows no
clock and no window: whoever asks hands in the calls who joined within theirs. The words of every figure:

    offered           everybody who joined the queue, whatever became of them:
                      answered + abandoned + flowed out + lost + still waiting
    answered          a member took the call, be it over or not
    in time           answered after at most T seconds
    abandoned         the caller hung up unanswered; "short" before S seconds, "in time" after at most T seconds
    flowed out        left unanswered otherwise: time limit, emptied queue, key press, sent on
    lost              ended while nobody watched the PBX: nobody knows how
    wait              from joining to the answer, or to leaving; the PBX's word where it gives one
    longest wait      of all who were answered, abandoned or flowed out
    average speed     mean wait of the answered ("average speed of answer", ASA)
    talk              from the answer to the end; "talked" counts the answered whose talk is over and was timed

Percentages are of callers whose fate is known: who still waits or was lost is in none of them, so neither a caller
of this second nor a broken link moves the service level. `Figures.decided` (answered + abandoned + flowed out) is what
"offered" means in them:

    a   in time / (decided - short abandoned)
    b   in time / answered                                        Asterisk's ServicelevelPerf
    c   in time / (answered + abandoned)
    d   in time / (decided - abandoned in time)
    e   (in time + abandoned in time) / (answered + abandoned)    Asterisk's ServicelevelPerf2
    abandon rate: abandoned / decided

Nothing divided by nothing is None, never 0 % or 100 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from operator import add, attrgetter, sub
from typing import Protocol

#: No wait and no talk counts for more: a PBX that tells nonsense must not spoil the sums of a day.
LONGEST_SECONDS = 7 * 86_400


class QueueCall(Protocol):
    """The columns of a call that figures need; words are those of `queues.live.state`. `number` and `boot` are
    there for whoever counts calls and callers."""

    @property
    def boot(self) -> str: ...
    @property
    def uniqueid(self) -> str: ...
    @property
    def queue(self) -> str: ...
    @property
    def joined_at(self) -> datetime: ...
    @property
    def number(self) -> str: ...
    @property
    def agent_interface(self) -> str: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def hold_seconds(self) -> int | None: ...
    @property
    def talk_seconds(self) -> int | None: ...


class Fate(StrEnum):
    """What became of a caller. WAITING: nothing yet. LOST: nobody knows."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    FLOWED_OUT = "flowed_out"
    LOST = "lost"


_FATE_OF_OUTCOME = {
    "completed": Fate.ANSWERED,
    "abandoned": Fate.ABANDONED,
    "timed_out": Fate.FLOWED_OUT,
    "redirected": Fate.FLOWED_OUT,
    "exited": Fate.FLOWED_OUT,
    "lost": Fate.LOST,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One call as figures see it. `wait_seconds` is None while it waits or if it was lost, `talk_seconds` unless it
    was answered, is over, and was timed; `agent` is the interface that took it."""

    joined_at: datetime
    fate: Fate
    wait_seconds: int | None = None
    talk_seconds: int | None = None
    agent: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What people agreed on for a queue: T, the formula's letter, and S."""

    target_seconds: int = 20
    formula: str = "a"
    short_seconds: int = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and sums over some calls, and what follows from them. See the module for every word."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    abandoned_in_time: int = 0
    flowed_out: int = 0
    lost: int = 0
    wait_seconds: int = 0
    talk_seconds: int = 0
    talked: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*map(add, _counts(self), _counts(other)))

    def __sub__(self, other: Figures) -> Figures:
        return Figures(*map(sub, _counts(self), _counts(other)))

    @property
    def waiting(self) -> int:
        return self.offered - self.decided - self.lost

    @property
    def decided(self) -> int:
        return self.answered + self.abandoned + self.flowed_out

    @property
    def average_speed(self) -> float | None:
        """Seconds."""
        return self.wait_seconds / self.answered if self.answered else None

    @property
    def average_talk(self) -> float | None:
        """Seconds."""
        return self.talk_seconds / self.talked if self.talked else None

    @property
    def abandon_rate(self) -> float | None:
        return percent((self.abandoned, self.decided))

    def level(self, formula: str) -> tuple[int, int]:
        """Numerator and denominator of the service level. Every formula is a sum of counts, so for the share of one
        call it says whether the call is in the one (0 or 1) and in the other."""
        return _FORMULAS[formula](self)

    def service_level(self, formula: str) -> float | None:
        """Percent."""
        return percent(self.level(formula))


_counts = attrgetter(*(field.name for field in fields(Figures)))

_FORMULAS: dict[str, Callable[[Figures], tuple[int, int]]] = {
    "a": lambda f: (f.in_time, f.decided - f.short_abandoned),
    "b": lambda f: (f.in_time, f.answered),
    "c": lambda f: (f.in_time, f.answered + f.abandoned),
    "d": lambda f: (f.in_time, f.decided - f.abandoned_in_time),
    "e": lambda f: (f.in_time + f.abandoned_in_time, f.answered + f.abandoned),
}


def percent(ratio: tuple[int, int]) -> float | None:
    part, whole = ratio
    return round(100 * part / whole, 1) if whole else None


def fact_of(call: QueueCall) -> Fact:
    """What is known of this call by now."""
    fate = _fate(call)
    wait = talk = None
    if fate in (Fate.ANSWERED, Fate.ABANDONED, Fate.FLOWED_OUT):
        wait = call.hold_seconds
        if wait is None and (until := call.answered_at or call.ended_at) is not None:
            wait = int((until - call.joined_at).total_seconds())
    if fate is Fate.ANSWERED and call.ended_at is not None:
        talk = call.talk_seconds
    return Fact(
        joined_at=call.joined_at,
        fate=fate,
        wait_seconds=_bounded(wait),
        talk_seconds=_bounded(talk),
        agent=call.agent_interface if fate is Fate.ANSWERED else "",
        ended_at=call.ended_at,
    )


def _fate(call: QueueCall) -> Fate:
    """Whoever was answered was answered, however the call ended."""
    if call.answered_at is not None:
        return Fate.ANSWERED
    return _FATE_OF_OUTCOME[call.outcome] if call.outcome is not None else Fate.WAITING


def _bounded(seconds: int | None) -> int | None:
    return None if seconds is None else min(max(0, seconds), LONGEST_SECONDS)


def share_of(fact: Fact, terms: Terms) -> Figures:
    """What this one call counts for."""
    wait = fact.wait_seconds or 0
    is_answered = fact.fate is Fate.ANSWERED
    is_abandoned = fact.fate is Fate.ABANDONED
    is_in_time = wait <= terms.target_seconds
    return Figures(
        offered=1,
        answered=int(is_answered),
        in_time=int(is_answered and is_in_time),
        abandoned=int(is_abandoned),
        short_abandoned=int(is_abandoned and wait < terms.short_seconds),
        abandoned_in_time=int(is_abandoned and is_in_time),
        flowed_out=int(fact.fate is Fate.FLOWED_OUT),
        lost=int(fact.fate is Fate.LOST),
        wait_seconds=wait if is_answered else 0,
        talk_seconds=fact.talk_seconds or 0,
        talked=int(fact.talk_seconds is not None),
    )


def figures_of(facts: Iterable[Fact], terms: Terms) -> Figures:
    """The figures of all these calls together."""
    return total_of(share_of(fact, terms) for fact in facts)


def total_of(shares: Iterable[Figures]) -> Figures:
    """All of them added, at less cost than one by one."""
    return Figures(*map(sum, zip(*map(_counts, shares), strict=True)))


def longest_wait(facts: Iterable[Fact]) -> int:
    """Seconds; 0 if nobody's wait is known."""
    return max((fact.wait_seconds or 0 for fact in facts), default=0)


def caller_of(number: str) -> str:
    """Who calls, for "the same caller again": the digits of the number in one form, "" for nobody known.

    "+49 30 123", "004930123" and "4930123" are one caller; what has no digits (anonymous, withheld) is nobody.
    """
    user = number.partition("@")[0]
    digits = "".join(character for character in user if "0" <= character <= "9")
    return digits if user.lstrip().startswith("+") else digits.removeprefix("00")

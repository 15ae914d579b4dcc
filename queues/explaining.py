"""Which calls are behind a figure of the day, and what it is in words. Pure but for the language of the words.

`explain` answers with what the board shows, because both count by `queues.live.figures`; here is only which of the
calls belong to which figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from queues.live.figures import Fact, Figures, QueueCall, Terms, fact_of, longest_wait, share_of, total_of


class Figure(StrEnum):
    """What can be asked for; the counts have the names of `queues.live.figures.Figures`."""

    OFFERED = "offered"
    ANSWERED = "answered"
    IN_TIME = "in_time"
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short_abandoned"
    FLOWED_OUT = "flowed_out"
    LOST = "lost"
    SERVICE_LEVEL = "service_level"
    ABANDON_RATE = "abandon_rate"
    AVERAGE_SPEED = "average_speed"
    TALK = "talk"
    LONGEST_WAIT = "longest_wait"


@dataclass(frozen=True, slots=True)
class Behind:
    """A call behind a figure, with what it counts for."""

    call: Any
    fact: Fact
    share: Figures


@dataclass(frozen=True, slots=True)
class Explanation:
    """`value` is what the board shows, None where nothing happened. A percentage or mean is `part` of `total` (times
    100), where `total` counts the calls behind it; of other figures `part` is None. `behind`: all of them."""

    value: float | None
    part: int | None
    total: int
    behind: list[Behind]


def explain(figure: Figure, calls: Iterable[QueueCall], terms: Terms) -> Explanation:
    """The figure over these calls, with those it is made of: the newest first, of the longest wait the longest."""
    facts = [(call, fact_of(call)) for call in calls]
    counted = [Behind(call, fact, share_of(fact, terms)) for call, fact in facts]
    behind = [one for one in counted if _is_behind(figure, one, terms)]
    figures = total_of(one.share for one in behind)
    if figure is Figure.LONGEST_WAIT:
        behind.sort(key=lambda one: (one.fact.wait_seconds or 0, one.fact.joined_at), reverse=True)
        longest = longest_wait(one.fact for one in behind) if behind else None
        return Explanation(longest, None, len(behind), behind)
    behind.sort(key=lambda one: one.fact.joined_at, reverse=True)
    if figure in _RATIOS:
        part, value = _RATIOS[figure](figures, terms.formula)
        return Explanation(value, part, len(behind), behind)
    return Explanation(getattr(figures, figure.value), None, len(behind), behind)


#: Numerator and value of a figure that is a ratio, from the calls behind it and the formula of the service level.
_RATIOS: dict[Figure, Callable[[Figures, str], tuple[int, float | None]]] = {
    Figure.SERVICE_LEVEL: lambda f, formula: (f.level(formula)[0], f.service_level(formula)),
    Figure.ABANDON_RATE: lambda f, _formula: (f.abandoned, f.abandon_rate),
    Figure.AVERAGE_SPEED: lambda f, _formula: (f.wait_seconds, f.average_speed),
    Figure.TALK: lambda f, _formula: (f.talk_seconds, f.average_talk),
}


def _is_behind(figure: Figure, one: Behind, terms: Terms) -> bool:
    match figure:
        case Figure.SERVICE_LEVEL:
            return one.share.level(terms.formula)[1] == 1
        case Figure.ABANDON_RATE:
            return one.share.decided == 1
        case Figure.AVERAGE_SPEED:
            return one.share.answered == 1
        case Figure.TALK:
            return one.share.talked == 1
        case Figure.LONGEST_WAIT:
            return one.fact.wait_seconds is not None
    return getattr(one.share, figure.value) == 1


_COUNTS = ("waiting", "answered", "in_time", "abandoned", "short_abandoned", "abandoned_in_time", "flowed_out", "lost")


def counts(one: Behind, terms: Terms) -> dict[str, bool]:
    """What the call counts for, by name; `reached` and `measured`: whether it is in the numerator and in the
    denominator of the service level."""
    reached, measured = one.share.level(terms.formula)
    told = {name: getattr(one.share, name) == 1 for name in _COUNTS}
    return told | {"reached": reached == 1, "measured": measured == 1}


# --- in words --------------------------------------------------------------------------------------------------

_WORDS = {
    Figure.OFFERED: gettext_lazy("Callers who joined the queue, whatever became of them."),
    Figure.ANSWERED: gettext_lazy("Callers whom an agent answered, their calls over or not."),
    Figure.IN_TIME: gettext_lazy("Callers whom an agent answered after at most {target} s."),
    Figure.ABANDONED: gettext_lazy("Callers who hung up before anybody answered."),
    Figure.SHORT_ABANDONED: gettext_lazy("Callers who hung up after less than {short} s."),
    Figure.FLOWED_OUT: gettext_lazy(
        "Callers who left the queue unanswered otherwise: time limit, emptied queue, key press, or sent on."
    ),
    Figure.LOST: gettext_lazy("Callers whose call ended while nobody watched the PBX: nobody knows how."),
    Figure.ABANDON_RATE: gettext_lazy("Hung up unanswered ÷ (answered + hung up + left otherwise)."),
    Figure.AVERAGE_SPEED: gettext_lazy("Average speed of answer: the mean wait of the callers who were answered."),
    Figure.TALK: gettext_lazy("The mean talk of answered calls that are over; wait and wrap-up do not count."),
    Figure.LONGEST_WAIT: gettext_lazy("The longest wait of a caller who was answered, hung up or left otherwise."),
}
_LEVEL_WORDS = {
    "a": gettext_lazy("Answered within {target} s ÷ (offered − hung up before {short} s)."),
    "b": gettext_lazy("Answered within {target} s ÷ answered."),
    "c": gettext_lazy("Answered within {target} s ÷ (answered + hung up)."),
    "d": gettext_lazy("Answered within {target} s ÷ (offered − hung up within {target} s)."),
    "e": gettext_lazy("(Answered + hung up, both within {target} s) ÷ (answered + hung up)."),
}
#: What the PBX has to say of the same: its column, and how to take it.
_PBX = {
    Figure.OFFERED: ("calls_total", gettext_lazy("The PBX's own count since its last reset.")),
    Figure.ANSWERED: ("completed", gettext_lazy("Calls completed, by the PBX's own count since its last reset.")),
    Figure.ABANDONED: (
        "abandoned",
        gettext_lazy("The PBX's own count since its last reset. Asterisk counts time-outs and callers sent on, too."),
    ),
    Figure.SERVICE_LEVEL: ("service_level_percent", gettext_lazy("By the PBX's own formula, since its last reset.")),
    Figure.ABANDON_RATE: ("abandoned_percent", gettext_lazy("By the PBX's own formula, since its last reset.")),
    Figure.AVERAGE_SPEED: ("hold_seconds", gettext_lazy("The PBX's moving average, in which late calls weigh more.")),
    Figure.TALK: ("talk_seconds", gettext_lazy("The PBX's moving average, in which late calls weigh more.")),
}


def words(figure: Figure, terms: Terms) -> str:
    """The figure's definition with the queue's own numbers in it."""
    if figure is Figure.SERVICE_LEVEL:
        sentences = [str(_LEVEL_WORDS[terms.formula])]
        sentences.append(_("Who still waits and who was lost from sight does not count."))
    else:
        sentences = [str(_WORDS[figure])]
    return " ".join(sentences).format(target=terms.target_seconds, short=terms.short_seconds)


def told_by_pbx(figure: Figure, queue: Any) -> tuple[float | None, str]:
    """What the PBX tells of the same figure, and what it means by that; None and "" where it tells nothing."""
    column, meaning = _PBX.get(figure, ("", ""))
    value = getattr(queue, column) if column else None
    return (value, str(meaning)) if value is not None else (None, "")

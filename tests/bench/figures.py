"""How figures are taken and told: CPU time, ratios within a round, the median with the least and the most.

Other programs run on the same machine, so wall time says little and no figure is compared with one of another
run. What is compared is measured in turns, and the ratio is taken round by round.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Spread:
    """One quantity measured several times."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        """`4.1 [3.9–4.4]`; the median alone if it was measured once."""
        if len(self.values) == 1:
            return _short(self.median)
        return f"{_short(self.median)} [{_short(min(self.values))}–{_short(max(self.values))}]"


def spread(values: Sequence[float]) -> Spread:
    return Spread(tuple(values))


def ratio(ours: Spread, other: Spread) -> Spread:
    """Ours to the other, round by round."""
    return Spread(tuple(a / b for a, b in zip(ours.values, other.values, strict=True)))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of them do not exceed. ValueError when there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("Nothing was measured")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _short(value: float) -> str:
    """At least two digits that say something: 0.54, 5.4, 54, 1,234."""
    decimals = 2 if value < 2 else 1 if value < 20 else 0
    return f"{value:,.{decimals}f}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the printed table: what was measured, ours, what it stands beside, and whether the aim is met.

    `aim` is "" where none was set, and `is_met` counts only where one was."""

    what: str
    ours: str
    beside: str = ""
    aim: str = ""
    is_met: bool = True

    @property
    def verdict(self) -> str:
        return "" if not self.aim else "met" if self.is_met else "MISSED"


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used so far, its threads included, in steps of 1/100 s."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def resident_megabytes(pid: int) -> float:
    """Memory a process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6


def starved_seconds(pid: int) -> float:
    """How long a process was ready to run so far and another one had the core, the most of its threads. Wall times
    of a machine that is busy with other things tell more with it. 0 where the kernel keeps no such account."""
    accounts = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return max((int(account.read_text().split()[1]) for account in accounts), default=0) / 1e9

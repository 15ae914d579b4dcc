"""What an AMI user may do and hear: the UCM guide's privilege boxes as AMI classes, and the listing of actions.

In: the boxes ticked for a user, and the listing of a dialect (its own words, with each action's classes).
Out: whether an action is known, allowed, and which events are heard. An action needs any one of its classes
for writing, an event needs its class for reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

#: Box -> (classes read, classes written). Write-only and read-only as Table 1 of the guide says. The last
#: ones have no box on a UCM (only All brings them), a stock manager.conf may give them.
_BOXES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "originate": ((), ("originate",)),
    "call": (("call",), ("call",)),
    "cdr": (("cdr",), ()),
    "agent": (("agent",), ("agent",)),
    "cc": (("cc",), ()),
    "dtmf": (("dtmf",), ()),
    "dialplan": (("dialplan",), ()),
    "reporting": (("reporting",), ("reporting",)),
    "user": (("user",), ("user",)),
    "security": (("security",), ()),
    "command": ((), ("command", "specialcommand")),
    "system": (("system",), ("system",)),
    "config": (("config",), ("config",)),
    "agi": (("agi",), ("agi",)),
    "aoc": ((), ("aoc",)),
    "message": ((), ("message",)),
}

#: The boxes a user of the dashboard needs.
DEFAULT_BOXES = ("originate", "call", "agent", "reporting")


@dataclass(frozen=True, slots=True)
class Rights:
    """The classes one user reads and writes."""

    reads: frozenset[str]
    writes: frozenset[str]


def rights_of(boxes: Iterable[str]) -> Rights:
    """The rights that ticking `boxes` gives; "all" ticks every one. ValueError names an unknown box."""
    chosen = {box.strip().lower() for box in boxes if box.strip()}
    if "all" in chosen:
        chosen = set(_BOXES)
    if unknown := chosen - set(_BOXES):
        raise ValueError(f"Unknown privilege: {', '.join(sorted(unknown))}. Known: all, {', '.join(_BOXES)}")
    return Rights(
        frozenset(name for box in chosen for name in _BOXES[box][0]),
        frozenset(name for box in chosen for name in _BOXES[box][1]),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """An action as ListCommands shows it. `classes` is empty when anybody may."""

    name: str
    line: str
    classes: frozenset[str]

    def is_allowed(self, rights: Rights) -> bool:
        return not self.classes or bool(self.classes & rights.writes)


_LINE = re.compile(r"(\w+): .*\(Priv: ([^)]*)\)")


def listing(dialect: str) -> dict[str, Listed]:
    """The actions of a dialect by lower-case name, in its order: the UCM guide's figure 10, or what an
    Asterisk 16.28 listed. The guide's page shows one blank before "(Priv"; stock and field clients of UCMs
    show two, so two are sent."""
    text = resources.files(__package__).joinpath("listcommands", f"{dialect}.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if match := _LINE.fullmatch(line):
            classes = frozenset(match[2].split(",")) - {"<none>", "all"}
            found[match[1].lower()] = Listed(match[1], line, classes)
    return found

"""What a wallboard shows, in which words, and who may change it or look at it.

A board is saved as `WallBoard`; `Wall` is what is made of it for pages and sockets. What a saved board names that is
not known here (any more) is left out, never an error: a TV has nobody who could read one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from agents.permissions import QueueKey, Scope, Veil, watches
from queues.models import WallBoard

#: The large figures there are to choose from, in the order they are offered. What each means is worked out by
#: `static/js/wall/figures.js` from the rows.
FIGURES = {
    "waiting": _("Waiting"),
    "longest_wait": _("Longest wait"),
    "service_level": _("Service level"),
    "answered": _("Answered"),
    "abandoned": _("Abandoned"),
    "free_agents": _("Free agents"),
    "on_call": _("On a call"),
    "paused": _("Paused"),
    "offered": _("Offered"),
    "average_speed": _("Average speed of answer"),
    "average_talk": _("Average talk"),
    "staffing": _("Agents needed"),
}
USUAL_FIGURES = ("waiting", "longest_wait", "service_level", "answered", "abandoned", "free_agents")
#: More do not fit beside each other on a screen of 1280 pixels.
MOST_FIGURES = 8
MOST_QUEUES = 200

LAYOUTS = {
    "rows": _("Figures, queues, the day"),
    "callers": _("Figures, queues, waiting callers"),
    "figures": _("Large figures, the day"),
}
THEMES = {"dark": _("Dark"), "light": _("Light")}


@dataclass(frozen=True, slots=True)
class Wall:
    """A board as a page is told of it. `queues` and `figures` in their order; see `WallBoard`."""

    slug: str
    name: str
    queues: tuple[QueueKey, ...] = ()
    figures: tuple[str, ...] = USUAL_FIGURES
    layout: str = "rows"
    theme: str = "dark"
    is_masked: bool = True
    shows_names: bool = False
    message: str = ""

    def as_json(self) -> dict[str, Any]:
        """All of it, with `queues` as objects."""
        return {**asdict(self), "queues": [{"pbx": pbx, "number": number} for pbx, number in self.queues]}


def wall_of(board: WallBoard) -> Wall:
    """What this saved board shows."""
    return Wall(
        slug=board.slug,
        name=board.name,
        queues=queues_of_board(board),
        figures=tuple(word for word in board.figures if word in FIGURES)[:MOST_FIGURES],
        layout=board.layout if board.layout in LAYOUTS else "rows",
        theme=board.theme if board.theme in THEMES else "dark",
        is_masked=board.is_masked,
        shows_names=board.shows_names,
        message=board.message,
    )


def queues_of_board(board: WallBoard) -> tuple[QueueKey, ...]:
    """The queues of this board in their order."""
    return tuple((str(pbx), str(number)) for pbx, number in board.queues)


def scope_on_wall(wall: Wall) -> Scope:
    """What a screen with this board is told of: its queues, veiled, and nothing to touch."""
    veil = Veil(hides_callers=wall.is_masked, hides_agents=not wall.shows_names)
    return Scope(everything=False, interfaces=frozenset(), watched=frozenset(wall.queues), veil=veil)


def wall_for(scope: Scope, wall: Wall) -> Wall | None:
    """The board as a person may look at it: with those of its queues that they watch; None if that is none of them."""
    seen = tuple(queue for queue in wall.queues if watches(scope, *queue))
    if not seen and (wall.queues or not scope.is_supervisor):
        return None
    return replace(wall, queues=seen)


def may_manage(scope: Scope, queues: tuple[QueueKey, ...]) -> bool:
    """Whether they may make, change or hang up a board with these queues: supervisors, of queues they watch."""
    return scope.is_supervisor and all(watches(scope, *queue) for queue in queues)


def managed_boards(scope: Scope) -> list[WallBoard]:
    """The boards that they may change, by name."""
    return [board for board in WallBoard.objects.all() if may_manage(scope, queues_of_board(board))]


def free_slug(name: str) -> str:
    """An address for a new board of this name that no other has."""
    stem = slugify(name)[:50] or "board"
    taken = set(WallBoard.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug

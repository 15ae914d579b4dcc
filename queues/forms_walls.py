"""What supervisors enter about wallboards and TVs. Fields that are chosen and put in order come as several values in
the order of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.permissions import QueueKey, Scope, watches
from queues.models import Queue, WallBoard
from queues.walls import FIGURES, LAYOUTS, MOST_FIGURES, MOST_QUEUES, THEMES, free_slug, managed_boards, queues_of_board

Choice = tuple[str, str]


class OrderedChoice(forms.MultipleChoiceField):
    """Several of some choices, in the order in which they were sent, each once."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def clean(self, value: Any) -> list[str]:
        chosen = list(dict.fromkeys(super().clean(value)))
        if len(chosen) > self.most:
            raise forms.ValidationError(_("Choose at most %(most)s."), params={"most": self.most})
        return chosen


class BoardForm(forms.Form):
    """`offered` are the queues to choose from, those of the board included. After `is_valid`, `save` does it."""

    name = forms.CharField(max_length=64, label=_("Name"))
    message = forms.CharField(max_length=255, required=False, label=_("Message line"))
    layout = forms.ChoiceField(choices=list(LAYOUTS.items()), label=_("Layout"))
    theme = forms.ChoiceField(choices=list(THEMES.items()), label=_("Theme"))
    is_masked = forms.BooleanField(required=False, label=_("Cut callers' numbers and leave out their names"))
    shows_names = forms.BooleanField(required=False, label=_("Show agents by name"))
    queues = OrderedChoice(most=MOST_QUEUES, label=_("Queues"))
    figures = OrderedChoice(most=MOST_FIGURES, choices=list(FIGURES.items()), label=_("Figures"))

    def __init__(self, *args: Any, offered: dict[QueueKey, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["queues"].choices = [(_value(queue), name) for queue, name in offered.items()]

    def rows(self, field: str) -> list[tuple[str, str, bool]]:
        """What there is to choose from as (value, words, whether it is chosen): the chosen ones first, in order."""
        choices = {str(value): str(words) for value, words in self.fields[field].choices}
        chosen = [value for value in self[field].value() or () if value in choices]
        rest = [value for value in choices if value not in chosen]
        return [(value, choices[value], value in chosen) for value in (*chosen, *rest)]

    def queue_rows(self) -> list[tuple[str, str, bool]]:
        return self.rows("queues")

    def figure_rows(self) -> list[tuple[str, str, bool]]:
        return self.rows("figures")

    def save(self, board: WallBoard) -> WallBoard:
        """Write what was entered; a new board gets its address, which never changes."""
        entered = self.cleaned_data
        for name in ("name", "message", "layout", "theme", "is_masked", "shows_names", "figures"):
            setattr(board, name, entered[name])
        board.queues = [list(_queue(value)) for value in entered["queues"]]
        if not board.slug:
            board.slug = free_slug(board.name)
        board.save()
        return board


class ScreenForm(forms.Form):
    """A TV's name and board; `scope` says which boards there are to choose from."""

    name = forms.CharField(max_length=64, required=False, label=_("Name"))
    board = forms.ModelChoiceField(WallBoard.objects.none(), label=_("Wallboard"), empty_label=None)

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        boards = [board.pk for board in managed_boards(scope)]
        self.fields["board"].queryset = WallBoard.objects.filter(pk__in=boards)


def entered_of(board: WallBoard) -> dict[str, Any]:
    """A saved board as the form's initial values."""
    names = ("name", "message", "layout", "theme", "is_masked", "shows_names", "figures")
    entered = {name: getattr(board, name) for name in names}
    return {**entered, "queues": [_value(queue) for queue in queues_of_board(board)]}


def offered_queues(scope: Scope, chosen: Sequence[QueueKey] = ()) -> dict[QueueKey, str]:
    """The names of the queues that a person may put on a board, and of those that are on it already, the PBX's name
    beside it where there are several."""
    rows = list(Queue.objects.order_by("pbx", "name", "number"))
    seen = [row for row in rows if row.is_on_board and watches(scope, row.pbx, row.number)]
    is_many = len({row.pbx for row in seen}) > 1
    names = {(row.pbx, row.number): str(row) for row in rows}
    keys = dict.fromkeys([*((row.pbx, row.number) for row in seen), *chosen])
    return {key: f"{names.get(key, key[1])}{f' · {key[0]}' if is_many else ''}" for key in keys}


def _value(queue: QueueKey) -> str:
    """A PBX's name has no spaces, a queue's may."""
    return f"{queue[0]} {queue[1]}"


def _queue(value: str) -> QueueKey:
    pbx, _space, number = value.partition(" ")
    return pbx, number

"""Forms of the settings pages about limits and hours: what is typed, checked, as `queues.wishing` takes it.

Fields are made by figure and weekday; `rows` lay them out. Nothing here reads or writes the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

import holidays
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from queues.live.hours import NotHours, hours_of
from queues.live.limits import TOO_LITTLE, Limit, Limited

#: What a figure is called, and what it is counted in.
FIGURE_WORDS = {
    Limited.WAITING: (gettext_lazy("Callers waiting"), ""),
    Limited.LONGEST_WAIT: (gettext_lazy("Longest wait"), gettext_lazy("seconds")),
    Limited.SERVICE_LEVEL: (gettext_lazy("Service level"), "%"),
    Limited.FREE_AGENTS: (gettext_lazy("Free agents"), ""),
    Limited.ABANDONED_PERCENT: (gettext_lazy("Callers who gave up"), "%"),
    Limited.PAUSE_OVER: (gettext_lazy("Pause beyond its budget"), gettext_lazy("seconds")),
    Limited.TALK: (gettext_lazy("On a call"), gettext_lazy("seconds")),
    Limited.RINGING: (gettext_lazy("Ringing without an answer"), gettext_lazy("seconds")),
    Limited.STUCK: (gettext_lazy("Phone in use without a call"), gettext_lazy("seconds")),
}
_PERCENT = frozenset({Limited.SERVICE_LEVEL, Limited.ABANDONED_PERCENT})
_MOST = 86_400

WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
#: So many stretches a day may be open, or quiet.
STRETCHES = 2


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line of the limits' table."""

    name: Any
    unit: Any
    is_low: bool
    amber: forms.BoundField
    red: forms.BoundField
    never: forms.BoundField

    @property
    def colours(self) -> tuple[forms.BoundField, forms.BoundField]:
        return self.amber, self.red


class LimitsForm(forms.Form):
    """Amber and red of these figures. `own`: what is set; `defaults`: what holds where nothing is, the placeholders."""

    def __init__(
        self,
        data: Any = None,
        *,
        figures: Iterable[Limited],
        own: Mapping[str, Limit],
        defaults: Mapping[str, Limit],
    ) -> None:
        super().__init__(data)
        self.figures = tuple(figures)
        for figure in self.figures:
            set_here, default = own.get(figure, Limit()), defaults.get(figure, Limit())
            for colour in ("amber", "red"):
                self.fields[f"{figure}_{colour}"] = forms.FloatField(
                    required=False,
                    min_value=0,
                    max_value=100 if figure in _PERCENT else _MOST,
                    initial=_plain(getattr(set_here, colour)),
                    label=f"{FIGURE_WORDS[figure][0]}: {_('amber') if colour == 'amber' else _('red')}",
                    widget=_number(_plain(getattr(default, colour))),
                )
            self.fields[f"{figure}_never"] = forms.BooleanField(
                required=False,
                initial=figure in own and own[figure] == Limit(),
                label=f"{FIGURE_WORDS[figure][0]}: {_('no limit')}",
            )

    def rows(self) -> list[FigureRow]:
        return [
            FigureRow(
                *FIGURE_WORDS[figure],
                figure in TOO_LITTLE,
                *(self[f"{figure}_{part}"] for part in ("amber", "red", "never")),
            )
            for figure in self.figures
        ]

    def clean(self) -> dict[str, Any]:
        for figure in self.figures:
            amber, red = (self.cleaned_data.get(f"{figure}_{colour}") for colour in ("amber", "red"))
            if amber is None or red is None:
                continue
            if figure in TOO_LITTLE and amber < red:
                self.add_error(f"{figure}_amber", _("Amber comes before red: it must be more."))
            elif figure not in TOO_LITTLE and amber > red:
                self.add_error(f"{figure}_amber", _("Amber comes before red: it must be less."))
        return self.cleaned_data

    def limits(self) -> dict[str, Limit | None]:
        """What was chosen for each figure, once it is valid; None: the default."""
        return {figure.value: self._limit(figure) for figure in self.figures}

    def _limit(self, figure: Limited) -> Limit | None:
        if self.cleaned_data[f"{figure}_never"]:
            return Limit()
        limit = Limit(*(self.cleaned_data[f"{figure}_{colour}"] for colour in ("amber", "red")))
        return None if limit == Limit() else limit


def _number(placeholder: Any) -> forms.NumberInput:
    told = "–" if placeholder is None else f"{placeholder:g}"
    return forms.NumberInput(attrs={"placeholder": told, "inputmode": "decimal", "step": "any"})


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


# --- hours ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayRow:
    """A weekday of the table: for each stretch its beginning and its end."""

    name: Any
    stretches: list[tuple[forms.BoundField, forms.BoundField]]


def _clock() -> forms.TimeField:
    return forms.TimeField(required=False, input_formats=["%H:%M"], widget=forms.TimeInput({"type": "time"}, "%H:%M"))


class HoursForm(forms.Form):
    """When a queue is open, when nobody is disturbed about it. `hours`: as `OpeningHours` keeps them."""

    time_zone = forms.CharField(max_length=64, label=gettext_lazy("Time zone"))
    country = forms.ChoiceField(required=False, label=gettext_lazy("Closed on the holidays of"))
    subdivision = forms.CharField(required=False, max_length=8, label=gettext_lazy("State or region"))
    closed_days = forms.CharField(
        required=False,
        max_length=4000,
        label=gettext_lazy("Closed on these days, too"),
        widget=forms.Textarea({"rows": 4, "placeholder": "2026-12-24"}),
    )

    def __init__(self, data: Any = None, *, hours: Mapping[str, Any]) -> None:
        initial = {name: hours.get(name, "") for name in ("time_zone", "country", "subdivision")}
        super().__init__(data, initial=initial | {"closed_days": "\n".join(hours.get("closed_days", ()))})
        self.fields["country"].choices = [("", _("no holidays")), *_countries()]  # type: ignore[attr-defined]
        self.fields["time_zone"].widget.attrs["list"] = "time-zones"
        for kind in ("week", "quiet"):
            of_day: dict[int, list[tuple[str, str]]] = {}
            for day, begins, ends in hours.get(kind, ()):
                of_day.setdefault(day, []).append((begins, ends))
            for day in range(7):
                for number in range(STRETCHES):
                    known = of_day.get(day, [])
                    begins, ends = known[number] if number < len(known) else ("", "")
                    for part, value in (("from", begins), ("to", ends)):
                        field = self.fields[f"{kind}_{day}_{number}_{part}"] = _clock()
                        field.initial = value
                        field.label = f"{WEEKDAYS[day]}: {_('from') if part == 'from' else _('to')}"

    def days(self, kind: str) -> list[DayRow]:
        def stretch(day: int, number: int) -> tuple[forms.BoundField, forms.BoundField]:
            return self[f"{kind}_{day}_{number}_from"], self[f"{kind}_{day}_{number}_to"]

        return [DayRow(WEEKDAYS[day], [stretch(day, number) for number in range(STRETCHES)]) for day in range(7)]

    @property
    def open_days(self) -> list[DayRow]:
        return self.days("week")

    @property
    def quiet_days(self) -> list[DayRow]:
        return self.days("quiet")

    @property
    def zones(self) -> list[str]:
        return sorted(available_timezones())

    def clean_closed_days(self) -> list[str]:
        days = self.cleaned_data["closed_days"].replace(",", " ").split()
        for day in days:
            try:
                date.fromisoformat(day)
            except ValueError:
                raise forms.ValidationError(_("{day} is no day: write 2026-12-24.").format(day=day[:20])) from None
        return sorted(set(days))

    def clean(self) -> dict[str, Any]:
        self.cleaned_data |= {kind: self._stretches(kind) for kind in ("week", "quiet")}
        if not self.errors:
            try:
                hours_of(**self.hours())
            except NotHours as error:
                self.add_error("subdivision" if self.cleaned_data["subdivision"] else "time_zone", str(error))
        return self.cleaned_data

    def _stretches(self, kind: str) -> list[tuple[int, str, str]]:
        found = []
        for day in range(7):
            for number in range(STRETCHES):
                name = f"{kind}_{day}_{number}"
                begins, ends = self.cleaned_data.get(f"{name}_from"), self.cleaned_data.get(f"{name}_to")
                if (begins is None) != (ends is None):
                    self.add_error(f"{name}_to" if ends is None else f"{name}_from", _("Say from when and until when."))
                elif begins is not None:
                    found.append((day, f"{begins:%H:%M}", f"{ends:%H:%M}"))
        return found

    def hours(self) -> dict[str, Any]:
        """What was entered, once it is valid."""
        names = ("time_zone", "week", "quiet", "country", "subdivision", "closed_days")
        return {name: self.cleaned_data[name] for name in names}


def _countries() -> list[tuple[str, str]]:
    """Countries whose holidays are known, by name."""
    named = {codes[1]: name.replace("_", " ").title() for name, codes in holidays.registry.COUNTRIES.items()}
    return sorted(named.items(), key=lambda item: item[1])

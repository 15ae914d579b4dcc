"""Administration of teams: here and not in `agents`, because their queues are chosen from those the PBXs have told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Team, TeamQueue
from agents.teams import queues_of_team, set_queues_of_team
from queues.models import Queue

#: So many queues or people are named in the list of teams.
NAMED = 4


class QueueChoice(forms.ModelMultipleChoiceField):
    """Queues of all PBXs."""

    def label_from_instance(self, queue: Queue) -> str:
        gone = "" if queue.is_on_board else _(", not on the PBX now")
        return f"{queue} ({queue.pbx}{gone})"


class TwoBoxes(FilteredSelectMultiple):
    """In the wrapper that the admin's style sheet expects around it, and which it has only for relations."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return format_html('<div class="related-widget-wrapper">{}</div>', super().render(*args, **kwargs))


class TeamForm(forms.ModelForm):
    known_queues = QueueChoice(
        queryset=Queue.objects.order_by("pbx", "number"),
        required=False,
        label=gettext_lazy("Queues"),
        widget=TwoBoxes(gettext_lazy("queues"), is_stacked=False),
        help_text=gettext_lazy(
            "The team's people see these queues, their callers, and the agents in them; of an agent who also works for"
            " other queues they see that somebody is busy, not with whom. A queue may belong to several teams."
        ),
    )

    class Meta:
        model = Team
        fields = ("name", "known_queues", "supervisors", "viewers")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            chosen = queues_of_team(self.instance)
            self.initial["known_queues"] = [
                queue.pk for queue in Queue.objects.all() if (queue.pbx, queue.number) in chosen
            ]


class OfQueue(admin.SimpleListFilter):
    """Teams by queue, offered with the queue's name."""

    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        used = set(TeamQueue.objects.values_list("pbx", "number"))
        queues = Queue.objects.order_by("pbx", "number")
        return [(str(queue.pk), str(queue)) for queue in queues if (queue.pbx, queue.number) in used]

    def queryset(self, request: HttpRequest, teams: QuerySet[Team]) -> QuerySet[Team]:
        queue = Queue.objects.filter(pk=self.value()).first() if (self.value() or "").isdecimal() else None
        return teams.filter(queues__pbx=queue.pbx, queues__number=queue.number) if queue else teams


class TeamAdmin(admin.ModelAdmin):
    form = TeamForm
    filter_horizontal = ("supervisors", "viewers")
    list_display = ("name", "queue_list", "supervisor_list", "viewer_list")
    list_filter = (
        OfQueue,
        ("supervisors", admin.RelatedOnlyFieldListFilter),
        ("viewers", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "queues__number", "supervisors__username", "supervisors__last_name", "viewers__username")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).prefetch_related("queues", "supervisors", "viewers")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Queues no PBX has ever told of were not offered, so they were not taken away either.
        offered = set(Queue.objects.values_list("pbx", "number"))
        chosen = {(queue.pbx, queue.number) for queue in form.cleaned_data["known_queues"]}
        set_queues_of_team(form.instance, chosen | (queues_of_team(form.instance) - offered))

    @admin.display(description=gettext_lazy("queues"))
    def queue_list(self, team: Team) -> str:
        return _counted(sorted(queue.number for queue in team.queues.all()))

    @admin.display(description=gettext_lazy("supervisors"))
    def supervisor_list(self, team: Team) -> str:
        return _counted([_name(user) for user in team.supervisors.all()])

    @admin.display(description=gettext_lazy("viewers"))
    def viewer_list(self, team: Team) -> str:
        return _counted([_name(user) for user in team.viewers.all()])


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()


def _counted(names: list[str]) -> str:
    """`3: Ada, Bob, Eve`, cut where it grows long; a dash for none."""
    if not names:
        return "–"
    more = ", …" if len(names) > NAMED else ""
    return f"{len(names)}: {', '.join(names[:NAMED])}{more}"

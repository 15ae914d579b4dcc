"""Administration of the PBX's side: what it told, to look at, and what people set for a queue."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agents.admin import ReadOnlyAdmin
from agents.models import Team
from queues.admin_teams import TeamAdmin
from queues.models import Call, Link, Member, Queue

admin.site.register(Team, TeamAdmin)


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin):
    list_display = ("pbx", "state", "since", "dialect", "version", "heard_at", "lease_holder", "lease_expires_at")


@admin.register(Queue)
class QueueAdmin(ReadOnlyAdmin):
    """People's settings first; they reach the board within some two seconds and apply to the whole day."""

    editable = (
        "wrap_up_seconds",
        "own_target_seconds",
        "target_percent",
        "target_formula",
        "target_short_seconds",
        "reset_hour",
        "callback_minutes",
    )
    list_display = ("number", "name", "target", "target_formula", "reset_hour", "wrap_up_seconds", "is_on_board", "pbx")
    list_editable = ("wrap_up_seconds",)
    list_filter = ("pbx", "is_on_board", "target_formula")
    search_fields = ("number", "name")
    ordering = ("pbx", "number")

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        told = [name for name in self.get_readonly_fields(request, obj) if name != "id"]
        figures = [name for name in told if name.startswith("today_")]
        identity = ("pbx", "number", "name", "is_on_board")
        pbx = [name for name in told if name not in (*identity, *figures, "target_seconds")]
        return [
            (None, {"fields": identity}),
            (_("Service level"), {"fields": (*self.editable[1:5], "target_seconds")}),
            (_("Day and wrap-up"), {"fields": ("reset_hour", "wrap_up_seconds")}),
            (_("Calls we owe"), {"fields": ("callback_minutes",)}),
            (_("Figures of the day"), {"fields": figures, "classes": ("collapse",)}),
            (_("As the PBX tells it"), {"fields": pbx, "classes": ("collapse",)}),
        ]

    def save_model(self, request: HttpRequest, obj: Queue, form: Any, change: bool) -> None:
        # No more than was changed: what the PBX told meanwhile must not be put back.
        obj.save(update_fields=form.changed_data)

    @admin.display(description=_("target"), ordering="target_seconds")
    def target(self, queue: Queue) -> str:
        return _("{percent} % in {seconds} s").format(percent=queue.target_percent, seconds=queue.target_seconds)


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ("queue", "interface", "name", "membership", "penalty", "paused", "device_state", "pbx")
    list_filter = ("pbx", "paused", "membership", "device_state")
    search_fields = ("queue", "interface", "name")
    ordering = ("pbx", "queue", "interface")


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    list_display = (
        "joined_at",
        "queue",
        "number",
        "name",
        "state",
        "outcome",
        "agent_interface",
        "hold_seconds",
        "pbx",
    )
    list_filter = ("pbx", "outcome", "queue")
    search_fields = ("number", "name", "uniqueid")
    date_hierarchy = "joined_at"
    ordering = ("-joined_at",)

"""Administration of the PBX's side: what it told, to look at, and the one figure people must enter."""

from __future__ import annotations

from django.contrib import admin

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
    editable = ("wrap_up_seconds",)
    list_display = ("number", "name", "wrap_up_seconds", "strategy", "is_on_board", "pbx")
    list_editable = ("wrap_up_seconds",)
    list_filter = ("pbx", "is_on_board")
    search_fields = ("number", "name")
    ordering = ("pbx", "number")


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

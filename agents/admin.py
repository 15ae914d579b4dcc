"""Administration of people's side: whose phone is whose, pause reasons, tokens, and the audit of requests.

What a PBX tells is shown and cannot be edited; a token's secret cannot be shown, because it is nowhere.
"""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent, ApiToken, Command, PauseReason
from agents.tokens import revoke_tokens


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only programs write. Fields named in `editable` are people's."""

    editable: tuple[str, ...] = ()
    list_per_page = 100
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [field.name for field in self.model._meta.fields if field.name not in self.editable]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.editable) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Agent)
class AgentAdmin(ReadOnlyAdmin):
    editable = ("user", "display_name")
    fields = ("user", "display_name", "pbx", "interface", "extension", "name", "state", "state_since", "member_count")
    autocomplete_fields = ("user",)
    list_display = ("interface", "shown_name", "user", "state", "member_count", "pbx")
    list_filter = ("pbx", "state")
    list_select_related = ("user",)
    search_fields = ("interface", "extension", "name", "display_name", "user__username")
    ordering = ("pbx", "interface")

    @admin.display(description=gettext_lazy("name"))
    def shown_name(self, agent: Agent) -> str:
        return str(agent)


@admin.register(PauseReason)
class PauseReasonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "position")
    list_editable = ("position",)


@admin.register(Command)
class CommandAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "kind", "state", "requested_by", "agent", "message", "pbx")
    list_filter = ("kind", "state", "pbx")
    list_select_related = ("requested_by", "agent")
    search_fields = ("requested_by__username", "agent__interface", "agent__name", "message")
    date_hierarchy = "requested_at"
    ordering = ("-pk",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Made by `manage.py create_token`, which shows the secret once; ended here."""

    fields = ("user", "label", "created_at", "revoked_at")
    list_display = ("user", "label", "created_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__username", "label")
    actions = ("revoke",)

    @admin.action(description=gettext_lazy("Revoke the selected tokens, for good"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        count = revoke_tokens(list(tokens.values_list("pk", flat=True)), timezone.now())
        self.message_user(request, _("{count} tokens revoked.").format(count=count), messages.SUCCESS)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("agents.change_apitoken")

"""Administration of people's side: accounts, phones, pause reasons, contacts, notes, tokens, the audit of requests.
Teams are in `queues.admin_teams`, because their queues are chosen there.

What a PBX tells is shown and cannot be edited; a token's secret cannot be shown, because it is nowhere.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.dialing import NotAllowedText, dialable
from agents.models import Agent, ApiToken, CallNote, Command, Contact, PauseReason, Team
from agents.permissions import NOTHING, Role, may_administer, may_grant, visible_scopes
from agents.tokens import revoke_tokens

ROLE_NAMES = {
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
    Role.SUPERVISOR: gettext_lazy("Supervisor"),
    Role.VIEWER: gettext_lazy("Viewer"),
    Role.AGENT: gettext_lazy("Agent"),
    Role.NOBODY: gettext_lazy("sees nothing"),
}


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
    list_filter = (("user", admin.EmptyFieldListFilter), "pbx", "state")
    list_select_related = ("user",)
    search_fields = (
        *("interface", "extension", "name", "display_name"),
        *("user__username", "user__first_name", "user__last_name"),
    )
    ordering = ("pbx", "interface")

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def shown_name(self, agent: Agent) -> str:
        return str(agent)


class OfTeam(admin.SimpleListFilter):
    """People by team, whether they supervise or watch it."""

    title = gettext_lazy("team")
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(team.pk), team.name) for team in Team.objects.all()]

    def queryset(self, request: HttpRequest, people: QuerySet[User]) -> QuerySet[User]:
        team = self.value() or ""
        if not team.isdecimal():
            return people
        return people.filter(Q(supervised_teams=team) | Q(viewed_teams=team)).distinct()


class PeopleList(ChangeList):
    """The rights of all people on the page are read at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        scopes = visible_scopes(self.result_list)
        for person in self.result_list:
            person.scope = scopes.get(person.pk, NOTHING)


admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts. Who is no superuser can make none, and cannot give or take over rights that they do not have."""

    list_display = ("username", "full_name", "role", "teams", "phones", "is_active", "last_login")
    list_filter = ("is_active", OfTeam, "groups", "is_staff")
    list_per_page = 100
    search_fields = ("username", "first_name", "last_name", "email", "agents__interface", "agents__extension")
    readonly_fields = ("teams", "phones", "last_login", "date_joined")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")}),
        (
            gettext_lazy("What they see and do"),
            {
                "fields": ("phones", "teams", "groups", "is_staff"),
                "description": gettext_lazy(
                    "Agents need no group: choose their login under Agents, at their phone. Who supervises or watches"
                    " some queues is put into a team, under Teams. Groups are for those who supervise or watch all"
                    " queues, and for administrators, who also need “Staff status” to get in here."
                ),
            },
        ),
        (gettext_lazy("Times"), {"fields": ("last_login", "date_joined")}),
    )
    #: For superusers only.
    power_fieldset = (gettext_lazy("For superusers"), {"fields": ("is_superuser", "user_permissions")})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PeopleList

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("agents", "supervised_teams", "viewed_teams")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return (*fieldsets, self.power_fieldset) if obj is not None and request.user.is_superuser else fieldsets

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_administer(request.user, obj))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            offered = [group.pk for group in Group.objects.all() if may_grant(request.user, group)]
            kwargs["queryset"] = Group.objects.filter(pk__in=offered)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def full_name(self, person: User) -> str:
        return person.get_full_name()

    @admin.display(description=gettext_lazy("role"))
    def role(self, person: User) -> str:
        return str(ROLE_NAMES[person.scope.role])  # type: ignore[attr-defined]  # set by PeopleList

    @admin.display(description=gettext_lazy("teams"))
    def teams(self, person: User) -> str:
        watched = (_("{team} (watches)").format(team=team) for team in person.viewed_teams.all())
        return ", ".join([*map(str, person.supervised_teams.all()), *watched])

    @admin.display(description=gettext_lazy("phones"))
    def phones(self, person: User) -> str:
        return ", ".join(agent.extension or agent.interface for agent in person.agents.all())


@admin.register(PauseReason)
class PauseReasonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "budget_minutes", "limit_per_queue", "position")
    list_editable = ("budget_minutes", "limit_per_queue", "position")


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_number(self) -> str:
        """As it will be dialled."""
        try:
            return dialable(self.cleaned_data["number"])
        except NotAllowedText as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the dial box finds beside phones and queues."""

    form = ContactForm
    list_display = ("name", "number", "pbx", "note")
    search_fields = ("name", "number", "note")


@admin.register(CallNote)
class CallNoteAdmin(ReadOnlyAdmin):
    """Notes are written at the desk; here they are found, and deleted when somebody must be forgotten."""

    list_display = ("at", "party", "queue", "author", "text", "pbx")
    list_select_related = ("author",)
    search_fields = ("party", "text", "author__username")
    date_hierarchy = "at"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("agents.delete_callnote")


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

"""People and their phones, and what people ask of the PBX.

`agents.services` is the only writer of this app. Columns of `Agent` mirror `queues.live.state.AgentRow`.
"""

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.states import AgentState, CommandKind, CommandState, DeviceState


def _choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value.replace("_", " ").capitalize()) for member in enum]


class Agent(models.Model):
    """A phone that is or was a member of a queue, and the login (`user`) of who sits behind it."""

    pbx = models.CharField(max_length=64)
    interface = models.CharField(max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agents",
        help_text=_("Who sits behind this phone. They see their own queues and act for this phone only."),
    )
    display_name = models.CharField(
        max_length=255, blank=True, help_text=_("Shown instead of the PBX's name for this phone.")
    )
    extension = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=16, choices=_choices(AgentState), default=AgentState.LOGGED_OUT)
    state_since = models.DateTimeField(null=True)
    is_since_exact = models.BooleanField(default=False)
    device_state = models.CharField(max_length=16, choices=_choices(DeviceState), default=DeviceState.UNKNOWN)
    queue = models.CharField(max_length=255, blank=True)
    party_number = models.CharField(max_length=255, blank=True)
    party_name = models.CharField(max_length=255, blank=True)
    call_uniqueid = models.CharField(max_length=255, blank=True)
    pause_reason = models.CharField(max_length=255, blank=True)
    paused_count = models.PositiveIntegerField(default=0)
    member_count = models.PositiveIntegerField(default=0)
    wrap_up_until = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=255, blank=True)
    pause_until = models.DateTimeField(null=True)
    last_call_at = models.DateTimeField(null=True)
    calls_today = models.PositiveIntegerField(default=0)
    talk_seconds_today = models.PositiveBigIntegerField(default=0)
    left_queues = models.JSONField(default=list)
    #: Memberships the agent was logged out of through us, so that "log in to all" knows them: `queue` (in lower case),
    #: `penalty`, `state_interface`.
    usual_queues = models.JSONField(default=list, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pbx", "interface"), name="agent_identity"),)
        permissions = (
            ("supervise", _("Watch every queue and act for every agent")),
            ("watch", _("Watch every queue, and do nothing")),
        )

    def __str__(self) -> str:
        return self.display_name or self.name or self.interface


class Team(models.Model):
    """Queues, with those who supervise them (see and act) and those who only watch them."""

    name = models.CharField(max_length=64, unique=True)
    supervisors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="supervised_teams",
        help_text=_("They see these queues, their callers and agents, and act for them."),
    )
    viewers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="viewed_teams",
        help_text=_("They see the same and can change nothing."),
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TeamQueue(models.Model):
    """A queue of a team, by its natural key: this app knows no queues, and a queue may be gone for a while."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="queues")
    pbx = models.CharField(max_length=64)
    number = models.CharField(max_length=255)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("team", "pbx", "number"), name="team_queue"),)

    def __str__(self) -> str:
        return self.number


class Preferences(models.Model):
    """How one person wants the pages: what `agents.api` accepts as preferences, and nothing the server acts on."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.user)


class PauseReason(models.Model):
    """A reason agents and supervisors may choose from; any other text is allowed too."""

    name = models.CharField(max_length=79, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class Command(models.Model):
    """One request of one person to one PBX, its outcome, and so the audit trail.

    Claimed (QUEUED to SENT) by a conditional UPDATE before anything is sent; a final state never changes.
    """

    kind = models.CharField(max_length=16, choices=_choices(CommandKind))
    state = models.CharField(max_length=16, choices=_choices(CommandState), default=CommandState.QUEUED)
    pbx = models.CharField(max_length=64)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    #: The queue it is about, for the audit; "" when it is about none or several.
    queue = models.CharField(max_length=255, blank=True)
    #: What is asked, complete, so that the row alone tells what was done; `queues.live.commander` says what
    #: each kind has.
    arguments = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    #: Not sent before then: until then whoever asked may undo it.
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    #: The worker run that claimed it; a later run turns its unanswered rows into UNKNOWN.
    claimed_epoch = models.PositiveBigIntegerField(null=True)
    #: What the server itself asks for once and no more, whatever dies meanwhile: the name of the occasion.
    once = models.CharField(max_length=512, null=True, unique=True, editable=False)  # noqa: DJ001

    class Meta:
        indexes = (
            models.Index(fields=("pbx", "state"), name="command_pbx_state"),
            models.Index(fields=("requested_at",), name="command_requested"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ApiToken(models.Model):
    """A personal token for `Authorization: Bearer …`. Only its SHA-256 is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.label or self.created_at.date()}"

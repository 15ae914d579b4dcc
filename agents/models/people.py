"""People, their phones, teams and tokens. Columns of `Agent` mirror `queues.live.state.AgentRow`."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.choices import choices
from agents.states import AgentState, DeviceState


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
    state = models.CharField(max_length=16, choices=choices(AgentState), default=AgentState.LOGGED_OUT)
    state_since = models.DateTimeField(null=True)
    is_since_exact = models.BooleanField(default=False)
    device_state = models.CharField(max_length=16, choices=choices(DeviceState), default=DeviceState.UNKNOWN)
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
    amber_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=255, blank=True)
    changed_at = models.DateTimeField(null=True)
    change = models.CharField(max_length=16, blank=True)
    hand_raised_at = models.DateTimeField(null=True)
    pause_line_reason = models.CharField(max_length=255, blank=True)
    pause_line_minutes = models.PositiveSmallIntegerField(null=True)
    pause_line_since = models.DateTimeField(null=True)
    pause_line_place = models.PositiveIntegerField(null=True)
    recording_since = models.DateTimeField(null=True)
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


class TokenScope(models.TextChoices):
    """What a token may be used for. ALL: whatever its owner may; DIAL: placing calls from their own phone."""

    ALL = "all", _("everything I may do")
    DIAL = "dial", _("placing calls from my phone")


class ApiToken(models.Model):
    """A personal token for `Authorization: Bearer …`. Only its SHA-256 is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(max_length=64, blank=True)
    scope = models.CharField(max_length=8, choices=TokenScope.choices, default=TokenScope.ALL)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.label or self.created_at.date()}"

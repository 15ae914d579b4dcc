"""The PBX as we know it: one row per link, queue, membership and queue call.

`queues.live.store` is the only writer of the fields the PBX tells; people edit, in the admin, only what no
PBX tells (wrap-up). Columns mirror `queues.live.state`, which explains every field and unit.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models.choices import choices
from agents.states import DeviceState
from queues.live.state import CallOutcome, CallState, LinkState

#: Five definitions of the service level are in use; T is the queue's target time. Written out in `queues.live.figures`.
FORMULA_CHOICES = (
    ("a", _("answered within T / (offered − short abandons)")),
    ("b", _("answered within T / answered")),
    ("c", _("answered within T / (answered + abandoned)")),
    ("d", _("answered within T / (offered − abandoned within T)")),
    ("e", _("(answered within T + abandoned within T) / (answered + abandoned)")),
)


class Link(models.Model):
    """The connection to one PBX, and the lease of the worker that may speak for it.

    `epoch` grows with every worker run and fences its writes; `seq` grows with every flush of an epoch.
    """

    pbx = models.SlugField(max_length=64, primary_key=True)
    state = models.CharField(max_length=16, choices=choices(LinkState), default=LinkState.CONNECTING)
    since = models.DateTimeField()
    dialect = models.CharField(max_length=16, blank=True)
    version = models.CharField(max_length=255, blank=True)
    error = models.TextField(blank=True)
    limitations = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    boot = models.CharField(max_length=255, blank=True)
    clock_offset_seconds = models.FloatField(default=0.0)
    epoch = models.PositiveBigIntegerField(default=0)
    seq = models.PositiveBigIntegerField(default=0)
    #: When the PBX was last heard, by the worker's word.
    heard_at = models.DateTimeField(null=True)
    lease_holder = models.CharField(max_length=128, blank=True)
    lease_expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.pbx


class Queue(models.Model):
    pbx = models.CharField(max_length=64)
    number = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    strategy = models.CharField(max_length=255, blank=True)
    waiting = models.BigIntegerField(default=0)
    oldest_joined_at = models.DateTimeField(null=True)
    completed = models.BigIntegerField(default=0)
    abandoned = models.BigIntegerField(default=0)
    calls_total = models.BigIntegerField(null=True)
    hold_seconds = models.BigIntegerField(null=True)
    talk_seconds = models.BigIntegerField(null=True)
    service_level_seconds = models.BigIntegerField(null=True)
    service_level_percent = models.FloatField(null=True)
    service_level_text = models.CharField(max_length=255, blank=True)
    abandoned_percent = models.FloatField(null=True)
    max_waiting = models.BigIntegerField(null=True)
    weight = models.BigIntegerField(null=True)
    chairman = models.CharField(max_length=255, blank=True)
    agent_login_enabled = models.BooleanField(null=True)
    available_count = models.BigIntegerField(null=True)
    agent_count = models.BigIntegerField(null=True)
    wrap_up_seconds = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(3600)],
        help_text=_("Seconds an agent has after a call of this queue. No PBX tells it: enter what the PBX uses."),
    )
    #: People's own, else the PBX's, else 20. The worker works it out.
    target_seconds = models.PositiveIntegerField(_("target in force"), default=20)
    own_target_seconds = models.PositiveIntegerField(
        _("target seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3600)],
        help_text=_(
            "T: callers should be answered within so many seconds. Empty: as the PBX says, 20 if it says nothing. "
            "A change applies to the whole day, live and in lists."
        ),
    )
    target_percent = models.PositiveSmallIntegerField(
        default=80,
        validators=[MaxValueValidator(100)],
        help_text=_("So many percent of them: 80 within 20 seconds is the usual promise."),
    )
    target_formula = models.CharField(
        max_length=1, default="a", choices=FORMULA_CHOICES, help_text=_("What the service level is a percentage of.")
    )
    target_short_seconds = models.PositiveSmallIntegerField(
        default=5, help_text=_("Who hangs up before that many seconds is a short abandon; 0: nobody is.")
    )
    reset_hour = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(23)],
        help_text=_("Hour of the day, in the server's time zone, at which the figures of the day begin anew."),
    )
    today_since = models.DateTimeField(null=True)
    today_offered = models.PositiveIntegerField(default=0)
    today_answered = models.PositiveIntegerField(default=0)
    today_in_time = models.PositiveIntegerField(default=0)
    today_abandoned = models.PositiveIntegerField(default=0)
    today_short_abandoned = models.PositiveIntegerField(default=0)
    today_abandoned_in_time = models.PositiveIntegerField(default=0)
    today_flowed_out = models.PositiveIntegerField(default=0)
    today_lost = models.PositiveIntegerField(default=0)
    today_wait_seconds = models.PositiveBigIntegerField(default=0)
    today_talk_seconds = models.PositiveBigIntegerField(default=0)
    today_talked = models.PositiveIntegerField(default=0)
    today_longest_wait = models.PositiveIntegerField(default=0)
    today_service_level = models.FloatField(null=True)
    limits = models.JSONField(default=list)
    is_open = models.BooleanField(null=True)
    staff_needed = models.PositiveIntegerField(null=True)
    staff_present = models.PositiveIntegerField(default=0)
    staff_free = models.PositiveIntegerField(default=0)
    callback_minutes = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_(
            "Who was not answered should be called back within so many minutes of the queue's opening hours. Lines "
            "that are open already are due by it, too."
        ),
    )
    #: False once the PBX no longer has the queue; the row stays for the calls that name it.
    is_on_board = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pbx", "number"), name="queue_identity"),)

    def __str__(self) -> str:
        return f"{self.number} {self.name}" if self.name != self.number else self.number


class Member(models.Model):
    pbx = models.CharField(max_length=64)
    queue = models.CharField(max_length=255)
    interface = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    state_interface = models.CharField(max_length=255, blank=True)
    membership = models.CharField(max_length=255, blank=True)
    penalty = models.BigIntegerField(default=0)
    paused = models.BooleanField(default=False)
    pause_reason = models.CharField(max_length=255, blank=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=255, blank=True)
    pause_until = models.DateTimeField(null=True)
    device_state = models.CharField(max_length=16, choices=choices(DeviceState), default=DeviceState.UNKNOWN)
    in_call = models.BooleanField(default=False)
    calls_taken = models.BigIntegerField(default=0)
    calls_abandoned = models.BigIntegerField(null=True)
    talk_seconds = models.BigIntegerField(null=True)
    last_call_at = models.DateTimeField(null=True)
    logged_in_at = models.DateTimeField(null=True)
    wrap_up_seconds = models.PositiveIntegerField(default=0)
    ring_in_use = models.BooleanField(null=True)
    agent_login_enabled = models.BooleanField(null=True)
    last_caller_channel = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pbx", "queue", "interface"), name="member_identity"),)

    def __str__(self) -> str:
        return f"{self.interface} in {self.queue}"


class Call(models.Model):
    """A caller of a queue, from joining to the end; the row stays. `position` is the last one known."""

    pbx = models.CharField(max_length=64)
    boot = models.CharField(max_length=255, blank=True)
    uniqueid = models.CharField(max_length=255)
    queue = models.CharField(max_length=255)
    joined_at = models.DateTimeField()
    linkedid = models.CharField(max_length=255, blank=True)
    channel = models.CharField(max_length=255, blank=True)
    number = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    position = models.BigIntegerField(default=0)
    priority = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16, choices=choices(CallState), default=CallState.WAITING)
    ringing = models.JSONField(default=list)
    agent_interface = models.CharField(max_length=255, blank=True)
    agent_uniqueid = models.CharField(max_length=255, blank=True)
    left_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: NULL while the call lives, as in `CallRow`: no outcome is not an empty word.
    outcome = models.CharField(max_length=16, choices=choices(CallOutcome), null=True)  # noqa: DJ001
    ended_by = models.CharField(max_length=255, blank=True)
    hold_seconds = models.BigIntegerField(null=True)
    talk_seconds = models.BigIntegerField(null=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("pbx", "boot", "uniqueid", "queue", "joined_at"), name="call_identity"),
        )
        indexes = (
            models.Index(fields=("pbx", "uniqueid"), name="call_live", condition=Q(ended_at=None)),
            models.Index(fields=("ended_at",), name="call_ended"),
            models.Index(fields=("queue", "joined_at"), name="call_queue_joined"),
            models.Index(fields=("pbx", "joined_at"), name="call_joined"),
        )

    def __str__(self) -> str:
        return f"{self.number or self.uniqueid} in {self.queue}"

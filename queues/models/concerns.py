"""What wants somebody's attention: calls we owe, limits, rules, incidents, and the messages about them.

`queues.live.store` writes `OwedCall` and `Incident`; columns mirror `queues.live.concerns`. People set the rest.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models.choices import choices
from queues.live.concerns import ClosedBy, Severity
from queues.live.state import CallOutcome


class OwedCall(models.Model):
    """One person to call back, until they were reached. See `OwedRow`."""

    pbx = models.CharField(max_length=64)
    queue = models.CharField(max_length=255)
    party = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    number = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=16, choices=choices(CallOutcome), blank=True)
    last_wait_seconds = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=255, blank=True)
    claimed_login = models.CharField(max_length=255, blank=True)
    claimed_interface = models.CharField(max_length=255, blank=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    #: NULL while it is open, as in the row: not settled is not an empty word.
    closed_how = models.CharField(max_length=16, choices=choices(ClosedBy), null=True)  # noqa: DJ001
    closed_by = models.CharField(max_length=255, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pbx", "queue", "party", "opened_at"), name="owed_identity"),)
        indexes = (
            models.Index(fields=("pbx", "queue"), name="owed_open", condition=Q(closed_at=None)),
            models.Index(fields=("closed_at",), name="owed_closed"),
        )

    def __str__(self) -> str:
        return f"{self.number or self.party} in {self.queue}"


class Outage(models.Model):
    """When nobody saw this PBX, so that what came and went meanwhile is not known. Its link went down at `began_at`, or
    whoever watched it died; NULL `ended_at`: still so."""

    pbx = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("pbx", "began_at"), name="outage_began"),)

    def __str__(self) -> str:
        return f"{self.pbx} {self.began_at}"


class Incident(models.Model):
    """A broken limit or rule, from the first breach to the recovery. See `IncidentRow`."""

    pbx = models.CharField(max_length=64)
    cause = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    severity = models.CharField(max_length=8, choices=choices(Severity), default=Severity.RED)
    queue = models.CharField(max_length=255, blank=True)
    interface = models.CharField(max_length=255, blank=True)
    title = models.CharField(max_length=255, blank=True)
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    worst = models.FloatField(null=True)
    breached_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=255, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("pbx", "cause", "queue", "interface", "opened_at"), name="incident_identity"
            ),
        )
        indexes = (
            models.Index(fields=("pbx",), name="incident_open", condition=Q(closed_at=None)),
            models.Index(fields=("opened_at",), name="incident_opened"),
        )

    def __str__(self) -> str:
        return self.title or self.cause


class Limit(models.Model):
    """What is too much or too little of a figure of one queue, or, with `queue` "", of all that have none of their own
    and of agents. `figure` is a word of `queues.live.limits`; amber None: at 70 % of red; red None: never."""

    pbx = models.CharField(max_length=64)
    queue = models.CharField(max_length=255, blank=True)
    figure = models.CharField(max_length=32)
    amber = models.FloatField(null=True, blank=True)
    red = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pbx", "queue", "figure"), name="limit_identity"),)

    def __str__(self) -> str:
        return f"{self.queue} {self.figure}"


class OpeningHours(models.Model):
    """When a queue is open, and when nobody is to be disturbed about it; `queue` "" for all without hours of their own.

    `week` and `quiet` are lists of [weekday 0 (Monday) to 6, "HH:MM", "HH:MM"] in `time_zone`; an end before or at
    its beginning is on the next day. Closed on the holidays of `country` and `subdivision` (ISO 3166, as the
    `holidays` package has them) and on the `closed_days` (ISO dates)."""

    pbx = models.CharField(max_length=64)
    queue = models.CharField(max_length=255, blank=True)
    time_zone = models.CharField(max_length=64)
    week = models.JSONField(default=list)
    quiet = models.JSONField(default=list, blank=True)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=8, blank=True)
    closed_days = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pbx", "queue"), name="opening_hours_identity"),)
        verbose_name_plural = _("opening hours")

    def __str__(self) -> str:
        return self.queue or self.pbx


class Webhook(models.Model):
    """An address that is told of events, each message signed with `secret` (HMAC-SHA256) and retried until it takes
    it. `events`: words of `queues.alerts`; `queues`: [[pbx, number], …], empty for all. `template` "": our own JSON."""

    name = models.CharField(max_length=64, unique=True)
    url = models.URLField(max_length=2000)
    secret = models.CharField(max_length=255, blank=True)
    events = models.JSONField(default=list)
    queues = models.JSONField(default=list, blank=True)
    template = models.TextField(blank=True)
    is_enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class AlertRule(models.Model):
    """Several conditions that together are worth an alert. `conditions`: [{figure, operator, value}], all of which
    must hold, as `queues.live.rules` reads them; `queues`: [[pbx, number], …], empty for all that its owner sees."""

    name = models.CharField(max_length=64)
    conditions = models.JSONField(default=list)
    queues = models.JSONField(default=list, blank=True)
    severity = models.CharField(max_length=8, choices=choices(Severity), default=Severity.RED)
    hold_seconds = models.PositiveSmallIntegerField(
        default=0, help_text=_("It counts only once it has been so for that many seconds.")
    )
    recover_seconds = models.PositiveSmallIntegerField(
        default=10, help_text=_("It is over only once it has been well again for that many seconds.")
    )
    only_when_open = models.BooleanField(default=True, help_text=_("Not outside the queue's opening hours."))
    webhooks = models.ManyToManyField(Webhook, blank=True)
    mailed = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="mailed_rules")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="rules")
    is_enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class OutboxState(models.TextChoices):
    """FAILED: given up on after the last try. DROPPED: not needed any more before it was sent."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("not needed any more")


class OutboxMessage(models.Model):
    """One e-mail or webhook message, kept until it was delivered, and the log of how that went.

    `once` names occasion and target, so that it is written once only, whatever dies meanwhile; `about` is the digest of
    the call or incident. `body` are the facts (`queues.alerts.messages`), which a webhook's template or the e-mail
    puts into words when it is sent. Not sent before `due_at`, from when on it is tried for a day, again at
    `next_try_at`; whoever tries it puts that off first, which is the claim."""

    once = models.CharField(max_length=512, unique=True)
    about = models.CharField(max_length=64, db_index=True)
    webhook = models.ForeignKey(Webhook, null=True, on_delete=models.CASCADE, related_name="messages")
    recipient = models.CharField(max_length=2000, blank=True)
    event = models.CharField(max_length=32)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=OutboxState.choices, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = (models.Index(fields=("state", "next_try_at"), name="outbox_due"),)

    def __str__(self) -> str:
        return f"{self.event} {self.state}"

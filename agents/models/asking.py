"""What people ask of the PBX or of the board, its outcome, and so the audit trail."""

from django.conf import settings
from django.db import models

from agents.models.choices import choices
from agents.models.people import Agent
from agents.states import CommandKind, CommandState


class Command(models.Model):
    """One request of one person to one PBX, its outcome, and so the audit trail.

    Claimed (QUEUED to SENT) by a conditional UPDATE before anything is sent; a final state never changes.
    """

    kind = models.CharField(max_length=16, choices=choices(CommandKind))
    state = models.CharField(max_length=16, choices=choices(CommandState), default=CommandState.QUEUED)
    pbx = models.CharField(max_length=64)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    #: The queue it is about, for the audit; "" when it is about none or several.
    queue = models.CharField(max_length=255, blank=True)
    #: What is asked, complete, so that the row alone tells what was done; `queues.live.commander` says what
    #: each kind has.
    arguments = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    #: How far it has got while it is under way, a word of `agents.states.CallProgress`; "" for most kinds.
    progress = models.CharField(max_length=16, blank=True)
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

"""What an agent's desk needs beside the phone: pause reasons, contacts, notes of calls."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class PauseReason(models.Model):
    """A reason agents and supervisors may choose from; any other text is allowed too."""

    name = models.CharField(max_length=79, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    budget_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_("How long this pause may take; longer is shown as too long. Empty: as long as it takes."),
    )
    limit_per_queue = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("So many agents of one queue may be on it at once; who asks later waits in line. Empty: any."),
    )

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A number people dial by name."""

    name = models.CharField(max_length=255)
    number = models.CharField(max_length=32)
    #: Empty: of every PBX.
    pbx = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ("name", "number")

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class CallNote(models.Model):
    """What somebody wrote down about a caller, found again by their number however it is written.

    `party` is `agents.numbers.party_of` their number; `uniqueid` the call it was about, "" for none.
    """

    pbx = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    queue = models.CharField(max_length=255, blank=True)
    uniqueid = models.CharField(max_length=255, blank=True)
    text = models.TextField(max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("pbx", "party", "at"), name="note_party_at"),)

    def __str__(self) -> str:
        return self.text

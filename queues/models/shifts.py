"""What an agent's day is made of beside their calls. `queues.live.store` is the only writer."""

from django.db import models


class PauseSpell(models.Model):
    """A pause that is over. See `queues.live.shifts.PauseSpell`."""

    pbx = models.CharField(max_length=64)
    interface = models.CharField(max_length=255)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pbx", "interface", "began_at"), name="pause_spell_identity"),)
        indexes = (models.Index(fields=("ended_at",), name="pause_spell_ended"),)

    def __str__(self) -> str:
        return f"{self.interface} {self.reason}"


class MissedRing(models.Model):
    """A ring that was not answered in time. See `queues.live.shifts.MissedRing`."""

    pbx = models.CharField(max_length=64)
    interface = models.CharField(max_length=255)
    queue = models.CharField(max_length=255)
    at = models.DateTimeField()
    uniqueid = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("pbx", "interface", "uniqueid", "at"), name="missed_ring_identity"),
        )
        indexes = (models.Index(fields=("at",), name="missed_ring_at"),)

    def __str__(self) -> str:
        return f"{self.interface} in {self.queue}"

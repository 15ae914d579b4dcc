"""Wallboards, and the screens that show them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WallBoard(models.Model):
    """What one screen on the wall shows. `queues`: [[pbx, number], …] in their order; `figures`: words of
    `queues.walls` in theirs; `is_masked`: callers' numbers and names are cut on the server before they are sent;
    `shows_names`: agents are shown one by one, not only counted."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    queues = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    layout = models.CharField(max_length=16, default="rows")
    theme = models.CharField(max_length=8, default="dark")
    is_masked = models.BooleanField(default=True)
    shows_names = models.BooleanField(default=False)
    message = models.CharField(max_length=255, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="walls")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Screen(models.Model):
    """A TV that may show one wallboard and nothing else. Only the SHA-256 of its token is kept."""

    board = models.ForeignKey(WallBoard, null=True, on_delete=models.SET_NULL, related_name="screens")
    name = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    paired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    paired_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name or str(_("Screen"))


class PairingCode(models.Model):
    """What a TV shows until somebody approves it. `code` is typed by a person, `digest` is of the secret that only the
    TV holds and shows to fetch its token, `address` where it asked from. Single use."""

    code = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    address = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    board = models.ForeignKey(WallBoard, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code

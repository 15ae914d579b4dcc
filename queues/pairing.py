"""How a TV gets its token: it shows a code, a supervisor approves the code, and the TV, which alone holds the secret
behind the code, fetches the token once.

A code is short because a person types it, so it lives for ten minutes, works once, and only so many are about at a time
and for an address. Knowing a code is worth nothing without the secret in the TV's cookie; approving one is for
supervisors. The time is an argument.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import segno
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from agents.tokens import digest_of
from queues.models import PairingCode, WallBoard
from queues.screens import make_screen

PAIRING_COOKIE = "ucmdash_pairing"
#: No two that look alike: neither 0 and O, 1 and I and L, 2 and Z, 5 and S nor 8 and B.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 6
LIFETIME = timedelta(minutes=10)
MOST_CODES = 200
MOST_FOR_ADDRESS = 20
#: A QR code's quiet zone, in modules.
_BORDER = 3


class TooManyCodes(Exception):
    """So many are about, altogether or for this address, that there is no new one just now."""


class Pairing(StrEnum):
    """How a TV's code stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    EXPIRED = "expired"


def current_code(secret: str, at: datetime) -> PairingCode | None:
    """The code that the TV with this secret shows; None if it needs a new one."""
    if not secret:
        return None
    return PairingCode.objects.filter(digest=digest_of(secret), used_at=None, expires_at__gt=at).first()


def new_code(address: str, at: datetime) -> tuple[PairingCode, str]:
    """A code for a TV at this address, and the secret behind it. Errors: TooManyCodes."""
    PairingCode.objects.filter(expires_at__lte=at).delete()
    if PairingCode.objects.count() >= MOST_CODES:
        raise TooManyCodes
    if PairingCode.objects.filter(address=address).count() >= MOST_FOR_ADDRESS:
        raise TooManyCodes
    secret = secrets.token_urlsafe(32)
    known = {"digest": digest_of(secret), "address": address, "created_at": at, "expires_at": at + LIFETIME}
    while True:
        try:
            with transaction.atomic():
                return PairingCode.objects.create(code=_random_code(), **known), secret
        except IntegrityError:  # this code is about already
            continue


def _random_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def as_typed(text: str) -> str:
    """The code that somebody typed: small letters, spaces and dashes do not matter."""
    return "".join(character for character in text.upper() if character in ALPHABET)[:CODE_LENGTH]


def code_to_approve(code: str, at: datetime) -> PairingCode | None:
    """The code with these letters, if a TV waits with it."""
    return PairingCode.objects.filter(code=code, approved_at=None, used_at=None, expires_at__gt=at).first()


def approve(code: PairingCode, user: User, board: WallBoard, name: str, at: datetime) -> bool:
    """Let the TV with this code show this board. False if somebody was first or it is too late."""
    waiting = PairingCode.objects.filter(pk=code.pk, approved_at=None, used_at=None, expires_at__gt=at)
    return waiting.update(approved_at=at, approved_by=user, board=board, name=name) == 1


def claim(secret: str, at: datetime) -> tuple[Pairing, str]:
    """How the code behind this secret stands, and, once, the token if it was approved; else ""."""
    with transaction.atomic():
        code = current_code(secret, at)
        if code is None:
            return Pairing.EXPIRED, ""
        if code.approved_at is None or code.board_id is None:
            return Pairing.WAITING, ""
        if PairingCode.objects.filter(pk=code.pk, used_at=None).update(used_at=at) != 1:
            return Pairing.EXPIRED, ""
        return Pairing.APPROVED, make_screen(at, board=code.board, name=code.name, paired_by=code.approved_by)


def qr_path(text: str) -> tuple[str, int]:
    """The text as a QR code for `<path d="…">` of an SVG, and the width and height of its view box."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs: list[str] = []
    for y, row in enumerate(rows, start=_BORDER):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x + _BORDER} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    return "".join(runs), len(rows) + 2 * _BORDER

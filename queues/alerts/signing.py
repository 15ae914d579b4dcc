"""Signatures by which a receiver knows that a message is ours, whole, and of now.

As Standard Webhooks 1.0.0 has it (https://www.standardwebhooks.com), for which there are libraries in most languages:
HMAC-SHA256 over `{id}.{timestamp}.{body}` with the bytes behind `whsec_`, in base64. The time is part of it and is
new at every try, the id stays: receivers refuse messages of more than five minutes ago and drop an id they know.
Pure but for the making of secrets.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime

#: Receivers refuse a message whose time is further from theirs.
REPLAY_SECONDS = 300
_PREFIX = "whsec_"


def new_secret() -> str:
    """256 random bits, as people copy them into a receiver."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one try at `at` (aware)."""
    timestamp = int(at.timestamp())
    signature = _signature(secret, message_id, timestamp, body)
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{signature}"}


def _signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = _key(secret)
    return base64.b64encode(hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    """The bytes behind the prefix; of a secret in no such form, its text."""
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()

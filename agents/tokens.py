"""Personal tokens for programs: `Authorization: Bearer …` at the API and the socket.

A token is shown once, when it is made; the database keeps its SHA-256. That is enough for 256 random bits:
there is nothing to guess, so nothing slow is needed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User

from agents.models import ApiToken

#: Lets people and secret scanners see what a found text is.
PREFIX = "ucmdash_"


def create_token(user: User, label: str, at: datetime) -> str:
    """A new token of this person, the only time it can be read."""
    text = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, digest=digest_of(text), label=label, created_at=at)
    return text


def resolve_token(text: str) -> User | None:
    """Whose token this is; None if it is nobody's, revoked, or the account is switched off."""
    digest = digest_of(text)
    return people_of_tokens([digest]).get(digest)


def people_of_tokens(digests: Collection[str]) -> dict[str, User]:
    """Whose tokens these are, by digest, in one query; those of nobody are left out."""
    if not digests:
        return {}
    found = ApiToken.objects.filter(digest__in=digests, revoked_at=None, user__is_active=True)
    return {token.digest: token.user for token in found.select_related("user")}


def revoke_tokens(token_ids: list[int], at: datetime) -> int:
    """Make these tokens worthless, for good. Returns how many were not yet."""
    return ApiToken.objects.filter(pk__in=token_ids, revoked_at=None).update(revoked_at=at)


def digest_of(text: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

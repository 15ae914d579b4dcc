"""Personal tokens for programs: `Authorization: Bearer …` at the API and the socket.

A token is shown once, when it is made; the database keeps its SHA-256. That is enough for 256 random bits:
there is nothing to guess, so nothing slow is needed. Everything here but `dialler_of_token` is about tokens that open
whatever their owner may see and do.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import OperationalError, transaction
from django.db.models import QuerySet

from agents.models import ApiToken, TokenScope

#: Lets people and secret scanners see what a found text is.
PREFIX = "ucmdash_"
#: Nobody has more at a time.
MOST_TOKENS = 25
#: When a token was last used is known to within so long.
USE_NOTED_EVERY = timedelta(minutes=5)


class TooManyTokens(Exception):
    """This person has as many tokens as one may have."""


def create_token(user: User, label: str, at: datetime, scope: TokenScope = TokenScope.ALL) -> str:
    """A new token of this person, the only time it can be read. Errors: TooManyTokens."""
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        # Of two requests at once the second counts what the first has made.
        User.objects.select_for_update().get(pk=user.pk)
        if tokens_of(user).count() >= MOST_TOKENS:
            raise TooManyTokens
        ApiToken.objects.create(user=user, digest=digest_of(text), label=label, scope=scope, created_at=at)
    return text


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """This person's tokens that are worth something, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None).order_by("-pk")


def resolve_token(text: str, at: datetime) -> User | None:
    """Whose token this is; None if it is nobody's, revoked, for dialling only, or the account is switched off."""
    digest = digest_of(text)
    return people_of_tokens([digest], at).get(digest)


def people_of_tokens(digests: Collection[str], at: datetime) -> dict[str, User]:
    """Whose tokens these are, by digest, in one query; those of nobody are left out."""
    return _owners(digests, TokenScope.ALL, at)


def dialler_of_token(text: str, at: datetime) -> User | None:
    """Who may place calls with this token and do nothing else; None if it is no token of that kind."""
    digest = digest_of(text)
    return _owners([digest], TokenScope.DIAL, at).get(digest)


def _owners(digests: Collection[str], scope: TokenScope, at: datetime) -> dict[str, User]:
    if not digests:
        return {}
    found = ApiToken.objects.filter(digest__in=digests, scope=scope, revoked_at=None, user__is_active=True)
    tokens = list(found.select_related("user"))
    _note_use(tokens, at)
    return {token.digest: token.user for token in tokens}


def _note_use(tokens: Iterable[ApiToken], at: datetime) -> None:
    """Now and then. That nothing can be written just now keeps nobody from reading."""
    lately = at - USE_NOTED_EVERY
    used = [token.pk for token in tokens if token.last_used_at is None or token.last_used_at < lately]
    if used:
        with suppress(OperationalError), transaction.atomic():
            ApiToken.objects.filter(pk__in=used).update(last_used_at=at)


def revoke_tokens(token_ids: Collection[int], at: datetime) -> int:
    """Make these tokens worthless, for good. Returns how many were not yet."""
    return ApiToken.objects.filter(pk__in=token_ids, revoked_at=None).update(revoked_at=at)


def digest_of(text: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

"""Who is asking: a person's session or a personal token, at the API and at the socket.

Browsers send a session cookie by themselves, so whatever changes something must also prove, by Django's CSRF
token, that our own page sent it. A token is sent on purpose and needs no such proof; where one is sent, a
cookie beside it counts for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpRequest, parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from agents.sessions import load_sessions
from agents.tokens import dialler_of_token, digest_of, people_of_tokens, resolve_token

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        return resolve_token(token, timezone.now())


class DialTokenAuth(HttpBearer):
    """`Authorization: Bearer …` with a token that may place calls only. Errors: 403 where it does not belong."""

    def __init__(self, *, is_welcome: bool) -> None:
        super().__init__()
        self._is_welcome = is_welcome

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        dialler = dialler_of_token(token, timezone.now())
        if dialler is not None and not self._is_welcome:
            raise HttpError(403, _("This token may only place calls."))
        request.may_only_dial = dialler is not None  # type: ignore[attr-defined]
        return dialler


class SessionAuth(APIKeyCookie):
    """The session cookie, with `X-CSRFToken` where something is to change."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User | None:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        if request.method not in _SAFE_METHODS and check_csrf(request):
            raise HttpError(403, _("The page that sent this is too old. Reload it and try again."))
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        raise NotImplementedError  # `__call__` decides


#: Any will do.
PERSON_AUTH = (TokenAuth(), SessionAuth(csrf=False), DialTokenAuth(is_welcome=False))
#: The same, and tokens for dialling.
DIALLING_AUTH = (TokenAuth(), SessionAuth(csrf=False), DialTokenAuth(is_welcome=True))
#: Nobody but a person at a browser.
SESSION_AUTH = (SessionAuth(csrf=False),)


def person_of_request(request: HttpRequest) -> User:
    """Who asks at an endpoint of the API, which `PERSON_AUTH` has let in."""
    return cast(User, request.auth)  # type: ignore[attr-defined]


def may_only_dial(request: HttpRequest) -> bool:
    """Whether who asks at an endpoint behind `DIALLING_AUTH` has shown a token for dialling."""
    return getattr(request, "may_only_dial", False)


def person_of_page(request: HttpRequest) -> User | None:
    """Who asks at a readable address outside the API; None if nobody."""
    return TokenAuth()(request) or SessionAuth(csrf=False)(request)


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves whose a connection is: the key of a session or the digest of a token, the other is ""."""

    session_key: str = ""
    token_digest: str = ""


def credential_of_headers(headers: Mapping[bytes, bytes]) -> Credential | None:
    """What a connection with these headers (names in lower case) has to show; None if nothing."""
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    if authorization:
        scheme, _space, token = authorization.partition(" ")
        return Credential(token_digest=digest_of(token.strip())) if scheme.lower() == "bearer" else None
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return Credential(session_key=key) if key else None


def people_of(credentials: Collection[Credential], at: datetime) -> dict[Credential, User]:
    """Whose these are at this time, in three queries for all of them; those of nobody are left out."""
    by_token = people_of_tokens({proof.token_digest for proof in credentials if proof.token_digest}, at)
    by_session = _people_of_sessions({proof.session_key for proof in credentials if proof.session_key}, at)
    found = {proof: by_token.get(proof.token_digest) or by_session.get(proof.session_key) for proof in credentials}
    return {proof: user for proof, user in found.items() if user is not None}


def _people_of_sessions(keys: Collection[str], at: datetime) -> dict[str, User]:
    """What `django.contrib.auth.get_user` checks, for many: the session has not ended, the account is not switched
    off, the password is what it was at the login."""
    sessions = {key: data for key, data in load_sessions(keys, at).items() if _is_login(data)}
    user_ids = {int(data[SESSION_KEY]) for data in sessions.values()}
    users = {user.pk: user for user in User.objects.filter(pk__in=user_ids, is_active=True)}
    owners = {key: users.get(int(data[SESSION_KEY])) for key, data in sessions.items()}
    return {
        key: user
        for key, user in owners.items()
        if user is not None and _has_same_password(user, sessions[key].get(HASH_SESSION_KEY, ""))
    }


def _is_login(session: dict[str, Any]) -> bool:
    return SESSION_KEY in session and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS


def _has_same_password(user: User, session_hash: str) -> bool:
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(session_hash, known) for known in hashes)

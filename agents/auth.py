"""Who is asking: a person's session or a personal token, at the API and at the socket.

Browsers send a session cookie by themselves, so whatever changes something must also prove, by Django's CSRF
token, that our own page sent it. A token is sent on purpose and needs no such proof; where one is sent, a
cookie beside it counts for nothing.
"""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import User
from django.http import HttpRequest, parse_cookie
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from agents.tokens import resolve_token

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        return resolve_token(token)


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


#: Either will do.
PERSON_AUTH = (TokenAuth(), SessionAuth(csrf=False))


def person_of_request(request: HttpRequest) -> User:
    """Who asks at an endpoint of the API, which `PERSON_AUTH` has let in."""
    return cast(User, request.auth)  # type: ignore[attr-defined]


def person_of_page(request: HttpRequest) -> User | None:
    """Who asks at a readable address outside the API; None if nobody."""
    return TokenAuth()(request) or SessionAuth(csrf=False)(request)


def person_of_headers(headers: dict[bytes, bytes]) -> User | None:
    """Whose connection has these headers (names in lower case); None if nobody's or not any more."""
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    if authorization:
        scheme, _space, token = authorization.partition(" ")
        return resolve_token(token.strip()) if scheme.lower() == "bearer" else None
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return _person_of_session(key) if key else None


def _person_of_session(key: str) -> User | None:
    """Django's own check of a session: not ended, the password unchanged, the account not switched off."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    user = get_user(cast(HttpRequest, SimpleNamespace(session=store(key))))
    return user if isinstance(user, User) else None

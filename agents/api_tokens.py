"""JSON endpoints about one's own tokens. Only a session opens them: a token must not make others that outlive it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.errors import HttpError
from pydantic import BaseModel, ConfigDict, StringConstraints

from agents import tokens
from agents.api import Detail
from agents.auth import SESSION_AUTH, person_of_request
from agents.models import TokenScope

router = Router(auth=SESSION_AUTH)

Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]*$")
]


class TokenIn(BaseModel):
    """`label`: what to know it by. `scope` "dial": for placing calls from one's own phones; "all": for everything."""

    model_config = ConfigDict(extra="forbid")

    label: Label
    scope: TokenScope = TokenScope.DIAL


class TokenMade(BaseModel):
    """`token` is shown this once."""

    id: int
    token: str


class TokenOut(BaseModel):
    """`last_used_at` is good to five minutes, null if it never was."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    label: str
    scope: TokenScope
    created_at: datetime
    last_used_at: datetime | None


@router.get("/tokens", response={200: list[TokenOut], 401: Detail})
def own_tokens(request: HttpRequest) -> Any:
    """Your tokens, newest first, without those that were revoked."""
    return list(tokens.tokens_of(person_of_request(request)))


@router.post("/tokens", response={201: TokenMade, 401: Detail, 422: Detail})
def make_token(request: HttpRequest, asked: TokenIn) -> Any:
    """A new token of yours."""
    person = person_of_request(request)
    try:
        text = tokens.create_token(person, asked.label, timezone.now(), asked.scope)
    except tokens.TooManyTokens:
        raise HttpError(422, _("You have as many tokens as one may have: revoke one first.")) from None
    made = tokens.tokens_of(person).get(digest=tokens.digest_of(text))
    return Status(201, {"id": made.pk, "token": text})


@router.delete("/tokens/{int:token_id}", response={204: None, 401: Detail, 404: Detail})
def revoke_token(request: HttpRequest, token_id: int) -> Any:
    """Make a token of yours worthless, at once and for good."""
    own = tokens.tokens_of(person_of_request(request)).filter(pk=token_id)
    if not tokens.revoke_tokens(list(own.values_list("pk", flat=True)), timezone.now()):
        raise HttpError(404, _("You have no such token."))
    return Status(204, None)

"""The API as a whole: where its parts are mounted, who gets in, and how errors read.

Every error is `{"detail": "a sentence"}`.
"""

import logging

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from agents.api import router as agents_router
from agents.api_preferences import router as preferences_router
from agents.api_tokens import router as tokens_router
from agents.auth import PERSON_AUTH
from queues.api import router as queues_router
from queues.api_agents import router as asked_for_agents_router
from queues.api_calls import router as asked_about_calls_router
from queues.api_commands import router as commands_router
from queues.api_desk import router as desk_router
from queues.api_directory import router as directory_router
from queues.api_figures import router as figures_router
from queues.api_incidents import router as incidents_router
from queues.api_owed import router as owed_router
from queues.api_parties import router as parties_router
from queues.api_staffing import router as staffing_router
from queues.api_talks import router as talks_router

logger = logging.getLogger(__name__)

api = NinjaAPI(
    title="UCM Dash",
    version=settings.VERSION,
    description="The live board of call queues, and what may be asked of the PBX.",
    auth=PERSON_AUTH,
    # Only the description: its usual viewer does not work under our Content-Security-Policy.
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", agents_router, tags=["requests"])
api.add_router("", preferences_router, tags=["preferences"])
api.add_router("", tokens_router, tags=["tokens"])
api.add_router("", queues_router, tags=["board"])
api.add_router("", asked_for_agents_router, tags=["agents"])
api.add_router("", asked_about_calls_router, tags=["calls"])
api.add_router("", talks_router, tags=["calls"])
api.add_router("", directory_router, tags=["calls"])
api.add_router("", parties_router, tags=["calls"])
api.add_router("", desk_router, tags=["desk"])
api.add_router("", owed_router, tags=["calls we owe"])
api.add_router("", incidents_router, tags=["incidents"])
api.add_router("", staffing_router, tags=["figures"])
api.add_router("", commands_router, tags=["requests"])
api.add_router("", figures_router, tags=["figures"])


def _error(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    return api.create_response(request, {"detail": sentence}, status=status)


@api.exception_handler(AuthenticationError)
def not_logged_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _error(request, 401, _("Log in, or send a valid token."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _error(request, 404, _("There is nothing at this address."))


@api.exception_handler(OperationalError)
def without_database(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The connection may have gone after the request was written: nobody knows."""
    logger.warning("asked while the database is away", extra={"facts": {"error": str(error).partition("\n")[0]}})
    return _error(request, 503, _("The database does not answer just now. Look before you try again."))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return _error(request, 422, _("The body must be a JSON object."))
    return _error(request, error.status_code, str(error))


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    field = ".".join(str(part) for part in first["loc"][2:]) or _("The body")
    return _error(request, 422, f"{field}: {first['msg']}.")

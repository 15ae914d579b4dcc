"""JSON endpoint of how one person wants the pages: everybody's own, readable and writable by nobody else."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import HttpError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agents.api import Detail
from agents.auth import person_of_request
from agents.preferences import preferences_of, save_preferences

router = Router()

#: Of a request to save them.
MAX_BYTES = 32 * 1024
#: One line of text.
_Text = StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")


class QueueName(BaseModel):
    """A queue, which may be gone for a while or for good."""

    model_config = ConfigDict(extra="forbid")

    pbx: Annotated[str, StringConstraints(min_length=1, max_length=64), _Text]
    number: Annotated[str, StringConstraints(min_length=1, max_length=255), _Text]


class AlertWays(BaseModel):
    """By what an alert is told on the pages: a bar, the number in the tab's title, a sound, a desktop notification."""

    model_config = ConfigDict(extra="forbid", strict=True)

    banner: bool = True
    badge: bool = True
    sound: bool = True
    notify: bool = False


class PreferencesIO(BaseModel):
    """`filters` is the query of the page's address as it was left last; `order` names a column. What is left out is
    as if never changed."""

    model_config = ConfigDict(extra="forbid")

    favourites: list[QueueName] = []
    hidden: list[QueueName] = []
    order: Annotated[str, StringConstraints(max_length=64), _Text] = ""
    filters: Annotated[str, StringConstraints(max_length=4096), _Text] = ""
    density: Literal["normal", "compact", "comfortable"] = Field(default="normal")
    alerts: AlertWays = AlertWays()


@router.get("/preferences", response={200: PreferencesIO, 401: Detail})
def preferences(request: HttpRequest) -> Any:
    """How you want the pages."""
    return preferences_of(person_of_request(request))


@router.put("/preferences", response={200: PreferencesIO, 401: Detail, 413: Detail, 422: Detail})
def put_preferences(request: HttpRequest, asked: PreferencesIO) -> Any:
    """Keep these instead of what was kept before; returns what is kept now."""
    if len(request.body) > MAX_BYTES:
        raise HttpError(413, _("That is too much to remember."))
    save_preferences(person_of_request(request), asked.model_dump())
    return asked

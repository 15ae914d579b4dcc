"""How people want the pages, kept by login. Nothing the server acts on; the only writer of its table.

Shape of the values: `favourites` and `hidden` (lists of `{"pbx", "number"}`), `order`, `filters` (a URL query),
`density`, and `alerts`, by which an alert is told: `{"banner", "badge", "sound", "notify"}`. What is accepted is
`agents.api_preferences`' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User

from agents.models import Preferences

#: Those of somebody who has never changed any.
DEFAULTS: Mapping[str, Any] = {
    "favourites": [],
    "hidden": [],
    "order": "",
    "filters": "",
    "density": "normal",
    "alerts": {"banner": True, "badge": True, "sound": True, "notify": False},
}


def preferences_of(user: User) -> dict[str, Any]:
    """All of them: what this person has saved, over the defaults."""
    saved = Preferences.objects.filter(user=user).values_list("values", flat=True).first() or {}
    return {name: saved.get(name, default) for name, default in DEFAULTS.items()}


def save_preferences(user: User, values: Mapping[str, Any]) -> None:
    """Keep these instead of what was kept before."""
    Preferences.objects.update_or_create(user=user, defaults={"values": dict(values)})

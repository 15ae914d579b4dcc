"""Sessions in the database, whose keys are looked up only if they could be ones. A cookie may hold anything, and
PostgreSQL raises for a NUL where SQLite finds nothing."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends import db

_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.fullmatch(key) is not None


def load_sessions(keys: Collection[str], at: datetime) -> dict[str, dict[str, Any]]:
    """What these sessions hold, by key, in one query; those that have ended or never were are left out."""
    possible = [key for key in keys if _KEY.fullmatch(key)]
    if not possible:
        return {}
    rows = SessionStore.get_model_class().objects.filter(session_key__in=possible, expire_date__gt=at)
    return {key: _decoded(data) for key, data in rows.values_list("session_key", "session_data")}


@lru_cache(maxsize=2048)
def _decoded(session_data: str) -> dict[str, Any]:
    """Remembered, because the same sessions are looked at again and again; the same text always says the same."""
    held: dict[str, Any] = SessionStore().decode(session_data)
    return held

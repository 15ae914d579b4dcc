"""Sessions in the database, whose keys are looked up only if they could be ones. A cookie may hold anything, and
PostgreSQL raises for a NUL where SQLite finds nothing."""

from __future__ import annotations

import re

from django.contrib.sessions.backends import db

_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.fullmatch(key) is not None

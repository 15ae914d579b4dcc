"""Django's PostgreSQL backend with one thing more: a server that does not answer in time counts as gone.

A server that vanished without a word (power, cable, a firewall that forgot the connection) leaves its client waiting
for as long as the kernel keeps trying. The option `answer_seconds` ends that wait: the connection is closed, the caller
gets OperationalError, and whoever asks next gets a new connection. Changing tables may take as long as it takes.
"""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from types import SimpleNamespace
from typing import Any, TypeVar

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base, schema

T = TypeVar("T")

#: How often psycopg looks up from its wait, as it does itself.
_INTERVAL = 0.1


class Connection(psycopg.Connection[Any]):
    #: How long each answer may take; None: for ever.
    answer_seconds: float | None = None

    @classmethod
    def connect(cls, *args: Any, answer_seconds: float | None = None, **params: Any) -> Connection:
        connection: Connection = super().connect(*args, **params)
        connection.answer_seconds = answer_seconds
        return connection

    def wait(self, gen: Generator[Any, Any, T], interval: float = _INTERVAL, timeout: float | None = None) -> T:
        if timeout is not None or self.answer_seconds is None:
            return super().wait(gen, interval, timeout)
        ends_at = monotonic() + self.answer_seconds
        try:
            return super().wait(gen, interval, self.answer_seconds)
        except psycopg.OperationalError as error:
            if monotonic() < ends_at:
                raise
            self.close()
            words = f"PostgreSQL did not answer within {self.answer_seconds:g} seconds"
            raise psycopg.OperationalError(words) from error


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Migrations run inside of it, with their data."""

    def __enter__(self) -> SchemaEditor:
        self.connection.ensure_connection()
        self._answer_seconds = self.connection.connection.answer_seconds
        self.connection.connection.answer_seconds = None
        super().__enter__()
        return self

    def __exit__(self, *failure: Any) -> None:
        super().__exit__(*failure)
        if self.connection.connection is not None:
            self.connection.connection.answer_seconds = self._answer_seconds


class DatabaseWrapper(base.DatabaseWrapper):
    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})
    SchemaEditorClass = SchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self.alias == NO_DB_ALIAS:
            # Creating a whole database.
            params.pop("answer_seconds", None)
        return params

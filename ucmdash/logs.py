"""How a log line looks: a sentence, then what it is about as key=value, or the same as a JSON object.

    logger.info("link up", extra={"facts": {"pbx": "berlin", "version": "Asterisk 16.28"}})

`facts` never hold secrets or callers' numbers, and one that is None is left out. Words of a PBX or a browser are
hostile: whatever they contain, one event stays one line, and no line looks like another event.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from textwrap import indent
from typing import Any

#: A value that is told apart from what follows without quotes.
_PLAIN = re.compile(r"[\w./:@+-]+", re.ASCII)


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts: dict[str, Any] = getattr(record, "facts", {})
    return {name: value for name, value in facts.items() if value is not None}


def _visible(text: str) -> str:
    """`text` with line ends, controls and marks of direction as escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _quoted(value: object) -> str:
    text = str(value)
    if _PLAIN.fullmatch(text):
        return text
    return '"' + _visible(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


class _Formatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:
        """The traceback, less the lines in which PostgreSQL quotes whole rows, callers' numbers among them."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(_visible(line) for line in lines if not line.startswith("DETAIL:"))


class TextFormatter(_Formatter):
    """`2026-01-05 09:00:00,000 INFO queues.live.worker: link up pbx=berlin version="Asterisk 16.28"`.

    A traceback follows in lines that are set in, as no event is."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={_quoted(value)}" for name, value in _facts(record).items())
        record.message = _visible(record.message) + facts
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return indent(super().formatException(ei), "    ")


class JsonFormatter(_Formatter):
    """One object a line: `at`, `level`, `logger`, `message`, the facts by their names, `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            **_facts(record),
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, default=str)

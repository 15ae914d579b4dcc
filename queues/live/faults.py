"""Faults in the words of a log. Pure."""

from __future__ import annotations


def in_words(error: BaseException) -> str:
    """The error, or the first of a group, as one line. What PostgreSQL adds in further lines quotes whole rows."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error).partition("\n")[0] or type(error).__name__

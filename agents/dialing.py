"""What a person may dial and say: numbers and reasons as they may be sent to a PBX. Pure, no Django models.

A number or reason that is not clean is refused, never repaired into something else than what was asked, except
that the punctuation people write into telephone numbers is dropped, with the "(0)" of "+49 (0)30 …".
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.numbers import Problem, problem_of

#: PBXs cut a longer reason, perhaps within a character (Asterisk: 80 bytes with the end mark).
REASON_MAX_BYTES = 79

_PUNCTUATION = str.maketrans("", "", " \u00a0.-\u2010\u2011\u2012\u2013()[]{}/")
_NUMBER = re.compile(r"[0-9*#+]{1,32}")
#: People write it behind a country's code, to be dialled within the country only.
_INLAND_ZERO = re.compile(r"(\+[0-9 ]{1,6})\(0\)")
_EXTENSION = re.compile(r"[A-Za-z0-9_.-]{1,80}")

_PROBLEMS = {
    Problem.TOO_SHORT: gettext_lazy("This number is too short."),
    Problem.TOO_LONG: gettext_lazy("This number is too long."),
    Problem.NO_COUNTRY: gettext_lazy("No country has this code."),
    Problem.NOT_POSSIBLE: gettext_lazy("There can be no such number."),
}


class NotAllowedText(ValueError):
    """The text cannot be sent; the message is a sentence for whoever typed it."""


def dialable(text: str) -> str:
    """The number without spaces, dots, dashes, brackets and slashes. Errors: NotAllowedText if anything but
    digits, `*`, `#` and `+` is left, nothing, or more than 32 characters."""
    number = _without_inland_zero(text).translate(_PUNCTUATION)
    if not _NUMBER.fullmatch(number):
        raise NotAllowedText(_("This is not a number that can be dialled: use digits, *, # and +, at most 32."))
    return number


def _without_inland_zero(text: str) -> str:
    """Italian numbers keep it, as those who write it there mean it."""
    return text if text.strip().startswith("+39") else _INLAND_ZERO.sub(r"\1", text, count=1)


def named_extension(text: str) -> str:
    """The extension, trimmed, that may have letters, such as a queue's. Errors: NotAllowedText."""
    extension = text.strip()
    if not _EXTENSION.fullmatch(extension):
        raise NotAllowedText(_("This is neither a number nor a queue."))
    return extension


def can_be_pressed(number: str) -> bool:
    """Whether a number can be played as tones to a PBX that takes `#` for its end."""
    return re.fullmatch(r"[0-9*]+", number) is not None


def problem_in_words(number: str, region: str) -> str:
    """Why nobody outside can have this number; "" if they can, or if that is the PBX's business."""
    problem = problem_of(number, region)
    return str(_PROBLEMS[problem]) if problem else ""


def clean_reason(text: str) -> str:
    """The pause reason, trimmed. Errors: NotAllowedText for control characters or too much text."""
    reason = text.strip()
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in reason):
        raise NotAllowedText(_("The reason must be one line of plain text."))
    if len(reason.encode()) > REASON_MAX_BYTES:
        raise NotAllowedText(_("The reason is too long: at most 79 characters, fewer with accents."))
    return reason

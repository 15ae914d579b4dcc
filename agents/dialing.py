"""What a person may dial and say: numbers and reasons as they may be sent to a PBX. Pure, no Django models.

A number or reason that is not clean is refused, never repaired into something else than what was asked, except
that the punctuation people write into telephone numbers is dropped.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

#: PBXs cut a longer reason, perhaps within a character (Asterisk: 80 bytes with the end mark).
REASON_MAX_BYTES = 79

_PUNCTUATION = str.maketrans("", "", " \u00a0.-\u2010\u2011\u2012\u2013()[]{}/")
_NUMBER = re.compile(r"[0-9*#+]{1,32}")


class NotAllowedText(ValueError):
    """The text cannot be sent; the message is a sentence for whoever typed it."""


def dialable(text: str) -> str:
    """The number without spaces, dots, dashes, brackets and slashes. Errors: NotAllowedText if anything but
    digits, `*`, `#` and `+` is left, nothing, or more than 32 characters."""
    number = text.translate(_PUNCTUATION)
    if not _NUMBER.fullmatch(number):
        raise NotAllowedText(_("This is not a number that can be dialled: use digits, *, # and +, at most 32."))
    return number


def clean_reason(text: str) -> str:
    """The pause reason, trimmed. Errors: NotAllowedText for control characters or too much text."""
    reason = text.strip()
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in reason):
        raise NotAllowedText(_("The reason must be one line of plain text."))
    if len(reason.encode()) > REASON_MAX_BYTES:
        raise NotAllowedText(_("The reason is too long: at most 79 characters, fewer with accents."))
    return reason

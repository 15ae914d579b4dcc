"""Telephone numbers: which spellings mean the same party, how one is shown, and what is wrong with one. Pure.

PBXs tell and dial numbers as their trunks spell them; nothing here changes what is sent to a PBX. `region` is the
country whose national spellings are understood ("DE"), "" for none: then only international ones (`+49 …`) are.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

#: The longest party there is; anything longer is cut.
PARTY_MAX = 64
#: National numbers without the 0 that their country dials before them, and in countries without such a 0: shorter ones
#: are taken for extensions, local numbers and short codes.
_MIN_WITHOUT_ZERO = 10
_MIN_WITHOUT_PREFIX = 7

#: What PBXs say of a caller who hides their number or has none.
_NOBODY = frozenset(
    {"", "<unknown>", "anonymous", "asterisk", "private", "restricted", "unavailable", "unknown", "withheld"}
)
_PUNCTUATION = re.compile(r"[\s/.\-\u2010-\u2013()\[\]{}]+")
_DIGITS = re.compile(r"\+?[0-9]{1,32}")


class Problem(StrEnum):
    """Why a number cannot be right."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_COUNTRY = "no_country"
    NOT_POSSIBLE = "not_possible"


_UNREADABLE = {
    NumberParseException.INVALID_COUNTRY_CODE: Problem.NO_COUNTRY,
    NumberParseException.TOO_LONG: Problem.TOO_LONG,
}


@lru_cache(maxsize=4096)
def party_of(number: str, region: str) -> str:
    """Who this number is, however it is written: "+4930123456" where it can be a public number, else its characters
    without punctuation, never with a slash; "" for anonymous callers. `party_of(party_of(n)) == party_of(n)`."""
    bare = _without_parameters(number)
    compact = _PUNCTUATION.sub("", bare)
    if compact in _NOBODY or compact.startswith("anonymous@"):
        return ""
    public = _public(bare, region) if _DIGITS.fullmatch(compact) else None
    return phonenumbers.format_number(public, PhoneNumberFormat.E164) if public else compact[:PARTY_MAX]


def display(number: str, region: str) -> str:
    """The number as people of this region write it: nationally their own, internationally all others; as it is where
    it is no public number."""
    public = _public(_without_parameters(number), region)
    if public is None:
        return number.strip()
    is_home = phonenumbers.region_code_for_number(public) == region
    return phonenumbers.format_number(
        public, PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    )


def problem_of(number: str, region: str) -> Problem | None:
    """What is wrong with this number, to be dialled outside; None if nothing, or if nobody can tell: short codes,
    feature codes and numbers of an unknown country are the PBX's business."""
    bare = _without_parameters(number)
    try:
        parsed = _parsed(bare, region)
    except NumberParseException as error:
        return _UNREADABLE.get(error.error_type, Problem.TOO_SHORT) if bare.startswith("+") else None
    if parsed is None or not _is_public_spelling(parsed, region):
        return None
    match phonenumbers.is_possible_number_with_reason(parsed):
        case ValidationResult.IS_POSSIBLE:
            return None
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Problem.TOO_SHORT
        case ValidationResult.TOO_LONG:
            return Problem.TOO_LONG
    return Problem.NOT_POSSIBLE


def _without_parameters(number: str) -> str:
    """The number of a `tel:` address, or the text itself, in lower case."""
    return number.strip().lower().removeprefix("tel:").partition(";")[0].strip()


def _public(bare: str, region: str) -> PhoneNumber | None:
    """The public number this is a spelling of, if it is one."""
    try:
        parsed = _parsed(bare, region)
    except NumberParseException:
        return None
    if parsed is None or not _is_public_spelling(parsed, region):
        return None
    is_possible = phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE
    return parsed if is_possible else None


def _parsed(bare: str, region: str) -> PhoneNumber | None:
    """What the library reads in it; None for short codes and texts. Errors: NumberParseException."""
    compact = _PUNCTUATION.sub("", bare)
    if not _DIGITS.fullmatch(compact):
        return None
    try:
        # "(0)" behind a country's code is understood only where its brackets are still there.
        return phonenumbers.parse(bare.replace("/", " "), region or None, keep_raw_input=True)
    except NumberParseException:
        return phonenumbers.parse(compact, region or None, keep_raw_input=True)


def _is_public_spelling(parsed: PhoneNumber, region: str) -> bool:
    """Whether this cannot be an extension or a short code: it names its country, has the 0 that the region dials before
    national numbers, or is too long for one."""
    if parsed.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return True
    digits = _PUNCTUATION.sub("", parsed.raw_input or "")
    if phonenumbers.ndd_prefix_for_region(region, True) == "0":
        return digits.startswith("0") or len(digits) >= _MIN_WITHOUT_ZERO
    return len(digits) >= _MIN_WITHOUT_PREFIX

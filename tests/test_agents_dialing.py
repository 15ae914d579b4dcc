import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dialing import NotAllowedText, clean_reason, dialable


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("1001", "1001"),
        ("+49 (0)30 / 123-45.67", "+49301234567"),
        ("+39 (0)6 6982", "+39066982"),
        ("030 (0) 5", "03005"),
        ("*97", "*97"),
        (" [020] 7946\u20110958 ", "02079460958"),
        ("9" * 32, "9" * 32),
    ],
)
def test_the_punctuation_of_a_number_is_dropped(typed, dialled):
    assert dialable(typed) == dialled


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "abc",
        "12a",
        "9" * 33,
        "1001\r\nChannel: x",
        "1001\n",
        "1001&PJSIP/1",
        "1,2",
        "١٢٣",
        "1;2",
        "1|2",
        "1\x00",
    ],
)
def test_anything_else_is_refused(typed):
    with pytest.raises(NotAllowedText):
        dialable(typed)


@given(st.text())
def test_what_passes_holds_nothing_but_keys_of_a_phone(typed):
    try:
        number = dialable(typed)
    except NotAllowedText:
        return
    assert 1 <= len(number) <= 32
    assert set(number) <= set(string.digits + "*#+")


def test_a_reason_is_trimmed():
    assert clean_reason("  Lunch ") == "Lunch"


@pytest.mark.parametrize(
    "typed", ["a\nb", "a\r\nAction: Hangup", "a\x00", "a\x7fb", "x" * 80, "é" * 40, "a\u2028b", "a\x85b"]
)
def test_a_reason_of_several_lines_or_too_many_bytes_is_refused(typed):
    with pytest.raises(NotAllowedText):
        clean_reason(typed)


@given(st.text())
def test_a_reason_that_passes_fits_and_has_no_control_characters(typed):
    try:
        reason = clean_reason(typed)
    except NotAllowedText:
        return
    assert len(reason.encode()) <= 79
    assert reason.isprintable() or not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in reason)

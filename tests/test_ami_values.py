"""Header values of a PBX that may be odd or hostile."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.ami.events.values import MAX_TEXT, NoIdentity, Values, clean, unescape
from tests.support.streams import frame


def values(line: str, faults: Counter | None = None) -> Values:
    return Values(frame(f"Event: X\n{line}"), Counter() if faults is None else faults)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Çağrı Öztürk 🎧", "Çağrı Öztürk 🎧"),
        ("tab\there\x00\x1b[31m\x7f\x85", "tab here  [31m  "),
        ("Jos\udce9 N\udcfa\udcf1ez", "Jos\ufffd N\ufffd\ufffdez"),
        ("no\u00a0break", "no\u00a0break"),
        ("x" * 300, "x" * MAX_TEXT),
    ],
)
def test_text_is_made_fit_for_a_board(sent, kept):
    assert clean(sent) == kept


@given(st.text(max_size=400))
def test_clean_text_has_no_control_characters_encodes_and_stays_short(text):
    cleaned = clean(text)
    assert len(cleaned) <= MAX_TEXT
    assert cleaned.encode().decode() == cleaned
    assert not any(letter < " " or "\x7f" <= letter < "\xa0" for letter in cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (r"Petra O\'Neil", "Petra O'Neil"),
        (r"Bob \"Bobby\" O\?", 'Bob "Bobby" O?'),
        (r"back\\slash\\n", r"back\slash\n"),
        (r"two\nlines", "two lines"),
        (r"C:\dir \x", r"C:\dir \x"),
        ("trailing\\", "trailing\\"),
    ],
)
def test_c_escapes_of_names_are_undone(sent, kept):
    assert unescape(sent) == kept


@pytest.mark.parametrize("unknown", ["", "<unknown>", "unknown"])
def test_the_three_ways_to_say_that_a_caller_is_not_known_become_empty(unknown):
    assert values(f"CallerIDNum: {unknown}").caller_id("CallerIDNum") == ""


def test_a_caller_id_that_is_not_told_is_none_and_anonymous_stays():
    assert values("Other: 1").caller_id("CallerIDNum") is None
    assert values("CallerIDNum: anonymous").caller_id("CallerIDNum") == "anonymous"


def test_escapes_are_left_alone_where_the_pbx_writes_none():
    assert values(r"CallerIDName: O\'Neil").caller_id("CallerIDName", escaped=False) == r"O\'Neil"


@pytest.mark.parametrize(("sent", "told"), [("0", 0), ("12", 12), (" 7 ", 7), ("3.9", 3), ("2147483647", 2147483647)])
def test_whole_numbers_are_read(sent, told):
    faults: Counter = Counter()
    assert values(f"Calls: {sent}", faults).whole("Calls") == told
    assert not faults


@pytest.mark.parametrize(
    "sent", ["-1", "x", "1 2", "1e9", "nan", "inf", "0x10", "1_000", "٣", "2147483648", "9" * 5000, ".5", "1."]
)
def test_a_broken_number_is_not_told_and_counted(sent):
    faults: Counter = Counter()
    assert values(f"Calls: {sent}", faults).whole("Calls") is None
    assert faults == {"number": 1}


@pytest.mark.parametrize("line", ["Calls:", "Calls: ", "Other: 1"])
def test_an_empty_or_absent_number_is_not_told_and_no_fault(line):
    faults: Counter = Counter()
    assert values(line, faults).whole("Calls") is None
    assert values(line, faults).count("Calls") == 0
    assert not faults


def test_a_percent_sign_is_ignored():
    assert values("AbandonedRate: 25.81%").number("AbandonedRate") == 25.81
    assert values("AbandonedRate: 0.00 %").number("AbandonedRate") == 0.0


def test_an_epoch_may_be_above_32_bits_but_not_absurd():
    assert values("LastCall: 2147483648").epoch("LastCall") == 2147483648.0
    assert values("LastCall: 1795421926.25").epoch("LastCall") == 1795421926.25
    assert values("LastCall: 99999999999").epoch("LastCall") is None


@pytest.mark.parametrize("sent", ["1", "yes", "True", "ON", "y", "t"])
def test_a_yes_in_any_spelling(sent):
    assert values(f"Paused: {sent}").flag("Paused") is True


@pytest.mark.parametrize("sent", ["0", "no", "False", "OFF", "n", "f"])
def test_a_no_in_any_spelling(sent):
    assert values(f"Paused: {sent}").flag("Paused") is False


def test_a_flag_that_is_neither_is_not_told_and_counted():
    faults: Counter = Counter()
    assert values("Paused: maybe", faults).flag("Paused") is None
    assert faults == {"flag": 1}
    assert values("Paused: ", faults).flag("Paused") is None
    assert faults == {"flag": 1}


def test_the_first_spelling_that_is_present_counts_even_if_empty():
    told = values("Interface: \nLocation: PJSIP/1")
    assert told.text("Interface", "Location") == ""
    assert told.text("Missing", "Location") == "PJSIP/1"


@pytest.mark.parametrize("line", ["Queue: ", "Queue: <unknown>", "Other: 6500"])
def test_a_missing_identity_is_an_error(line):
    with pytest.raises(NoIdentity):
        values(line).queue()


def test_a_queue_is_known_by_its_number_in_lower_case():
    assert values("Queue: Support-Night").queue() == "support-night"


def test_a_queues_identity_fits_its_column_even_where_small_letters_are_longer():
    assert len(values("Queue: " + "İ" * 300).queue()) == MAX_TEXT

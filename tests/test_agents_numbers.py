import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from agents.numbers import PARTY_MAX, Problem, display, party_of, problem_of

REGIONS = st.sampled_from(["", "DE", "US", "IT", "ES", "RU", "GB"])


@pytest.mark.parametrize(
    ("number", "region", "party"),
    [
        ("+49 30 123456", "", "+4930123456"),
        ("+49 (0)30 / 123-456", "", "+4930123456"),
        ("tel:+49-30-123456", "", "+4930123456"),
        ("+4930123456;ext=12", "", "+4930123456"),
        ("030 123456", "DE", "+4930123456"),
        ("030/123456", "DE", "+4930123456"),
        ("0049 30 123456", "DE", "+4930123456"),
        ("4930123456", "DE", "+4930123456"),
        ("(212) 555-1234", "US", "+12125551234"),
        ("12125551234", "US", "+12125551234"),
        ("612 345 678", "ES", "+34612345678"),
        ("06 698 123 45", "IT", "+390669812345"),
        ("(11) 2345-6789", "BR", "+551123456789"),
    ],
)
def test_all_spellings_of_a_public_number_are_one_party(number, region, party):
    assert party_of(number, region) == party


@pytest.mark.parametrize(
    ("number", "region", "party"),
    [
        ("2004", "DE", "2004"),
        ("2004", "US", "2004"),
        ("110", "DE", "110"),
        ("200423", "DE", "200423"),  # an extension: national numbers begin with 0 there
        ("030 123456", "", "030123456"),
        ("*43", "DE", "*43"),
        ("0 030 1234567", "DE", "00301234567"),
        ("+1", "DE", "+1"),
        ("sip:Alice@10.0.0.1/x", "DE", "sip:alice@10001x"),
    ],
)
def test_what_is_no_public_number_stays_as_it_is_without_punctuation(number, region, party):
    assert party_of(number, region) == party


@pytest.mark.parametrize("number", ["", "  ", "Anonymous", "anonymous@anonymous.invalid", "<unknown>", "Restricted"])
def test_who_hides_their_number_is_nobody(number):
    assert party_of(number, "DE") == ""


@given(st.text(max_size=80) | st.text(" +0123456789()-/.", max_size=24), REGIONS)
def test_a_party_is_its_own_party_and_fits_an_address(number, region):
    party = party_of(number, region)
    assert party_of(party, region) == party
    assert "/" not in party
    assert len(party) <= PARTY_MAX


@pytest.mark.parametrize(
    ("number", "region", "shown"),
    [
        ("+4930123456", "DE", "030 123456"),
        ("+4930123456", "US", "+49 30 123456"),
        ("+4930123456", "", "+49 30 123456"),
        ("2004", "DE", "2004"),
        (" *43 ", "DE", "*43"),
    ],
)
def test_a_number_is_shown_as_its_readers_write_it(number, region, shown):
    assert display(number, region) == shown


@pytest.mark.parametrize(
    ("number", "region", "problem"),
    [
        ("+4930123456", "", None),
        ("2004", "DE", None),
        ("0301234567", "", None),
        ("*43", "DE", None),
        ("+49301", "", Problem.TOO_SHORT),
        ("+49 30 12345678901234", "", Problem.TOO_LONG),
        ("+999 123456", "", Problem.NO_COUNTRY),
        ("+1", "", Problem.TOO_SHORT),
        ("555-1234", "US", Problem.TOO_SHORT),
        ("+39 02123456789012345678", "", Problem.TOO_LONG),
        ("+45 123 456 789", "", Problem.TOO_LONG),
        ("+65 222 222 222", "", Problem.NOT_POSSIBLE),
    ],
)
def test_what_is_wrong_with_a_number_is_known(number, region, problem):
    assert problem_of(number, region) == problem


@pytest.mark.parametrize("region", ["DE", "AT", "CH", "FR", "GB", "NL", "IT", "ES", "PL", "US", "CA", "AU", "IN", "CN"])
def test_however_a_country_writes_its_numbers_they_are_one_party_without_a_problem(region):
    example = phonenumbers.example_number(region)
    party = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    for spelling in PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL:
        written = phonenumbers.format_number(example, spelling)
        assert party_of(written, region) == party
        assert problem_of(written, region) is None
        assert display(written, region) == phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)

"""A PBX's address from a URL, which holds a secret."""

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.ami.address import Address

PRINT = ":".join(["AB"] * 32)


def test_a_plain_address_has_the_ucms_port_unless_told():
    address = Address.parse("ami://ucmamiuser1:test1234@192.168.40.144")
    assert (address.host, address.port, address.username, address.secret) == (
        "192.168.40.144",
        7777,
        "ucmamiuser1",
        "test1234",
    )
    assert not address.is_tls
    assert address.ssl_context() is None
    assert Address.parse("ami://u:s@h:5038").port == 5038


def test_a_tls_address_has_the_tls_port_and_checks_the_certificate():
    address = Address.parse("amis://u:s@pbx.example")
    assert (address.port, address.is_tls, address.warnings) == (5039, True, ())
    context = address.ssl_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_verify_no_takes_any_certificate_and_is_a_warning():
    address = Address.parse("amis://u:s@h?verify=no")
    assert address.warnings == ("tls_unverified",)
    assert address.ssl_context().verify_mode is ssl.CERT_NONE


def test_a_fingerprint_is_read_with_and_without_colons():
    for text in (PRINT, PRINT.lower(), PRINT.replace(":", "")):
        address = Address.parse(f"amis://u:s@h?fingerprint={text}")
        assert address.fingerprint == "ab" * 32
    assert address.ssl_context().verify_mode is ssl.CERT_NONE
    assert address.warnings == ()


def test_a_cafile_that_is_not_there_fails_when_it_is_needed(tmp_path):
    address = Address.parse(f"amis://u:s@h?cafile={tmp_path}/none.pem")
    with pytest.raises(FileNotFoundError):
        address.ssl_context()


def test_special_characters_are_percent_encoded():
    address = Address.parse("ami://us%40er:s%3A%2F%3F%23e%25cret%20@h:1")
    assert (address.username, address.secret) == ("us@er", "s:/?#e%cret ")


def test_an_ipv6_address_stands_in_brackets():
    address = Address.parse("ami://u:s@[::1]:7777")
    assert (address.host, address.place, str(address)) == ("::1", "[::1]:7777", "ami://u@[::1]:7777")


@pytest.mark.parametrize("dialect", ["ucm", "asterisk", "UCM"])
def test_the_dialect_may_be_given(dialect):
    assert Address.parse(f"ami://u:s@h?dialect={dialect}").dialect == dialect.lower()
    assert Address.parse("ami://u:s@h").dialect is None


def test_the_secret_is_never_shown():
    address = Address.parse("amis://u:geheim@h?verify=no")
    assert "geheim" not in repr(address) + str(address) + address.place
    assert str(address) == "amis://u@h:5039"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "geheim",
        "http://u:geheim@h",
        "ami://h",
        "ami://u@h",
        "ami://:geheim@h",
        "ami://u:geheim@",
        "ami://u:geheim@h:x",
        "ami://u:geheim@h:99999",
        "ami://u:geheim@h/path",
        "ami://u:gehe/im@h",
        "ami://u:gehe#im@h",
        "ami://u:geheim%0A@h",
        "ami://u%00:geheim@h",
        "ami://u:geheim@[::1",
        "ami://u:geheim@h?geheim=1",
        "ami://u:geheim@h?verify=no",
        "ami://u:geheim@h?cafile=x",
        "amis://u:geheim@h?verify=maybe",
        "amis://u:geheim@h?fingerprint=AB",
        "amis://u:geheim@h?fingerprint=",
        f"amis://u:geheim@h?fingerprint={PRINT}&verify=no",
        f"amis://u:geheim@h?fingerprint={PRINT}&cafile=x",
        "ami://u:geheim@h?dialect=avaya",
    ],
)
def test_a_wrong_url_is_refused_in_a_sentence_without_its_secret(url):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        Address.parse(url)
    assert "gehe" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@given(st.sampled_from(["", "ami://", "amis://", "ami://u:s@"]), st.text(max_size=60))
def test_any_text_is_an_address_or_a_sentence(start, text):
    def read() -> Address | str:
        try:
            return Address.parse(start + text)
        except ValueError as refusal:
            return str(refusal)

    outcome = read()
    assert isinstance(outcome, Address) or outcome.endswith(".")

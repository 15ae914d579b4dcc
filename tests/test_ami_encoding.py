"""Actions to bytes: nothing may add a header or an action to what we meant."""

import pytest

from queues.ami.errors import AmiError, InvalidAction
from queues.ami.frames import MAX_SENT_LINE, MAX_SENT_LINES, encode

CONTROLS = [chr(code) for code in [*range(0x20), 0x7F, *range(0x80, 0xA0)]]


def test_an_action_is_encoded_with_its_id_and_ends_with_an_empty_line():
    assert encode(
        "Ping", [("Name", "Çağrı")], "a-1"
    ) == b"Action: Ping\r\nActionID: a-1\r\nName: " + "Çağrı".encode() + (b"\r\n\r\n")


@pytest.mark.parametrize("control", CONTROLS, ids=lambda char: f"{ord(char):#04x}")
def test_every_control_character_is_refused_in_names_values_ids_and_actions(control):
    for action, name, value, action_id in [
        ("Hangup", "Channel", f"100{control}Action: Hangup", "1"),
        ("Hangup", f"Channel{control}", "100", "1"),
        (f"Hang{control}up", "Channel", "100", "1"),
        ("Hangup", "Channel", "100", f"1{control}"),
        ("Hangup", "Channel", f"100{control}", "1"),
    ]:
        with pytest.raises(InvalidAction):
            encode(action, [(name, value)], action_id)


@pytest.mark.parametrize("name", ["", "Chan nel", "Channel:", ":", "1x", "Ü", "X" * 65])
def test_a_header_name_is_one_plain_word(name):
    with pytest.raises(InvalidAction, match="plain word"):
        encode("Hangup", [(name, "1")], "1")


@pytest.mark.parametrize("action_id", ["", "x" * 65, "a b", "a:b", "ä", "a\n"])
def test_an_action_id_is_short_and_safe(action_id):
    with pytest.raises(InvalidAction, match="ActionID"):
        encode("Ping", [], action_id)


def test_a_line_has_less_than_1025_bytes_with_its_end():
    room = MAX_SENT_LINE - len("Data: \r\n")
    assert encode("Originate", [("Data", "x" * room)], "1")
    with pytest.raises(InvalidAction, match="too long"):
        encode("Originate", [("Data", "x" * (room + 1))], "1")
    with pytest.raises(InvalidAction, match="too long"):
        encode("Originate", [("Data", "ä" * (room // 2 + 1))], "1")


def test_a_packet_has_at_most_128_lines():
    assert encode("Originate", [("Variable", "a=1")] * (MAX_SENT_LINES - 2), "1")
    with pytest.raises(InvalidAction, match="128 lines"):
        encode("Originate", [("Variable", "a=1")] * (MAX_SENT_LINES - 1), "1")


def test_text_that_is_no_unicode_is_refused_without_quoting_it():
    with pytest.raises(InvalidAction) as refusal:
        encode("Login", [("Secret", "geheim\udc80")], "1")
    assert "geheim" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_refusal_never_shows_the_value():
    with pytest.raises(InvalidAction) as refusal:
        encode("Login", [("Secret", "geheim\n")], "1")
    assert "geheim" not in str(refusal.value)


def test_an_invalid_action_is_both_a_value_error_and_an_ami_error():
    assert issubclass(InvalidAction, ValueError)
    assert issubclass(InvalidAction, AmiError)

"""From the banner to being logged in, without a socket."""

import pytest

from queues.ami.actions import Ping
from queues.ami.connection import Connection, LoggedIn
from queues.ami.errors import FrameError, InvalidAction, LoginRefused
from queues.ami.events import PbxBooted
from tests.support.dialogue import BANNER, Dialogue
from tests.support.fake_pbx import SECRET, USERNAME, packet
from tests.support.streams import frames, stream


def sent(dialogue: Dialogue) -> list[dict[str, str]]:
    return [{name.lower(): value for name, value in told.headers} for told in frames(dialogue.connection.outgoing())]


@pytest.mark.parametrize(
    ("banner", "version"),
    [
        (b"Asterisk Call Manager/5.0.4\r\n", "5.0.4"),
        (b"Asterisk Call Manager/1.1\r\n", "1.1"),
        (b"Asterisk Call Manager/2.7.0\r\n", "2.7.0"),
        (b"Asterisk Call Manager/11.0.0\n", "11.0.0"),
        (b"Grandstream Call Manager/5.0\r\n", "5.0"),
        (b"Asterisk Call Manager Proxy/1.28 (vendor)\r\n", "1.28"),
        (b"ASTERISK CALL MANAGER/5.0.0\r\n", "5.0.0"),
    ],
)
def test_any_makers_banner_starts_the_login(banner, version):
    dialogue = Dialogue()
    dialogue.receive(banner)
    assert dialogue.connection.version == version
    assert [action["action"] for action in sent(dialogue)] == ["Challenge"]


@pytest.mark.parametrize(
    "junk", [b"\xff\xfb\x01", b"Welcome to UCM\r\n\r\n", b"\x00" * 100 + b"\r\n", b"\xff\xfe: \n\n"]
)
def test_bytes_before_the_banner_are_skipped(junk):
    dialogue = Dialogue()
    for byte in junk + BANNER:
        dialogue.receive(bytes([byte]))
    assert dialogue.connection.version == "5.0.4"


def test_nothing_is_sent_before_the_banner_is_complete():
    dialogue = Dialogue()
    dialogue.receive(b"Asterisk Call Manager/5.0.4")
    assert dialogue.connection.version == ""
    assert dialogue.connection.outgoing() == b""


def test_a_port_that_sends_anything_else_is_given_up():
    with pytest.raises(FrameError, match="no AMI"):
        Dialogue().receive(b"x" * 70_000)
    with pytest.raises(FrameError, match="no AMI"):
        Dialogue().receive(b"SSH-2.0-OpenSSH_9.2\r\n" * 4_000)


def test_the_login_is_by_md5_and_never_sends_the_secret():
    dialogue = Dialogue()
    dialogue.receive(BANNER)
    assert sent(dialogue) == [{"action": "Challenge", "actionid": "u-1", "authtype": "MD5"}]
    dialogue.receive(packet("Response: Success\nChallenge: 263889869", "u-1"))
    assert sent(dialogue) == [
        {
            "action": "Login",
            "actionid": "u-2",
            "username": USERNAME,
            "authtype": "MD5",
            "key": "2d98fb11aa6e882dd6ce98d8ef1e57e8",
        }
    ]
    assert dialogue.receive(packet("Response: Success\nMessage: Authentication accepted", "u-2")) == [LoggedIn()]


def test_a_recorded_md5_login_works_with_the_recorded_key():
    connection = Connection("ucmamiuser1", "test1234", wanted=None, id_prefix="lab95008-")
    happenings = list(connection.receive(stream("login-md5-16")))
    assert LoggedIn() in happenings
    assert PbxBooted(18) in happenings
    assert b"Key: 000094414d98a965e4891f0fb29d4ff8" in connection.outgoing()


@pytest.mark.parametrize(
    "answer",
    [
        "Response: Error\nMessage: Permission denied",
        "Response: Error\nMessage: Invalid/unknown command: Challenge",
        "Response: Success",
    ],
)
def test_without_a_challenge_the_login_is_plain(answer):
    dialogue = Dialogue()
    dialogue.receive(BANNER)
    dialogue.connection.outgoing()
    dialogue.receive(packet(answer, "u-1"))
    assert sent(dialogue) == [{"action": "Login", "actionid": "u-2", "username": USERNAME, "secret": SECRET}]


def test_the_guides_login_without_action_ids_works():
    dialogue = Dialogue()
    dialogue.receive(b"Asterisk Call Manager/5.0.0\r\n")
    dialogue.receive(packet("Response: Error\nMessage: Permission denied"))
    guide = stream("ucm-guide-login")
    assert dialogue.receive(guide[guide.index(b"\n") + 1 :]) == [LoggedIn()]


def test_a_refused_login_is_raised_in_the_pbxs_words():
    dialogue = Dialogue()
    dialogue.receive(BANNER)
    dialogue.receive(packet("Response: Success\nChallenge: 1", "u-1"))
    with pytest.raises(LoginRefused) as refusal:
        dialogue.receive(packet("Response: Error\nMessage: Authentication failed", "u-2"))
    assert refusal.value.message == "Authentication failed"
    assert SECRET not in str(refusal.value)


def test_a_refusal_without_words_says_so():
    dialogue = Dialogue()
    dialogue.receive(BANNER)
    dialogue.receive(packet("Response: Success\nChallenge: 1", "u-1"))
    with pytest.raises(LoginRefused, match="without a word"):
        dialogue.receive(packet("Response: Error", "u-2"))


def test_events_in_the_same_read_as_the_login_are_kept():
    dialogue = Dialogue()
    dialogue.receive(BANNER)
    dialogue.receive(packet("Response: Success\nChallenge: 1", "u-1"))
    login = packet("Response: Success\nMessage: Authentication accepted", "u-2")
    booted = packet("Event: FullyBooted\nPrivilege: system,all\nUptime: 16")
    assert dialogue.receive(login + booted) == [LoggedIn(), PbxBooted(16)]


def test_a_user_name_that_cannot_be_sent_is_refused_before_a_byte_is_written():
    connection = Connection("a\r\nAction: Originate", "x", wanted=None, id_prefix="u-")
    list(connection.receive(BANNER))
    connection.outgoing()
    with pytest.raises(InvalidAction):
        list(connection.receive(packet("Response: Success\nChallenge: 1", "u-1")))
    assert connection.outgoing() == b""


def test_a_challenge_that_is_no_utf8_is_hashed_as_it_came():
    dialogue = Dialogue()
    dialogue.receive(BANNER)
    dialogue.connection.outgoing()
    dialogue.receive(b"Response: Success\r\nActionID: u-1\r\nChallenge: \xff\xfe\r\n\r\n")
    assert sent(dialogue)[0]["authtype"] == "MD5"


def test_action_ids_are_counted_and_begin_with_the_prefix():
    dialogue = Dialogue().log_in()
    assert [dialogue.start(Ping()), dialogue.start(Ping())] == ["u-3", "u-4"]

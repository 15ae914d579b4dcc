"""What must hold whatever a PBX sends, in whatever pieces."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from queues.ami.actions import GSAgents, Hangup, Ping, Queues, QueueStatus
from queues.ami.connection import Answered, Happening
from queues.ami.errors import FrameError
from tests.support.dialogue import Dialogue
from tests.support.fake_pbx import packet

ACTIONS = [Ping(), Queues(), QueueStatus(), Hangup("1.2"), GSAgents()]
IDS = st.sampled_from(["", "", "u-3", "u-4", "u-5", "u-6", "u-7", "u-99", "other-1"])
TEXTS = st.sampled_from(
    [
        "Response: Success\nEventList: start",
        "Response: Error\nMessage: Permission denied",
        "Event: QueueStatus\nQueue: 6500",
        "Event: QueueStatus\nPrivilege: agent,all\nQueue: 6500",
        "Event: QueueMemberStatus\nQueue: 6500\nLocation: PJSIP/1",
        "Event: QueueMember\nQueue: 6500\nLocation: PJSIP/1\nStatus: x",
        "Event: QueuesComplete\nEventList: Complete",
        "Event: QueueStatusComplete",
        "Event: GsAgentComplete\nEventList: cancelled",
        "Event: Newexten\nPrivilege: dialplan,all",
        "Event: Hangup\nPrivilege: call,all\nUniqueid: 1\nCause: 16",
        "some text",
        "Event:",
        "Response:",
    ]
)
PACKETS = st.builds(packet, TEXTS, IDS) | st.binary(max_size=20) | st.just(b"\r\n")


def session(pieces: list[bytes], abandoned: int) -> tuple[list[Happening], Dialogue]:
    """What happens when every action is under way, one perhaps given up, and these pieces come."""
    dialogue = Dialogue().log_in()
    ids = [dialogue.start(action) for action in ACTIONS]
    if abandoned < len(ids):
        dialogue.connection.abandon(ids[abandoned])
    for piece in pieces:
        dialogue.receive(piece)
    return dialogue.happenings, dialogue


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, *(place for place in cuts if place < len(data)), len(data)})
    return [data[start:end] for start, end in pairwise(places)]


@given(st.lists(PACKETS, max_size=25), st.lists(st.integers(0, 1500), max_size=15), st.integers(0, 5))
def test_the_same_happens_however_the_stream_is_cut(packets, cuts, abandoned):
    data = b"".join(packets)
    whole, first = session([data], abandoned)
    pieces, second = session(cut(data, cuts), abandoned)
    assert [repr(item) for item in pieces] == [repr(item) for item in whole]
    assert first.connection.counters == second.connection.counters


@given(st.lists(PACKETS, max_size=40), st.integers(0, 5))
def test_every_action_is_answered_once_at_most_and_an_abandoned_one_never(packets, abandoned):
    happenings, _ = session(packets, abandoned)
    answered = Counter(item.action_id for item in happenings if isinstance(item, Answered))
    assert set(answered) <= {"u-3", "u-4", "u-5", "u-6", "u-7"} - {f"u-{abandoned + 3}"}
    assert all(times == 1 for times in answered.values())


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_any_bytes_before_the_login_are_survived_or_refused(pieces):
    dialogue = Dialogue()
    try:
        for piece in pieces:
            dialogue.receive(piece)
    except FrameError:
        return
    assert dialogue.connection.outgoing() == b"" or dialogue.connection.version

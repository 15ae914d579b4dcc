"""What names a row must name only that one: memberships by queue and interface, calls by who joined where and when."""

from hypothesis import given
from hypothesis import strategies as st

from queues.live.state import CallOutcome, member_key
from tests.support.told import Story, after, connect, entry, join, member, queue, snapshot

NAMES = st.text(st.sampled_from("a/%2F5"), min_size=1, max_size=6)


@given(NAMES, NAMES, NAMES, NAMES)
def test_no_two_memberships_share_a_key(queue_a, interface_a, queue_b, interface_b):
    are_same = (queue_a, interface_a) == (queue_b, interface_b)
    assert (member_key(queue_a, interface_a) == member_key(queue_b, interface_b)) == are_same


def test_the_key_of_an_ordinary_membership_reads_as_what_it_is():
    assert member_key("6500", "PJSIP/1000") == "6500/PJSIP/1000"


def test_queues_with_slashes_keep_their_members_apart_poll_after_poll():
    rows = [member("b/c", queue="a"), member("c", queue="a/b")]
    story = Story()
    for at in (0, 10, 20):
        story.poll(at, snapshot(queues=[queue("a"), queue("a/b")], members=rows), is_first=at == 0)
    assert sorted((row.queue, row.interface) for row in story.board.members.values()) == [("a", "b/c"), ("a/b", "c")]

    story.poll(30, snapshot(queues=[queue("a"), queue("a/b")], members=rows[:1]))
    story.poll(40, snapshot(queues=[queue("a"), queue("a/b")], members=rows[:1]))
    assert [row.queue for row in story.board.members.values()] == ["a"]


def test_a_poll_of_one_queue_leaves_the_doubts_about_a_queue_with_a_slash_alone():
    story = Story()
    everything = {"queues": [queue("a"), queue("a/b")], "members": [member("c", queue="a/b")]}
    story.poll(0, snapshot(**everything), is_first=True)
    story.poll(10, snapshot(queues=[queue("a"), queue("a/b")], members=[]))
    story.poll(15, snapshot(queues=[queue("a")], members=[], queue="a"))
    story.poll(20, snapshot(queues=[queue("a"), queue("a/b")], members=[]))
    assert not story.board.members


def test_visits_to_one_queue_within_one_instant_are_calls_of_their_own():
    story = Story()
    for _ in range(3):
        story.event(5, join())
        story.event(5, join(queue="6501"))
    story.event(9, connect(queue="6501"))

    ended = {call.natural_key: call for call in story.calls}
    assert [call.outcome for call in ended.values()] == [CallOutcome.REDIRECTED] * 5
    current = story.board.callers["1.1"]
    assert max(call.joined_at for call in ended.values()) < current.joined_at < after(5.001)


def test_a_visit_seen_by_asking_begins_after_the_one_before_it():
    story = Story()
    story.event(5, join())
    story.event(5, join(queue="6501"))
    story.poll(10, snapshot(callers=[entry(wait_seconds=5)]))
    story.poll(11, snapshot(callers=[entry(wait_seconds=6)]))

    first, second = story.calls
    assert (first.queue, second.queue, story.board.callers["1.1"].queue) == ("6500", "6501", "6500")
    assert first.joined_at < second.joined_at < story.board.callers["1.1"].joined_at

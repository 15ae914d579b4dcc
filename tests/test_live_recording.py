"""A call that is recorded through us is marked so as long as the agent has it."""

from queues.live.reducer import apply_recording
from tests.support.told import Story, after, connect, hangup, join, member, queue, snapshot

PHONE = "PJSIP/1000"


def on_a_call() -> Story:
    story = Story()
    story.poll(0, snapshot(queues=[queue()], members=[member()]), is_first=True)
    story.event(1, join())
    story.event(2, connect())
    return story


def recorded_since(story: Story):
    return story.board.agents[PHONE].recording_since


def test_the_board_says_since_when_until_it_is_stopped():
    story = on_a_call()
    (change,) = apply_recording(story.board, after(5), PHONE, after(5))
    assert (change.key, recorded_since(story)) == (PHONE, after(5))
    story.poll(6, snapshot(queues=[queue()], members=[member(device_state=2)]))
    assert recorded_since(story) == after(5)
    apply_recording(story.board, after(7), PHONE, None)
    assert recorded_since(story) is None


def test_another_call_is_not_recorded_only_because_the_one_before_was():
    story = on_a_call()
    apply_recording(story.board, after(5), PHONE, after(5))
    story.event(8, hangup("1.1"))
    assert recorded_since(story) is None
    story.event(9, join("1.2"))
    story.event(10, connect("1.2"))
    assert recorded_since(story) is None


def test_who_has_no_call_or_is_nobody_is_not_recorded():
    story = on_a_call()
    story.event(3, hangup("1.1"))
    apply_recording(story.board, after(5), PHONE, after(5))
    assert recorded_since(story) is None
    assert apply_recording(story.board, after(5), "PJSIP/9", after(5)) == []

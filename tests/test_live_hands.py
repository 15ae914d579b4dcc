"""A raised hand asks for help with the call in hand, and is down when there is none any more; and who changed an agent
is told on their row."""

from queues.live.hands import lower_hand, raise_hand
from queues.live.reducer import apply_changed_by
from tests.support.told import Story, after, complete, connect, hangup, join, member, queue, snapshot

PHONE = "PJSIP/1000"


def on_a_call() -> Story:
    story = Story()
    story.poll(0, snapshot(queues=[queue()], members=[member()]), is_first=True)
    story.event(1, join())
    story.event(2, connect())
    return story


def raised_at(story: Story):
    return story.board.agents[PHONE].hand_raised_at


def test_the_board_says_since_when_it_is_up():
    story = on_a_call()
    (change,) = raise_hand(story.board, PHONE, after(5))
    assert (change.key, change.row.hand_raised_at) == (PHONE, after(5))
    assert raise_hand(story.board, PHONE, after(9)) == []
    assert raised_at(story) == after(5)


def test_it_can_be_lowered():
    story = on_a_call()
    raise_hand(story.board, PHONE, after(5))
    assert [change.row.hand_raised_at for change in lower_hand(story.board, PHONE, after(6))] == [None]
    assert lower_hand(story.board, PHONE, after(7)) == []


def test_it_is_down_when_the_call_is_over():
    story = on_a_call()
    raise_hand(story.board, PHONE, after(5))
    story.event(8, complete("1.1"))
    story.event(8, hangup("1.1"))
    assert raised_at(story) is None


def test_without_a_call_there_is_nothing_to_ask_for():
    story = Story()
    story.poll(0, snapshot(queues=[queue()], members=[member()]), is_first=True)
    assert raise_hand(story.board, PHONE, after(1)) is None
    assert raise_hand(story.board, "PJSIP/9", after(1)) is None
    assert lower_hand(story.board, "PJSIP/9", after(1)) == []


def test_who_changed_an_agent_stays_until_they_change_themselves():
    story = on_a_call()
    (change,) = apply_changed_by(story.board, after(5), PHONE, "Sue", "pause")
    assert (change.row.changed_by, change.row.changed_at, change.row.change) == ("Sue", after(5), "pause")
    (change,) = apply_changed_by(story.board, after(6), PHONE, "", "unpause")
    assert (change.row.changed_by, change.row.changed_at, change.row.change) == ("", None, "")
    assert apply_changed_by(story.board, after(7), "PJSIP/9", "Sue", "pause") == []

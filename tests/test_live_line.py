"""A pause that only so many may be on at once is waited for in line: first come, first served, in each queue."""

from hypothesis import given
from hypothesis import strategies as st

from queues.live import line
from queues.live.memory import AskedPause
from queues.live.reducer import apply_tick
from tests.support.told import Story, after, member, queue, snapshot

ADA, BOB, EVE, DAN = (f"PJSIP/100{number}" for number in range(4))


def floor(**queues_of: str) -> Story:
    """Ada, Bob, Eve and Dan in queue 6500 unless said otherwise; of each queue one may be at lunch."""
    story = Story()
    people = {ADA: "6500", BOB: "6500", EVE: "6500", DAN: "6500"} | {
        {"ada": ADA, "bob": BOB, "eve": EVE, "dan": DAN}[name]: queues for name, queues in queues_of.items()
    }
    members = [member(i, queue=number) for i, queues in people.items() for number in queues.split()]
    story.poll(0, snapshot(queues=[queue(), queue("6501")], members=members), is_first=True)
    story.board.memory.pause_limits = {"Lunch": 1}
    return story


def paused(story: Story, seconds: float, interface: str, reason: str = "Lunch", number: str = "6500") -> None:
    told = member(interface, queue=number, kind="paused", paused=bool(reason), pause_reason=reason)
    story.event(seconds, told)


def places(story: Story) -> dict[str, int | None]:
    return {i: row.pause_line_place for i, row in story.board.agents.items() if row.pause_line_reason}


def turns(story: Story) -> list[str]:
    return [turn.interface for turn in line.due_turns(story.board)]


def test_a_reason_without_a_limit_is_never_full():
    story = floor()
    paused(story, 1, ADA, "Coffee")
    assert line.full_queue(story.board, BOB, "Coffee") == ""


def test_it_is_full_while_as_many_as_may_are_on_it():
    story = floor()
    assert line.full_queue(story.board, BOB, "Lunch") == ""
    paused(story, 1, ADA)
    assert line.full_queue(story.board, BOB, "Lunch") == "6500"
    assert line.full_queue(story.board, ADA, "Lunch") == ""
    paused(story, 2, ADA, "")
    assert line.full_queue(story.board, BOB, "Lunch") == ""


def test_a_pause_that_was_asked_for_and_is_not_told_yet_counts():
    story = floor()
    story.board.memory.asked_pauses[f"6500/{ADA}"] = AskedPause(after(1), "Lunch", "Ada", None)
    assert line.full_queue(story.board, BOB, "Lunch") == "6500"


def test_who_came_first_is_first_whatever_they_ask_again():
    story = floor()
    paused(story, 1, ADA)
    line.wait(story.board, EVE, "Lunch", 30, after(2))
    line.wait(story.board, BOB, "Lunch", None, after(3))
    line.wait(story.board, EVE, "Lunch", 20, after(4))
    assert places(story) == {EVE: 1, BOB: 2}
    assert turns(story) == []
    paused(story, 5, ADA, "")
    (turn,) = line.due_turns(story.board)
    assert turn == line.Turn(EVE, "Lunch", 20, after(2))


def test_who_is_paused_or_logged_out_waits_no_longer_and_the_others_move_up():
    story = floor()
    paused(story, 1, ADA)
    for seconds, interface in enumerate((BOB, EVE, DAN), start=2):
        line.wait(story.board, interface, "Lunch", None, after(seconds))
    paused(story, 6, BOB, "Meeting")
    apply_tick(story.board, after(7))
    assert places(story) == {EVE: 1, DAN: 2}
    story.poll(8, snapshot(queues=[queue()], members=[member(ADA, paused=True, pause_reason="Lunch")]), is_first=True)
    apply_tick(story.board, after(9))
    assert places(story) == {}


def test_who_leaves_the_line_lets_the_next_one_in():
    story = floor()
    line.wait(story.board, BOB, "Lunch", None, after(2))
    line.wait(story.board, EVE, "Lunch", None, after(3))
    assert turns(story) == [BOB]
    line.leave(story.board, BOB, after(4))
    assert (places(story), turns(story)) == ({EVE: 1}, [EVE])
    assert line.leave(story.board, "PJSIP/9", after(5)) == []


def test_a_place_is_needed_in_each_of_their_queues():
    story = floor(bob="6500 6501", eve="6501")
    paused(story, 1, EVE, number="6501")
    line.wait(story.board, BOB, "Lunch", None, after(2))
    line.wait(story.board, DAN, "Lunch", None, after(3))
    assert line.full_queue(story.board, BOB, "Lunch") == "6501"
    # Dan shares a queue with Bob, who is ahead and takes the place there when Eve is back.
    assert turns(story) == []
    paused(story, 4, EVE, "", number="6501")
    assert turns(story) == [BOB]


def test_who_is_in_no_queue_needs_no_pause():
    assert line.wait(Story().board, ADA, "Lunch", None, after(1)) is None


steps = st.lists(
    st.tuples(st.sampled_from(["wait", "leave", "pause", "back"]), st.sampled_from([ADA, BOB, EVE, DAN])), max_size=30
)


@given(steps)
def test_never_more_turns_than_places_and_no_two_in_one_place(steps):
    story = floor()
    for seconds, (what, who) in enumerate(steps, start=1):
        if what == "wait":
            line.wait(story.board, who, "Lunch", None, after(seconds))
        elif what == "leave":
            line.leave(story.board, who, after(seconds))
        else:
            paused(story, seconds, who, "Lunch" if what == "pause" else "")
        apply_tick(story.board, after(seconds))
        waiting = sorted(place for place in places(story).values())
        assert waiting == list(range(1, len(waiting) + 1))
        on_it = sum(row.paused for row in story.board.members.values())
        assert len(turns(story)) <= max(0, 1 - on_it)

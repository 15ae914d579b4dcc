"""A command for several queues says in words what became of each."""

import pytest

from queues.ami.errors import ActionRefused, ActionTimeout, LinkDown
from queues.live.desk import in_the_pbxs_words, queue_by_queue

DONE = "Logged in to {queues}."


def answering(**errors: Exception):
    """An action that fails in the queues named `q…` as told, and the queues it was sent to."""
    sent: list[str] = []

    async def act(queue: str) -> None:
        sent.append(queue)
        if f"q{queue}" in errors:
            raise errors[f"q{queue}"]

    return act, sent


@pytest.mark.parametrize(
    ("errors", "state", "words"),
    [
        ({}, "done", "Logged in to 1, 2, 3."),
        ({"q2": ActionRefused("Already there.")}, "done", "Logged in to 1, 3. The PBX refused: 2 (Already there)."),
        (
            {"q1": ActionRefused(""), "q2": ActionRefused("No {such} queue"), "q3": ActionRefused("x")},
            "refused",
            "The PBX refused: 1 (no reason given), 2 (No {such} queue), 3 (x).",
        ),
    ],
)
async def test_each_queue_is_asked_once_and_its_refusal_told(errors, state, words):
    act, sent = answering(**errors)
    assert await queue_by_queue(["1", "2", "3"], act, DONE) == (state, words)
    assert sent == ["1", "2", "3"]


async def test_after_a_queue_without_an_answer_nothing_more_is_sent():
    act, sent = answering(q2=ActionTimeout("late"))
    state, words = await queue_by_queue(["1", "2", "3"], act, DONE)
    assert state == "unknown"
    assert words == "Logged in to 1. No answer for 2: look before you try again. Not sent for 3."
    assert sent == ["1", "2"]


async def test_a_lost_link_is_not_the_queues_business():
    act, sent = answering(q1=LinkDown("gone"))
    with pytest.raises(LinkDown):
        await queue_by_queue(["1", "2"], act, DONE)
    assert sent == ["1"]


@pytest.mark.parametrize(("told", "words"), [("No.", "No"), (" ", "no reason given"), ("a.b...", "a.b")])
def test_the_pbxs_words_end_without_a_full_stop(told, words):
    assert in_the_pbxs_words(ActionRefused(told)) == words

"""The desk of an agent of a UCM, which tells of pauses and calls in its own words: the same as on stock Asterisk."""

import pytest

from tests.test_browser_desk import (
    desk,
    reasons,
    test_a_number_is_found_dialled_and_followed,
    test_an_agent_lands_on_the_desk_and_pauses_by_keyboard,
)

__all__ = [
    "desk",
    "reasons",
    "test_a_number_is_found_dialled_and_followed",
    "test_an_agent_lands_on_the_desk_and_pauses_by_keyboard",
]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def dialect() -> str:
    return "ucm"

"""What a screen on the wall is told of rows: no whole number, no name that was not wished for, no telling key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.permissions import Veil
from queues.veil import masked, veiled_delta, veiled_row


@given(st.text(alphabet="0123456789+- ()@/abc", max_size=30))
def test_of_a_masked_number_three_digits_are_left_at_most(number):
    left = masked(number)
    assert sum(character.isdigit() for character in left) in (0, 3)
    assert left == "" if not number else left.startswith("…")


def test_a_caller_who_talks_goes_by_the_key_they_came_with():
    row = {"key": "17.9", "pbx": "main", "queue": "6500", "state": "waiting", "joined_at": "", "position": 1}
    row |= {"number": "", "name": ""}
    came, _gone = veiled_delta(Veil(), {"callers": [row]}, {})
    told, gone = veiled_delta(Veil(), {"callers": [{**row, "state": "talking"}]}, {})
    assert told == {}
    assert gone == {"callers": [came["callers"][0]["key"]]}
    assert veiled_delta(Veil(), {}, {"callers": ["17.9"]}) == ({}, gone)


def test_whom_we_owe_a_call_is_told_by_no_row_and_no_key():
    row = {"key": "+49301234567/6500"}
    assert veiled_delta(Veil(), {"owed": [row]}, {"owed": [row["key"]]}) == ({}, {})


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ada", "Ada"), ("Local/491701234567@x", "1000"), ("+49 170 1234567", "…567"), ("", "1000"), ("Team 7", "Team 7")],
)
def test_an_agent_is_shown_by_a_name_that_is_no_number(name, shown):
    row = {"key": "Local/491701234567@x", "interface": "Local/491701234567@x", "name": name, "extension": "1000"}
    row |= {"pbx": "main", "state": "available", "state_since": None, "amber_at": None, "red_at": None}
    told = veiled_row(Veil(hides_agents=False), "agents", row)
    assert told is not None
    assert told["name"] == shown
    assert "1234567" not in str(told)

"""A call we owe is taken on by one person at a time, until they reach the party, leave it, or let the claim lapse."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.live import claims
from queues.live.claims import CLAIM_TIME, Claimer, ClaimRefused
from queues.live.concerns import ClosedBy
from queues.live.state import Board
from tests.support.told import after
from tests.test_live_owed import ANNA, PAUL, call, fold

ADA = Claimer("Ada Ash", "ada", "PJSIP/1000")
BOB = Claimer("Bob Birk", "bob", "PJSIP/1001")
LEAD = Claimer("Lea Dorn", "lead", may_overrule=True)
KEY = f"{ANNA}/6500"


def owing(*numbers: str) -> Board:
    board = Board("pbx")
    fold(board, *(call(number, ended=30) for number in numbers or (ANNA,)))
    return board


def claimed(board: Board, key: str = KEY) -> str:
    return board.owed[key].claimed_by


def test_a_claim_says_whose_it_is_and_until_when():
    board = owing()
    (change,) = claims.claim(board, KEY, ADA, after(60))
    row = change.row
    assert (row.claimed_by, row.claimed_login, row.claimed_interface) == ("Ada Ash", "ada", "PJSIP/1000")
    assert (row.claimed_at, row.claimed_until) == (after(60), after(60) + CLAIM_TIME)


def test_nobody_else_gets_it_meanwhile_not_even_who_may_overrule():
    board = owing()
    claims.claim(board, KEY, ADA, after(60))
    for other in (BOB, LEAD):
        with pytest.raises(ClaimRefused) as refused:
            claims.claim(board, KEY, other, after(61))
        assert refused.value.row == board.owed[KEY]
    assert claimed(board) == "Ada Ash"


def test_claiming_again_prolongs_it():
    board = owing()
    claims.claim(board, KEY, ADA, after(60))
    claims.claim(board, KEY, ADA, after(120))
    assert board.owed[KEY].claimed_until == after(120) + CLAIM_TIME


def test_a_claim_nobody_acts_on_lapses():
    board = owing()
    claims.claim(board, KEY, ADA, after(0))
    assert claims.lapse(board, after(0) + CLAIM_TIME - timedelta(seconds=1)) == []
    assert len(claims.lapse(board, after(0) + CLAIM_TIME)) == 1
    assert claimed(board) == ""
    assert board.owed[KEY].claimed_until is None


def test_one_that_has_lapsed_binds_nobody_even_before_anybody_noticed():
    board = owing()
    claims.claim(board, KEY, ADA, after(0))
    claims.claim(board, KEY, BOB, after(0) + CLAIM_TIME)
    assert claimed(board) == "Bob Birk"


def test_only_the_claimer_or_a_supervisor_releases_it():
    board = owing()
    claims.claim(board, KEY, ADA, after(60))
    with pytest.raises(ClaimRefused):
        claims.release(board, KEY, BOB, after(61))
    claims.release(board, KEY, ADA, after(62))
    assert claimed(board) == ""
    assert claims.release(board, KEY, BOB, after(63)) == []
    claims.claim(board, KEY, BOB, after(64))
    claims.release(board, KEY, LEAD, after(65))
    assert claimed(board) == ""


def test_whoever_closes_it_says_how_it_ended():
    board = owing()
    changes = claims.close(board, KEY, ADA, "Wrong number", after(60))
    assert board.owed == {}
    assert [(change.table, change.row is None) for change in changes] == [("owed", True), ("closed", False)]
    row = changes[1].row
    assert (row.closed_how, row.closed_by, row.note) == (ClosedBy.BY_HAND, "Ada Ash", "Wrong number")
    assert row.closed_at == after(60)


def test_a_line_somebody_else_works_on_is_closed_by_them_or_a_supervisor():
    board = owing()
    claims.claim(board, KEY, ADA, after(60))
    with pytest.raises(ClaimRefused):
        claims.close(board, KEY, BOB, "", after(61))
    claims.close(board, KEY, LEAD, "", after(61))
    assert board.owed == {}


def test_what_is_settled_can_be_neither_claimed_nor_released_nor_closed():
    board = owing()
    claims.close(board, KEY, ADA, "", after(60))
    for ask in (claims.claim, claims.release, lambda *args: claims.close(*args[:3], "", args[3])):
        with pytest.raises(ClaimRefused) as refused:
            ask(board, KEY, ADA, after(61))
        assert refused.value.row is None


def test_whom_we_reach_is_owed_nothing_in_any_queue():
    board = owing(ANNA, PAUL)
    fold(board, replace(call(ANNA, ended=90), queue="6501"))
    changes = claims.reached(board, ANNA, "Ada Ash", after(99))
    assert list(board.owed) == [f"{PAUL}/6500"]
    closed = [change.row for change in changes if change.table == "closed"]
    assert [(row.queue, row.closed_how, row.closed_by) for row in closed] == [
        ("6500", ClosedBy.CALLED_BACK, "Ada Ash"),
        ("6501", ClosedBy.CALLED_BACK, "Ada Ash"),
    ]
    assert claims.reached(board, ANNA, "Ada Ash", after(100)) == []


def test_whom_we_do_not_reach_is_left_to_the_next_and_says_when_we_tried():
    board = owing(ANNA, PAUL)
    claims.claim(board, KEY, ADA, after(60))
    claims.not_reached(board, ANNA, "ada", after(90))
    row = board.owed[KEY]
    assert (row.attempts, row.attempted_at, row.claimed_by) == (1, after(90), "")
    assert board.owed[f"{PAUL}/6500"].attempts == 0


def test_a_colleagues_claim_outlives_somebody_elses_try():
    board = owing()
    claims.claim(board, KEY, ADA, after(60))
    claims.not_reached(board, ANNA, "bob", after(90))
    assert (board.owed[KEY].attempts, claimed(board)) == (1, "Ada Ash")


ASKS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "release", "lapse", "not_reached"]),
        st.sampled_from([ADA, BOB, LEAD]),
        st.integers(0, 30),
    ),
    max_size=40,
)


@given(ASKS)
def test_whatever_people_ask_a_claim_belongs_to_one(asked):
    """A model of it: who holds the line, and until when."""
    board = owing()
    holder, until, at = "", after(0), after(100)
    for what, who, minutes in asked:
        at += timedelta(minutes=minutes)
        if at >= until:
            holder = ""
        may = holder in ("", who.login) or (what == "release" and who.may_overrule)
        match what:
            case "lapse":
                claims.lapse(board, at)
            case "not_reached":
                claims.not_reached(board, ANNA, who.login, at)
                holder = "" if holder == who.login else holder
            case _ if not may:
                with pytest.raises(ClaimRefused):
                    getattr(claims, what)(board, KEY, who, at)
            case "claim":
                claims.claim(board, KEY, who, at)
                holder, until = who.login, at + CLAIM_TIME
            case "release":
                claims.release(board, KEY, who, at)
                holder = ""
        claims.lapse(board, at)
        assert board.owed[KEY].claimed_login == holder

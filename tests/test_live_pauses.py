"""Who paused an agent and until when: on the board as long as it is that pause, whatever the PBX tells and keeps."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queues.live.memory import AskedPause
from queues.live.pauses import Return, due_returns, forget_pause, next_return, note_pause, still_due
from queues.live.reducer import adopt, apply_confirmed_pause, apply_stay
from queues.live.state import Board
from tests.support.told import Story, after, member, snapshot

PHONE, KEY = "PJSIP/1000", "6500/PJSIP/1000"


class Floor(Story):
    """One agent in queues 6500 and 6501. `tells_instants`: as stock Asterisk, which also keeps the reason."""

    def __init__(self, tells_instants: bool = True) -> None:
        super().__init__(member(kind="status"), member(queue="6501", kind="status"))
        self.tells_instants = tells_instants

    def ask(self, seconds: float, minutes: int | None = 30, *, queues: frozenset[str] | None = None) -> AskedPause:
        """Paula asks for a pause of the agent."""
        until = after(seconds + minutes * 60) if minutes else None
        asked = AskedPause(after(seconds), "Lunch", "Paula Park", until)
        note_pause(self.board, PHONE, queues, asked)
        return asked

    def told(self, seconds: float, since: float | None, reason: str = "Lunch", queue: str = "6500", **more):
        if since is None:
            return member(queue=queue, paused=False, **more)
        if self.tells_instants:
            more |= {"last_pause_at": float(int(after(since).timestamp())), "pause_reason": reason}
        return member(queue=queue, paused=True, **more)

    def pause(self, seconds: float, reason: str = "Lunch", queue: str = "6500") -> None:
        """The PBX announces a pause, whosever it is."""
        self.event(seconds, self.told(seconds, seconds, reason, queue, kind="pause"))

    def unpause(self, seconds: float, queue: str = "6500") -> None:
        self.event(seconds, self.told(seconds, None, queue=queue, kind="pause"))

    def look(self, seconds: float, since: float | None, reason: str = "Lunch", **options) -> None:
        rows = [self.told(seconds, since, reason), self.told(seconds, None, queue="6501")]
        self.poll(seconds, snapshot(members=rows), **options)

    def restart(self) -> None:
        """Our worker ends, and another one begins with what was saved."""
        tables = {name: copy.copy(getattr(self.board, name)) for name in ("links", "queues", "members", "agents")}
        self.board = adopt(Board("pbx", **tables))

    @property
    def row(self):
        return self.board.members[KEY]

    @property
    def author(self):
        return self.row.paused_by, self.row.pause_until


PAULAS = ("Paula Park", after(1800))
NOBODYS = ("", None)


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.mark.parametrize("tells_instants", [True, False])
def test_a_pause_asked_for_here_says_by_whom_and_until_when_once_the_pbx_tells_of_it(tells_instants):
    floor = Floor(tells_instants)
    floor.ask(0)
    assert floor.author == NOBODYS
    floor.pause(0.4)
    assert (floor.author, floor.row.pause_reason) == (PAULAS, "Lunch")
    agent = floor.board.agents[PHONE]
    assert (agent.paused_by, agent.pause_until) == PAULAS
    floor.look(10, 0.4)
    floor.look(900, 0.4)
    assert floor.author == PAULAS
    floor.unpause(1000)
    assert (floor.author, floor.row.pause_reason) == (NOBODYS, "")
    assert (floor.board.agents[PHONE].paused_by, floor.board.agents[PHONE].pause_until) == NOBODYS


@pytest.mark.parametrize("tells_instants", [True, False])
def test_it_is_seen_by_asking_where_no_event_comes(tells_instants):
    floor = Floor(tells_instants)
    floor.ask(0)
    floor.look(9, 0.4)
    assert floor.author == PAULAS
    floor.look(19, None)
    assert floor.author == NOBODYS


def test_a_poll_under_way_while_it_was_asked_for_says_nothing_about_it():
    floor = Floor(tells_instants=False)
    floor.ask(10)
    floor.look(10.2, 9.8, asked=9.9)
    assert (floor.row.paused, floor.author) == (False, NOBODYS)


@pytest.mark.parametrize("tells_instants", [True, False])
def test_a_pause_of_others_says_nobody_and_never_ends_by_itself(tells_instants):
    floor = Floor(tells_instants)
    floor.pause(5)
    assert (floor.author, next_return(floor.board, after(5))) == (NOBODYS, None)


@pytest.mark.parametrize("tells_instants", [True, False])
def test_what_the_pbx_refused_is_not_said_of_the_next_pause(tells_instants):
    floor = Floor(tells_instants)
    forget_pause(floor.board, PHONE, None, floor.ask(0))
    floor.pause(3)
    assert floor.author == NOBODYS


def test_what_the_pbx_refused_is_not_what_was_asked_since(floor):
    refused = floor.ask(0)
    floor.ask(1, minutes=5)
    forget_pause(floor.board, PHONE, None, refused)
    floor.pause(1.4)
    assert floor.author == ("Paula Park", after(301))


def test_the_same_pause_asked_for_twice_changes_nothing(floor):
    floor.ask(0, minutes=None)
    floor.pause(0.4)
    assert apply_confirmed_pause(floor.board, after(1), PHONE, None, floor.ask(0.6, minutes=None)) == []


@pytest.mark.parametrize("tells_instants", [True, False])
def test_what_the_pbx_never_did_is_not_said_of_a_later_pause(tells_instants):
    floor = Floor(tells_instants)
    floor.ask(0)
    floor.look(60, None)
    floor.pause(3600)
    assert floor.author == NOBODYS


@pytest.mark.parametrize("tells_instants", [True, False])
def test_a_pause_begun_anew_by_others_after_the_first_ended_is_theirs(tells_instants):
    floor = Floor(tells_instants)
    floor.ask(0)
    floor.pause(0.4)
    floor.unpause(100)
    floor.pause(200)
    assert floor.author == NOBODYS


def test_a_pause_begun_anew_by_others_is_theirs_also_where_only_a_poll_shows_it(floor):
    floor.ask(0)
    floor.pause(0.4)
    floor.look(300, 250, reason="Mail")
    assert (floor.author, floor.row.pause_reason, floor.row.paused_at) == (NOBODYS, "Mail", after(250))


def test_pausing_again_while_paused_is_told_by_an_event_and_replaces_who_and_until_when(floor):
    floor.ask(0)
    floor.pause(0.4)
    asked = floor.ask(100, minutes=5)
    floor.pause(100.3)
    assert floor.author == ("Paula Park", after(400))
    assert apply_confirmed_pause(floor.board, after(101), PHONE, None, asked) == []
    floor.pause(200, reason="Mail")
    assert floor.author == NOBODYS


@pytest.mark.parametrize("tells_instants", [True, False])
def test_pausing_again_while_paused_counts_once_the_pbx_confirms_it_if_it_tells_no_more(tells_instants):
    floor = Floor(tells_instants)
    floor.ask(0)
    floor.pause(0.4)
    asked = floor.ask(100, minutes=5)
    if not tells_instants:
        floor.pause(100.1)
        assert floor.author == PAULAS
    changes = apply_confirmed_pause(floor.board, after(100.2), PHONE, None, asked)
    assert floor.author == ("Paula Park", after(400))
    assert {change.table for change in changes} == {"members", "agents"}
    assert floor.row.paused_at == after(100)


def test_a_pbx_without_instants_must_confirm_that_somebody_was_paused_again():
    floor = Floor(tells_instants=False)
    floor.pause(0)
    floor.ask(100)
    floor.pause(100.1)
    floor.look(105, 0)
    assert (floor.author, floor.row.pause_reason) == (NOBODYS, "")


def test_another_reason_is_another_pause_also_without_an_instant():
    floor = Floor(tells_instants=False)
    floor.ask(0)
    floor.pause(0.4)
    floor.poll(100, snapshot(members=[member(paused=True, pause_reason="Mail")]))
    assert (floor.author, floor.row.pause_reason) == (NOBODYS, "Mail")


def test_a_confirmation_that_comes_late_is_not_about_a_pause_begun_since(floor):
    asked = floor.ask(0)
    floor.pause(0.4)
    floor.unpause(1)
    floor.pause(2)
    assert apply_confirmed_pause(floor.board, after(3), PHONE, None, asked) == []
    assert floor.author == NOBODYS


def test_a_reload_of_the_pbx_that_forgets_reason_and_instant_changes_nothing(floor):
    floor.ask(0)
    floor.pause(0.4)
    floor.poll(500, snapshot(members=[member(paused=True, pause_reason="", last_pause_at=0.0)]))
    assert (floor.author, floor.row.pause_reason) == (PAULAS, "Lunch")


@pytest.mark.parametrize("tells_instants", [True, False])
def test_a_restart_of_ours_loses_nothing(tells_instants):
    floor = Floor(tells_instants)
    floor.ask(0)
    floor.pause(0.4)
    floor.restart()
    floor.look(700, 0.4, is_first=True)
    assert (floor.author, floor.row.pause_reason) == (PAULAS, "Lunch")


def test_what_others_did_while_we_were_away_counts(floor):
    floor.ask(0)
    floor.pause(0.4)
    anew = copy.deepcopy(floor)
    floor.restart()
    floor.look(700, None, is_first=True)
    assert floor.author == NOBODYS
    anew.restart()
    anew.look(700, 500, is_first=True)
    assert anew.author == NOBODYS


@pytest.mark.parametrize("tells_instants", [True, False])
def test_a_pause_sent_right_before_we_died_is_recognised(tells_instants):
    floor = Floor(tells_instants)
    floor.restart()
    floor.ask(0)  # as the worker notes again what was sent
    floor.look(900, 0.4, is_first=True)
    assert floor.author == PAULAS


def test_a_pause_of_others_soon_after_ours_is_theirs_also_after_a_restart(floor):
    asked = floor.ask(0)
    floor.pause(0.4)
    floor.pause(8, reason="Mail")
    assert floor.author == NOBODYS
    floor.ask(20)
    floor.pause(20.4)
    floor.restart()
    note_pause(floor.board, PHONE, None, replace(asked, at=after(20), until=after(1820)))
    floor.look(40, 28, is_first=True)
    assert floor.author == NOBODYS


def test_a_pause_of_one_queue_is_not_said_of_the_others(floor):
    floor.ask(0, queues=frozenset({"6501"}))
    floor.pause(0.4)
    floor.pause(0.4, queue="6501")
    assert floor.author == NOBODYS
    assert floor.board.members["6501/PJSIP/1000"].paused_by == "Paula Park"


def test_the_agent_shows_the_latest_author_and_the_first_end(floor):
    floor.ask(0)
    floor.pause(0.4)
    later = AskedPause(after(60), "Mail", "Omar Diaz", after(7200))
    note_pause(floor.board, PHONE, frozenset({"6501"}), later)
    floor.pause(60.2, reason="Mail", queue="6501")
    agent = floor.board.agents[PHONE]
    assert (agent.paused_by, agent.pause_reason, agent.pause_until) == ("Omar Diaz", "Mail", after(1800))


# --- the end of it ----------------------------------------------------------------------------------------------


def test_a_timed_pause_is_over_when_its_time_has_come_in_all_its_queues_at_once(floor):
    floor.ask(0)
    floor.pause(0.4)
    floor.pause(0.4, queue="6501")
    assert next_return(floor.board, after(1799)) == after(1800)
    assert next_return(floor.board, after(1800)) is None
    assert due_returns(floor.board, after(1799)) == []
    over = Return(PHONE, ("6500", "6501"), after(1800))
    assert due_returns(floor.board, after(1800)) == [over]
    assert still_due(floor.board, over)
    floor.unpause(1801, queue="6501")
    assert not still_due(floor.board, over)
    assert due_returns(floor.board, after(1802)) == [replace(over, queues=("6500",))]


def test_who_cannot_be_brought_back_stays_paused_without_an_end(floor):
    floor.ask(0)
    floor.pause(0.4)
    apply_stay(floor.board, after(1805), Return(PHONE, ("6500", "6501"), after(1800)))
    floor.look(1810, 0.4)
    assert (floor.row.paused, floor.author) == (True, ("Paula Park", None))
    assert due_returns(floor.board, after(9999)) == []


# --- whatever happens -------------------------------------------------------------------------------------------

STEPS = st.lists(st.sampled_from(["ours", "theirs", "end", "poll", "deaf ours", "deaf theirs", "deaf end", "restart"]))


@given(steps=STEPS)
@settings(max_examples=150, deadline=None)
def test_whatever_was_missed_after_a_poll_the_board_knows_whose_pause_it_is(steps):
    """Against a model of what is true: `deaf` is what no event told."""
    floor, since, author, second = Floor(), None, NOBODYS, 0.0
    for number, step in enumerate(steps):
        second += 60
        if step.endswith("ours"):
            asked = floor.ask(second, minutes=number + 1)
            since, author = second + 0.3, (asked.by, asked.until)
        elif step.endswith("theirs"):
            since, author = second, NOBODYS
        elif step.endswith("end"):
            since, author = None, NOBODYS
        elif step == "restart":
            floor.restart()
        if step in ("ours", "theirs", "end"):
            if since is None:
                floor.unpause(second + 0.5)
            else:
                floor.pause(since)
            assert (floor.row.paused, floor.author) == (since is not None, author)
        if step == "deaf ours":
            apply_confirmed_pause(floor.board, after(second + 1), PHONE, None, asked)
        floor.look(second + 20, since, asked=second + 19)
        assert (floor.row.paused, floor.author) == (since is not None, author)

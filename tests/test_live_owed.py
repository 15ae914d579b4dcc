"""Calls we owe: one line for a person and queue, from the first unanswered call to an answered one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.numbers import party_of
from queues.ami import events as ami
from queues.live import owed
from queues.live.concerns import ClosedBy, OwedRow
from queues.live.draft import Draft
from queues.live.hours import hours_of
from queues.live.memory import OWED_LIMIT, QueueSettings
from queues.live.reducer import adopt, apply_settings, apply_wishes
from queues.live.state import Board, CallOutcome, CallRow
from queues.live.wishes import Wishes
from tests.support.told import Story, after, connect, hangup, join, member, queue, snapshot

ANNA, PAUL = "+493012345", "+493099999"


def give_up(uniqueid: str = "1.1", queue: str = "6500", **told) -> list[ami.Event]:
    """What the PBX tells of a caller who hangs up while they wait."""
    asked = ami.HangupRequested(uniqueid=uniqueid)
    told = {"position": 1, "hold_seconds": 30} | told
    return [asked, ami.CallerAbandoned(queue=queue, uniqueid=uniqueid, **told), hangup(uniqueid)]


def tries_of(story: Story, seconds: float, uniqueid: str, number: str = ANNA, queue: str = "6500", **told) -> None:
    """Somebody calls and gives up half a minute later."""
    story.event(seconds, join(uniqueid, queue, number=number))
    for event in give_up(uniqueid, queue, **told):
        story.event(seconds + 30, event)


def lines(story: Story) -> list[OwedRow]:
    return list(story.board.owed.values())


def closed(story: Story) -> list[OwedRow]:
    return [change.row for change in story.changes if change.table == "closed"]


def call(number: str = ANNA, ended: float = 30, **told) -> CallRow:
    told = {"outcome": CallOutcome.ABANDONED, "hold_seconds": 30, "uniqueid": f"{number}-{ended}"} | told
    joined_at = after(ended - 30)
    return CallRow(pbx="pbx", boot="1", queue="6500", joined_at=joined_at, number=number, ended_at=after(ended), **told)


def fold(board: Board, *calls: CallRow, at: float = 0):
    draft = Draft(board, after(at))
    draft.fates.extend(calls)
    owed.follow(draft)
    return draft.changes


def test_who_gives_up_is_owed_a_call():
    story = Story()
    tries_of(story, 0, "1.1")
    (row,) = lines(story)
    assert (row.party, row.number, row.queue, row.tries) == ("+493012345", ANNA, "6500", 1)
    assert (row.first_at, row.last_at, row.opened_at) == (after(30), after(30), after(30))
    assert (row.last_outcome, row.last_wait_seconds) == ("abandoned", 30)
    assert row.due_at == after(30) + timedelta(minutes=60)


def test_who_the_queue_gave_up_on_is_owed_one_too():
    story = Story()
    fold(story.board, call(outcome=CallOutcome.TIMED_OUT, hold_seconds=1))
    assert [row.last_outcome for row in lines(story)] == ["timed_out"]


def test_one_person_is_one_line_however_they_spell_their_number():
    story = Story()
    tries_of(story, 0, "1.1", "+49 30 12345")
    tries_of(story, 100, "1.2", "+493012345")
    (row,) = lines(story)
    assert (row.tries, row.number) == (2, "+493012345")
    assert (row.first_at, row.last_at) == (after(30), after(130))
    assert row.due_at == after(30) + timedelta(minutes=60)


def test_each_queue_has_its_own_line():
    story = Story()
    tries_of(story, 0, "1.1")
    tries_of(story, 100, "1.2", queue="6501")
    assert [row.queue for row in lines(story)] == ["6500", "6501"]


def test_who_calls_again_and_is_answered_anywhere_is_owed_nothing():
    story = Story()
    story.poll(0, snapshot(queues=[queue(), queue("6501")], members=[member(queue="6501")]), is_first=True)
    tries_of(story, 0, "1.1")
    tries_of(story, 100, "1.2", PAUL)
    story.event(200, join("1.3", "6501", number=ANNA))
    story.event(205, connect("1.3", queue="6501", number=ANNA))
    assert [row.number for row in lines(story)] == [PAUL]
    (row,) = closed(story)
    assert (row.closed_how, row.closed_at, row.closed_by) == (ClosedBy.CAME_AGAIN, after(205), "")


def test_an_answer_says_nothing_of_later_calls():
    story = Story()
    fold(story.board, call(ended=100))
    fold(story.board, call(ended=300, answered_at=after(50), outcome=CallOutcome.COMPLETED))
    assert len(lines(story)) == 1


def test_a_completed_call_was_answered_even_if_nobody_saw_when():
    story = Story()
    fold(story.board, call(ended=100))
    fold(story.board, call(ended=300, outcome=CallOutcome.COMPLETED))
    assert lines(story) == []


@pytest.mark.parametrize("number", ["", "anonymous", "<unknown>"])
def test_who_hides_their_number_cannot_be_called(number):
    story = Story()
    tries_of(story, 0, "1.1", number)
    assert lines(story) == []


@pytest.mark.parametrize("outcome", [CallOutcome.REDIRECTED, CallOutcome.EXITED, CallOutcome.LOST])
def test_who_left_otherwise_is_owed_nothing(outcome):
    story = Story()
    fold(story.board, call(outcome=outcome))
    assert lines(story) == []


def test_short_abandons_are_left_out_as_the_queue_has_it():
    story = Story()
    story.board.memory.queue_settings = {"6500": QueueSettings(target_short_seconds=10)}
    fold(story.board, call(hold_seconds=9))
    assert lines(story) == []
    fold(story.board, call(hold_seconds=10))
    assert len(lines(story)) == 1


def test_who_went_on_to_another_queue_waits_there():
    story = Story()
    story.event(0, join("1.1"))
    story.event(30, ami.CallerAbandoned(queue="6500", uniqueid="1.1", position=1, hold_seconds=30))
    assert [row.last_outcome for row in lines(story)] == ["abandoned"]
    story.event(31, join("1.1", "6501"))
    assert lines(story) == []
    assert closed(story) == []


def test_a_try_that_was_none_is_taken_off_the_line_again():
    story = Story()
    first, second = call(ended=30), call(ended=90, hold_seconds=7)
    fold(story.board, first, second)
    fold(story.board, replace(second, outcome=CallOutcome.REDIRECTED))
    (row,) = lines(story)
    assert (row.tries, row.last_at, row.last_wait_seconds) == (1, after(30), 30)


def test_a_line_from_the_database_counts_on():
    board = Board("pbx")
    fold(board, call(ended=30))
    saved = Board("pbx", owed=dict(board.owed))
    fold(adopt(saved), second := call(ended=90))
    (row,) = saved.owed.values()
    assert (row.tries, row.first_at, row.last_at, row.opened_at) == (2, after(30), after(90), after(30))
    fold(saved, replace(second, outcome=CallOutcome.EXITED))
    assert saved.owed == board.owed


def test_a_call_told_again_after_its_line_was_closed_opens_none():
    story = Story()
    fold(story.board, told := call())
    draft = Draft(story.board, after(60))
    owed.close(draft, lines(story)[0], ClosedBy.BY_HAND)
    fold(story.board, replace(told, outcome=CallOutcome.TIMED_OUT), at=61)
    fold(story.board, replace(told, outcome=CallOutcome.EXITED), at=62)
    assert lines(story) == []


def test_lines_of_one_instant_are_two_rows_for_ever():
    story = Story()
    fold(story.board, call(ended=30, uniqueid="a"))
    first = lines(story)[0]
    owed.close(Draft(story.board, after(30)), first, ClosedBy.BY_HAND)
    fold(story.board, call(ended=30, uniqueid="b"))
    assert lines(story)[0].opened_at > first.opened_at


def test_a_changed_promise_holds_for_open_lines():
    story = Story()
    fold(story.board, call(ended=30))
    told = {"display_names": {}, "left_queues": {}, "zone": UTC, "region": "DE"}
    apply_settings(story.board, after(40), queues={"6500": QueueSettings(callback_minutes=5)}, **told)
    assert lines(story)[0].due_at == after(30) + timedelta(minutes=5)
    fold(story.board, call("030 12345", ended=60))
    assert [row.tries for row in lines(story)] == [2]


def test_lines_go_by_how_numbers_are_understood_now():
    board = Board("pbx")
    fold(board, call("030 12345", ended=30), call(PAUL, ended=40))
    fold(board, call(ANNA, ended=90), call("0049 30 12345", ended=60))
    first, second = f"{party_of('030 12345', '')}/6500", f"{ANNA}/6500"
    board.owed[first] = replace(board.owed[first], attempts=1, attempted_at=after(50), claimed_login="bob")
    board.owed[second] = replace(board.owed[second], claimed_login="ada")
    saved = adopt(Board("pbx", owed=dict(board.owed)))
    told = {"display_names": {}, "left_queues": {}, "queues": {}, "zone": UTC}
    changes = apply_settings(saved, after(99), region="DE", **told)
    assert sorted(saved.owed) == sorted([second, f"{PAUL}/6500"])
    row = saved.owed[second]
    assert (row.tries, row.first_at, row.last_at, row.number) == (3, after(30), after(90), ANNA)
    assert (row.attempts, row.attempted_at, row.claimed_login) == (1, after(50), "ada")
    assert row.due_at == after(30) + timedelta(minutes=60)
    board.apply(changes)
    assert board.owed == saved.owed
    assert not [c for c in apply_settings(saved, after(100), region="DE", **told) if c.table == "owed"]


def test_a_line_that_is_spelled_otherwise_now_keeps_what_it_says():
    board = Board("pbx")
    fold(board, call("030 12345", ended=30))
    apply_settings(board, after(40), region="DE", display_names={}, left_queues={}, queues={}, zone=UTC)
    (row,) = board.owed.values()
    assert (row.party, row.number, row.tries, row.opened_at) == (ANNA, "030 12345", 1, after(30))


OFFICE = hours_of("Europe/Berlin", [[day, "08:00", "18:00"] for day in range(5)], country="DE", subdivision="BE")


@pytest.mark.parametrize(
    ("first", "minutes", "due"),
    [
        ("2026-11-23 10:00", 60, "2026-11-23 11:00"),  # a Monday
        ("2026-11-23 17:30", 60, "2026-11-24 08:30"),
        ("2026-11-23 17:00", 60, "2026-11-23 18:00"),
        ("2026-11-23 22:00", 60, "2026-11-24 09:00"),
        ("2026-11-27 17:59", 30, "2026-11-30 08:29"),  # over a weekend
        ("2026-12-24 17:50", 30, "2026-12-28 08:20"),  # Christmas is on Friday and Saturday
        ("2026-11-23 10:00", 1440, "2026-11-25 14:00"),  # a day has ten hours
    ],
)
def test_nights_weekends_and_holidays_do_not_count(first, minutes, due):
    def at(text):
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)

    assert owed.open_time_after(OFFICE, at(first), timedelta(minutes=minutes)) == at(due)


def test_without_hours_or_with_such_as_never_come_all_time_counts():
    never = hours_of(
        "UTC", [[0, "08:00", "09:00"]], closed_days=[str(date(2026, 1, 5) + timedelta(7 * n)) for n in range(250)]
    )
    for hours in (None, hours_of("UTC", [], [[0, "08:00", "09:00"]]), never):
        assert owed.open_time_after(hours, after(0), timedelta(minutes=5)) == after(300)


def test_new_opening_hours_hold_for_open_lines():
    story = Story()
    fold(story.board, call(ended=30))  # Monday at 9:00 UTC
    apply_wishes(story.board, after(40), Wishes(hours={"": hours_of("UTC", [[1, "08:00", "18:00"]])}))
    assert lines(story)[0].due_at == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_what_ended_while_nobody_followed_is_recalled_once():
    board = Board("pbx")
    earlier, counted, late = call(PAUL, ended=10), call(ended=20), call(ended=50)
    changes = owed.recall(board, after(99), [earlier, counted, late], {f"{party_of(ANNA, '')}/6500": after(20)})
    assert {row.number: row.tries for row in board.owed.values()} == {PAUL: 1, ANNA: 1}
    assert len(changes) == 2
    assert owed.recall(board, after(100), [earlier, late], {}) == []


def test_only_so_many_calls_are_remembered():
    board = Board("pbx")
    for number in range(OWED_LIMIT + 1):
        board.memory.remember_owed(("", str(number), "", after(0)), "key")
    assert len(board.memory.owed_calls) == OWED_LIMIT


NUMBERS = {"a": ANNA, "b": "+49 30 12345", "c": PAUL, "d": ""}
CALLS = st.builds(
    lambda uniqueid, ended, **told: call(NUMBERS[uniqueid], ended, uniqueid=uniqueid, **told),
    uniqueid=st.sampled_from(sorted(NUMBERS)),
    ended=st.integers(30, 40),
    outcome=st.sampled_from(CallOutcome),
    hold_seconds=st.sampled_from([2, 30]),
)


@given(st.lists(CALLS, max_size=30))
def test_whatever_is_told_in_whatever_order_none_is_lost_and_none_doubled(told):
    """A call counts by what was told of it last, and an answer settles what was known then and is older."""
    board, copied = Board("pbx"), Board("pbx")
    owing: dict[object, CallRow] = {}
    settled = set()
    for row in told:
        copied.apply(fold(board, row, at=60))
        assert copied.owed == board.owed
        identity, party = (row.uniqueid, row.joined_at), party_of(row.number, "")
        owing.pop(identity, None)
        if owed.is_unanswered(row, 5) and party and identity not in settled:
            owing[identity] = row
        elif row.outcome is CallOutcome.COMPLETED:
            mine = {key: c for key, c in owing.items() if party_of(c.number, "") == party}
            if all(c.ended_at <= row.ended_at for c in mine.values()):
                settled |= mine.keys()
                owing = {key: c for key, c in owing.items() if key not in mine}
        expected: dict[str, list[CallRow]] = {}
        for counted in owing.values():
            expected.setdefault(party_of(counted.number, ""), []).append(counted)
        assert {line.party: line.tries for line in board.owed.values()} == {
            party: len(calls) for party, calls in expected.items()
        }
        for line in board.owed.values():
            ends = [counted.ended_at for counted in expected[line.party]]
            assert (line.first_at, line.last_at) == (min(ends), max(ends))

"""Opening and quiet hours: over midnight, in any zone, when the clocks change, on holidays."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queues.live.hours import Hours, NotHours, hours_of
from tests.support.told import after
from tests.support.wished import Judged, rule

WEEKDAYS = [[day, "08:00", "18:00"] for day in range(5)]


def berlin(week=WEEKDAYS, **told) -> Hours:
    return hours_of("Europe/Berlin", week, **told)


def local(year, month, day, hour, minute=0, zone="Europe/Berlin", fold=0):
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone), fold=fold)


def is_open(hours, *at, **told):
    return hours.span(local(*at, **told).astimezone(UTC)).is_open


def test_a_queue_is_open_from_its_beginning_until_just_before_its_end():
    hours = berlin()
    assert [is_open(hours, 2026, 11, 23, *clock) for clock in ((7, 59), (8, 0), (17, 59), (18, 0))] == [
        False,
        True,
        True,
        False,
    ]
    assert not is_open(hours, 2026, 11, 22, 12)


def test_the_next_change_is_known():
    span = berlin().span(local(2026, 11, 20, 12))
    assert span.until == local(2026, 11, 20, 18)
    assert berlin().span(span.until).until == local(2026, 11, 23, 8)


def test_without_any_the_next_look_is_within_a_week():
    closed = berlin([[0, "08:00", "18:00"]], closed_days=["2026-11-23", "2026-11-30"])
    span = closed.span(local(2026, 11, 23, 9))
    assert (span.is_open, span.until) == (False, local(2026, 11, 30, 9))


def test_hours_go_on_over_midnight_and_round_the_clock():
    night = berlin([[4, "22:00", "06:00"]])
    assert is_open(night, 2026, 11, 20, 23)
    assert is_open(night, 2026, 11, 21, 5, 59)
    assert not is_open(night, 2026, 11, 21, 6)
    assert not is_open(night, 2026, 11, 20, 5)
    always = berlin([[day, "00:00", "00:00"] for day in range(7)])
    assert is_open(always, 2026, 11, 21, 0)
    assert is_open(always, 2026, 11, 21, 23, 59)


def test_the_day_is_that_of_the_zone():
    monday_in_auckland = local(2026, 11, 23, 9, zone="Pacific/Auckland").astimezone(UTC)
    assert monday_in_auckland.weekday() == 6
    assert hours_of("Pacific/Auckland", WEEKDAYS).span(monday_in_auckland).is_open


def test_when_the_clocks_change_the_stretch_is_an_hour_longer_or_shorter():
    night = berlin([[day, "22:00", "06:00"] for day in range(7)])
    for (year, month, day), hours in (((2026, 3, 28), 7), ((2026, 10, 24), 9)):
        begins = local(year, month, day, 22).astimezone(UTC)
        assert night.span(begins).until - begins == timedelta(hours=hours)


def test_times_the_clock_skips_or_repeats():
    early = berlin([[6, "02:30", "04:00"]])
    assert early.span(datetime(2026, 3, 29, 1, 29, tzinfo=UTC)).until == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    late = berlin([[6, "01:00", "02:30"]])
    assert late.span(local(2026, 10, 25, 2, 31)).is_open
    assert late.span(local(2026, 10, 25, 1)).until == local(2026, 10, 25, 2, 30, fold=1).astimezone(UTC)
    twice = berlin([[6, "02:30", "04:00"]])
    assert twice.span(local(2026, 10, 25, 2, 31)).is_open


def test_on_holidays_and_closed_days_it_stays_shut():
    assert not is_open(berlin(country="DE"), 2026, 12, 25, 12)
    assert is_open(berlin(country="DE"), 2026, 6, 4, 12)
    assert not is_open(berlin(country="DE", subdivision="BY"), 2026, 6, 4, 12)
    assert not is_open(berlin(closed_days=["2026-11-24"]), 2026, 11, 24, 12)


def test_a_night_before_a_holiday_is_finished():
    night = berlin([[day, "22:00", "06:00"] for day in range(7)], country="DE")
    assert is_open(night, 2026, 12, 25, 5)
    assert not is_open(night, 2026, 12, 25, 23)


def test_quiet_hours_are_their_own():
    hours = hours_of("UTC", [], [[0, "20:00", "07:00"]], closed_days=["2026-11-23"])
    assert hours.span(after(0)) is None
    assert hours.is_quiet(datetime(2026, 11, 23, 21, tzinfo=UTC))
    assert hours.is_quiet(datetime(2026, 11, 24, 6, 59, tzinfo=UTC))
    assert not hours.is_quiet(datetime(2026, 11, 24, 7, tzinfo=UTC))


def test_quiet_hours_that_follow_each_other_end_with_the_last():
    hours = hours_of("UTC", [], [[0, "20:00", "00:00"], [1, "00:00", "07:00"]])
    assert hours.quiet_until(datetime(2026, 11, 23, 21, tzinfo=UTC)) == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert hours.quiet_until(datetime(2026, 11, 24, 7, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"time_zone": "../etc/passwd"}, "no time zone"),
        ({"country": "XX"}, "not known"),
        ({"country": "DE", "subdivision": "ZZ"}, "not known"),
        ({"closed_days": ["Christmas"]}, "2026-12-24"),
        ({"closed_days": [1]}, "2026-12-24"),
        ({"week": [[7, "08:00", "09:00"]]}, "Monday"),
        ({"week": [[True, "08:00", "09:00"]]}, "Monday"),
        ({"week": [[0, "8:00", "09:00"]]}, "Monday"),
        ({"week": [[0, "24:00", "09:00"]]}, "Monday"),
        ({"week": [[0, 8, 9]]}, "Monday"),
        ({"week": [0]}, "Monday"),
        ({"week": None}, "Monday"),
        ({"quiet": [["0", "08:00", "09:00"]]}, "Monday"),
    ],
)
def test_what_are_no_hours_is_refused_in_words(told, words):
    with pytest.raises(NotHours, match=words):
        hours_of(**{"time_zone": "Europe/Berlin", "week": WEEKDAYS} | told)


clocks = st.times().map(lambda t: f"{t:%H:%M}")
weeks = st.lists(st.tuples(st.integers(0, 6), clocks, clocks), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    weeks,
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_until_the_change_told_nothing_changes(week, at, zone):
    hours = hours_of(zone, week)
    span = hours.span(at)
    assert at < span.until <= at + timedelta(days=7)
    for part in (0.01, 0.5, 0.99):
        assert hours.span(at + part * (span.until - at)).is_open == span.is_open


# --- on the board ----------------------------------------------------------------------------------------------

EVERY_DAY = {"6500": hours_of("UTC", [[day, "08:00", "09:01"] for day in range(7)])}


def test_the_board_says_whether_a_queue_is_open_with_the_second():
    story = Judged(hours=EVERY_DAY)
    assert story.board.queues["6500"].is_open is True
    story.tick(59)
    assert story.board.queues["6500"].is_open is True
    story.tick(60)
    assert story.board.queues["6500"].is_open is False


def test_without_a_link_the_clock_goes_on():
    story = Judged(hours=EVERY_DAY)
    story.link(5, "down")
    story.tick(60)
    assert story.board.queues["6500"].is_open is False


def test_nobody_says_so_where_there_are_no_hours():
    story = Judged(hours={"": hours_of("UTC", [], [[0, "00:00", "00:00"]])})
    assert story.board.queues["6500"].is_open is None
    story.wish(1)
    assert story.board.queues["6500"].is_open is None


def test_nobody_logged_in_counts_within_the_hours_only():
    nobody = rule("logged_in = 0", recover_seconds=0)
    story = Judged(nobody, phones=(), hours=EVERY_DAY)
    assert [row.cause for row in story.open] == ["rule:7"]
    story.tick(60)
    assert story.open == []
    story = Judged(rule("logged_in = 0", only_when_open=False), phones=(), hours=EVERY_DAY)
    story.tick(60)
    assert [row.cause for row in story.open] == ["rule:7"]

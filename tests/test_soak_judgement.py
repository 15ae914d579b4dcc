"""A soak is only as good as its judgement: what it must find wrong it finds, and nothing else."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.soak.faults import Past, Trouble
from tests.soak.people import wrong_commands
from tests.support.faults_line import Action, Line
from tests.support.saved import save_command

BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def seconds(after):
    return BEGIN.timestamp() + after


def command(state, finished=True):
    """One asked for at BEGIN, to be sent within ten seconds."""
    return save_command(BEGIN, state=state, finished_at=BEGIN + timedelta(seconds=1) if finished else None)


def judged(*sent, at=20, frozen=()):
    """What is said of commands of which these (command, seconds after BEGIN) were seen on the wire."""
    line = Line(0)
    for number, (row, after) in enumerate(sent):
        line.actions.append(Action(seconds(after), {"actionid": f"ucmdash-{number}-command-{row.pk}"}))
    line.actions.append(Action(seconds(0), {"actionid": "ucmdash-0-7", "action": "Ping"}))
    return wrong_commands(line, seconds(at), [(seconds(start), seconds(end)) for start, end in frozen])


@pytest.mark.django_db
def test_commands_sent_once_and_in_time_are_in_order():
    sent = [(command("done"), 1), (command("refused"), 9), (command("unknown"), 10)]
    command("unknown")
    command("expired")
    command("queued", finished=False)
    assert judged(*sent) == []


@pytest.mark.django_db
def test_a_command_sent_twice_is_found():
    twice = command("done")
    assert "sent" in judged((twice, 1), (twice, 2))[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "after"), [("done", 13), ("unknown", 30), ("expired", 1), ("undone", 1)])
def test_a_command_sent_late_or_against_its_state_is_found(state, after):
    assert len(judged((command(state), after))) == 1


@pytest.mark.django_db
def test_a_command_that_a_frozen_line_held_back_is_not_late():
    assert judged((command("unknown"), 30), frozen=[(5, 29)]) == []


@pytest.mark.django_db
def test_a_command_done_that_nobody_saw_or_that_never_ends_is_found():
    command("done")
    command("sent", finished=False)
    assert [line.rpartition(": ")[2] for line in judged(at=61)] == ["never sent", "has not ended"]


def past(name, began, ended, recovered):
    return Past(name, seconds(began), seconds(ended), recovered)


def test_calls_are_unwatched_from_the_beginning_of_a_fault_that_hides_them_until_all_was_well_again():
    trouble = Trouble({}, frozenset({"cut"}), chance=None, calm=1)
    trouble.past += [past("cut", 0, 1, 3.0), past("PBX reloaded", 20, 21, 0.5)]
    assert trouble.unwatched() == [(seconds(-2), seconds(6))]


@pytest.mark.parametrize(
    ("name", "since", "connected", "hides"),
    [
        ("frozen", 20, 5, True),
        ("frozen", 10, 5, False),
        ("PBX killed", 20, -60, True),
        ("PBX killed", 20, 5, False),
        ("cut", 20, -60, False),
    ],
)
def test_no_page_may_show_its_board_as_live_once_the_pbx_has_been_out_of_reach_for_a_while(
    name, since, connected, hides
):
    trouble = Trouble({}, frozenset(), chance=None, calm=1)
    began = time.time() - since
    trouble.past.append(Past(name, began))
    assert trouble.hides_the_pbx(began + connected) is hides

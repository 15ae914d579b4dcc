"""Whether a browser keeps up, from what it acknowledges."""

import pytest

from agents.auth import Credential
from agents.people import Identity
from agents.permissions import NOTHING
from queues.clients import BEHIND_BYTES, BEHIND_SECONDS, HOLD_SECONDS, RESYNC_SECONDS, Client


async def unread(text: str) -> None:
    """These tests send nothing."""


async def unclosed(code: int) -> None:
    """And end nothing."""


@pytest.fixture
def client() -> Client:
    """A browser that acknowledges: it has taken in delta 1 of `main`, sent at second 0."""
    client = Client(Credential(), Identity(1, "ada", NOTHING), unread, unclosed)
    client.acknowledge("main", (1, 1))
    return client


def test_a_browser_that_acknowledges_in_time_keeps_up(client):
    client.note_delta("main", (1, 2), 100, at=0)
    client.note_delta("main", (1, 3), 100, at=1)
    client.acknowledge("main", (1, 2))
    assert not client.is_behind(1 + BEHIND_SECONDS)


def test_a_delta_that_is_not_acknowledged_for_too_long_is_behind(client):
    client.note_delta("main", (1, 2), 100, at=0)
    assert not client.is_behind(BEHIND_SECONDS)
    assert client.is_behind(BEHIND_SECONDS + 0.1)


def test_too_much_unacknowledged_is_behind_at_once(client):
    client.note_delta("main", (1, 2), BEHIND_BYTES, at=0)
    assert not client.is_behind(0)
    client.note_delta("main", (1, 3), 1, at=0)
    assert client.is_behind(0)


def test_a_program_that_never_acknowledges_is_not_behind():
    client = Client(Credential(), Identity(1, "ada", NOTHING), unread, unclosed)
    client.note_delta("main", (1, 2), 2 * BEHIND_BYTES, at=0)
    assert not client.is_behind(3600)


def test_an_acknowledgement_of_one_pbx_says_nothing_about_another(client):
    client.note_delta("main", (1, 2), 100, at=0)
    client.note_delta("other", (1, 9), 100, at=0)
    client.acknowledge("main", (1, 2))
    assert client.is_behind(BEHIND_SECONDS + 1)


def test_a_snapshot_settles_the_deltas_before_it(client):
    client.note_delta("main", (1, 2), 100, at=0)
    client.note_snapshot("main", (2, 0), at=0)
    assert not client.is_behind(3600)
    assert client.places == {"main": (2, 0)}


def test_a_hold_ends_when_all_is_acknowledged(client):
    client.note_delta("main", (1, 2), 100, at=0)
    client.held_since = 3
    assert not client.hold_is_over(4)
    client.acknowledge("main", (1, 2))
    assert client.hold_is_over(4)


def test_a_hold_ends_by_itself_so_that_a_lost_word_does_not_freeze_a_page(client):
    client.note_delta("main", (1, 2), 100, at=0)
    client.held_since = 3
    assert client.hold_is_over(3 + HOLD_SECONDS)
    client.release()
    assert client.held_since is None
    assert not client.is_behind(3600)


def test_snapshots_may_be_asked_for_once_a_while(client):
    assert client.may_have_snapshot("main", 0)
    client.note_snapshot("main", (1, 5), at=0)
    assert not client.may_have_snapshot("main", RESYNC_SECONDS / 2)
    assert client.may_have_snapshot("main", RESYNC_SECONDS)
    assert client.may_have_snapshot("other", 0)

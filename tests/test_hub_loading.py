"""The board is read from the database as it was at one moment, and nobody waits for that."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from django.db import connection, transaction

from queues.live import store
from queues.live.state import AgentRow, Board, CallRow, Change, LinkState, MemberRow, QueueRow
from queues.models import Link, Queue
from queues.selectors import load_board, load_boards
from tests.support.saved import AT, save_board, save_link


def numbered(number: int) -> list[Change]:
    """A flush in which every table says the same number."""
    text = str(number)
    rows = [
        QueueRow("main", "6500", text),
        MemberRow("main", "6500", "PJSIP/1000", name=text),
        CallRow("main", "", "17.1", "6500", AT, name=text),
        AgentRow("main", "PJSIP/1000", name=text),
    ]
    return [Change(type(row).table, row.key, row) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_no_flush_is_seen_by_half():
    save_link(seq=0)
    is_over = Event()

    def write() -> int:
        try:
            flushes = 0
            while not is_over.is_set():
                flushes += 1
                store.save("main", 3, numbered(flushes))
            return flushes
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(write)
        try:
            seen = set()
            while len(seen) < 30 and not writer.done():
                [saved] = load_boards()
                said = {saved.seq} if saved.seq else set()
                for table in ("queues", "members", "callers", "agents"):
                    said.update(int(row.name) for row in getattr(saved.board, table).values())
                assert len(said) <= 1, said
                seen.add(saved.seq)
        finally:
            is_over.set()
    assert writer.result() >= max(seen)


@pytest.mark.django_db(transaction=True)
def test_reading_does_not_wait_for_a_writer_in_mid_transaction():
    save_board()
    is_writing, may_go_on = Event(), Event()

    def write() -> None:
        try:
            with transaction.atomic():
                Queue.objects.update(name="not yet")
                is_writing.set()
                assert may_go_on.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(write)
        assert is_writing.wait(10)
        assert load_board("main").queues["6500"].name == "Queue 6500"
        may_go_on.set()
        writer.result(10)
    assert load_board("main").queues["6500"].name == "not yet"


@pytest.mark.django_db(transaction=True)
def test_reading_leaves_the_connection_ready_to_write():
    save_board()
    load_board("main")
    with transaction.atomic():
        Link.objects.update(error="changed")
    assert load_board("main").links["main"].error == "changed"


@pytest.mark.django_db
def test_of_a_pbx_nobody_has_seen_there_is_an_empty_board():
    assert load_board("nowhere") == Board("nowhere")
    assert load_boards("nowhere") == []


@pytest.mark.django_db
def test_boards_come_with_their_place_in_the_stream():
    save_link("branch", epoch=7, seq=9, heard_at=datetime(2026, 1, 5, 9, 1, tzinfo=UTC))
    save_link("main", state="down", error="No answer.")
    branch, main = load_boards()
    assert (branch.board.pbx, branch.epoch, branch.seq, branch.heard_at.minute) == ("branch", 7, 9, 1)
    assert (main.board.link.state, main.board.link.error) == (LinkState.DOWN, "No answer.")

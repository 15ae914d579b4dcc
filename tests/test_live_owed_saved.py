"""Calls we owe as they are saved: what was never owed leaves no row, and outages are noted from what was heard last."""

from dataclasses import replace
from datetime import timedelta

import pytest

from queues import owing
from queues.live import store
from queues.live.outbox import Outbox
from queues.live.reducer import apply_link
from queues.live.state import Board, CallOutcome, LinkState
from queues.models import Call, Link, Outage, OwedCall, Queue
from queues.selectors import load_board
from tests.support.told import BEGIN, after
from tests.test_live_claims import ADA, KEY, claims
from tests.test_live_owed import call, fold

pytestmark = pytest.mark.django_db


def save(epoch, *changes):
    outbox = Outbox()
    outbox.add(changes)
    store.save("pbx", epoch, outbox.take())


@pytest.fixture
def epoch():
    return store.acquire_lease("pbx", "w1", BEGIN)


def test_what_was_owed_and_withdrawn_leaves_no_row(epoch):
    board = Board("pbx")
    save(epoch, *fold(board, told := call()))
    assert OwedCall.objects.count() == 1
    save(epoch, *fold(board, replace(told, outcome=CallOutcome.REDIRECTED)))
    assert not OwedCall.objects.exists()


def test_one_withdrawn_and_another_opened_in_one_flush_are_one_row(epoch):
    board = Board("pbx")
    save(epoch, *fold(board, told := call()))
    changes = fold(board, replace(told, outcome=CallOutcome.REDIRECTED))
    save(epoch, *changes, *fold(board, call(ended=99)))
    assert [row.opened_at for row in OwedCall.objects.all()] == [after(99)]
    assert load_board("pbx").owed == board.owed


def test_closed_and_opened_anew_in_one_flush_are_two_rows(epoch):
    board = Board("pbx")
    save(epoch, *fold(board, call()))
    closing = claims.close(board, KEY, ADA, "Done", after(60))
    save(epoch, *closing, *fold(board, call(ended=99)))
    rows = OwedCall.objects.order_by("opened_at")
    assert [(row.note, row.closed_at) for row in rows] == [("Done", after(60)), ("", None)]
    assert load_board("pbx").owed == board.owed


def test_old_lines_and_outages_are_pruned_open_ones_never(epoch):
    board = Board("pbx")
    save(epoch, *fold(board, call()), *claims.close(board, KEY, ADA, "", after(60)), *fold(board, call(ended=99)))
    Outage.objects.create(pbx="pbx", began_at=after(0), ended_at=after(9))
    Outage.objects.create(pbx="pbx", began_at=after(0))
    assert store.prune_concerns(after(1000)) == 2
    assert OwedCall.objects.get().closed_at is None
    assert Outage.objects.get().ended_at is None


def links(epoch, board, seconds, state):
    save(epoch, *apply_link(board, after(seconds), state))


def test_an_outage_lasts_from_the_link_going_down_until_it_is_up(epoch):
    board = Board("pbx")
    links(epoch, board, 0, LinkState.UP)
    store.renew_lease("pbx", epoch, after(58), after(58))
    for seconds, state in ((60, LinkState.DOWN), (61, LinkState.CONNECTING), (90, LinkState.UP), (95, LinkState.UP)):
        links(epoch, board, seconds, state)
    assert list(Outage.objects.values_list("began_at", "ended_at")) == [(after(58), after(90))]


@pytest.mark.parametrize("steps", [(LinkState.CONNECTING, LinkState.UP), (LinkState.UP,)])
def test_a_killed_worker_saw_nothing_from_the_last_word_of_the_pbx_on(epoch, steps):
    links(epoch, Board("pbx"), 0, LinkState.UP)
    Link.objects.update(heard_at=after(30))
    board = load_board("pbx")
    for number, state in enumerate(steps):
        board.links["pbx"] = replace(board.links["pbx"], state=LinkState.DOWN)
        links(epoch, board, 300 + number, state)
    (outage,) = Outage.objects.all()
    assert outage.began_at == after(30)
    assert outage.ended_at - after(300) <= timedelta(seconds=1)


def saved_call(uniqueid, ended, **fields):
    told = {"number": "0301", "outcome": "abandoned", "hold_seconds": 30, "ended_at": after(ended)} | fields
    Call.objects.create(pbx="pbx", uniqueid=uniqueid, queue="6500", joined_at=after(ended - 30), **told)


def test_only_what_no_line_has_counted_is_taken_in_with_who_was_answered_since():
    Queue.objects.create(pbx="pbx", number="6500", name="Sales", target_short_seconds=10)
    saved_call("answered before", 50, outcome="completed", answered_at=after(40))
    saved_call("given up", 100)
    saved_call("short", 110, hold_seconds=9)
    saved_call("nobody", 120, number="anonymous")
    saved_call("sent on", 130, outcome="redirected")
    saved_call("answered since", 300, number="0302", outcome="completed", answered_at=after(200))
    saved_call("long ago", -90_000)
    calls, counted = owing.unfollowed("pbx", after(1000))
    assert ([call.uniqueid for call in calls], counted) == (["given up", "answered since"], {})

    told = {"pbx": "pbx", "queue": "6500", "party": "0301", "number": "0301"}
    OwedCall.objects.create(**told, opened_at=after(100), last_at=after(100), closed_at=after(500))
    calls, counted = owing.unfollowed("pbx", after(1000))
    assert (calls, counted) == ([], {"0301/6500": after(500)})

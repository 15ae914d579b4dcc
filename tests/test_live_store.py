"""What the worker saves is what is loaded again, fenced by its lease."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from agents import services
from agents.models import Agent
from queues.live import store
from queues.live.memory import QueueSettings
from queues.live.outbox import Outbox
from queues.live.reducer import adopt, apply_event, apply_link
from queues.live.state import TABLES, LinkState
from queues.models import Call, Link, Member, Queue
from queues.selectors import load_board
from tests.support import asking
from tests.support.recordings import live_events, new_board
from tests.support.saved import save_command
from tests.support.told import BEGIN, Story, after, connect, entry, hangup, join, member, queue, snapshot


def rows(board):
    return {table: getattr(board, table) for table in TABLES}


def take_lease(seconds=0, holder="w1"):
    return store.acquire_lease("pbx", holder, after(seconds))


def flush(changes):
    """What the worker saves of these changes at once."""
    outbox = Outbox()
    outbox.add(changes)
    return outbox.take()


def save(board, changes, epoch):
    """One flush as the worker does it: ids of new agents come back to the board."""
    _, saved = store.save("pbx", epoch, flush(changes))
    board.apply(saved)
    return saved


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mixed-60s-16", "transfer-redirect-22", "pause-16"])
def test_the_loaded_board_equals_the_one_whose_changes_were_saved(name):
    epoch = take_lease()
    board = new_board()
    outbox = Outbox()
    outbox.add(_everything(board))
    for n, (event, at) in enumerate(live_events(name)):
        outbox.add(apply_event(board, event, at))
        if n % 97 == 0:
            save(board, outbox.take(), epoch)
    save(board, outbox.take(), epoch)

    assert rows(load_board("pbx")) == rows(board)
    assert all(agent.id for agent in board.agents.values())


def _everything(board):
    return [store.Change(table, key, row) for table in TABLES for key, row in getattr(board, table).items()]


@pytest.mark.django_db
def test_an_ended_call_stays_as_one_row_and_is_corrected_in_place():
    epoch = take_lease()
    story = Story(member(kind="status"), join())
    story.event(4, connect())
    save(story.board, story.changes, epoch)
    story.changes.clear()
    story.event(14, hangup("1.1"))
    save(story.board, story.changes, epoch)

    call = Call.objects.get()
    assert (call.outcome, call.hold_seconds, call.talk_seconds, call.agent_interface) == (
        "completed",
        4,
        10,
        "PJSIP/1000",
    )
    assert load_board("pbx").callers == {}


@pytest.mark.django_db
def test_a_thousand_rows_are_saved_in_bulk(django_assert_max_num_queries):
    epoch = take_lease()
    story = Story()
    members = [member(f"PJSIP/{n}", queue=str(6500 + n % 10)) for n in range(1000)]
    story.poll(0, snapshot(queues=[queue(str(6500 + n)) for n in range(10)], members=members), is_first=True)

    with django_assert_max_num_queries(70):  # SQLite takes 999 values a statement
        store.save("pbx", epoch, flush(story.changes))
    assert Member.objects.count() == 1000
    assert Agent.objects.count() == 1000


@pytest.mark.django_db
def test_what_people_set_survives_every_flush():
    epoch = take_lease()
    story = Story()
    told = snapshot(queues=[queue(completed=1)], members=[member()], callers=[entry()])
    story.poll(0, told, is_first=True)
    store.save("pbx", epoch, flush(story.changes))
    set_by_people = QueueSettings(
        wrap_up_seconds=15,
        own_target_seconds=30,
        target_percent=90,
        target_formula="c",
        target_short_seconds=0,
        reset_hour=4,
    )
    Queue.objects.update(**asdict(set_by_people))
    Agent.objects.update(display_name="Anna")

    store.save("pbx", epoch, flush(story.changes))

    assert store.load_settings("pbx") == ({"PJSIP/1000": "Anna"}, {}, {"6500": set_by_people})


@pytest.mark.django_db
def test_rows_that_left_the_board_are_not_loaded_again():
    epoch = take_lease()
    story = Story(member(kind="status"))
    save(story.board, story.changes, epoch)
    story.changes.clear()
    for seconds in (10, 20):
        story.poll(seconds, snapshot(queues=[]))
    save(story.board, story.changes, epoch)

    board = load_board("pbx")
    assert (board.queues, board.members) == ({}, {})
    assert set(board.agents) == {"PJSIP/1000"}
    assert Queue.objects.filter(is_on_board=False).count() == 1


@pytest.mark.django_db
def test_every_flush_has_the_next_number_and_a_new_run_begins_again():
    first = take_lease()
    story = Story(member(kind="status"))
    assert [store.save("pbx", first, flush(story.changes))[0] for _ in range(3)] == [1, 2, 3]

    second = take_lease(seconds=10, holder="w2")
    assert second == first + 1
    assert store.save("pbx", second, flush(story.changes))[0] == 1


@pytest.mark.django_db
def test_only_one_worker_holds_the_lease_until_it_runs_out_or_is_given_back():
    epoch = take_lease()
    assert take_lease(seconds=5, holder="w2") is None

    store.renew_lease("pbx", epoch, after(5), None)
    assert take_lease(seconds=10, holder="w2") is None

    store.release_lease("pbx", epoch, after(10))
    assert take_lease(seconds=10, holder="w2") == epoch + 1


@pytest.mark.django_db
def test_a_worker_whose_lease_was_taken_writes_nothing():
    epoch = take_lease()
    story = Story(member(kind="status"))
    taken = take_lease(seconds=store.LEASE_SECONDS, holder="w2")

    assert taken == epoch + 1
    with pytest.raises(store.LeaseLost):
        store.save("pbx", epoch, flush(story.changes))
    with pytest.raises(store.LeaseLost):
        store.renew_lease("pbx", epoch, after(8), None)
    store.release_lease("pbx", epoch, after(8))
    assert Member.objects.count() == 0
    assert Link.objects.get().lease_holder == "w2"


@pytest.mark.django_db
def test_only_the_run_that_holds_the_lease_claims_a_command():
    epoch = take_lease()
    command = save_command(BEGIN, pbx="pbx", requested_by=asking.person())
    taken = take_lease(seconds=store.LEASE_SECONDS, holder="w2")

    def claim(run):
        return store.under_lease("pbx", run, services.claim_command, command.pk, run, after(7))

    with pytest.raises(store.LeaseLost):
        claim(epoch)
    command.refresh_from_db()
    assert command.state == "queued"
    assert claim(taken)


@pytest.mark.django_db
def test_the_lease_notes_when_the_pbx_was_last_heard():
    epoch = take_lease()
    store.renew_lease("pbx", epoch, after(2), BEGIN)

    link = Link.objects.get()
    assert link.heard_at == BEGIN
    assert link.lease_expires_at == after(2) + timedelta(seconds=store.LEASE_SECONDS)


@pytest.mark.django_db
def test_hostile_texts_are_saved_as_they_are():
    epoch = take_lease()
    name = "<script>alert(1)</script> \u202eevil " + "x" * 200
    story = Story(member(kind="status"), join(name=name, number="'; DROP TABLE calls --"))
    store.save("pbx", epoch, flush(story.changes))

    assert Call.objects.get().name == name


@pytest.mark.django_db
def test_a_loaded_board_goes_on_where_the_saved_one_stood():
    epoch = take_lease()
    story = Story(member(kind="status"), join())
    story.event(4, connect())
    apply_link(story.board, after(4), LinkState.UP, clock_offset_seconds=7.0)
    outbox = Outbox()
    outbox.add(_everything(story.board))
    save(story.board, outbox.take(), epoch)
    board = adopt(load_board("pbx"))
    changes = apply_event(board, hangup("a.1"), after(9))

    assert board.memory.clock_offset == 7.0
    assert board.agents["PJSIP/1000"].state == "available"
    assert [c.row.outcome for c in changes if c.table == "calls"] == ["completed"]

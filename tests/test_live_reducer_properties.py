"""What holds for every stream: repeats, gaps, flushes anywhere, and changes that tell the whole truth."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queues.ami import events as ami
from queues.live.derive import derive
from queues.live.draft import Draft, reindex
from queues.live.outbox import Outbox
from queues.live.reducer import apply_event, apply_tick
from queues.live.state import TABLES, CallRow
from tests.support.recordings import live_events, new_board, replay

NAMES = [
    "abandon-16",
    "call-local-agent-16",
    "queue-timeout-22",
    "redirect-waiting-16",
    "transfer-redirect-16",
    "transfer-agent-22",
    "member-add-remove-16",
    "pause-16",
]


def rows(board):
    return {table: getattr(board, table) for table in TABLES}


def calls_of(changes):
    return {change.key: change.row for change in changes if change.table == "calls"}


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_events_delivered_several_times_end_in_the_same_board_and_the_same_calls(name, data):
    events = live_events(name)
    times = data.draw(st.lists(st.integers(1, 3), min_size=len(events), max_size=len(events)))
    repeated = tuple(item for item, count in zip(events, times, strict=True) for _ in range(count))

    once, often = replay(events), replay(repeated)

    assert rows(often.board) == rows(once.board)
    assert calls_of(often.changes) == calls_of(once.changes)


@pytest.mark.parametrize("name", [*NAMES, "mixed-60s-16"])
def test_a_whole_stream_told_again_ends_no_call_twice(name):
    events = live_events(name)
    once = replay(events)
    again = replay(events, copy.deepcopy(once.board))

    assert not again.board.callers
    assert {c.natural_key for c in again.calls} <= {c.natural_key for c in once.calls}


@pytest.mark.parametrize("name", [*NAMES, "mixed-60s-16", "mixed-60s-22"])
def test_old_board_and_changes_make_the_new_board(name):
    copied = new_board()
    board = new_board()
    for event, at in live_events(name):
        copied.apply(apply_event(board, event, at))
        assert rows(copied) == rows(board)


@pytest.mark.parametrize("name", [*NAMES, "mixed-60s-16", "mixed-60s-22"])
def test_what_an_event_does_not_touch_is_as_if_all_were_worked_out_anew(name):
    board = new_board()
    for number, (event, at) in enumerate(live_events(name)):
        apply_event(board, event, at)
        if number % 10:
            continue
        anew = copy.deepcopy(board)
        anew.memory.callers_of_agent.clear()
        reindex(anew)
        assert rung(anew) == rung(board)
        draft = Draft(anew, at)
        draft.agents, draft.queues = set(anew.agents), set(anew.queues)
        derive(draft)
        assert draft.changes == []


def rung(board):
    """Which callers each agent has or is rung for, by the board's index."""
    return {interface: keys for interface, keys in board.memory.callers_of_agent.items() if keys}


@pytest.mark.parametrize("name", [*NAMES, "mixed-60s-16"])
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_flushes_cut_anywhere_carry_the_same_rows_and_calls(name, data):
    changes = replay(live_events(name)).changes
    cuts = sorted(data.draw(st.sets(st.integers(0, len(changes)), max_size=20)))
    flushed, calls = new_board(), {}
    outbox = Outbox()
    for start, end in zip([0, *cuts], [*cuts, len(changes)], strict=True):
        outbox.add(changes[start:end])
        if data.draw(st.booleans()):
            outbox.put_back(outbox.take())  # a flush that failed
        flush = outbox.take()
        flushed.apply(flush)
        calls |= calls_of(flush)

    whole = new_board()
    whole.apply(changes)
    assert rows(flushed) == rows(whole)
    assert calls == calls_of(changes)


@pytest.mark.parametrize("name", [*NAMES, "mixed-60s-22"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_lost_and_swapped_events_never_break_the_board(name, data):
    events = list(live_events(name))
    for _ in range(data.draw(st.integers(0, 30))):
        if len(events) < 2:
            break
        n = data.draw(st.integers(0, len(events) - 2))
        if data.draw(st.booleans()):
            del events[n]
        else:
            events[n], events[n + 1] = events[n + 1], events[n]
    board = new_board()
    ended = {}
    for event, at in events:
        for change in apply_event(board, event, at):
            if isinstance(change.row, CallRow) and change.table == "calls":
                ended[change.key] = change.row
        for row in board.queues.values():
            waiting = [c for c in board.callers.values() if c.queue == row.number and c.state == "waiting"]
            assert row.waiting == len(waiting)
            assert row.oldest_joined_at == min((c.joined_at for c in waiting), default=None)
    for call in ended.values():
        assert call.ended_at is not None
        assert call.outcome is not None
        assert (call.talk_seconds or 0) >= 0


def test_a_tick_changes_nothing_when_nothing_is_due():
    result = replay(live_events("call-trunk-16"))
    at = live_events("call-trunk-16")[-1][1]

    assert apply_tick(result.board, at) == []


def test_an_event_of_no_interest_changes_nothing():
    board = new_board()
    before = copy.deepcopy(rows(board))

    assert apply_event(board, ami.PbxReloaded(module="All"), board.link.since) == []
    assert apply_event(board, ami.ChannelGone("1.1", "PJSIP/1-00000001", 16, ""), board.link.since) == []
    assert rows(board) == before
    assert replace(board.link) == board.link

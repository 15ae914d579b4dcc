"""Events, polls and time turn the board of one PBX into the next: the core of the product.

Each function takes the board, one input and the instant `at` (aware UTC, the server's clock), brings the board
up to date in place, and returns the changes it made, in order. Deterministic: no clock, no I/O, no Django.
The same event twice changes nothing the second time; an event about something unknown or already over is
ignored. The rules themselves are in `members`, `calls`, `phones` and `snapshots`; figures that follow from
other rows are worked out in `derive`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

from queues.ami import events as ami
from queues.live import calls, completions, demand, incidents, line, members, owed, pauses, phones, snapshots
from queues.live.derive import SETTLING, derive
from queues.live.draft import Draft, reindex, replaced
from queues.live.figures import QueueCall
from queues.live.interfaces import device_name
from queues.live.memory import AskedPause, QueueSettings
from queues.live.standing import count_in
from queues.live.state import Board, CallOutcome, CallState, Change, LinkRow, LinkState
from queues.live.wishes import Wishes

_QUEUE_EVENTS = (
    ami.MemberTold,
    ami.MemberRemoved,
    ami.CallerJoined,
    ami.CallerLeft,
    ami.CallerAbandoned,
    ami.AgentCalled,
    ami.AgentConnected,
    ami.AgentCompleted,
)
#: Nobody but the agent changed their state last.
NOT_CHANGED: dict[str, Any] = {"changed_by": "", "changed_at": None, "change": ""}
_CALL_EVENTS = (ami.ChannelTold, ami.ChannelGone, ami.HangupRequested, ami.BridgeChanged)


def _hanging_up(draft: Draft, event: ami.HangupRequested) -> None:
    if event.uniqueid not in draft.memory.gone:
        draft.memory.hanging_up.add(event.uniqueid)


def _device_changed(draft: Draft, event: ami.DeviceChanged) -> None:
    members.device_changed(draft, event, device_name(event.device))


_RULES: dict[type, Callable[[Draft, Any], None]] = {
    ami.QueueTold: members.queue_told,
    ami.MemberTold: members.member_told,
    ami.MemberRemoved: members.member_removed,
    ami.DeviceChanged: _device_changed,
    ami.CallerJoined: calls.joined,
    ami.CallerLeft: calls.left,
    ami.CallerAbandoned: calls.abandoned,
    ami.QueueVariableSet: calls.status_told,
    ami.AgentCalled: calls.called,
    ami.AgentNotAnswered: calls.not_answered,
    ami.DialEnded: calls.dial_ended,
    ami.AgentConnected: calls.connected,
    ami.AgentCompleted: completions.completed,
    ami.ChannelTold: phones.channel_told,
    ami.ChannelRenamed: phones.renamed,
    ami.BridgeChanged: phones.bridge_changed,
    ami.ChannelGone: phones.channel_gone,
    ami.HangupRequested: _hanging_up,
}


def apply_event(board: Board, event: ami.Event, at: datetime) -> list[Change]:
    """Apply one live event. Events that say nothing about the board return no change."""
    rule = _RULES.get(type(event))
    if rule is None:
        return []
    if isinstance(event, _QUEUE_EVENTS):
        board.memory.hears_queues = True
    elif isinstance(event, _CALL_EVENTS):
        board.memory.hears_calls = True
    draft = Draft(board, at)
    rule(draft, event)
    for change in draft.changes:
        if change.table == "callers":
            board.memory.touched_at[change.table, change.key] = at
    derive(draft)
    return draft.changes


def apply_snapshot(
    board: Board, snapshot: ami.Snapshot, at: datetime, *, asked_at: datetime, is_first: bool = False
) -> list[Change]:
    """Reconcile the board with what the PBX answered to a poll sent at `asked_at`. `is_first`: after a gap
    (connect, resync), when the answer wins at once; else what it lacks counts the second time in a row, and
    what an event touched since `asked_at` is the event's."""
    draft = Draft(board, at, is_first=is_first)
    is_first = is_first or not board.memory.hears_queues
    snapshots.reconcile(draft, snapshot, asked_at=asked_at, is_first=is_first)
    derive(draft)
    return draft.changes


def apply_tick(board: Board, at: datetime) -> list[Change]:
    """Let time pass: wrap-ups end, phones settle, callers who never reached an agent are given up on, and the figures
    of a queue begin anew at its hour."""
    draft = Draft(board, at)
    draft.queues.update(board.memory.ledger.struck(at))
    settled = (interface for interface, last in board.memory.last_call.items() if at - last.at <= 2 * SETTLING)
    draft.agents.update(settled)
    for agent in board.agents.values():
        if agent.wrap_up_until is not None and agent.wrap_up_until <= at:
            draft.agents.add(agent.interface)
    incidents.wake(draft)
    demand.reckon(draft)
    for row in [c for c in board.callers.values() if c.state is CallState.CONNECTING]:
        if row.left_at is not None and at - row.left_at >= calls.CONNECTING_LIMIT:
            calls.end(draft, row, CallOutcome.EXITED if board.memory.hears_calls else CallOutcome.LOST)
    derive(draft)
    line.refresh(draft)
    return draft.changes


def apply_wait(board: Board, at: datetime) -> list[Change]:
    """Let time pass without a link: hours begin and end, and rules about the link itself come true."""
    draft = Draft(board, at)
    incidents.wake(draft)
    derive(draft)
    return draft.changes


def apply_link(board: Board, at: datetime, state: LinkState, **told: Any) -> list[Change]:
    """Put the link's state on the board; `told` are further fields of `LinkRow`. `since` moves only when the
    state does. Another `boot` than before ends every call of the former run: the PBX restarted."""
    draft = Draft(board, at)
    before = board.link
    since = before.since if before is not None and before.state is state else at
    row = replace(before or LinkRow(pbx=board.pbx, state=state, since=at), state=state, since=since, **told)
    if before is not None and before.boot and row.boot and row.boot != before.boot:
        for caller in list(board.callers.values()):
            calls.end(draft, caller, CallOutcome.LOST)
        board.memory.forget_channels()
    draft.put_link(row)
    incidents.note_link(draft, state)
    derive(draft)
    return draft.changes


def apply_clock(board: Board, offset_seconds: float) -> None:
    """Note how far the PBX's clock is ahead of ours. Less than half a second of difference is measuring
    noise and changes nothing, or every instant the PBX tells would creep with each measurement."""
    if abs(offset_seconds - board.memory.clock_offset) > 0.5:
        board.memory.clock_offset = round(offset_seconds, 1)


def apply_settings(
    board: Board,
    at: datetime,
    *,
    display_names: Mapping[str, str],
    left_queues: Mapping[str, tuple[str, ...]],
    queues: Mapping[str, QueueSettings],
    zone: tzinfo,
    pause_limits: Mapping[str, int] = MappingProxyType({}),
    region: str = "",
) -> list[Change]:
    """Take over what people set here and no PBX tells: agents' names by interface, which queues they were logged out
    of, what holds for a queue by number (others: the defaults), and in which time zone its hour strikes. All of the
    day is counted by it at once. `pause_limits`: how many of a queue may be on a pause at once, by its reason;
    `region`: the country whose national numbers are understood."""
    draft = Draft(board, at)
    memory = board.memory
    draft.agents |= _differing(memory.display_names, display_names) | _differing(memory.left_queues, left_queues)
    memory.display_names = dict(display_names)
    memory.left_queues = dict(left_queues)
    memory.pause_limits = dict(pause_limits)
    for row in board.queues.values():
        if queues.get(row.number, QueueSettings()).wrap_up_seconds != row.wrap_up_seconds:
            draft.agents |= {board.members[key].interface for key in memory.members_of_queue[row.number]}
    is_other = memory.queue_settings != queues
    memory.queue_settings = dict(queues)
    if memory.region != region:
        memory.region = region
        owed.respell(draft)
    if is_other:
        owed.set_due(draft)
    memory.ledger.set_clock(zone, {number: told.reset_hour for number, told in queues.items()}, at)
    draft.queues.update(board.queues)
    derive(draft)
    return draft.changes


def apply_wishes(board: Board, at: datetime, wishes: Wishes) -> list[Change]:
    """Take over what people want the board to be judged by."""
    watch = board.memory.watch
    if watch.is_on and wishes == board.memory.wishes:
        return []
    board.memory.wishes, watch.is_on = wishes, True
    watch.spans.clear()
    draft = Draft(board, at)
    owed.set_due(draft)
    incidents.touch_all(draft)
    derive(draft)
    incidents.drop_gone(draft)
    return draft.changes


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}


def apply_calls(board: Board, at: datetime, calls: Iterable[QueueCall], asked: Mapping[str, datetime]) -> list[Change]:
    """Count calls that were saved before, for a ledger that lacks them: `asked` is what its `lacking` said."""
    draft = Draft(board, at)
    ledger = board.memory.ledger
    ledger.fill(calls, asked, at)
    ledger.changed.update(board.agents)
    draft.queues.update(ledger.days)
    derive(draft)
    return draft.changes


def apply_confirmed_pause(
    board: Board, at: datetime, interface: str, queues: frozenset[str] | None, asked: AskedPause
) -> list[Change]:
    """The PBX said that it did what `pauses.note_pause` had noted."""
    draft = Draft(board, at)
    pauses.confirm(draft, interface, queues, asked)
    derive(draft)
    return draft.changes


def apply_ready(board: Board, at: datetime, interface: str) -> list[Change]:
    """The agent takes calls again, although their last one ended less than a wrap-up ago."""
    draft = Draft(board, at)
    board.memory.ready_at[interface] = at
    draft.agents.add(interface)
    derive(draft)
    return draft.changes


def apply_changed_by(board: Board, at: datetime, interface: str, by: str, kind: str) -> list[Change]:
    """Note on the agent's row who changed their state through us: `by` "" when they did themselves."""
    draft = Draft(board, at)
    if (row := board.agents.get(interface)) is not None:
        told = {"changed_by": by, "changed_at": at, "change": kind} if by else NOT_CHANGED
        draft.put_agent(replaced(row, told))
    return draft.changes


def apply_recording(board: Board, at: datetime, interface: str, since: datetime | None) -> list[Change]:
    """The call this agent has is recorded through us since then, or not any more; nothing is if they have none."""
    draft = Draft(board, at)
    if (row := board.agents.get(interface)) is not None:
        draft.put_agent(replaced(row, {"recording_since": since}))
        draft.agents.add(interface)
        derive(draft)
    return draft.changes


def apply_stay(board: Board, at: datetime, over: pauses.Return) -> list[Change]:
    """Ending a timed pause did not work and is not tried again: show it as one without an end."""
    draft = Draft(board, at)
    pauses.stay(draft, over)
    derive(draft)
    return draft.changes


def note_move(board: Board, uniqueid: str) -> None:
    """Remember that this caller is being sent elsewhere through us: leaving the queue unanswered is then no abandon."""
    board.memory.moved.add(uniqueid)


def forget_move(board: Board, uniqueid: str) -> None:
    """The PBX would not move them."""
    board.memory.moved.discard(uniqueid)


def note_hang_up(board: Board, uniqueid: str) -> None:
    """Remember that this channel is being hung up through us: of a waiting caller Asterisk tells the abandon first, and
    why afterwards, if at all."""
    board.memory.hanging_up.add(uniqueid)


def forget_hang_up(board: Board, uniqueid: str) -> None:
    """The PBX would not hang up."""
    board.memory.hanging_up.discard(uniqueid)


def adopt(board: Board) -> Board:
    """Make a board loaded from elsewhere ready for events: its indexes, and the clock it was kept by."""
    reindex(board)
    for interface in board.agents:
        count_in(board, interface)
    incidents.recall(board)
    if board.link is not None:
        board.memory.clock_offset = board.link.clock_offset_seconds
    return board

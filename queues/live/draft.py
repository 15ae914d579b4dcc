"""One step of the board in the making: rows are put or dropped, indexes follow, changes come out.

The reducer's rules write through a `Draft`, so that every rule sees what the one before it did, an unchanged
row makes no change, and figures that depend on others (a queue's waiting count, an agent's state) are worked
out once, at the end. No I/O, no clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from agents.states import AgentState
from queues.live.concerns import IncidentRow, OwedRow
from queues.live.interfaces import device_name
from queues.live.memory import Memory
from queues.live.shifts import MissedRing, PauseSpell
from queues.live.state import AgentRow, Board, CallRow, Change, LinkRow, MemberRow, QueueRow, Row

_Row = TypeVar("_Row", QueueRow, MemberRow, AgentRow)

#: What figures read of a caller on the board: those behind somebody who left change their place, and no more.
_counted = attrgetter("queue", "joined_at", "number", "agent_interface", "answered_at", "hold_seconds")
#: What rows of agents read of a caller, beside whether their phone rings for them.
_shown = attrgetter("queue", "joined_at", "number", "name", "state", "agent_interface", "answered_at")


class Draft:
    """Collects the changes of one input applied to `board` at the instant `at`. `is_first`: what is found now may
    have become so at any time since the board was last in step."""

    def __init__(self, board: Board, at: datetime, *, is_first: bool = False) -> None:
        self.board = board
        self.memory: Memory = board.memory
        self.at = at
        self.is_first = is_first
        #: Queues and agents whose derived figures must be worked out again.
        self.queues: set[str] = set()
        self.agents: set[str] = set()
        #: Rules about the link must be looked at again.
        self.touches_link = False
        #: Callers of whom it was told now that they were answered or how they ended, in the order it was told.
        self.fates: list[CallRow] = []
        self._changes: dict[tuple[str, str], Change] = {}

    @property
    def changes(self) -> list[Change]:
        return list(self._changes.values())

    def _record(self, table: str, key: str, row: Row | None) -> None:
        # A later change of the same row takes the later place: what was ended before something new began
        # under the same key stays before it.
        self._changes.pop((table, key), None)
        self._changes[table, key] = Change(table, key, row)

    def put_link(self, row: LinkRow) -> None:
        if self.board.links.get(row.key) != row:
            self.board.links[row.key] = row
            self._record(row.table, row.key, row)

    def put_queue(self, row: QueueRow) -> None:
        before = self.board.queues.get(row.key)
        if before is not row and before != row:
            self.board.queues[row.key] = row
            self._record(row.table, row.key, row)
            self.queues.add(row.key)

    def queue(self, number: str) -> QueueRow:
        """The queue's row; one that nobody has told of yet is put on the board under its number."""
        row = self.board.queues.get(number)
        if row is None:
            row = QueueRow(pbx=self.board.pbx, number=number, name=number)
            self.put_queue(row)
        return row

    def drop_queue(self, number: str) -> None:
        del self.board.queues[number]
        self._record(QueueRow.table, number, None)
        self.queues.add(number)

    def put_member(self, row: MemberRow) -> None:
        before = self.board.members.get(row.key)
        if before is None or before.state_interface != row.state_interface:
            if before is not None:
                unindex_member(self.memory, before)
            index_member(self.memory, row)
        self.board.members[row.key] = row
        self._record(row.table, row.key, row)
        self.agents.add(row.interface)

    def drop_member(self, key: str) -> None:
        row = self.board.members.pop(key, None)
        if row is not None:
            unindex_member(self.memory, row)
            self.memory.asked_pauses.pop(key, None)
            self._record(row.table, key, None)
            self.agents.add(row.interface)

    def put_caller(self, row: CallRow) -> None:
        before = self.board.callers.get(row.key)
        if before == row:
            return
        if before is None or before.number != row.number or before.queue != row.queue:
            tries = self.memory.ledger.tries(row)
            row = row if row.tries == tries else replace(row, tries=tries)
        if before is not None and _shown(before) == _shown(row):
            self._ring(before, row)
        else:
            if before is not None:
                unindex_caller(self.memory, before)
                self._touch(before)
            index_caller(self.memory, row)
            self._touch(row)
        self.board.callers[row.key] = row
        self._record(row.table, row.key, row)
        if before is None or _counted(before) != _counted(row):
            self.memory.ledger.put(row, self.at)
        if row.answered_at is not None and (before is None or before.answered_at is None):
            self.fates.append(row)

    def end_call(self, final: CallRow) -> None:
        """Take a caller off the board; `final` (with `ended_at` and `outcome`) is what the database keeps."""
        row = self.board.callers.pop(final.key)
        unindex_caller(self.memory, row)
        self._record(row.table, row.key, None)
        self._touch(row)
        self.keep(final)

    def keep(self, final: CallRow) -> None:
        """Write the final row of an ended call, or a better one."""
        self._record("calls", "\n".join((final.uniqueid, final.queue, final.joined_at.isoformat())), final)
        self.memory.ledger.put(final, self.at)
        self.queues.add(final.queue)
        self.fates.append(final)

    def put_agent(self, row: AgentRow) -> None:
        before = self.board.agents.get(row.key)
        if before is not row and before != row:
            self.board.agents[row.key] = row
            self._record(row.table, row.key, row)
            if before is not None:
                self._note_pause_over(before, row)

    def _note_pause_over(self, before: AgentRow, row: AgentRow) -> None:
        """Keep the pause that this change ends, if it does."""
        began_at = before.state_since
        is_same = row.state is AgentState.PAUSED and row.pause_reason == before.pause_reason
        if before.state is AgentState.PAUSED and not is_same and began_at is not None and began_at < self.at:
            self.keep_history(PauseSpell(row.pbx, row.interface, began_at, self.at, before.pause_reason))

    def keep_history(self, row: PauseSpell | MissedRing) -> None:
        """Have the database keep it."""
        self._record(row.table, row.key, row)

    def put_owed(self, row: OwedRow) -> None:
        if self.board.owed.get(row.key) != row:
            self.board.owed[row.key] = row
            self._record(row.table, row.key, row)

    def drop_owed(self, key: str) -> None:
        del self.board.owed[key]
        self._record(OwedRow.table, key, None)

    def close_owed(self, final: OwedRow) -> None:
        """Take it off the board; `final` (with `closed_at` and `closed_how`) is what the database keeps."""
        self.drop_owed(final.key)
        self._record("closed", "\n".join((final.table, final.key, final.opened_at.isoformat())), final)

    def put_incident(self, row: IncidentRow) -> None:
        if self.board.incidents.get(row.key) != row:
            self.board.incidents[row.key] = row
            self._record(row.table, row.key, row)

    def close_incident(self, final: IncidentRow) -> None:
        """Take it off the board; `final` (with `closed_at`) is what the database keeps."""
        del self.board.incidents[final.key]
        self._record(final.table, final.key, None)
        self._record("closed", "\n".join((final.table, final.key, final.opened_at.isoformat())), final)

    def _ring(self, before: CallRow, row: CallRow) -> None:
        """Whose phones ring is all that may have changed: in a queue that rings everybody, one phone after the other
        of a hundred, so that only these are looked at."""
        was, now = set(before.ringing), set(row.ringing)
        for interface in was - now - {row.agent_interface}:
            self.memory.callers_of_agent[interface].discard(row.key)
        for interface in now - was:
            self.memory.callers_of_agent[interface].add(row.key)
        self.queues.add(row.queue)
        self.agents |= was ^ now

    def _touch(self, row: CallRow) -> None:
        self.queues.add(row.queue)
        self.agents.update(row.ringing)
        if row.agent_interface:
            self.agents.add(row.agent_interface)


def replaced(row: _Row, values: dict[str, Any]) -> _Row:
    """The row with new values, or the same object when none differs, as most of what is told or derived does not."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    return replace(row, **values)


def index_member(memory: Memory, row: MemberRow) -> None:
    memory.members_of_agent[row.interface].add(row.key)
    memory.members_of_queue[row.queue].add(row.key)
    memory.members_of_device[device_name(row.state_interface or row.interface)].add(row.key)
    memory.interface_of_device[device_name(row.interface)] = row.interface
    if row.state_interface:
        memory.interface_of_device.setdefault(device_name(row.state_interface), row.interface)


def unindex_member(memory: Memory, row: MemberRow) -> None:
    memory.members_of_agent[row.interface].discard(row.key)
    memory.members_of_queue[row.queue].discard(row.key)
    memory.members_of_device[device_name(row.state_interface or row.interface)].discard(row.key)


def index_caller(memory: Memory, row: CallRow) -> None:
    memory.callers_of_queue[row.queue].add(row.key)
    for interface in (*row.ringing, row.agent_interface):
        if interface:
            memory.callers_of_agent[interface].add(row.key)


def unindex_caller(memory: Memory, row: CallRow) -> None:
    memory.callers_of_queue[row.queue].discard(row.key)
    for interface in (*row.ringing, row.agent_interface):
        if interface:
            memory.callers_of_agent[interface].discard(row.key)


def reindex(board: Board) -> None:
    """Build the indexes for rows that came from elsewhere (the database). Idempotent."""
    memory = board.memory
    for index in (
        memory.callers_of_queue,
        memory.callers_of_agent,
        memory.members_of_agent,
        memory.members_of_queue,
        memory.members_of_device,
    ):
        index.clear()
    for member in board.members.values():
        index_member(memory, member)
    for caller in board.callers.values():
        index_caller(memory, caller)

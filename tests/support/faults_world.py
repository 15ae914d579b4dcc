"""A simulated PBX and a board beside it without sockets, tasks or clocks: every order of things can be played.

Events travel as packets and wait on `wire` until `deliver`; polls are answered at once, and so may overtake them. A
lost link loses what is on the wire. What a worker would save goes to `saved` and `calls`, whole flushes at a time.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from queues.ami.actions import Action
from queues.ami.connection import Reply
from queues.ami.dialects import Dialect, take_snapshot
from queues.ami.events import Event
from queues.live.figures import Terms, fact_of, figures_of, longest_wait
from queues.live.outbox import Outbox
from queues.live.reducer import (
    adopt,
    apply_calls,
    apply_event,
    apply_link,
    apply_settings,
    apply_snapshot,
    apply_tick,
)
from queues.live.state import TABLES, Board, CallRow, LinkState
from queues.mirror import tables_of
from queues.simulator.actions import HANDLERS
from queues.simulator.desk import Desk
from queues.simulator.entities import Call, CallState
from queues.simulator.facts import Fact
from queues.simulator.floor import Floor
from queues.simulator.requests import Request
from queues.simulator.server import DIALECTS
from tests.support.dialogue import Dialogue
from tests.support.faults_truth import View, view_of_floor, view_of_tables
from tests.support.simulated import BEGIN

#: Classes of events a user of the dashboard hears.
_HEARD = {"call", "agent", "reporting"}


class World:
    """`floor` is where things happen, `board` what a worker makes of them, `saved` and `calls` the database."""

    def __init__(self, dialect: str) -> None:
        self._words = DIALECTS[dialect]()
        self.floor = Floor(now=BEGIN, did_context=self._words.did_context, human_names=self._words.human_names)
        for queue in ("6500", "6501"):
            self.floor.add_queue(queue, ring_seconds=15, wrap_up_seconds=0, max_wait_seconds=90)
        for extension in ("1000", "1001", "1002"):
            self.floor.add_phone(extension)
        for queue, extension in (("6500", "1000"), ("6500", "1001"), ("6501", "1001")):
            self.floor.add_member(queue, f"PJSIP/{extension}")
        self._looks = 0
        self.joined: list[Call] = []
        self.wire: deque[bytes] = deque()
        self.saved, self.calls = Board("pbx"), dict[tuple[object, ...], CallRow]()
        self._dialect = Dialect(dialect)
        self._desk = Desk(self.floor, self._words, lambda: self.floor.now)
        self._dialogue = Dialogue().log_in()
        self._outbox = Outbox()
        self.is_linked = False
        self.floor.listen(self._hear)
        self.board = adopt(Board("pbx"))
        self.connect()

    @property
    def at(self) -> datetime:
        """Now, by the server's clock, on which no two things happen at the same instant."""
        self._looks += 1
        return datetime.fromtimestamp(self.floor.now, UTC) + timedelta(microseconds=self._looks)

    def _hear(self, fact: Fact) -> None:
        if fact.event == "QueueCallerJoin" and fact.call is not None:
            self.joined.append(fact.call)
        if self.is_linked and self._words.classes.get(fact.event) in _HEARD:
            self.wire.append(f"{self._words.event(fact)}\r\n".encode())

    # The link, as `queues.live.session` uses it

    def connect(self) -> None:
        """A new connection: what was on the board is reconciled with everything the PBX tells."""
        self.is_linked = True
        self.board.memory.hears_queues = self.board.memory.hears_calls = False
        self.board.memory.forget_channels()
        self._outbox.add(apply_link(self.board, self.at, LinkState.CONNECTING, boot=str(self.floor.booted_at)))
        self.poll(is_first=True)
        self._outbox.add(apply_link(self.board, self.at, LinkState.UP))

    def lose_link(self) -> None:
        """Whatever is under way is lost."""
        self.is_linked = False
        self.wire.clear()
        self._dialogue = Dialogue().log_in()
        self._outbox.add(apply_link(self.board, self.at, LinkState.DOWN))

    def deliver(self, packets: int) -> None:
        """So many of the packets on the wire arrive."""
        for _ in range(min(packets, len(self.wire))):
            for event in self._dialogue.receive(self.wire.popleft()):
                if isinstance(event, Event):
                    self._outbox.add(apply_event(self.board, event, self.at))

    def poll(self, *, is_first: bool = False, queue: str | None = None) -> None:
        asked_at = self.at
        asking = take_snapshot(self, self._dialect, queue)
        try:
            asking.send(None)
        except StopIteration as told:
            snapshot = told.value
        self._outbox.add(apply_snapshot(self.board, snapshot, self.at, asked_at=asked_at, is_first=is_first))

    # What `take_snapshot` needs of a client

    banner_version = "5.0.4"

    def now(self) -> datetime:
        return self.at

    async def perform(self, action: Action) -> Reply:
        dialogue = Dialogue().log_in()
        action_id = dialogue.start(action)
        request = Request([("Action", action.name), ("ActionID", action_id), *action.fields()])
        packets = HANDLERS[action.name.lower()](self._desk, request)
        assert isinstance(packets, list)
        for packet in packets:
            dialogue.receive(f"{packet}\r\n".encode())
        return dialogue.reply(action_id)

    # The worker and its database

    def flush(self) -> None:
        """One transaction: the board's rows, and the calls by what makes each one row for ever."""
        changes = self._outbox.take()
        self.saved.apply(changes)
        for change in changes:
            if isinstance(change.row, CallRow):
                before = self.calls.get(change.row.natural_key)
                if change.table == "calls" or before is None or before.ended_at is None:
                    self.calls[change.row.natural_key] = change.row

    def kill_worker(self) -> None:
        """What it had not saved is gone; the next one begins with what was."""
        self.lose_link()
        self._outbox = Outbox()
        open_calls = {row.key: row for row in self.calls.values() if row.ended_at is None}
        self.board = adopt(replace(self.saved, callers=open_calls, memory=type(self.saved.memory)()))
        self.saved = Board("pbx", **{name: dict(getattr(self.board, name)) for name in TABLES})
        self._outbox.add(apply_settings(self.board, self.at, display_names={}, left_queues={}, queues={}, zone=UTC))
        lacking = self.board.memory.ledger.lacking()
        self._outbox.add(apply_calls(self.board, self.at, self._calls_since(lacking), lacking))

    def _calls_since(self, since: Mapping[str, datetime]) -> list[CallRow]:
        return [row for row in self.calls.values() if row.queue in since and row.joined_at >= since[row.queue]]

    def wait(self, seconds: float) -> None:
        self.floor.advance(self.floor.now + seconds)
        self._outbox.add(apply_tick(self.board, self.at))

    # What must be true

    def settle(self) -> None:
        """All is well for a while: everything arrives, and the polls of fifteen seconds come and go."""
        if not self.is_linked:
            self.connect()
        for _ in range(3):
            self.deliver(len(self.wire))
            self.wait(5)
            self.deliver(len(self.wire))
            self.poll()
        self.flush()

    def views(self) -> tuple[View, View]:
        """What the database says and what the PBX knows."""
        return view_of_tables(tables_of(self.saved)), view_of_floor(self.floor)

    def wrong_figures(self) -> list[str]:
        """Sentences about figures of the day that are not those of the calls in the database."""
        wrong = []
        for row in self.saved.queues.values():
            facts = [fact_of(call) for call in self._calls_since({row.number: row.today_since or self.at})]
            figures = figures_of(facts, Terms(row.target_seconds, row.target_formula, row.target_short_seconds))
            wanted = {field.name: getattr(figures, field.name) for field in fields(figures)}
            wanted |= {"longest_wait": longest_wait(facts), "service_level": figures.service_level(row.target_formula)}
            for name, value in wanted.items():
                if getattr(row, f"today_{name}") != value:
                    wrong.append(f"{row.number}: {name} is {getattr(row, f'today_{name}')}, the calls say {value}")
        return wrong

    def wrong_calls(self) -> list[str]:
        """Sentences about call rows doubled, invented, left open, or missing for somebody on the line."""
        rows: dict[tuple[str, str], list[CallRow]] = defaultdict(list)
        calls: dict[tuple[str, str], list[Call]] = defaultdict(list)
        for row in self.calls.values():
            rows[row.uniqueid, row.queue].append(row)
        for call in self.joined:
            calls[call.channel.uniqueid, call.queue.number].append(call)
        wrong = []
        for key in {*rows, *calls}:
            on_line = sum(call.state in (CallState.WAITING, CallState.TALKING) for call in calls[key])
            open_rows = sum(row.ended_at is None for row in rows[key])
            has_left = any(call.state is CallState.LEFT for call in calls[key])
            if len(rows[key]) > len(calls[key]) or (open_rows != on_line and not has_left):
                wrong.append(f"{key}: {[call.state.value for call in calls[key]]} are {rows[key]}")
        return wrong

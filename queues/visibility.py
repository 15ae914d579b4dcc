"""Which rows of a board a person may see, decided on rows as JSON objects before anything is encoded.

Who sees every queue sees all. A team's person sees the queues of their teams whole: callers, members, and the
agents who are members now or were logged out through us (to be logged in again), but of these no call of another
queue, nor one of no queue with somebody who is a caller of another: PBXs tell late which call is a queue's. An agent
sees the queues they are a member of, their own memberships and agent row, who waits in those queues, whom these (and
those they were logged out of through us) owe a call, and the call they have: nothing of colleagues. Who is both sees
the sum. A PBX is there for whoever has a queue or a phone on it.

Pure: no database, no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agents.permissions import Scope
from queues.live.state import TABLES, CallState

JsonRow = dict[str, Any]
#: The rows of one PBX: table → key → row.
Tables = dict[str, dict[str, JsonRow]]
#: A delta's rows and keys, as `queues.live.wire.delta_frame` has them; empty tables may be left out.
RowsSet = Mapping[str, Iterable[JsonRow]]
KeysRemoved = Mapping[str, Iterable[str]]

#: What an agent row says of the call in hand or ringing, as it looks without one.
_NO_CALL = {"queue": "", "party_number": "", "party_name": "", "call_uniqueid": ""}


def may_see_link(scope: Scope, pbx: str) -> bool:
    """Whether this PBX exists for this person."""
    if scope.everything:
        return True
    return any(phone_pbx == pbx for phone_pbx, _ in scope.interfaces) or any(
        queue_pbx == pbx for queue_pbx, _ in scope.watched
    )


def visible_tables(scope: Scope, pbx: str, tables: Tables) -> Tables:
    """The rows of `tables` that this person may see."""
    if scope.everything:
        return tables
    return View(scope, pbx, tables).shown


class View:
    """What a restricted scope sees of one PBX, kept up to date delta by delta instead of filtered anew.

    `shown` are the visible rows. The view must be told every delta of the board, in order. A delta costs as much as
    it has rows; only when an own phone joins or leaves a queue, everything is looked at anew.
    """

    def __init__(self, scope: Scope, pbx: str, tables: Tables) -> None:
        self._sees_link = may_see_link(scope, pbx)
        self._phones = frozenset(interface for phone_pbx, interface in scope.interfaces if phone_pbx == pbx)
        self._watched = frozenset(number for queue_pbx, number in scope.watched if queue_pbx == pbx)
        self._rebuild(tables)

    def update(self, rows: RowsSet, removed: KeysRemoved, tables: Tables) -> tuple[RowsSet, KeysRemoved]:
        """Take in a delta; `tables` are all rows after it. Returns what it means for this view."""
        touched = {table: dict.fromkeys(_keys(table, rows, removed)) for table in TABLES}
        moves = self._moves_own_phone(touched["members"], tables["members"])
        if moves or self._was_logged_out(touched["agents"], tables["agents"]):
            # Queues may come into view or go, with rows this delta does not mention.
            before = self.shown
            self._rebuild(tables)
            return _difference(before, self.shown)
        numbers = self._count_numbers(touched["callers"], tables["callers"])
        if numbers:
            concerned = (key for key, row in tables["agents"].items() if row["party_number"] in numbers)
            touched["agents"].update(dict.fromkeys(concerned))
        # Who comes by one and goes by the other in one delta is where they were.
        come_or_gone = self._count_members(touched["members"], tables["members"])
        come_or_gone ^= self._note_left(touched["agents"], tables["agents"])
        if come_or_gone:
            touched["agents"].update(dict.fromkeys(come_or_gone))
            ringing = (key for key, row in tables["callers"].items() if not come_or_gone.isdisjoint(row["ringing"]))
            touched["callers"].update(dict.fromkeys(ringing))
            about = (key for key, row in tables["incidents"].items() if row["interface"] in come_or_gone)
            touched["incidents"].update(dict.fromkeys(about))
        return self._look_at(touched, tables)

    def _look_at(self, touched: Mapping[str, Iterable[str]], tables: Tables) -> tuple[RowsSet, KeysRemoved]:
        """Bring these keys of each table up to date. Returns what has changed in view."""
        told: dict[str, list[JsonRow]] = {}
        gone: dict[str, list[str]] = {}
        for table, keys in touched.items():
            shown = self.shown[table]
            for key in keys:
                row = tables[table].get(key)
                visible = None if row is None else self._visible(table, row)
                if visible is None:
                    if shown.pop(key, None) is not None:
                        gone.setdefault(table, []).append(key)
                elif shown.get(key) != visible:
                    shown[key] = visible
                    told.setdefault(table, []).append(visible)
        return told, gone

    def _moves_own_phone(self, keys: Iterable[str], members: Mapping[str, JsonRow]) -> bool:
        """Whether one of the own phones has joined or left a queue, where these memberships were touched."""
        if not self._phones:
            return False
        shown = self.shown["members"]
        rows = (shown.get(key) or members.get(key) for key in keys if (key in shown) != (key in members))
        return any(row is not None and row["interface"] in self._phones for row in rows)

    def _was_logged_out(self, keys: Iterable[str], agents: Mapping[str, JsonRow]) -> bool:
        """Whether the queues have changed that an own phone was logged out of, where these agents were touched."""
        shown = self.shown["agents"]
        own = [key for key in keys if key in self._phones]
        return any(_left(shown.get(key)) != _left(agents.get(key)) for key in own)

    def _count_members(self, keys: Iterable[str], members: Mapping[str, JsonRow]) -> set[str]:
        """Count anew in how many watched queues each agent is. Returns those who come into view by it or go."""
        shown = self.shown["members"]
        changed: Counter[str] = Counter()
        for key in keys:
            row = members.get(key)
            if row is not None and key not in shown and row["queue"] in self._watched:
                changed[row["interface"]] += 1
            elif row is None and key in shown and shown[key]["queue"] in self._watched:
                changed[shown[key]["interface"]] -= 1
        moved = {interface for interface, by in changed.items() if by}
        before = {interface for interface in moved if self._is_seen(interface)}
        self._memberships.update(changed)
        return {interface for interface in moved if self._is_seen(interface) != (interface in before)}

    def _note_left(self, keys: Iterable[str], agents: Mapping[str, JsonRow]) -> set[str]:
        """Note anew which agents were logged out of a watched queue. Returns those who come into view by it or go."""
        moved = set()
        for interface in keys:
            row = agents.get(interface)
            was_seen = self._is_seen(interface)
            if row is not None and not self._watched.isdisjoint(row["left_queues"]):
                self._left.add(interface)
            else:
                self._left.discard(interface)
            if self._is_seen(interface) != was_seen:
                moved.add(interface)
        return moved

    def _count_numbers(self, keys: Iterable[str], callers: Mapping[str, JsonRow]) -> set[str]:
        """Note anew which numbers are those of other queues' callers. Returns those that were not, or are no more."""
        before: dict[str, bool] = {}
        for key in keys:
            was, now = self._elsewhere.pop(key, ""), self._number_elsewhere(callers.get(key))
            if now:
                self._elsewhere[key] = now
            for number, by in ((was, -1), (now, 1)):
                if number:
                    before.setdefault(number, number in self._numbers)
                    self._numbers[number] += by
                    if not self._numbers[number]:
                        del self._numbers[number]
        return {number for number, was_there in before.items() if was_there != (number in self._numbers)}

    def _number_elsewhere(self, caller: JsonRow | None) -> str:
        """The number of this caller if they are one of another queue's, else ""."""
        if caller is None or not self._watched or self._sees_caller(caller):
            return ""
        return str(caller["number"])

    def _rebuild(self, tables: Tables) -> None:
        members = tables["members"].values()
        self._own_queues = frozenset(row["queue"] for row in members if row["interface"] in self._phones)
        self._owing_queues = self._own_queues.union(*(_left(tables["agents"].get(phone)) for phone in self._phones))
        #: In how many watched queues each agent is.
        self._memberships = Counter(row["interface"] for row in members if row["queue"] in self._watched)
        #: Who was logged out of a watched queue.
        self._left: set[str] = set()
        self._note_left(tables["agents"], tables["agents"])
        #: The numbers of other queues' callers, by their keys, and how many there are of each.
        self._elsewhere: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self._count_numbers(tables["callers"], tables["callers"])
        self.shown: Tables = {table: {} for table in TABLES}
        self._look_at(tables, tables)

    def _is_seen(self, interface: str) -> bool:
        """Whether this agent is in view."""
        return interface in self._phones or interface in self._left or self._memberships[interface] > 0

    def _visible(self, table: str, row: JsonRow) -> JsonRow | None:
        """The row as this view shows it, or None."""
        match table:
            case "links":
                return row if self._sees_link else None
            case "queues":
                return row if row["number"] in self._watched or row["number"] in self._own_queues else None
            case "members":
                return row if row["queue"] in self._watched or row["interface"] in self._phones else None
            case "agents":
                return self._visible_agent(row)
            case "callers":
                return self._visible_caller(row)
            case "owed":
                return row if row["queue"] in self._watched or row["queue"] in self._owing_queues else None
            case "incidents":
                return self._visible_incident(row)
        return None

    def _visible_agent(self, row: JsonRow) -> JsonRow | None:
        if row["interface"] in self._phones:
            return row
        if not self._is_seen(row["interface"]):
            return None
        is_elsewhere = row["queue"] not in self._watched if row["queue"] else row["party_number"] in self._numbers
        left = [number for number in row["left_queues"] if number in self._watched]
        return {**row, "left_queues": left, **(_NO_CALL if is_elsewhere else {})}

    def _visible_incident(self, row: JsonRow) -> JsonRow | None:
        """What goes wrong is for those who watch the queue, with an agent for those who see them, with the whole PBX
        for all who see a queue of it; agents are told of their own state only."""
        if row["interface"]:
            return row if self._is_seen(row["interface"]) else None
        is_seen = row["queue"] in self._watched if row["queue"] else bool(self._watched)
        return row if is_seen else None

    def _visible_caller(self, row: JsonRow) -> JsonRow | None:
        if not self._sees_caller(row):
            return None
        # Which other people's phones ring is not for this view.
        return {**row, "ringing": [interface for interface in row["ringing"] if self._is_seen(interface)]}

    def _sees_caller(self, row: JsonRow) -> bool:
        is_waiting_here = row["state"] == CallState.WAITING and row["queue"] in self._own_queues
        return row["queue"] in self._watched or row["agent_interface"] in self._phones or is_waiting_here


def _left(agent: JsonRow | None) -> Iterable[str]:
    return agent["left_queues"] if agent is not None else []


def _keys(table: str, rows: RowsSet, removed: KeysRemoved) -> Iterator[str]:
    yield from (row["key"] for row in rows.get(table, ()))
    yield from removed.get(table, ())


def _difference(before: Tables, after: Tables) -> tuple[RowsSet, KeysRemoved]:
    """What turns one set of visible rows into the other; tables without a difference are left out."""
    rows = {table: [row for key, row in after[table].items() if before[table].get(key) != row] for table in TABLES}
    keys = {table: [key for key in before[table] if key not in after[table]] for table in TABLES}
    return (
        {table: changed for table, changed in rows.items() if changed},
        {table: gone for table, gone in keys.items() if gone},
    )

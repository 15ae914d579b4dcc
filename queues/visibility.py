"""Which rows of a board a person may see, decided on rows as JSON objects before anything is encoded.

A supervisor sees all. An agent sees the link of their PBX, the queues they are a member of, their own
memberships and agent row, who waits in those queues, and the call they have: nothing of colleagues.
Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agents.permissions import Scope
from queues.live.state import TABLES, CallState

JsonRow = dict[str, Any]
#: The rows of one PBX: table → key → row.
Tables = dict[str, dict[str, JsonRow]]
#: A delta's rows and keys, as `queues.live.wire.delta_frame` has them; empty tables may be left out.
RowsSet = Mapping[str, Iterable[JsonRow]]
KeysRemoved = Mapping[str, Iterable[str]]


def may_see_link(scope: Scope, pbx: str) -> bool:
    """Whether this PBX exists for this person."""
    return scope.everything or any(phone_pbx == pbx for phone_pbx, _ in scope.interfaces)


def visible_tables(scope: Scope, pbx: str, tables: Tables) -> Tables:
    """The rows of `tables` that this person may see."""
    if scope.everything:
        return tables
    return View(scope, pbx, tables).shown


class View:
    """What an agent's scope sees of one PBX, kept up to date delta by delta instead of filtered anew.

    `shown` are the visible rows. The view must be told every delta of the board, in order.
    """

    def __init__(self, scope: Scope, pbx: str, tables: Tables) -> None:
        self._interfaces = frozenset(interface for phone_pbx, interface in scope.interfaces if phone_pbx == pbx)
        self._rebuild(tables)

    def update(self, rows: RowsSet, removed: KeysRemoved, tables: Tables) -> tuple[RowsSet, KeysRemoved]:
        """Take in a delta; `tables` are all rows after it. Returns what it means for this view."""
        if self._touches_own_membership(rows, removed):
            # Queues may come into view or go, with rows this delta does not mention.
            before = self.shown
            self._rebuild(tables)
            return _difference(before, self.shown)
        shown_rows: dict[str, list[JsonRow]] = {}
        hidden_keys: dict[str, list[str]] = {}
        for table, changed in rows.items():
            for row in changed:
                visible = self._visible(table, row)
                if visible is not None:
                    self.shown[table][row["key"]] = visible
                    shown_rows.setdefault(table, []).append(visible)
                elif self.shown[table].pop(row["key"], None) is not None:
                    hidden_keys.setdefault(table, []).append(row["key"])
        for table, keys in removed.items():
            gone = [key for key in keys if self.shown[table].pop(key, None) is not None]
            if gone:
                hidden_keys.setdefault(table, []).extend(gone)
        return shown_rows, hidden_keys

    def _touches_own_membership(self, rows: RowsSet, removed: KeysRemoved) -> bool:
        own = self.shown["members"]
        return any(row["interface"] in self._interfaces for row in rows.get("members", ())) or any(
            key in own for key in removed.get("members", ())
        )

    def _rebuild(self, tables: Tables) -> None:
        members = tables["members"].values()
        self._queues = frozenset(row["queue"] for row in members if row["interface"] in self._interfaces)
        self.shown: Tables = {table: {} for table in TABLES}
        for table in TABLES:
            for key, row in tables[table].items():
                visible = self._visible(table, row)
                if visible is not None:
                    self.shown[table][key] = visible

    def _visible(self, table: str, row: JsonRow) -> JsonRow | None:
        """The row as this view shows it, or None."""
        match table:
            case "links":
                return row if self._interfaces else None
            case "queues":
                return row if row["number"] in self._queues else None
            case "members" | "agents":
                return row if row["interface"] in self._interfaces else None
            case "callers":
                return self._visible_caller(row)
        return None

    def _visible_caller(self, row: JsonRow) -> JsonRow | None:
        is_waiting_here = row["state"] == CallState.WAITING and row["queue"] in self._queues
        if not is_waiting_here and row["agent_interface"] not in self._interfaces:
            return None
        # Which colleagues' phones ring is not for this view.
        return {**row, "ringing": [interface for interface in row["ringing"] if interface in self._interfaces]}


def _difference(before: Tables, after: Tables) -> tuple[RowsSet, KeysRemoved]:
    """What turns one set of visible rows into the other; tables without a difference are left out."""
    rows = {table: [row for key, row in after[table].items() if before[table].get(key) != row] for table in TABLES}
    keys = {table: [key for key in before[table] if key not in after[table]] for table in TABLES}
    return (
        {table: changed for table, changed in rows.items() if changed},
        {table: gone for table, gone in keys.items() if gone},
    )

"""What a screen on the wall is told of the rows in its scope: of each only what the wallboard draws, numbers cut and
names left out as the board has it. Whoever reads its frames on the wire finds no more than whoever looks at the wall.

Interfaces and Uniqueids go as well: an agent's may be a telephone number. Keys are made of them, so they are replaced
by others that stay the same for as long as this process lives. Pure but for the salt of those.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from agents.permissions import Veil
from queues.live.state import CallState
from queues.visibility import JsonRow, KeysRemoved, RowsSet, Tables

#: Of a masked number so many last digits are left, if it is long enough to be somebody's.
SHOWN_DIGITS = 3
SHORTEST_NUMBER = 7
#: Numbers could be tried one after the other, were their replacements the same everywhere.
_SALT = secrets.token_bytes(16)

_LINK = ("key", "pbx", "state", "since")
_QUEUE = (
    *("key", "pbx", "number", "name", "waiting", "oldest_joined_at", "limits", "is_open", "staff_needed"),
    *("staff_present", "target_seconds", "target_percent", "target_formula", "today_offered", "today_answered"),
    *("today_in_time", "today_abandoned", "today_short_abandoned", "today_abandoned_in_time", "today_flowed_out"),
    *("today_wait_seconds", "today_talk_seconds", "today_talked", "today_service_level"),
)
_MEMBER = ("pbx", "queue", "paused")
_CALLER = ("pbx", "queue", "state", "joined_at", "position")
_AGENT = ("pbx", "state", "state_since", "amber_at", "red_at")
_INCIDENT = ("pbx", "cause", "queue", "severity", "title", "opened_at", "breached_at", "acknowledged_by")


def masked(number: str) -> str:
    """The number for everybody in the room: "…789"; "…" of one so short that its end would be all of it; "" of none."""
    if not number:
        return ""
    digits = [character for character in number if character.isdigit()]
    return f"…{''.join(digits[-SHOWN_DIGITS:])}" if len(digits) >= SHORTEST_NUMBER else "…"


def veiled_tables(veil: Veil, tables: Tables) -> Tables:
    """The rows as a screen is told them, by their keys there."""
    veiled: Tables = {}
    for table, rows in tables.items():
        told = (veiled_row(veil, table, row) for row in rows.values())
        veiled[table] = {row["key"]: row for row in told if row is not None}
    return veiled


def veiled_delta(veil: Veil, rows: RowsSet, removed: KeysRemoved) -> tuple[RowsSet, KeysRemoved]:
    """The same for a delta's rows and keys. A row that a screen is not told is one that went."""
    told: dict[str, list[JsonRow]] = {}
    gone: dict[str, list[str]] = {}
    for table, changed in rows.items():
        for row in changed:
            shown = veiled_row(veil, table, row)
            if shown is not None:
                told.setdefault(table, []).append(shown)
            elif table in _TOLD:
                gone.setdefault(table, []).append(_key(table, row["key"]))
    for table, keys in removed.items():
        if table in _TOLD:
            gone.setdefault(table, []).extend(_key(table, key) for key in keys)
    return told, gone


def veiled_row(veil: Veil, table: str, row: JsonRow) -> JsonRow | None:
    """The row as a screen is told it, None if not at all."""
    tell = _TOLD.get(table)
    told = tell(veil, row) if tell else None
    return None if told is None else {**told, "key": _key(table, row["key"])}


def _link(veil: Veil, row: JsonRow) -> JsonRow | None:
    # What is wrong with it names addresses and accounts.
    return {**_only(row, _LINK), "error": ""}


def _queue(veil: Veil, row: JsonRow) -> JsonRow | None:
    return _only(row, _QUEUE)


def _member(veil: Veil, row: JsonRow) -> JsonRow | None:
    return {**_only(row, _MEMBER), "interface": opaque(row["interface"])}


def _caller(veil: Veil, row: JsonRow) -> JsonRow | None:
    if row["state"] == CallState.TALKING:
        return None
    number, name = (masked(row["number"]), "") if veil.hides_callers else (row["number"], row["name"])
    return {**_only(row, _CALLER), "number": number, "name": name}


def _agent(veil: Veil, row: JsonRow) -> JsonRow | None:
    return {**_only(row, _AGENT), "name": "" if veil.hides_agents else _shown_name(row)}


def _shown_name(row: JsonRow) -> str:
    """A UCM names members by their interface. What is nothing but a telephone number is cut whoever's it is."""
    name = str(row["name"] if row["name"] != row["interface"] else "") or str(row["extension"])
    is_number = sum(map(str.isdigit, name)) >= SHORTEST_NUMBER and not any(map(str.isalpha, name))
    return masked(name) if is_number else name


def _incident(veil: Veil, row: JsonRow) -> JsonRow | None:
    """What is wrong with an agent is for their supervisors, not for the room."""
    return None if row["interface"] else _only(row, _INCIDENT)


#: Whom we owe a call is not among them.
_TOLD: dict[str, Callable[[Veil, JsonRow], JsonRow | None]] = {
    "links": _link,
    "queues": _queue,
    "members": _member,
    "callers": _caller,
    "agents": _agent,
    "incidents": _incident,
}
#: Tables whose keys are a queue's number or a PBX's name, which the rows tell anyway.
_OPEN_KEYS = frozenset({"links", "queues"})


def _only(row: JsonRow, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _key(table: str, key: str) -> str:
    return key if table in _OPEN_KEYS else opaque(key)


@lru_cache(maxsize=16_384)
def opaque(key: str) -> str:
    """What stands for this key in frames of this process."""
    return blake2b(key.encode(), digest_size=9, key=_SALT).hexdigest()

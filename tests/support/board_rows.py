"""Rows of a small board as JSON objects, with the fields that decide who sees them."""

from __future__ import annotations

from queues.live.state import TABLES

Row = dict[str, object]


def caller(
    uniqueid: str,
    queue: str,
    state: str = "waiting",
    agent: str = "",
    ringing: tuple[str, ...] = (),
    number: str = "",
) -> Row:
    call = {"queue": queue, "state": state, "agent_interface": agent, "ringing": list(ringing), "number": number}
    return {"key": uniqueid, **call}


def member(queue: str, interface: str) -> Row:
    return {"key": f"{queue}/{interface}", "queue": queue, "interface": interface}


def agent(interface: str, queue: str = "", party: str = "", left: tuple[str, ...] = ()) -> Row:
    """With a call of `queue` or of none with `party`, or without a call; logged out of the queues `left`."""
    call = {"party_number": party, "party_name": party, "call_uniqueid": party}
    return {"key": interface, "interface": interface, "queue": queue, "left_queues": list(left), **call}


def owed(queue: str, party: str) -> Row:
    return {"key": f"{party}/{queue}", "queue": queue}


def incident(cause: str, queue: str = "", interface: str = "") -> Row:
    return {"key": f"{cause}\n{queue}\n{interface}", "queue": queue, "interface": interface}


def queue(number: str) -> Row:
    return {"key": number, "number": number}


def keyed(**rows: list[Row]) -> dict[str, dict[str, Row]]:
    return {table: {row["key"]: row for row in rows.get(table, [])} for table in TABLES}


def keys(tables: dict[str, dict[str, Row]]) -> dict[str, list[str]]:
    """The keys of each table that has rows."""
    return {table: sorted(rows) for table, rows in tables.items() if rows}

"""What the PBX says and what the board shows, brought into one shape to be compared.

A view is {("queue", number) | ("member", queue, interface) | ("caller", uniqueid): facts}. Counters move at the end of
calls and the PBX tells them in lists only, so they are part of a view on demand.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any

import pytest

from tests.asterisk.dashboard import Dashboard
from tests.asterisk.witness import Packet, Witness
from tests.support.patience import patient

View = dict[tuple[str, ...], dict[str, Any]]

#: AMI's numbers 0 to 8.
DEVICE_STATES = (
    "unknown not_in_use in_use busy invalid unavailable ringing ring_in_use on_hold".split()  # noqa: SIM905
)


def view_of_pbx(rows: list[Packet], *, counters: bool) -> View:
    view: View = {}
    for row in rows:
        queue = row["Queue"].lower()
        match row["Event"]:
            case "QueueParams":
                facts: dict[str, Any] = {"strategy": row["Strategy"], "waiting": int(row["Calls"])}
                if counters:
                    facts |= {"completed": int(row["Completed"]), "abandoned": int(row["Abandoned"])}
                view["queue", queue] = facts
            case "QueueMember":
                facts = {
                    "name": row["Name"],
                    "membership": row["Membership"],
                    "penalty": int(row["Penalty"]),
                    "paused": row["Paused"] == "1",
                    "pause_reason": row["PausedReason"] if row["Paused"] == "1" else "",
                    "device_state": DEVICE_STATES[int(row["Status"])],
                }
                if counters:
                    facts |= {"calls_taken": int(row["CallsTaken"]), "last_call": int(row["LastCall"])}
                view["member", queue, row["Location"]] = facts
            case "QueueEntry":
                number, name = (row[key].replace("unknown", "") for key in ("CallerIDNum", "CallerIDName"))
                view["caller", row["Uniqueid"]] = {
                    "queue": queue,
                    "position": int(row["Position"]),
                    "number": number,
                    "name": name,
                }
    return view


def view_of_board(board: dict[str, list[dict[str, Any]]], *, counters: bool) -> View:
    queue_facts = ["strategy", "waiting"] + ["completed", "abandoned"] * counters
    member_facts = ["name", "membership", "penalty", "paused", "pause_reason", "device_state"]
    view: View = {("queue", row["number"]): {name: row[name] for name in queue_facts} for row in board["queues"]}
    for row in board["members"]:
        facts = {name: row[name] for name in member_facts}
        if counters:
            at = row["last_call_at"]
            facts |= {
                "calls_taken": row["calls_taken"],
                "last_call": round(datetime.fromisoformat(at).timestamp()) if at else 0,
            }
        view["member", row["queue"], row["interface"]] = facts
    for row in board["callers"]:
        if row["state"] == "waiting":
            view["caller", row["uniqueid"]] = {name: row[name] for name in ("queue", "position", "number", "name")}
    return view


def differences(board: View, pbx: View) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """What is not the same: {key: (on the board, at the PBX)}."""
    return {key: (board.get(key), pbx.get(key)) for key in sorted({*board, *pbx}) if board.get(key) != pbx.get(key)}


async def wait_until_equal(
    dashboard: Dashboard, session: Witness, seconds: float, *, counters: bool = False
) -> tuple[float, View]:
    """How many seconds it took until the board said what the PBX says, and what that was. A busy machine gets longer.

    The PBX is asked before and after the board; a moment in which it changed proves nothing and is tried again.
    """
    began, seconds = time.monotonic(), patient(seconds)
    while True:
        before = view_of_pbx(await session.rows("QueueStatus"), counters=counters)
        board = view_of_board(await dashboard.board(), counters=counters)
        after = view_of_pbx(await session.rows("QueueStatus"), counters=counters)
        wrong = differences(board, after)
        took = time.monotonic() - began
        if not wrong:
            return took, after
        if took > seconds:
            log = "\n".join(dashboard.log_lines()[-20:])
            pytest.fail(f"(board, PBX) not equal within {seconds:g} s: {wrong}\n{log}")
        if before == after:
            await asyncio.sleep(0.1)

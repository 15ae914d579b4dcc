"""What a simulated PBX knows to be true, in the shape of a board, to hold the board and the database against.

It reads the simulator's own records, never its AMI, and the board as JSON rows, never the reducer's objects.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from queues.models import Call as CallRecord
from queues.simulator.entities import Call, CallState, DeviceState
from queues.simulator.facts import Fact
from queues.simulator.floor import Floor

View = dict[tuple[str, ...], dict[str, Any]]

_WORDS = {DeviceState.NOT_INUSE: "not_in_use", DeviceState.INUSE: "in_use", DeviceState.RINGINUSE: "ring_in_use"}


def view_of_floor(floor: Floor) -> View:
    """Queues with their counters, members, and callers who wait or talk."""
    view: View = {}
    for queue in floor.queues.values():
        number, counters = queue.number.lower(), queue.counters
        view["queue", number] = {
            "waiting": len(queue.waiting),
            "completed": counters.completed,
            "abandoned": counters.abandoned,
        }
        for member in queue.members.values():
            view["member", number, member.interface] = {
                "paused": member.is_paused,
                "device_state": _WORDS.get(member.state, member.state.name.lower()),
                "calls_taken": member.calls_taken,
            }
        for call in [*queue.waiting, *queue.talking]:
            is_talking = call.state is CallState.TALKING
            view["caller", call.channel.uniqueid] = {
                "queue": number,
                "state": "talking" if is_talking else "waiting",
                "position": call.position,
                "agent_interface": call.member.interface if is_talking and call.member else "",
            }
    return view


def view_of_tables(tables: dict[str, dict[str, dict[str, Any]]]) -> View:
    """The same of a board, its rows by table and key as in JSON."""
    facts = {
        "queue": ("waiting", "completed", "abandoned"),
        "member": ("paused", "device_state", "calls_taken"),
        "caller": ("queue", "state", "position", "agent_interface"),
    }
    keys = {"queue": ("number",), "member": ("queue", "interface"), "caller": ("uniqueid",)}
    return {
        (kind, *(row[name] for name in keys[kind])): {name: row[name] for name in names}
        for kind, names in facts.items()
        for row in tables.get(f"{kind}s", {}).values()
    }


def differences(shown: View, true: View) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """What is not the same: {key: (shown, true)}."""
    return {key: (shown.get(key), true.get(key)) for key in {*shown, *true} if shown.get(key) != true.get(key)}


class History:
    """Every call that ever joined a queue of this floor, and which of them nobody can have missed."""

    def __init__(self, floor: Floor) -> None:
        self._calls: list[Call] = []
        self._seen: set[tuple[str, str]] = set()
        floor.listen(self._note)

    def _note(self, fact: Fact) -> None:
        if fact.event == "QueueCallerJoin" and fact.call is not None:
            self._calls.append(fact.call)

    def mark_seen(self) -> None:
        """The board has just equalled the PBX: whoever is on the line now was seen."""
        self._seen |= {_key(call) for call in self._calls if call.state in (CallState.WAITING, CallState.TALKING)}

    def wrong_rows(self, records: Iterable[Any] | None = None) -> list[str]:
        """Sentences about call rows lost, doubled, invented, left open or ended too early. `records`: the calls in
        the database, by default in this test's own. Blocking."""
        joins: Counter[tuple[str, str]] = Counter(_key(call) for call in self._calls)
        rows: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in CallRecord.objects.all() if records is None else records:
            rows[row.uniqueid, row.queue].append(row)
        wrong = [f"{key}: invented" for key in rows if key not in joins]
        wrong += [f"{key}: {len(found)} rows" for key, found in rows.items() if len(found) > max(1, joins[key])]
        wrong += [f"{key}: lost" for key in self._seen if key not in rows]
        for call in self._calls:
            live = [row for row in rows[_key(call)] if row.ended_at is None]
            if call.state is CallState.ENDED and live and joins[_key(call)] == 1:
                wrong.append(f"{_key(call)}: over, and still open")
            if call.state in (CallState.WAITING, CallState.TALKING) and not live:
                wrong.append(f"{_key(call)}: alive, and has no open row")
        return wrong


def _key(call: Call) -> tuple[str, str]:
    return call.channel.uniqueid, call.queue.number.lower()

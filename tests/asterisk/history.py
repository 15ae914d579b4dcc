"""The PBX's own history (queue_log) against the calls in our database: none lost, none twice, each ended alike.

queue_log lines are `time|call id|queue|agent|event|data…`, the time in whole epoch seconds. One call's lines of one
queue run from ENTERQUEUE to one of the events of `OUTCOMES`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: How a call ended by the PBX's word -> what our row says.
OUTCOMES = {
    "COMPLETECALLER": "completed",
    "COMPLETEAGENT": "completed",
    "BLINDTRANSFER": "completed",
    "ATTENDEDTRANSFER": "completed",
    "ABANDON": "abandoned",
    "EXITWITHTIMEOUT": "timed_out",
    "EXITEMPTY": "timed_out",
    "EXITWITHKEY": "exited",
}
#: What nobody saw: unknown, or what the PBX's counters told afterwards; they count every unanswered end alike.
UNSEEN_OUTCOMES = {"lost", "abandoned"}


@dataclass
class Told:
    """What queue_log tells of one call in one queue. `is_unseen`: some of it happened while nobody watched."""

    joined: int = 0
    waited: int | None = None
    ended: str = ""
    is_unseen: bool = False


def mismatches(
    calls: list[dict[str, Any]], log: list[list[str]], *, unwatched: Sequence[tuple[float, float]] = ()
) -> list[str]:
    """Sentences about calls that differ; none is what is wanted.

    `unwatched` are the spans (epoch seconds) in which nobody could see what happened: a call that joined or ended in
    one may be missing, and how it ended may be unknown, but nothing may be twice or wrong.
    """
    rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for call in calls:
        rows[call["uniqueid"], call["queue"]].append(call)
    wrong = []
    for key, told in _read(log, unwatched).items():
        ours, theirs = rows[key], f"; {told}"
        if len(ours) > told.joined or (len(ours) < told.joined and not told.is_unseen):
            wrong.append(f"{key}: {len(ours)} rows{theirs}")
        wrong += [f"{key}: {call['outcome']}{theirs}" for call in ours if not _ended_alike(call, told)]
        wrong += [f"{key}: waited {call['hold_seconds']} s{theirs}" for call in ours if not _waited_alike(call, told)]
    return wrong


def _read(log: list[list[str]], unwatched: Sequence[tuple[float, float]]) -> dict[tuple[str, str], Told]:
    """What is told of each call that joined within this part of the log."""
    told: dict[tuple[str, str], Told] = defaultdict(Told)
    for time, call_id, queue, _agent, event, *data in log:
        one = told[call_id, queue.lower()]
        one.is_unseen |= any(start - 1 <= float(time) <= end for start, end in unwatched)
        if event == "ENTERQUEUE":
            one.joined += 1
        elif event == "CONNECT":
            one.waited = int(data[0])
        elif event in OUTCOMES:
            one.ended = event
    return {key: one for key, one in told.items() if one.joined}


def _ended_alike(call: dict[str, Any], told: Told) -> bool:
    allowed = {OUTCOMES.get(told.ended, call["outcome"])} | (UNSEEN_OUTCOMES if told.is_unseen else set())
    return call["outcome"] in allowed


def _waited_alike(call: dict[str, Any], told: Told) -> bool:
    """Whole seconds are cut by the PBX and by us at different moments, so one apart is the same."""
    if told.waited is None or told.is_unseen:
        return True
    return call["hold_seconds"] is not None and abs(call["hold_seconds"] - told.waited) <= 1

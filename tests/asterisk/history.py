"""The PBX's own history (queue_log) against the calls in our database: none lost, none twice, each ended alike.

queue_log lines are `time|call id|queue|agent|event|data…`; one call's lines of one queue run from ENTERQUEUE to one
of the events below. What queue_log calls ABANDON may be more exactly known to us.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

#: How a call may end by the PBX's word -> what our row may say.
OUTCOMES = {
    "COMPLETECALLER": {"completed"},
    "COMPLETEAGENT": {"completed"},
    "BLINDTRANSFER": {"completed"},
    "ATTENDEDTRANSFER": {"completed"},
    "ABANDON": {"abandoned", "redirected"},
    "EXITWITHTIMEOUT": {"timed_out"},
    "EXITEMPTY": {"timed_out"},
    "EXITWITHKEY": {"exited"},
}


def mismatches(
    calls: list[dict[str, Any]], log: list[list[str]], *, unwatched: Sequence[tuple[float, float]] = ()
) -> list[str]:
    """Sentences about calls that differ; none is what is wanted.

    `unwatched` are the spans (epoch seconds) in which nobody could see what happened: a call that joined or ended in
    one may be missing, and how it ended may be unknown, but nothing may be twice or wrong.
    """
    joined: Counter[tuple[str, str]] = Counter()
    ended: dict[tuple[str, str], str] = {}
    waited: dict[tuple[str, str], int] = {}
    unseen: set[tuple[str, str]] = set()
    for time, call_id, queue, _agent, event, *data in log:
        key = (call_id, queue.lower())
        # queue_log tells whole seconds
        if any(start - 1 <= float(time) <= end for start, end in unwatched):
            unseen.add(key)
        if event == "ENTERQUEUE":
            joined[key] += 1
        elif event == "CONNECT":
            waited[key] = int(data[0])
        elif event in OUTCOMES:
            ended[key] = event
    rows = Counter((call["uniqueid"], call["queue"]) for call in calls)
    wrong = [
        f"{key}: joined {times} times, {rows[key]} rows"
        for key, times in joined.items()
        if rows[key] > times or (rows[key] < times and key not in unseen)
    ]
    for call in calls:
        key = (call["uniqueid"], call["queue"])
        expected = OUTCOMES.get(ended.get(key, ""), set()) | ({"lost"} if key in unseen else set())
        if key in ended and call["outcome"] not in expected:
            wrong.append(f"{key}: {ended[key]} by the PBX, {call['outcome']} in the database")
        if key in waited and abs((call["hold_seconds"] or 0) - waited[key]) > 1 and key not in unseen:
            wrong.append(f"{key}: waited {waited[key]} s by the PBX, {call['hold_seconds']} in the database")
    return wrong

"""Broken limits and rules become incidents: one each, from the first breach to the recovery. Pure.

Looked at are the queues and agents an input touched, once all is derived, and each second those for which time alone
may change something (`wake`). An incident opens once its breach has lasted as long as its rule wants, and is closed
once it has been well as long as that wants, so a figure that goes up and down over its limit makes one. It is closed at
once when what it was about goes away: the rule, the limit, the queue.

While the link is not up nobody knows how queues and agents are: nothing about them is opened or closed, and what was
about to be is waited for anew. Rules about the link itself are looked at all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from math import isfinite

from queues.live import limits
from queues.live.concerns import IncidentRow, Severity, incident_key
from queues.live.draft import Draft
from queues.live.readings import Reading, of_agent, of_link, of_queue
from queues.live.state import Board, Change, LinkState
from queues.live.watch import Subject

#: A value that moves is told so often: severities at once.
TELL_SECONDS = 10

_PBX = Subject()


# --- when to look ----------------------------------------------------------------------------------------------


def wake(draft: Draft) -> None:
    """Touch what time alone may have changed: queues whose hours begin or end, with somebody waiting, or with an
    incident that is open or about to be; agents who have stayed too long."""
    memory, watch = draft.memory, draft.memory.watch
    draft.touches_link = True
    draft.queues.update(number for number, span in watch.spans.items() if draft.at >= span.until)
    if not watch.is_on or not is_known(draft.board):
        return
    draft.queues.update(number for number, row in draft.board.queues.items() if row.oldest_joined_at is not None)
    _touch_active(draft)
    for interface, stay in memory.stays.items():
        if stay.red_at is not None and draft.at >= stay.red_at:
            draft.agents.add(interface)


def touch_all(draft: Draft) -> None:
    """Touch everything there is, and whatever incidents are about: all may be otherwise than it was."""
    draft.touches_link = True
    draft.queues.update(draft.board.queues)
    draft.agents.update(draft.board.agents)
    _touch_active(draft)


def _touch_active(draft: Draft) -> None:
    for subject in draft.memory.watch.active:
        if subject.queue:
            draft.queues.add(subject.queue)
        elif subject.interface:
            draft.agents.add(subject.interface)


def look(draft: Draft) -> None:
    """Open, update and close the incidents of the PBX, and of the touched queues and agents."""
    watch = draft.memory.watch
    if not watch.is_on:
        return
    if draft.touches_link:
        _follow(draft, _PBX, [of_link(draft, rule) for rule in draft.memory.wishes.link_rules()])
    if not is_known(draft.board):
        return
    for number in sorted(draft.queues):
        _follow(draft, Subject(queue=number), of_queue(draft, number))
    for interface in sorted(draft.agents):
        _follow(draft, Subject(interface=interface), of_agent(draft, interface))


def is_known(board: Board) -> bool:
    """Whether anybody knows how queues and agents are."""
    return board.link is not None and board.link.state is LinkState.UP


# --- the link and the restart ----------------------------------------------------------------------------------


def recall(board: Board) -> None:
    """Take up the open incidents of a board that comes from elsewhere."""
    watch, link = board.memory.watch, board.link
    for row in board.incidents.values():
        watch.add(Subject(row.queue, row.interface), row.cause)
        watch.opened_at[row.key] = row.opened_at
        if row.worst is not None:
            watch.worst[row.key] = row.worst
    if link is not None and link.state is not LinkState.UP:
        # An incident about the link knows better: another state of the link may have begun since.
        began = [
            row.breached_at - timedelta(seconds=row.limit or 0)
            for row in board.incidents.values()
            if (row.queue, row.interface) == _PBX and row.breached_at is not None
        ]
        watch.down_since = min([link.since, *began])


def note_link(draft: Draft, state: LinkState) -> None:
    """The link is in this state now. What nobody knows any more is not about to open or to close."""
    watch = draft.memory.watch
    if state is LinkState.UP:
        if watch.down_since is not None:
            watch.down_since = None
            touch_all(draft)
        return
    if watch.down_since is None:
        watch.down_since, draft.touches_link = draft.at, True
    for subject, causes in list(watch.active.items()):
        if subject == _PBX:
            continue
        for cause in list(causes):
            key = incident_key(cause, *subject)
            watch.well.pop(key, None)
            if key not in draft.board.incidents:
                watch.forget(subject, cause, key)


def drop_gone(draft: Draft) -> None:
    """Close what no rule and no limit wants any more, whether the link is up or not."""
    for row in list(draft.board.incidents.values()):
        if not _is_wanted(draft, row):
            _close(draft, Subject(row.queue, row.interface), row, None)


def _is_wanted(draft: Draft, row: IncidentRow) -> bool:
    wishes = draft.memory.wishes
    if row.interface:
        return limits.is_watched(wishes.limits, wishes.budgets, row.cause.removeprefix("limit:"))
    if not row.queue:
        return any(rule.cause == row.cause for rule in wishes.link_rules())
    queue = draft.board.queues.get(row.queue)
    if queue is None:
        return False
    wanted = {rule.cause for rule in wishes.rules_of(row.queue)}
    return row.cause in wanted | {f"limit:{figure}" for figure, _, red in queue.limits if red is not None}


# --- from the breach to the recovery ---------------------------------------------------------------------------


def _follow(draft: Draft, subject: Subject, readings: Iterable[Reading]) -> None:
    """Bring the subject's incidents in step with how it stands with each cause; a cause without a reading is gone."""
    watch = draft.memory.watch
    gone = set(watch.active.get(subject, ()))
    for reading in readings:
        gone.discard(reading.cause)
        if reading.severity is not None:
            _breach(draft, subject, reading, reading.severity)
        elif watch.is_active(subject, reading.cause):
            _recover(draft, subject, reading)
    for cause in sorted(gone):
        key = incident_key(cause, *subject)
        if (row := draft.board.incidents.get(key)) is not None:
            _close(draft, subject, row, None)
        else:
            watch.forget(subject, cause, key)


def _breach(draft: Draft, subject: Subject, reading: Reading, severity: Severity) -> None:
    watch = draft.memory.watch
    key = incident_key(reading.cause, *subject)
    watch.well.pop(key, None)
    row = draft.board.incidents.get(key)
    if row is not None:
        _update(draft, row, reading, severity)
        return
    watch.add(subject, reading.cause)
    since = watch.breached.setdefault(key, min(reading.since or draft.at, draft.at))
    if draft.at - since >= timedelta(seconds=reading.hold_seconds):
        _open(draft, subject, reading, severity, since)


def _open(draft: Draft, subject: Subject, reading: Reading, severity: Severity, since: datetime) -> None:
    watch = draft.memory.watch
    key = incident_key(reading.cause, *subject)
    before = watch.opened_at.get(key)
    opened_at = draft.at if before is None or before < draft.at else before + timedelta(microseconds=1)
    value = _told(reading.value)
    row = IncidentRow(
        pbx=draft.board.pbx,
        cause=reading.cause,
        opened_at=opened_at,
        severity=severity,
        queue=subject.queue,
        interface=subject.interface,
        title=reading.title,
        value=value,
        limit=reading.limit,
        worst=value,
        breached_at=since,
    )
    watch.opened_at[key], watch.told_at[key] = opened_at, draft.at
    draft.put_incident(row)


def _update(draft: Draft, row: IncidentRow, reading: Reading, severity: Severity) -> None:
    watch = draft.memory.watch
    value = _told(reading.value)
    worst = _worse(watch.worst.get(row.key, row.worst), value, is_low=reading.is_low)
    if worst is not None:
        watch.worst[row.key] = worst
    risen = Severity.RED if Severity.RED in (row.severity, severity) else Severity.AMBER
    told = replace(row, severity=risen, title=reading.title, limit=reading.limit)
    told_at = watch.told_at.get(row.key)
    if told != row or told_at is None or draft.at - told_at >= timedelta(seconds=TELL_SECONDS):
        watch.told_at[row.key] = draft.at
        draft.put_incident(replace(told, value=value, worst=worst))


def _recover(draft: Draft, subject: Subject, reading: Reading) -> None:
    watch = draft.memory.watch
    key = incident_key(reading.cause, *subject)
    row = draft.board.incidents.get(key)
    if row is None:
        watch.forget(subject, reading.cause, key)
        return
    since = watch.well.setdefault(key, draft.at)
    if draft.at - since >= timedelta(seconds=reading.recover_seconds):
        _close(draft, subject, row, _told(reading.value))


def _close(draft: Draft, subject: Subject, row: IncidentRow, value: float | None) -> None:
    watch = draft.memory.watch
    worst = watch.worst.get(row.key, row.worst)
    watch.forget(subject, row.cause, row.key)
    draft.close_incident(
        replace(
            row,
            value=row.value if value is None else value,
            worst=worst,
            closed_at=max(draft.at, row.opened_at),
        )
    )


def _told(value: float | None) -> float | None:
    """As a row tells it: nobody divided by nobody is no number."""
    return None if value is None or not isfinite(value) else round(float(value), 1)


def _worse(before: float | None, value: float | None, *, is_low: bool) -> float | None:
    if before is None or value is None:
        return value if before is None else before
    return min(before, value) if is_low else max(before, value)


# --- people ----------------------------------------------------------------------------------------------------


def acknowledge(board: Board, key: str, by: str, at: datetime) -> list[Change] | None:
    """Note who has seen this incident: the changes, none if somebody had before; None when it is not open."""
    row = board.incidents.get(key)
    if row is None:
        return None
    draft = Draft(board, at)
    if not row.acknowledged_by:
        draft.put_incident(replace(row, acknowledged_by=by, acknowledged_at=at))
    return draft.changes

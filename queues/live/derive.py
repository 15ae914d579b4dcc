"""Figures worked out from other rows: a queue's waiting line, an agent's state. Pure.

Runs once at the end of every input, for the queues and agents it touched. The rule that decides an agent's
state is `agents.states.agent_state`; here is only what feeds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from agents.states import TALKING_DEVICES, AgentState, DeviceState, agent_state
from queues.live import incidents, owed
from queues.live.draft import Draft, replaced
from queues.live.figures import LONGEST_SECONDS, Terms
from queues.live.hands import ON_CALL
from queues.live.interfaces import extension_of
from queues.live.ledger import Shift
from queues.live.memory import QueueSettings
from queues.live.standing import count_in, too_long
from queues.live.state import AgentRow, CallRow, CallState, MemberRow, QueueRow, member_key

#: Which of several memberships' device states counts: the first of these that any reports.
_DEVICE_ORDER = (
    DeviceState.RING_IN_USE,
    DeviceState.RINGING,
    DeviceState.ON_HOLD,
    DeviceState.BUSY,
    DeviceState.IN_USE,
    DeviceState.UNAVAILABLE,
    DeviceState.INVALID,
    DeviceState.NOT_IN_USE,
    DeviceState.UNKNOWN,
)
#: So long after a queue call the PBX may still report the phone in use: that is the call that just ended.
SETTLING = timedelta(seconds=2)
#: T of a queue for which neither people nor the PBX say one.
DEFAULT_TARGET_SECONDS = 20
_RANK = {state: rank for rank, state in enumerate(_DEVICE_ORDER)}


def derive(draft: Draft) -> None:
    """Bring the touched queues' and agents' rows up to date, and the lines of calls we owe."""
    owed.follow(draft)
    for number in sorted(draft.queues):
        _derive_queue(draft, number)
    recrewed: set[str] = set()
    for interface in sorted(draft.agents):
        _derive_agent(draft, interface)
        recrewed |= count_in(draft.board, interface)
    for number in sorted(recrewed):
        _derive_crew(draft, number)
    draft.queues |= recrewed
    ledger = draft.memory.ledger
    if ledger.changed:
        for interface in sorted(ledger.changed - draft.agents):
            if (row := draft.board.agents.get(interface)) is not None:
                draft.put_agent(replaced(row, _of_the_day(draft, row)))
        ledger.changed.clear()
    incidents.look(draft)


def _derive_queue(draft: Draft, number: str) -> None:
    day = draft.memory.ledger.day(number, draft.at)
    row = draft.board.queues.get(number)
    if row is None:
        return
    settings = draft.memory.queue_settings.get(number, QueueSettings())
    target = _target_seconds(settings, row)
    day.agree(Terms(target, settings.target_formula, settings.target_short_seconds))
    callers = (draft.board.callers[key] for key in draft.memory.callers_of_queue[number])
    joined = [caller.joined_at for caller in callers if caller.state is CallState.WAITING]
    figures = day.figures
    values = {
        "waiting": len(joined),
        "oldest_joined_at": min(joined, default=None),
        "wrap_up_seconds": settings.wrap_up_seconds,
        "target_seconds": target,
        "target_percent": settings.target_percent,
        "target_formula": settings.target_formula,
        "target_short_seconds": settings.target_short_seconds,
        "today_since": day.since,
        "today_offered": figures.offered,
        "today_answered": figures.answered,
        "today_in_time": figures.in_time,
        "today_abandoned": figures.abandoned,
        "today_short_abandoned": figures.short_abandoned,
        "today_abandoned_in_time": figures.abandoned_in_time,
        "today_flowed_out": figures.flowed_out,
        "today_lost": figures.lost,
        "today_wait_seconds": figures.wait_seconds,
        "today_talk_seconds": figures.talk_seconds,
        "today_talked": figures.talked,
        "today_longest_wait": day.longest_wait,
        "today_service_level": figures.service_level(settings.target_formula),
        "limits": draft.memory.wishes.limits_of(number, target, settings.target_percent),
        "is_open": _is_open(draft, number),
        "staff_needed": need.agents if (need := draft.memory.needs.get(number)) is not None else None,
        **_crew(draft, number),
    }
    draft.put_queue(replaced(row, values))


def _is_open(draft: Draft, number: str) -> bool | None:
    """Whether the queue's hours say so; looked up when they last changed."""
    hours, spans = draft.memory.wishes.hours_of(number), draft.memory.watch.spans
    span = spans.get(number)
    if hours is None or (span is not None and span.since <= draft.at < span.until):
        return None if hours is None or span is None else span.is_open
    span = hours.span(draft.at)
    if span is None:
        return None
    spans[number] = span
    return span.is_open


def _derive_crew(draft: Draft, number: str) -> None:
    if (row := draft.board.queues.get(number)) is not None:
        draft.put_queue(replaced(row, _crew(draft, number)))


def _crew(draft: Draft, number: str) -> dict[str, Any]:
    """Who is there for a queue, as values of its row."""
    crew = draft.memory.presence.crew(number)
    return {"staff_present": crew.ready, "staff_free": crew.free}


def _target_seconds(settings: QueueSettings, row: QueueRow) -> int:
    """T: what people set for the queue; where they set nothing the PBX's, where it has none, ours."""
    told = min(row.service_level_seconds or 0, LONGEST_SECONDS)
    return settings.own_target_seconds or (told if told > 0 else DEFAULT_TARGET_SECONDS)


def _of_the_day(draft: Draft, row: AgentRow) -> dict[str, Any]:
    """The agent's own figures of the day, as fields of their row. The last call stays known when the day is over."""
    shift = draft.memory.ledger.shifts.get(row.interface, Shift())
    ends = [at for at in (row.last_call_at, shift.last_call_at) if at is not None]
    return {
        "last_call_at": max(ends, default=None),
        "calls_today": shift.calls,
        "talk_seconds_today": shift.talk_seconds,
    }


def _derive_agent(draft: Draft, interface: str) -> None:
    memory, board = draft.memory, draft.board
    members = [board.members[key] for key in sorted(memory.members_of_agent[interface])]
    callers = [board.callers[key] for key in memory.callers_of_agent[interface]]
    before = board.agents.get(interface)
    if before is None and not members:
        return
    row = before or AgentRow(pbx=board.pbx, interface=interface)
    talk = _first(c for c in callers if c.state is CallState.TALKING and c.agent_interface == interface)
    ring = _first(c for c in callers if interface in c.ringing)
    device = min((m.device_state for m in members), key=_RANK.__getitem__, default=DeviceState.UNKNOWN)
    if device in TALKING_DEVICES and _is_settling(draft, interface):
        device = DeviceState.NOT_IN_USE
    wrap_up_until = _wrap_up_until(draft, interface, members)
    paused = [m for m in members if m.paused]
    state = agent_state(
        memberships=len(members),
        paused_memberships=len(paused),
        device=device,
        on_queue_call=talk is not None,
        is_called=ring is not None,
        in_wrap_up=wrap_up_until is not None,
    )
    since, is_exact = _since(draft, before, state, talk, paused)
    queue, number, name, uniqueid = _party(draft, interface, state, talk, ring)
    reason = _latest(paused, "pause_reason")
    values = {
        "extension": extension_of(interface),
        "name": _name(draft, interface, members, row),
        "state": state,
        "state_since": since,
        "is_since_exact": is_exact,
        "device_state": device,
        "queue": queue,
        "party_number": number,
        "party_name": name,
        "call_uniqueid": uniqueid,
        "pause_reason": reason,
        "paused_by": _latest(paused, "paused_by"),
        "pause_until": min((m.pause_until for m in paused if m.pause_until is not None), default=None),
        "paused_count": len(paused),
        "member_count": len(members),
        "wrap_up_until": wrap_up_until if state is AgentState.WRAP_UP else None,
        "left_queues": _left_queues(draft, interface),
        "hand_raised_at": row.hand_raised_at if state in ON_CALL else None,
        "recording_since": row.recording_since if state in ON_CALL and uniqueid == row.call_uniqueid else None,
        **too_long(draft, interface, state, since, reason),
        **_of_the_day(draft, row),
    }
    draft.put_agent(replaced(row, values))


def _left_queues(draft: Draft, interface: str) -> tuple[str, ...]:
    """The queues this agent was logged out of and is not back in, as far as they are on the board."""
    left = draft.memory.left_queues.get(interface, ())
    return tuple(
        number
        for number in left
        if number in draft.board.queues and member_key(number, interface) not in draft.board.members
    )


def _is_settling(draft: Draft, interface: str) -> bool:
    """Whether the phone is only not yet reported free after its last queue call: no other channel is known."""
    last = draft.memory.last_call.get(interface)
    if last is None or draft.at - last.at > SETTLING:
        return False
    return draft.memory.phones_of_agent[interface] <= {last.agent_uniqueid}


def _first(callers: Iterable[CallRow]) -> CallRow | None:
    return min(callers, key=lambda c: (c.joined_at, c.uniqueid), default=None)


def _wrap_up_until(draft: Draft, interface: str, members: list[MemberRow]) -> datetime | None:
    """When the agent's wrap-up ends, None when none runs. Each queue has its own, the longest rest counts."""
    ends = []
    own = draft.memory.last_call.get(interface)
    ready_at = draft.memory.ready_at.get(interface)
    if own is not None and ready_at is not None and own.at <= ready_at:
        own = None
    for member in members:
        queue = draft.board.queues.get(member.queue)
        seconds = member.wrap_up_seconds or (queue.wrap_up_seconds if queue else 0)
        if not seconds:
            continue
        if member.last_call_at is not None and (ready_at is None or member.last_call_at > ready_at):
            ends.append(member.last_call_at + timedelta(seconds=seconds))
        if own is not None and own.queue == member.queue:
            ends.append(own.at + timedelta(seconds=seconds))
    until = max(ends, default=None)
    return until if until is not None and until > draft.at else None


def _since(
    draft: Draft, before: AgentRow | None, state: AgentState, talk: CallRow | None, paused: list[MemberRow]
) -> tuple[datetime, bool]:
    """Since when the state holds, and whether that is exact."""
    if state is AgentState.ON_CALL and talk is not None and talk.answered_at is not None:
        return talk.answered_at, True
    if state is AgentState.PAUSED:
        began = max((m.paused_at for m in paused if m.paused_at is not None), default=None)
        if began is not None:
            return began, True
    if before is None:
        return draft.at, False
    if before.state is not state:
        return draft.at, not draft.is_first
    return before.state_since or draft.at, before.is_since_exact


def _party(
    draft: Draft, interface: str, state: AgentState, talk: CallRow | None, ring: CallRow | None
) -> tuple[str, str, str, str]:
    """Queue, number, name and Uniqueid of the call the agent has or is rung for."""
    call = talk if state is AgentState.ON_CALL else ring if state is AgentState.RINGING else None
    if call is not None:
        return call.queue, call.number, call.name, call.uniqueid
    if state not in (AgentState.OTHER_CALL, AgentState.RINGING):
        return "", "", "", ""
    phones = [draft.memory.phones[u] for u in draft.memory.phones_of_agent[interface]]
    phone = max(phones, key=lambda p: (bool(p.party_number), p.state, p.uniqueid), default=None)
    if phone is None:
        return "", "", "", ""
    return "", phone.party_number, phone.party_name, phone.uniqueid


def _name(draft: Draft, interface: str, members: list[MemberRow], row: AgentRow) -> str:
    """The best name known: given by people here, told by the queue, told by the phone, else the extension."""
    told = next((m.name for m in members if m.name and m.name != m.interface), "")
    return (
        draft.memory.display_names.get(interface)
        or told
        or draft.memory.phone_names.get(interface)
        or row.name
        or extension_of(interface)
    )


def _latest(paused: list[MemberRow], name: str) -> str:
    """This field of the latest pause in which it is not empty; one that began nobody knows when counts as old."""
    told = [m for m in paused if getattr(m, name)]
    latest = max(told, key=lambda m: (m.paused_at.timestamp() if m.paused_at else 0.0, m.key), default=None)
    return getattr(latest, name) if latest is not None else ""

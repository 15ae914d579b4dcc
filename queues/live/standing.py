"""What follows from an agent's state: what they count for in their queues, and when it lasts too long. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agents.states import AgentState
from queues.live.concerns import incident_key
from queues.live.draft import Draft
from queues.live.limits import Limited, of_stay
from queues.live.presence import Crew
from queues.live.state import Board

#: Nobody can be rung.
_AWAY = frozenset({AgentState.LOGGED_OUT, AgentState.UNREACHABLE})


def count_in(board: Board, interface: str) -> set[str]:
    """Count this agent, as their row is now, in the crews of their queues. Returns the queues whose crews changed."""
    agent = board.agents.get(interface)
    if agent is None or agent.state in _AWAY:
        return board.memory.presence.tell(interface, {})
    members = (board.members[key] for key in board.memory.members_of_agent[interface])
    is_free = agent.state is AgentState.AVAILABLE
    shares = {m.queue: Crew(1, int(not m.paused), int(is_free and not m.paused)) for m in members}
    return board.memory.presence.tell(interface, shares)


def too_long(draft: Draft, interface: str, state: AgentState, since: datetime, pause_reason: str) -> dict[str, Any]:
    """When this state begins to last too long, as fields of the agent's row."""
    memory = draft.memory
    stay = of_stay(
        memory.wishes.limits,
        memory.wishes.budgets,
        state,
        since,
        pause_reason=pause_reason,
        stuck_since=_stuck_since(draft, interface, state, since),
    )
    if stay is None:
        memory.stays.pop(interface, None)
        return {"amber_at": None, "red_at": None}
    memory.stays[interface] = stay
    return {"amber_at": stay.amber_at, "red_at": stay.red_at}


def _stuck_since(draft: Draft, interface: str, state: AgentState, since: datetime) -> datetime | None:
    """Since when the phone has been in use though it has no channel: not since the state began, which may have been a
    call whose end the device has not told yet. Where channels are not told, nobody knows."""
    memory = draft.memory
    has_none = memory.sees_channels and not memory.phones_of_agent[interface]
    if state is not AgentState.OTHER_CALL or not has_none:
        memory.stuck_since.pop(interface, None)
        return None
    # After a restart it goes on where an incident says so.
    is_known = incident_key(f"limit:{Limited.STUCK}", interface=interface) in draft.board.incidents
    return memory.stuck_since.setdefault(interface, since if is_known else draft.at)

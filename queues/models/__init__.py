"""The PBX as we know it, what wants attention, screens on the wall. Each table is written by one module only."""

from queues.models.concerns import (
    AlertRule,
    Incident,
    Limit,
    OpeningHours,
    Outage,
    OutboxMessage,
    OutboxState,
    OwedCall,
    Webhook,
)
from queues.models.pbx import FORMULA_CHOICES, Call, Link, Member, Queue
from queues.models.shifts import MissedRing, PauseSpell
from queues.models.walls import PairingCode, Screen, WallBoard

__all__ = [
    "FORMULA_CHOICES",
    "AlertRule",
    "Call",
    "Incident",
    "Limit",
    "Link",
    "Member",
    "MissedRing",
    "OpeningHours",
    "Outage",
    "OutboxMessage",
    "OutboxState",
    "OwedCall",
    "PairingCode",
    "PauseSpell",
    "Queue",
    "Screen",
    "WallBoard",
    "Webhook",
]

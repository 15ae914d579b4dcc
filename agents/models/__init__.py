"""People and their phones, and what people ask of the PBX. Each table is written by one module only."""

from agents.models.asking import Command
from agents.models.desk import CallNote, Contact, PauseReason
from agents.models.people import Agent, ApiToken, Preferences, Team, TeamQueue, TokenScope

__all__ = [
    "Agent",
    "ApiToken",
    "CallNote",
    "Command",
    "Contact",
    "PauseReason",
    "Preferences",
    "Team",
    "TeamQueue",
    "TokenScope",
]

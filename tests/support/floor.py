"""A floor of plain data for tests of `agents`, which must not need the tables of `queues`."""

from dataclasses import dataclass, field
from datetime import datetime

from agents.floor import LinkFacts, LiveCall, Membership
from agents.states import CommandKind


@dataclass
class PlainFloor:
    """Everything is up and may be done, until a test says otherwise. Sets hold (pbx, …) tuples."""

    is_up: bool = True
    error: str = ""
    actions: frozenset[str] = frozenset(CommandKind)
    queues: set[tuple[str, str]] = field(default_factory=set)
    members: set[tuple[str, str, str]] = field(default_factory=set)
    fixed: set[tuple[str, str, str]] = field(default_factory=set)
    calls: dict[tuple[str, str], LiveCall] = field(default_factory=dict)

    def link(self, pbx: str, at: datetime) -> LinkFacts:
        return LinkFacts(is_up=self.is_up, actions=self.actions, error=self.error)

    def is_queue(self, pbx: str, number: str) -> bool:
        return (pbx, number) in self.queues

    def memberships(self, pbx: str, interface: str) -> tuple[Membership, ...]:
        return tuple(
            Membership(queue=member[1], is_fixed=member in self.fixed, penalty=3)
            for member in sorted(self.members)
            if member[0] == pbx and member[2] == interface
        )

    def live_call(self, pbx: str, uniqueid: str) -> LiveCall | None:
        return self.calls.get((pbx, uniqueid))

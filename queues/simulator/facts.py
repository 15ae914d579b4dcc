"""What the floor tells the world: one `Fact` per thing that happens, in the PBX's own vocabulary.

`event` is the AMI event it becomes; how it looks on the wire, or whether a dialect has it at all, is the
renderer's business. A listener must read a fact at once: it holds live objects, not copies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from queues.simulator.entities import Bridge, Call, Channel, Member, Queue


@dataclass(slots=True, eq=False)
class Fact:
    """Something happened at `at` (epoch seconds, PBX clock). `headers` are the event's own by name, in
    stock order; `call` and `queue` serve dialects that tell more than stock does; `third` is to whom somebody is handed
    over."""

    event: str
    at: float
    channel: Channel | None = None
    dest: Channel | None = None
    member: Member | None = None
    bridge: Bridge | None = None
    queue: Queue | None = None
    call: Call | None = None
    headers: Mapping[str, str | int] = field(default_factory=dict)
    third: Channel | None = None


Listener = Callable[[Fact], None]

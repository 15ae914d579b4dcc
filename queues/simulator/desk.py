"""What AMI actions work with: the floor, the words of a dialect, the PBX's clock; and answers that must wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from queues.simulator.calls import Refused
from queues.simulator.entities import Channel
from queues.simulator.floor import Floor
from queues.simulator.render_stock import StockDialect
from queues.simulator.requests import Request


@dataclass(frozen=True, slots=True)
class Desk:
    """What actions work with; `clock` is the PBX's own, to the microsecond. `asked` counts what was performed."""

    floor: Floor
    dialect: StockDialect
    clock: Callable[[], float]
    asked: Counter[str] = field(default_factory=Counter)

    def channel(self, request: Request, missing: str = "No such channel") -> Channel:
        """The channel a request names, by name or Uniqueid; Refused as `missing` says when there is none."""
        channel = self.floor.switch.find(request.get("Channel"))
        if channel is None:
            raise Refused(missing)
        return channel


class Later:
    """An answer that is not known yet: a synchronous Originate. `then` gets the packets once."""

    def __init__(self) -> None:
        self.packets: list[str] | None = None
        self.then: Callable[[list[str]], None] | None = None

    def done(self, packets: list[str]) -> None:
        self.packets = packets
        if self.then:
            self.then(packets)

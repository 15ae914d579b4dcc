"""A simulated PBX at work, in a process of its own: `python -m tests.bench.busy_pbx QUEUES AGENTS CALLS_PER_MINUTE`.

Its floor stands still until a line comes on its input, and from the next line on: `go`, `rest`. It says its port
first, and after each line, as JSON, what has happened (`Told`). While it rests it answers, but nothing moves, so the
board can be compared with it.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from queues.simulator.facts import Fact
from queues.simulator.server import SimulatedPbx
from tests.bench.site import ROOT


@dataclass
class Told:
    """`events` went out to all who listen. `joined_at` is by a caller's number the instant, of the machine's
    monotonic clock, at which the event of joining a queue went out. The rest is the floor now: callers who wait
    as `queue/number`, those who talk as `queue/number/interface`, members as `queue/interface/paused`."""

    events: int = 0
    joined_at: dict[str, float] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    talking: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)


class _Clock:
    """Epoch seconds that pass only while `runs`."""

    def __init__(self) -> None:
        self.runs = False
        self._passed = time.time()
        self._since = 0.0

    def __call__(self) -> float:
        return self._passed + (time.time() - self._since if self.runs else 0.0)

    def turn(self, *, runs: bool) -> None:
        self._passed, self._since, self.runs = self(), time.time(), runs


class _Witness:
    """Counts what the floor tells, and when callers join."""

    def __init__(self, pbx: SimulatedPbx) -> None:
        self.pbx = pbx
        self.facts: Counter[str] = Counter()
        self.joined_at: dict[str, float] = {}
        pbx.floor.listen(self._note)

    def _note(self, fact: Fact) -> None:
        self.facts[fact.event] += 1
        if fact.event == "QueueCallerJoin" and fact.call is not None:
            self.joined_at.setdefault(fact.call.channel.number, time.monotonic())

    def tell(self) -> Told:
        classes, sessions = self.pbx.dialect.classes, self.pbx.sessions
        heard = {event for event, name in classes.items() if any(name in session.hears for session in sessions)}
        queues = self.pbx.floor.queues.values()
        return Told(
            sum(count for event, count in self.facts.items() if event in heard),
            self.joined_at,
            sorted(f"{q.number}/{call.channel.number}" for q in queues for call in q.waiting),
            sorted(f"{q.number}/{call.channel.number}" for q in queues for call in q.talking),
            sorted(f"{q.number}/{m.interface}/{m.is_paused}" for q in queues for m in q.members.values()),
        )


async def _main(queues: int, agents: int, rate: float) -> None:
    clock = _Clock()
    pbx = SimulatedPbx(queues=queues, agents=agents, rate=rate, clock=clock)
    witness = _Witness(pbx)
    async with pbx:
        _say(str(pbx.port))
        while line := await asyncio.to_thread(sys.stdin.readline):
            clock.turn(runs=line == "go\n")
            _say(json.dumps(asdict(witness.tell())))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class BusyPbx:
    """The process, from the other side."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._read())

    def go(self) -> Told:
        """Let time pass, or go on letting it pass; what has happened until now."""
        return self._ask("go")

    def rest(self) -> Told:
        """Let nothing more happen."""
        return self._ask("rest")

    def _ask(self, word: str) -> Told:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return Told(**json.loads(self._read()))

    def _read(self) -> str:
        assert self._process.stdout is not None
        if line := self._process.stdout.readline():
            return line
        raise RuntimeError("the simulated PBX is gone")


@contextmanager
def busy_pbx(queues: int, agents: int, rate: float) -> Iterator[BusyPbx]:
    command = [sys.executable, "-m", "tests.bench.busy_pbx", str(queues), str(agents), str(rate)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield BusyPbx(process)
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))

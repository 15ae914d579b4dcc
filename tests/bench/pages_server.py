"""`python -m tests.bench.pages_server AGENTS CALLERS QUEUES PER_SECOND`: the product's pages over a large board that
changes evenly, served by the product's own server. Says where it listens.

There is no PBX: what a worker would make of its events is made here, so that each push has the same size. Each is
saved and told as a worker's flush is.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

# Daphne chooses Twisted's reactor, and Django is set up before models are imported.
import django

django.setup()

from channels.db import database_sync_to_async  # noqa: E402

from agents.states import AgentState, DeviceState  # noqa: E402
from queues.live.publish import Publisher  # noqa: E402
from queues.live.state import AgentRow, CallOutcome, CallRow, Change, LinkRow, LinkState, MemberRow, QueueRow, Row  # noqa: E402
from queues.live.store import acquire_lease, save  # noqa: E402
from queues.serving import serve  # noqa: E402

PBX = "bench"
#: Rows of one push: agents in another state, callers gone and as many new ones, queues with other figures.
AGENTS, CALLERS, QUEUES = 70, 10, 10
_STATES = (AgentState.AVAILABLE, AgentState.RINGING, AgentState.ON_CALL, AgentState.WRAP_UP, AgentState.PAUSED)
_TODAY = {
    "today_offered": 400,
    "today_answered": 360,
    "today_in_time": 330,
    "today_abandoned": 40,
    "today_service_level": 82.5,
}
_NAMES = ("Anna Kowalska", "Björn Ångström", "Chen Wei", "Dana Engelhardt", "Ebru Yılmaz", "Félix Dubois-Martin")


class Floor:
    """Agents with one queue each, callers in line, and what happens to them; the same for every run."""

    def __init__(self, agents: int, callers: int, queues: int, at: datetime) -> None:
        self._random = Random(1)
        self._numbers = count(1)
        self.queues = [QueueRow(PBX, str(6500 + n), f"Queue {n + 1}", today_since=at, **_TODAY) for n in range(queues)]
        self.agents = [self._agent(n, at) for n in range(agents)]
        self.callers = [self._caller(at - timedelta(seconds=n)) for n in range(callers)]
        self._turns = {"agents": 0, "queues": 0}

    def rows(self, at: datetime) -> Iterator[Row]:
        """All of them, as a worker's first flush."""
        yield LinkRow(PBX, LinkState.UP, at, dialect="asterisk", actions=("pause", "unpause", "hangup"))
        yield from self.queues
        for number, agent in enumerate(self.agents):
            queue = self.queues[number % len(self.queues)].number
            yield MemberRow(PBX, queue, agent.interface, agent.name, device_state=DeviceState.NOT_IN_USE)
        yield from self.callers
        yield from self.agents

    def push(self, at: datetime) -> Iterator[Change]:
        """What changes next."""
        for index in self._next("agents", len(self.agents), AGENTS):
            self.agents[index] = self._moved(self.agents[index], at)
            yield _set(self.agents[index])
        for _ in range(min(CALLERS, len(self.callers))):
            gone = self.callers.pop(self._random.randrange(len(self.callers)))
            yield Change("callers", gone.key, None)
            yield Change("calls", gone.key, replace(gone, ended_at=at, outcome=CallOutcome.ABANDONED))
            self.callers.append(self._caller(at))
            yield _set(self.callers[-1])
        for index in self._next("queues", len(self.queues), QUEUES):
            queue = self.queues[index]
            answered = queue.today_answered + 1
            self.queues[index] = replace(
                queue,
                today_offered=queue.today_offered + 1,
                today_answered=answered,
                waiting=sum(caller.queue == queue.number for caller in self.callers),
                oldest_joined_at=min((c.joined_at for c in self.callers if c.queue == queue.number), default=None),
            )
            yield _set(self.queues[index])

    def _next(self, kind: str, size: int, much: int) -> list[int]:
        """So many in turn, none twice."""
        start = self._turns[kind]
        self._turns[kind] = start + much
        return [(start + step) % size for step in range(min(much, size))]

    def _agent(self, number: int, at: datetime) -> AgentRow:
        name = f"{_NAMES[number % len(_NAMES)]} {number}"
        row = AgentRow(PBX, f"PJSIP/{1000 + number}", extension=str(1000 + number), name=name, member_count=1)
        return replace(row, state=_STATES[number % len(_STATES)], state_since=at, is_since_exact=True)

    def _moved(self, agent: AgentRow, at: datetime) -> AgentRow:
        state = _STATES[(_STATES.index(agent.state) + 1) % len(_STATES)]
        is_call = state in (AgentState.RINGING, AgentState.ON_CALL)
        return replace(
            agent,
            state=state,
            state_since=at,
            queue=self.queues[(int(agent.extension) - 1000) % len(self.queues)].number if is_call else "",
            party_number="0305550123" if is_call else "",
            wrap_up_until=at + timedelta(seconds=10) if state is AgentState.WRAP_UP else None,
            pause_reason="Lunch" if state is AgentState.PAUSED else "",
            paused_count=int(state is AgentState.PAUSED),
            calls_today=agent.calls_today + int(state is AgentState.ON_CALL),
            last_call_at=at,
        )

    def _caller(self, joined_at: datetime) -> CallRow:
        number = next(self._numbers)
        queue = self.queues[number % len(self.queues)].number
        row = CallRow(
            PBX, "", f"{number}.1", queue, joined_at, number=f"030{5_000_000 + number}", position=number % 20 + 1
        )
        return replace(row, name=self._random.choice(("", "Eve Frost", "Gil Hart GmbH")))


def _set(row: Row) -> Change:
    return Change(row.table, row.key, row)


async def _tell(floor: Floor, epoch: int, per_second: float) -> None:
    """Push at an even pace; a process that is late does not hurry."""
    publisher, write = Publisher(PBX, epoch), database_sync_to_async(save, thread_sensitive=False)
    while True:
        at = datetime.now(UTC)
        seq, changes = await write(PBX, epoch, list(floor.push(at)))
        await publisher.delta(seq, at, changes)
        await asyncio.sleep(1 / per_second - (datetime.now(UTC) - at).total_seconds())


def main(agents: int, callers: int, queues: int, per_second: float) -> None:
    at = datetime.now(UTC)
    floor = Floor(agents, callers, queues, at)
    epoch = acquire_lease(PBX, "bench", at)
    assert epoch is not None
    _seq, saved = save(PBX, epoch, [_set(row) for row in floor.rows(at)])
    floor.agents = [change.row for change in saved if isinstance(change.row, AgentRow)]  # with their ids
    serve("127.0.0.1", 0, {"The teller": lambda: _tell(floor, epoch, per_second)}, _say)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))

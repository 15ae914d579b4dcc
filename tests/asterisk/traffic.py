"""A call centre at work on the real PBX: callers who wait, talk, give up; agents who come, pause, go.

    python -m tests.asterisk.traffic --port 10038 --seconds 60 --rate 1.5 --seed 7

Everything goes over AMI on loopback. It stops by itself and leaves the PBX as it found it: nobody on the line, its
own agents gone, nobody paused. The seed fixes what people decide; the PBX's own timing still varies.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.asterisk.callers import Caller, hang_up, place_call
from tests.asterisk.witness import Packet, Witness, witness

QUEUES = ("6700", "6701", "6702", "night-desk")
NAMES = ("Ayşe Yılmaz", "O'Neil", "", "Jürgen Groß", 'Dr. \\"Who\\"', "Ивáн", "王小明")
REASONS = ("Lunch", "", "Müşteri görüşmesi", "After-call work")

#: Who logs in and out: SIP phones that answer late or never, and phones made of dialplan.
SHIFT = ("PJSIP/1101", "PJSIP/1103", "PJSIP/1107", "Local/1131@phones/n", "Local/1132@phones/n", "Local/1133@phones/n")


class Traffic:
    """`done` counts what happened. Loss of the PBX ends `run` early, without an error."""

    def __init__(
        self, session: Witness, *, seed: int, rate: float = 1.5, patience: float = 8, talk: float = 5, most: int = 15
    ) -> None:
        self.done: Counter[str] = Counter()
        self._session = session
        self._random = random.Random(seed)
        self._rate, self._patience, self._talk, self._most = rate, patience, talk, most
        self._callers: dict[str, tuple[Caller, asyncio.Task[None]]] = {}
        self._answered: dict[str, asyncio.Future[str]] = {}
        self._memberships: set[tuple[str, str]] = set()
        session.listeners.append(self._hear)

    async def run(self, seconds: float | None) -> None:
        """Callers and agents for so long (None: until the PBX is lost), then everybody home."""
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as people:
                people.create_task(self._arrivals())
                for interface in SHIFT:
                    people.create_task(self._agent(interface))
        except* (TimeoutError, ConnectionError):
            pass  # the end of the day, or of the PBX
        await self.send_home()

    def _hear(self, event: Packet) -> None:
        caller = event.get("Uniqueid", "")
        match event.get("Event"):
            case "AgentConnect" if (answered := self._answered.get(caller)) and not answered.done():
                self.done["answered"] += 1
                answered.set_result(event["DestChannel"])
            case "QueueCallerJoin" if caller in self._answered:
                self.done["joined"] += 1
            case "QueueCallerAbandon" if caller in self._answered:
                self.done["abandoned"] += 1
            case "Hangup" if caller in self._callers:
                self._callers[caller][1].cancel()

    async def _arrivals(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(self._rate))
            if len(self._callers) < self._most:
                caller = await place_call(
                    self._session,
                    self._random.choice(QUEUES),
                    number=f"0{self._random.randrange(10**8, 10**9)}",
                    name=self._random.choice(NAMES),
                    patience=self._random.choice((None, None, None, 3)),
                )
                self.done["called"] += 1
                self._answered[caller.uniqueid] = asyncio.get_running_loop().create_future()
                task = asyncio.create_task(self._live(caller))
                self._callers[caller.near_end] = (caller, task)
                task.add_done_callback(lambda _, key=caller.near_end: self._callers.pop(key, None))

    async def _live(self, caller: Caller) -> None:
        with suppress(ConnectionError, TimeoutError):
            agent_channel = await self._wait(caller)
            if agent_channel:
                await self._talk_to(caller, agent_channel)

    async def _wait(self, caller: Caller) -> str | None:
        """The channel of the agent who took the call; None if the caller gave up first."""
        try:
            async with asyncio.timeout(0.3 + self._random.expovariate(1 / self._patience)):
                return await asyncio.shield(self._answered[caller.uniqueid])
        except TimeoutError:
            await hang_up(self._session, caller)
            return None

    async def _talk_to(self, caller: Caller, agent_channel: str) -> None:
        """Talks, then the agent ends the call, or the caller does, or is sent on to somebody else."""
        await asyncio.sleep(0.5 + self._random.expovariate(1 / self._talk))
        how = self._random.random()
        if how < 0.35:
            # ;2 is the phone's own half of a Local channel: hanging that up is the agent's doing.
            await self._session.ask("Hangup", Channel=agent_channel.replace(";1", ";2"))
            return
        if how < 0.5:
            self.done["sent on"] += 1
            where = {"Context": "from-internal", "Exten": "800", "Priority": 1}
            await self._session.ask("Redirect", Channel=caller.uniqueid, **where)
            await asyncio.sleep(self._random.uniform(0.5, 3))
        await hang_up(self._session, caller)

    async def _agent(self, interface: str) -> None:
        """Logs in to some queues, takes breaks, goes home, comes back."""
        pick = self._random
        while True:
            await asyncio.sleep(pick.uniform(0, 3))
            for queue in pick.sample(QUEUES, pick.choice((1, 2, 4))):
                answer = await self._session.ask(
                    "QueueAdd",
                    Queue=queue,
                    Interface=interface,
                    MemberName=f"Agent {interface[-4:]}",
                    Penalty=pick.choice((0, 0, 1, 3)),
                )
                if answer["Response"] == "Success":
                    self.done["logged in"] += 1
                    self._memberships.add((queue, interface))
            for _ in range(pick.randrange(4)):
                await asyncio.sleep(pick.uniform(1, 5))
                await self._session.ask("QueuePause", Interface=interface, Paused="true", Reason=pick.choice(REASONS))
                self.done["paused"] += 1
                await asyncio.sleep(pick.uniform(1, 4))
                await self._session.ask("QueuePause", Interface=interface, Paused="false")
            await asyncio.sleep(pick.uniform(1, 6))
            await self._log_out(interface)

    async def _log_out(self, interface: str) -> None:
        for membership in [key for key in self._memberships if key[1] == interface]:
            await self._session.ask("QueueRemove", Queue=membership[0], Interface=interface)
            self._memberships.discard(membership)

    async def send_home(self) -> None:
        """Everybody off the line and logged out; a lost PBX has seen to that itself."""
        tasks = [task for _, task in self._callers.values()]
        callers = [caller for caller, _ in self._callers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session.lost.is_set():
            return
        for caller in callers:
            await hang_up(self._session, caller)
        for interface in SHIFT:
            await self._session.ask("QueuePause", Interface=interface, Paused="false")
            await self._log_out(interface)


@asynccontextmanager
async def people_at_work(port: int, seed: int) -> AsyncIterator[None]:
    """Callers and agents during the block, which begins when some are there; gone after it."""
    async with witness(port) as session:
        traffic = Traffic(session, seed=seed)
        work = asyncio.create_task(traffic.run(None))
        await asyncio.sleep(6)
        try:
            yield
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            with suppress(ConnectionError, TimeoutError):
                await traffic.send_home()


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--port", type=int, default=10038)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=1.5, help="callers a second")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    async with witness(asked.port) as session:
        traffic = Traffic(session, seed=asked.seed, rate=asked.rate)
        await traffic.run(asked.seconds)
    sys.stdout.write(f"{dict(traffic.done)}\n")


if __name__ == "__main__":
    asyncio.run(_main())

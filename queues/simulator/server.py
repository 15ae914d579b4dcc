"""The simulated PBX: an AMI server on a real socket, its floor driven by a real clock, its faults at call.

In: options (each with a flag of the command), AMI clients. Out: AMI. Everything runs in the asyncio loop
that started it; the floor may be driven by hand from the same loop, its events go out at the next turn.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

from queues.simulator.behaviour import Autopilot
from queues.simulator.cast import furnish
from queues.simulator.desk import Desk
from queues.simulator.facts import Fact
from queues.simulator.floor import Floor
from queues.simulator.privileges import DEFAULT_BOXES, listing, rights_of
from queues.simulator.render_stock import StockDialect
from queues.simulator.render_ucm import UcmDialect
from queues.simulator.session import Session, Terms

DIALECTS: dict[str, Callable[[], StockDialect]] = {"ucm": UcmDialect, "asterisk": StockDialect}

#: How often the floor's clock moves, at the least, in real seconds.
_TICK_SECONDS = 0.05


class SimulatedPbx:
    """A PBX for one asyncio loop. `port` 0 takes any free one; `rate` is calls a minute, and 0 means that
    nobody acts on their own: then tests tell `floor` what happens.

    `clock_offset` seconds are added to its clock. With `speed` simulated time, and so the PBX's clock, runs
    that much faster. `drop_after`, `freeze_after` and `restart_after` are faults in real seconds from the
    start; the methods of the same names do them at once.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        dialect: str = "ucm",
        seed: int = 1,
        queues: int = 4,
        agents: int = 24,
        rate: float = 12.0,
        user: str = "ucmdash1",
        secret: str = "dash1234",  # noqa: S107  of a PBX that is not there
        privileges: Sequence[str] = DEFAULT_BOXES,
        live_events: bool = True,
        echo_action_id: bool = True,
        timestamp_events: bool = False,
        chunk: int = 0,
        clock_offset: float = 0.0,
        drop_after: float | None = None,
        freeze_after: float | None = None,
        restart_after: float | None = None,
        speed: float = 1.0,
        login_seconds: float = 30.0,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.host, self.port, self.user, self.secret = host, port, user, secret
        self.dialect = DIALECTS[dialect]()
        self._clock, self._speed = clock, speed
        self._real_start = clock()
        self._start = self._real_start + clock_offset
        self.floor = Floor(
            now=self._start,
            seed=seed,
            did_context=self.dialect.did_context,
            human_names=self.dialect.human_names,
            has_spying=self.dialect.has_spying,
        )
        furnish(self.floor, queues=queues, agents=agents)
        self.autopilot = Autopilot(self.floor, rate) if rate else None
        self.sessions: list[Session] = []
        self._desk = Desk(self.floor, self.dialect, self.clock)
        self._terms = Terms(
            user,
            secret,
            rights_of(privileges),
            listing(self.dialect.name),
            live_events,
            echo_action_id,
            chunk,
            login_seconds,
        )
        self._is_frozen = False
        self._timestamps = timestamp_events
        self._faults = ((drop_after, self.drop), (freeze_after, self.freeze), (restart_after, self.restart))
        self._tls = tls
        self._rng_bits = Random(seed).getrandbits  # noqa: S311  challenges of a simulation
        self._listeners: dict[str, list[Session]] = {}
        self._server: asyncio.Server | None = None
        self._driver: asyncio.Task[None] | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self.floor.listen(self._broadcast)

    # Life

    async def start(self) -> int:
        """Listen, and let time run; returns the port."""
        await self._listen()
        loop = asyncio.get_running_loop()
        self._timers = [loop.call_later(after, fault) for after, fault in self._faults if after is not None]
        if self.autopilot:
            self.floor.advance(self.clock())
            self.autopilot.begin()
        self._driver = asyncio.create_task(self._run(), name="simulated PBX")
        return self.port

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._new_session, self.host, self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        for timer in self._timers:
            timer.cancel()
        if self._driver:
            self._driver.cancel()
            with suppress(asyncio.CancelledError):
                await self._driver
        self.drop()
        if self._server:
            self._server.close()
        await asyncio.sleep(0)
        for session in list(self.sessions):
            session.abort()
        if self._server:
            await self._server.wait_closed()

    async def __aenter__(self) -> SimulatedPbx:
        await self.start()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.stop()

    def clock(self) -> float:
        """The PBX's own clock, epoch seconds."""
        return self._start + (self._clock() - self._real_start) * self._speed

    async def _run(self) -> None:
        while True:
            self.floor.advance(self.clock())
            due = self.floor.agenda.next_at()
            wait = _TICK_SECONDS if due is None else (due - self.clock()) / self._speed
            await asyncio.sleep(min(max(wait, 0.0), _TICK_SECONDS))

    @property
    def asked(self) -> Counter[str]:
        """How often each action was performed, by the name the client gave it."""
        return self._desk.asked

    # Events

    def _new_session(self) -> Session:
        return Session(self._desk, self._terms, self._rng_bits, self._sort_listeners, self._is_frozen)

    def _sort_listeners(self, session: Session) -> None:
        """Keep who hears which class, so that what nobody hears is never rendered."""
        if session.is_open and session not in self.sessions:
            self.sessions.append(session)
        elif not session.is_open and session in self.sessions:
            self.sessions.remove(session)
        classes = {name for other in self.sessions for name in other.hears}
        self._listeners = {name: [s for s in self.sessions if name in s.hears] for name in classes}

    def _broadcast(self, fact: Fact) -> None:
        name = self.dialect.classes.get(fact.event)
        if name is None or not (listeners := self._listeners.get(name)):
            return
        packet = f"{self.dialect.event(fact, self._timestamps)}\r\n".encode("utf-8", "surrogateescape")
        for session in listeners:
            session.hear(packet)

    # Faults

    def drop(self) -> None:
        """Close every connection; clients may come back at once."""
        for session in list(self.sessions):
            session.close()

    def freeze(self) -> None:
        """Say and read nothing more, without closing: connections, old and new, just hang."""
        self._is_frozen = True
        for session in self.sessions:
            session.freeze()

    def thaw(self) -> None:
        """End of `freeze`: everything held back goes out."""
        self._is_frozen = False
        for session in self.sessions:
            session.thaw()

    def restart(self) -> None:
        """The machine starts again, in no time: connections closed, counters 0, dynamic members and calls gone."""
        self.floor.advance(self.clock())
        self.drop()
        self.floor.restart()
        if self.autopilot:
            self.autopilot.begin()

    def reset_in_mid_packet(self) -> None:
        """Half an event goes out, then the connections are reset."""
        for session in list(self.sessions):
            session.send_raw(b"Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nQueue: 65")
            session.flush()
            session.reset()

    def garbage(self, data: bytes = b"\x00\xff\xfe no such line\r\n: \r\n\r\n") -> None:
        """Put bytes that are no AMI on every connection."""
        for session in self.sessions:
            session.send_raw(data)

    def reload(self, module: str = "app_queue") -> None:
        """Configuration is read again; only told (class system)."""
        self.floor.switch.tell("Reload", headers={"Module": module, "Status": 0})

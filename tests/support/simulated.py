"""Reading what a simulated PBX says, by an independent and very plain reader: lists of (header, value).

Not `queues.ami`: the simulator and the link must not be tested by the same code.
"""

from __future__ import annotations

import asyncio
import gzip
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from queues.simulator.actions_calls import originate
from queues.simulator.desk import Desk
from queues.simulator.floor import Floor
from queues.simulator.render_stock import StockDialect
from queues.simulator.render_ucm import UcmDialect
from queues.simulator.requests import Request
from queues.simulator.server import SimulatedPbx
from tests.support.patience import patient

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings"

#: 2023-11-14 22:13:20 UTC: when every story of a still floor begins.
BEGIN = 1_700_000_000.0


@dataclass(frozen=True)
class Packet:
    """One packet's headers in order. `packet["Queue"]` is the first value of that header, "" when missing."""

    headers: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.headers)


def packets(text: str) -> list[Packet]:
    """The packets of a stream; empty ones and a banner are left out."""
    found = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        pairs = [line.partition(":") for line in part.split("\n") if ":" in line]
        if pairs:
            found.append(Packet(tuple((name, value.removeprefix(" ")) for name, _, value in pairs)))
    return found


def recorded(name: str) -> list[Packet]:
    """The packets of a recording in tests/data/recordings, rows of lists included."""
    return packets(gzip.decompress((RECORDINGS / f"{name}.ami.gz").read_bytes()).decode("utf-8", "replace"))


class Story:
    """A still floor with queue 6500 and phones 1000 to 1003, and everything it told so far, as packets."""

    def __init__(self, dialect: str = "asterisk", *, members: str = "1000 1001", **queue) -> None:
        self.dialect = UcmDialect() if dialect == "ucm" else StockDialect()
        self.floor = Floor(
            now=BEGIN,
            seed=7,
            did_context=self.dialect.did_context,
            human_names=self.dialect.human_names,
            has_spying=self.dialect.has_spying,
        )
        self.queue = self.floor.add_queue("6500", "Sales", **queue)
        for number, name in enumerate(("Anna Kowalska", "Piotr Nowak", "Zofia Kaya", "Can Öztürk")):
            self.floor.add_phone(str(1000 + number), name)
        for extension in members.split():
            self.floor.add_member("6500", f"PJSIP/{extension}")
        self.told: list[Packet] = []
        self.floor.listen(self._note)

    def _note(self, fact) -> None:
        if fact.event in self.dialect.classes:
            self.told += packets(self.dialect.event(fact))

    def wait(self, seconds: float) -> None:
        self.floor.advance(self.floor.now + seconds)

    def originate(self, channel: str, context: str, exten: str) -> None:
        """As the action does, OriginateResponse included."""
        desk = Desk(self.floor, self.dialect, lambda: self.floor.now)
        headers = {"Channel": channel, "Context": context, "Exten": exten, "Priority": "1", "Async": "true"}
        originate(desk, Request([*headers.items(), ("ActionID", "story-1")]))
        self.floor.agenda.settle()

    def events(self, *names: str) -> list[Packet]:
        """What was told of these kinds."""
        return [packet for packet in self.told if packet["Event"] in names]


def still(**options) -> SimulatedPbx:
    """A PBX where nobody acts on their own: two queues, six agents."""
    return SimulatedPbx(**{"queues": 2, "agents": 6, "rate": 0, **options})


class Wire:
    """A client that only writes and reads packets."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.raw = b""
        self.events: list[Packet] = []
        self._actions = 0

    @classmethod
    async def to(cls, pbx: SimulatedPbx, *, log_in: bool = True, **tls) -> Wire:
        wire = cls(*await asyncio.open_connection(pbx.host, pbx.port, **tls))
        wire.banner = await wire.reader.readline()
        if log_in:
            accepted = await wire.ask("Login", Username=pbx.user, Secret=pbx.secret)
            assert accepted["Message"] == "Authentication accepted"
        return wire

    def send(self, action: str, **headers: str) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.writer.write(f"Action: {action}\r\n{lines}\r\n".encode())

    async def packet(self) -> Packet:
        """The next packet that has any headers; EOFError or ConnectionError at the end."""
        async with asyncio.timeout(patient(5)):
            while True:
                data = await self.reader.readuntil(b"\r\n\r\n")
                self.raw += data
                if found := packets(data.decode("utf-8", "surrogateescape")):
                    return found[0]

    async def ask(self, action: str, **headers: str) -> Packet:
        """An action's response; the events before it are kept in `events`."""
        self._actions += 1
        self.send(action, **{"ActionID": f"t{self._actions}", **headers})
        return await self.until("Response")

    async def until(self, header: str, value: str | None = None) -> Packet:
        """The next packet with that header (and value), an OriginateResponse being no response; those before it
        go to `events`."""
        while True:
            packet = await self.packet()
            is_answer = header != "Response" or not packet["Event"]
            if is_answer and packet[header] and value in (None, packet[header]):
                return packet
            self.events.append(packet)

    async def rows(self, action: str, end: str, **headers: str) -> list[Packet]:
        """The rows of a list."""
        await self.ask(action, **headers)
        found = []
        while (packet := await self.packet())["Event"] != end:
            found.append(packet)
        return found

    async def rest(self) -> bytes:
        """Everything until the connection ends."""
        async with asyncio.timeout(patient(5)):
            return await self.reader.read()

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(self, *failure: object) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()
